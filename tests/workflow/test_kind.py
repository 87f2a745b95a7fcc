"""A study kind is one folder, one rules file, one section of the config and one registry line."""

import subprocess
import sys

import pytest

from .conftest import environment

KIND = '''"""Squares of numbers: a kind of study as small as one can be."""

from pydantic import Field

from fairbench.base.schema import Strict
from fairbench.planning.complaint import Complaint
from fairbench.planning.job import Job, Shown, figure_job
from fairbench.planning.kind import StudyKind

STEPS = "fairbench.studies.squares.steps"


class Squares(Strict):
    """Which numbers are squared."""

    numbers: list[int] = Field(description="numbers")


def problems(config):
    if config.squares is not None and not config.squares.numbers:
        yield Complaint(("squares", "numbers"), [], "there is nothing to square")


def jobs(config, shared):
    if config.squares is None:
        return
    root = f"{shared.root}/squares"
    table = f"{root}/tables/squares.csv"
    shown = {"table": Shown("table", "Squares", row="a number")}
    yield Job(
        "squares_table",
        f"{STEPS}:table",
        "squares/table",
        {"table": table},
        "tables",
        "squares",
        {"numbers": config.squares.numbers},
        shown=shown,
        is_result=True,
    )
    drawn = Shown("figure", "Squares", "On squares", "Numbers")
    read = {"squares": (table,)}
    yield figure_job(shared.root, "squares", "fig1", f"{STEPS}:fig1", drawn, inputs=read)


SQUARES = StudyKind(
    name="squares",
    key="squares",
    section=Squares | None,
    field=Field(None, description="numbers to square"),
    problems=problems,
    jobs=jobs,
    by_default=False,
)
'''
STEPS = '''"""What the jobs of squares do."""


def table(call):
    import pandas as pd

    from fairbench.store.csv_tables import write_csv

    numbers = call.spec["numbers"]
    frame = pd.DataFrame({"number": numbers, "square": [n * n for n in numbers]})
    write_csv(frame, call.output)


def fig1(call):
    from fairbench.plotting.style import Drawn, caption_of, new_figure, write
    from fairbench.store.csv_tables import read_csv

    frame = read_csv(call.input("squares"))
    figure, axes = new_figure(2, 2)
    axes.plot(frame["number"], frame["square"])
    write(Drawn(figure, caption_of("Squares.", f"n = {len(frame)}.")), call)
'''
RULES = """use rule draw as squares_table with:
    input:
        **inputs_of("squares_table"),
    output:
        **outputs_of("squares_table"),
    log:
        f"{ROOT}/logs/squares/table.log",
    benchmark:
        f"{ROOT}/benchmarks/squares/table.tsv"
    params:
        job=told_of("squares_table"),
    message:
        "squaring"


rule squares:
    input:
        target("squares"),
"""


@pytest.fixture
def squares(fresh):
    """A fresh copy with one more kind of study, in which no other file is edited."""
    room = fresh.folder / "fairbench" / "studies" / "squares"
    room.mkdir()
    for name, text in {"__init__": "", "kind": KIND, "steps": STEPS}.items():
        (room / f"{name}.py").write_text(text)
    (fresh.folder / "workflow" / "rules" / "squares.smk").write_text(RULES)
    registry = room.parent / "registry.py"
    text = registry.read_text()
    line = "from fairbench.studies.squares.kind import SQUARES\n"
    text = text.replace("\n__all__", f"{line}\n__all__").replace("KINDS = (", "KINDS = (SQUARES, ")
    registry.write_text(text)
    fresh.overlay["squares"] = {"numbers": [1, 2, 3]}
    return fresh


def test_a_new_kind_runs_reruns_and_is_reported(squares):
    squares.run("squares")
    folder = squares.folder / "results" / "squares"
    assert "3,9" in (folder / "tables" / "squares.csv").read_text()
    assert {path.suffix for path in (folder / "figures").iterdir()} == {".md", ".pdf", ".png"}
    # Its jobs follow its section and its files.
    squares.overlay["squares"]["numbers"].append(5)
    assert "5,25" in _after(squares, "tables/squares.csv")
    before = (folder / "figures" / "fig1.pdf").stat().st_mtime_ns
    steps = squares.folder / "fairbench" / "studies" / "squares" / "steps.py"
    steps.write_text(f"{steps.read_text()}\n# edited\n")
    squares.run("squares")
    assert (folder / "figures" / "fig1.pdf").stat().st_mtime_ns > before
    # The commands know it without having been told.
    assert "2 jobs of `snakemake squares`" in asked(squares, "check", "tiny.yaml")
    asked(squares, "report")
    assert "On squares" in (squares.folder / "results" / "report.html").read_text()
    squares.overlay["squares"]["numbers"] = []
    squares.command()  # which writes the config
    assert "there is nothing to square" in asked(squares, "check", "tiny.yaml", succeeds=False)


def asked(scratch, *words, succeeds=True):
    call = [sys.executable, "-m", "fairbench", *words]
    given = {"env": environment(), "capture_output": True, "text": True}
    ended = subprocess.run(call, cwd=scratch.folder, **given)
    assert (ended.returncode == 0) == succeeds
    return ended.stdout + ended.stderr


def _after(scratch, path):
    scratch.run("squares")
    return (scratch.folder / "results" / "squares" / path).read_text()
