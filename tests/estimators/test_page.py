"""The page's examples, run as they are printed."""

import re
from pathlib import Path

from fairbench import estimators

PAGE = Path(__file__).parents[2] / "docs/estimators.md"


def test_the_examples_run(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE.read_text(), flags=re.DOTALL):
        exec(block, names)
    said = capsys.readouterr().out
    found = re.findall(r"lambda_f (\S+): accuracy (\S+), DI (\S+)\n", said)
    (_, accuracy, impact), (_, fair_accuracy, fair_impact) = (map(float, each) for each in found)
    assert fair_impact > impact + 0.1 and accuracy > fair_accuracy > 0.6
    assert "{'lambda_f': 1.0}" in said
    found = re.findall(r"accuracy (\S+), (\S+) nats of the group\n", said)
    (accuracy, known), (fair_accuracy, fair_known) = (map(float, each) for each in found)
    assert fair_known < 0.1 * known and accuracy > fair_accuracy > 0.55  # the largest class has .4


def test_the_table_names_those_that_take_more_than_two_classes():
    (row,) = re.findall(r"^\| C > 2 \|([^|]*)\|", PAGE.read_text(), flags=re.MULTILINE)
    kinds = estimators.BY_METHOD.values()
    able = {each.__name__ for each in kinds if each.method.knows_any_classes()}
    assert set(re.findall(r"`(\w+)`", row)) == able
