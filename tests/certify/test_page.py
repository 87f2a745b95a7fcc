"""The page's example, run as it is printed."""

import re
from pathlib import Path

import fairbench


def test_the_example_runs(capsys):
    text = (Path(fairbench.__file__).parents[1] / "docs/certify.md").read_text()
    (block,) = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    exec(block, {})
    assert capsys.readouterr().out.startswith("delta in [")
