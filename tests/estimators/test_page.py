"""The page's examples, run as they are printed."""

import re
from pathlib import Path

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
