"""A small study whose leaderboard is known, with strings in it that mean harm."""

import itertools
import shutil
from pathlib import Path

import pandas as pd
import pytest

from fairbench.site.build import Sources, write_sources
from fairbench.store.csv_tables import write_csv

from ..report.conftest import HOSTILE, TABLES, Made

#: Accuracy and disparate impact in the two trials of each data set, by label and P(Y=1).
VALUES = {
    ("fr_train", 0.1): [(0.90, 0.50), (0.80, 0.60)],
    ("fr_train", 0.5): [(0.70, 0.90), (0.70, 0.70)],
    ("group_thresholds", 0.1): [(0.70, 0.80), (0.70, 0.80)],
    ("group_thresholds", 0.5): [(0.60, 1.00), (0.60, 0.90)],
    ("constant", 0.1): [(0.50, 1.00), (0.50, 1.00)],
    ("constant", 0.5): [(0.50, 0.60), (0.50, 0.60)],
    # Better than all others, and on one data set alone.
    ("naive_mi", 0.1): [(0.99, 0.99), (0.99, 0.99)],
    # Alone on its data set: nobody is ranked there.
    ("fr_train", 0.9): [(0.99, 0.99), (0.99, 0.99)],
    (HOSTILE, 0.1): [(0.10, 0.10), (0.10, 0.10)],
    (HOSTILE, 0.5): [(0.10, 0.10), (0.10, 0.10)],
}


def selected() -> pd.DataFrame:
    """The table that the leaderboard is read from."""
    rows = []
    for ((label, rate), trials), edge in zip(
        VALUES.items(), itertools.cycle([True, False]), strict=False
    ):
        for trial, (accuracy, impact) in enumerate(trials):
            place = {"study": "imbalance", "dataset": "independent", "poisoning": "none"}
            place |= {"positive_rate": rate, "group_coefficient": 1.0}
            measured = {"accuracy": accuracy, "disparate_impact": impact}
            measured |= {"distance_to_limit": 0.95 - accuracy, "at_grid_edge": edge}
            rows.append(place | {"label": label, "method": label, "trial": trial} | measured)
    return pd.DataFrame(rows)


class Study(Made):
    """A study one of whose papers has a title that means harm."""

    def verdicts(self) -> pd.DataFrame:
        table = super().verdicts()
        return table.assign(source=[*table["source"][:-1], HOSTILE])


def put_selected(study: Made) -> None:
    """Put that table in the place of a study's own, and what is made of it anew."""
    with study.job(TABLES["fits"], *study.plan.paths("limit")):
        write_csv(selected(), TABLES["selected"])
    study.put_summaries()
    study.put_verdicts()
    study.put_picture()


@pytest.fixture(scope="package")
def finished(tmp_path_factory) -> Path:
    """The folder of such a study, made once."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("study")
        patch.chdir(folder)
        study = Study(folder)
        study.put_all()
        put_selected(study)
    return folder


@pytest.fixture(scope="package")
def sources(finished, tmp_path_factory) -> tuple[Path, Sources]:
    """The sources of its site."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("sources")
        patch.chdir(finished)
        shutil.rmtree(folder)
        written = write_sources(study_in(finished).plan, folder, ["own.yaml"])
    return folder, written


def study_in(folder: Path) -> Made:
    """The study of a folder that has one already."""
    study = Made.__new__(Made)
    study.folder, study.results = folder, folder / "results"
    study.configure()
    return study
