"""A table made with other settings than the config's is not called done without a word."""

import json
import shutil

import pandas as pd
from typer.testing import CliRunner

from fairbench.commands.app import app
from fairbench.status.outdated import outdated, said_of_outdated
from fairbench.status.study import plan_of
from fairbench.store import provenance
from fairbench.store.csv_tables import write_csv
from fairbench.store.stamps import beside
from fairbench.store.tables import write_table

from .made import put

FRAME = pd.DataFrame({"accuracy": [0.5]})
QUICK = ["config/config.yaml", "config/quick.yaml"]


def table(name: str) -> str:
    return f"results/tables/{name}"


def write_tables(plan, monkeypatch) -> None:
    """Write every table as a run of this study would."""
    settings = plan.settings()
    run = {"commit": "c" * 40, "config": "a" * 64, "files": [], "overrides": []}
    monkeypatch.setenv(provenance.HANDED, json.dumps(run | {"settings": settings}))
    for path in settings:
        if path.endswith(".parquet"):
            write_table(FRAME, path, kind="fits", about={"settings": settings[path]})
        else:
            write_csv(FRAME, path)


def test_the_tables_that_are_out_of_date_are_those_with_other_settings(here, monkeypatch):
    plan = plan_of(QUICK)
    assert outdated(plan) == []
    write_tables(plan, monkeypatch)
    assert outdated(plan) == []
    summaries = ["cells.csv", "comparisons.csv", "matched.csv", "baselines.csv"]
    resampled = [*summaries, "alignment.csv", "stability.csv"]
    other = plan_of(QUICK, {"bootstrap": 300})
    assert outdated(other) == [table(name) for name in resampled]
    names = {path.rpartition("/")[2] for path in outdated(plan_of(QUICK, {"seed": 7}))}
    chosen = {"fits.parquet", "selected.csv"}
    assert names == {*chosen, "folds.csv", "sweep.csv", *resampled}
    # Not what it should be: for others to complain of.
    put(here, beside(table("cells.csv")), "{torn")
    (here / beside(table("matched.csv"))).unlink()
    put(here, table("fits.parquet"), "torn")
    assert outdated(other) == [
        table(name) for name in resampled if name not in ("cells.csv", "matched.csv")
    ]


def test_in_words():
    assert said_of_outdated([]) == ""
    said = said_of_outdated(["results/tables/cells.csv"])
    assert said.startswith("1 table was made with other settings (cells.csv): `snakemake -n`")


def test_where_nothing_is_missing_the_estimate_does_not_say_that_nothing_is_to_do(
    here, monkeypatch
):
    plan = plan_of(QUICK)
    for job in plan.default():
        for path in job.files:
            put(here, path)
    write_tables(plan, monkeypatch)
    for kind in plan.apart():  # studies that did not begin
        shutil.rmtree(f"{plan.root}/{kind}", ignore_errors=True)
    put(here, "mine.yaml", "bootstrap: 300")
    asked = lambda *files: CliRunner().invoke(app, ["estimate", "--configfile", *files]).stdout  # noqa: E731
    nothing = "nothing is missing; whether anything is out of date, `snakemake -n` says\n"
    assert asked("config/quick.yaml") == nothing
    said = asked("config/quick.yaml", "mine.yaml").splitlines()
    assert said[0] == "nothing is missing"
    assert said[1].startswith("6 tables were made with other settings (cells.csv, ")
    status = ["status", "--configfile", "config/quick.yaml", "mine.yaml"]
    assert said[1] in CliRunner().invoke(app, status).stdout
