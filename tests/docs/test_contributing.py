"""The recipes of CONTRIBUTING.md, done in a copy of the checkout as the page says."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from fairbench.store.csv_tables import write_csv

REPOSITORY = Path(__file__).parents[2]
PAGE = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
RECIPES = ("A method", "A drawn data set", "A real data set", "A figure", "A study kind")
#: So many lines that say something, at most.
LONGEST = 14

PLAN = """
import json
from fairbench.status.study import plan_of
jobs = [
    {"rule": job.rule, "what": job.what, "first": job.first, "inputs": dict(job.inputs),
     "outputs": dict(job.outputs), "command": job.command("cpu"), "sources": job.sources()}
    for job in plan_of(["config/config.yaml", "config/quick.yaml", "own.yaml"]).default()
]
print(json.dumps(jobs))
"""


def section(title: str) -> str:
    """What stands below a heading."""
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def blocks(title: str) -> list[tuple[str, str, str]]:
    """The language, the file and the text of each block of a recipe."""
    found = re.findall(r"^```(\w+)\n(?:# (\S+)\n)?(.*?)^```$", section(title), re.M | re.S)
    assert found, f"CONTRIBUTING.md has no block in {title}"
    return found


class Copy:
    """A copy of the checkout."""

    def __init__(self, folder: Path):
        self.folder = folder
        for name in ("fairbench", "config"):
            shutil.copytree(REPOSITORY / name, folder / name)
        (folder / "own.yaml").write_text("{}\n")

    def follow(self, title: str, **filled: str) -> None:
        """Do what the blocks of a recipe say."""
        for language, file, text in blocks(title):
            for word, value in filled.items():
                text = text.replace(word, value)
            path = self.folder / (file or "own.yaml")
            if language == "diff":
                path.write_text(changed(path.read_text(), text))
            else:
                assert not file or not path.exists(), f"{file} is there already"
                path.write_text(text)

    def python(self, *arguments: str, **variables: str) -> str:
        """What Python says in this copy."""
        environment = os.environ | {"PYTHONPATH": str(self.folder)} | variables
        call = [sys.executable, *arguments]
        ended = subprocess.run(
            call, cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def jobs(self) -> list[dict]:
        """The jobs of the quick study with own.yaml over it."""
        return json.loads(self.python("-c", PLAN))

    def study(self, text: str) -> None:
        """A study of one's own in own.yaml, whose keys are these."""
        (self.folder / "own.yaml").write_text(f"studies: {{own: {{{text}}}}}\n")


def changed(text: str, diff: str) -> str:
    """A text after a diff without line numbers; a place may be the start of a line."""
    lines = diff.splitlines()
    before = "\n".join(line[1:] for line in lines if line[:1] in " -")
    after = "\n".join(line[1:] for line in lines if line[:1] in " +")
    assert text.count(before) == 1, f"not once in the file:\n{before}"
    return text.replace(before, after)


@pytest.fixture
def copy(tmp_path) -> Copy:
    return Copy(tmp_path)


@pytest.mark.parametrize("title", RECIPES)
def test_a_recipe_is_short(title):
    told = [line for line in section(title).splitlines() if line.strip() and line[:3] != "```"]
    assert 0 < len(told) <= LONGEST


def test_a_method_is_planned_in_every_cell(copy):
    copy.follow("A method")
    assert "can be used" in copy.python("-m", "fairbench", "check", "own.yaml")
    found = [job for job in copy.jobs() if job["what"] == "centred"]
    assert {job["rule"] for job in found} == {"train"}
    assert all("/method=centred/" in job["first"] for job in found)
    assert len(found) == 2  # values of P(Y=1) in the quick study
    assert all("fairbench/methods/centred.py" in job["sources"] for job in found)
    said = copy.python(
        "-c", "from fairbench.estimators import Centred; print(Centred(lambda_f=0.3))"
    )
    assert said == "Centred(lambda_f=0.3)\n"


def test_a_drawn_data_set_is_planned_and_drawn(copy):
    copy.follow("A drawn data set")
    copy.study("dataset: mirrored, trials: 2, lambda_f: [0.5], methods: {fr_train: {}}")
    planned = {job["rule"]: job for job in copy.jobs() if "/mirrored/" in job["first"]}
    assert planned.keys() == {"draw", "train"}
    copy.python("-m", "fairbench", "run", planned["draw"]["command"])
    drawn = (copy.folder / planned["draw"]["first"]).stat().st_size
    assert drawn > 100_000  # two trials of 23,000 rows


def test_a_real_data_set_is_planned_fetched_and_divided(copy):
    table = "income,gender,repaid\n" + "31,man,yes\n12,woman,no\n25,woman,yes\n18,man,no\n" * 20
    mirror = copy.folder / "mirror"
    mirror.mkdir()
    (mirror / "loans.csv").write_text(table)
    sha256 = hashlib.sha256(table.encode()).hexdigest()
    copy.follow("A real data set", BYTES=str(len(table)), SHA256=sha256)
    copy.study("dataset: loans, trials: 1, lambda_f: [0.5], methods: {fr_train: {}}")
    jobs = [job for job in copy.jobs() if "/loans/" in job["first"]]
    assert [job["rule"] for job in jobs] == ["download", "draw", "train"]
    for job in jobs[:2]:
        copy.python("-m", "fairbench", "run", job["command"], FAIRBENCH_DATA_MIRROR=str(mirror))
    assert (copy.folder / jobs[1]["first"]).is_file()


def test_a_figure_is_planned_with_a_closure_of_its_own_and_drawn(copy):
    copy.follow("A figure")
    jobs = {job["first"]: job for job in copy.jobs()}
    job = jobs["results/figures/distances.md"]
    assert job["rule"] == "figure"
    ours = "figures/distances.py"
    assert [path for path in job["sources"] if "/figures/" in path and ours not in path] == []
    others = [each for each in jobs.values() if each is not job]
    assert any(path.endswith(ours) for path in job["sources"])
    assert not any(path.endswith(ours) for each in others for path in each["sources"])
    selected = copy.folder / "results" / "tables" / "selected.csv"
    selected.parent.mkdir(parents=True)
    write_csv(pd.DataFrame({"distance_to_limit": [0.1, 0.2, None]}), selected)
    copy.python("-m", "fairbench", "run", job["command"])
    assert all((copy.folder / path).is_file() for path in job["outputs"].values())
