"""A study small enough to be made by hand, with strings in it that mean harm."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from matplotlib.figure import Figure as Picture

from fairbench.planning.job import Job
from fairbench.plotting.style import save
from fairbench.report.given import Given
from fairbench.report.page import write
from fairbench.status.study import plan_of
from fairbench.store import journal, provenance
from fairbench.store.csv_tables import read_csv, write_csv
from fairbench.store.tables import read_table, write_markdown, write_table
from fairbench.studies.grid.plan import uses_of

REPOSITORY = Path(__file__).parents[2]
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&{{7*7}}"
METRICS = ("test_accuracy", "test_disparate_impact")
TABLES = {
    name: f"results/tables/{name}.{'parquet' if name == 'fits' else 'csv'}"
    for name in ("fits", "selected", "cells", "comparisons", "matched", "baselines")
}
LABELS = ("fr_train", "group_thresholds")
OVERLAY = {
    "studies": {
        "tradeoff_poisoned": None,
        "imbalance_poisoned": None,
        "fig9": None,
        "fig10": None,
        "tradeoff_clean": {
            "trials": 2,
            "lambda_f": [0.1, 0.8],
            "methods": {"naive_mi_published_settings": None},
        },
        "imbalance": {"positive_rate": [0.1, 0.5], "group_coefficient": [1.0], "trials": 2},
    },
    "tracking": None,
    "representations": None,
    "fr_train": None,
    "figures": {"fig8": [{"study": "tradeoff_clean", "title": HOSTILE[:80]}]},
}


class Made:
    """A working folder with a study, and ways to put results into it."""

    def __init__(self, folder: Path):
        self.folder, self.results = folder, folder / "results"
        self.output = self.results / "report.html"
        shutil.copytree(REPOSITORY / "config", folder / "config")
        (folder / "own.yaml").write_text(yaml.safe_dump(OVERLAY))
        self.results.mkdir()
        self.plan = plan_of(["config/config.yaml", "own.yaml"])

    def fits_of(self, study: str, label: str) -> str:
        """The first file of fits of a study's method."""
        (job,) = self.plan.of("collect")
        named = (
            use for use in uses_of(job.spec) if (use.study, use.columns["label"]) == (study, label)
        )
        return next(named).path

    def page(self) -> str:
        self.write()
        return self.output.read_text(encoding="utf-8")

    def write(self) -> Given:
        return write(self.plan, Path("results/report.html"), ["own.yaml"])

    def configure(self, **overlay) -> None:
        """Go on with another config, over the study's own."""
        (self.folder / "other.yaml").write_text(yaml.safe_dump(overlay))
        self.plan = plan_of(["config/config.yaml", "own.yaml", "other.yaml"])

    @contextmanager
    def job(self, *reads: str, commit: str = "c" * 40) -> Iterator[None]:
        """Write files in the block as a job of this study's run does, which read others."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(provenance.HANDED, "")
            patch.setattr("fairbench.store.checkout.commit", lambda: commit)
            patch.setattr(journal, "_journal", None)
            config = self.plan.config.model_dump(mode="json")
            provenance.hand_to_jobs(config, ["own.yaml"], {}, self.plan.settings())
            journal.begin(["test"])
            for path in reads:
                (read_csv if path.endswith(".csv") else read_table)(path)
            yield

    def put_all(self) -> None:
        """Every output of every job, in a form that can be shown."""
        for job in self.plan.default():
            Path(job.benchmark).parent.mkdir(parents=True, exist_ok=True)
            Path(job.benchmark).write_text("s\tmax_rss\n2.5\t100.5\n")
        for path in self.plan.paths("draw"):
            with self.job():
                write_table(pd.DataFrame({"x": [1.0]}), path, kind="dataset", about={"path": path})
        for path in self.plan.paths("train"):
            self.put_fit(path)
        for path in self.plan.paths("limit"):
            self.put_limit(path)
        self.put_fits()
        self.put_selected()
        self.put_summaries()
        self.put_verdicts()
        for number in (3, 4, 6, 8, 9, 10):
            self.put_figure(number)
        self.put_picture()
        self.put_comparison()

    def put_fit(self, path: str, accuracy: float = 0.8, commit: str = "c" * 40) -> None:
        job = self.plan.at(path)
        columns = ["cell", "trial", "lambda_f", "lambda_r", "initial_seed", "status", *METRICS]
        row = [0, 0.1, 0.1, 2023, "ok", accuracy, 0.9]
        cells = range(len(job.spec["data"]))
        frame = pd.DataFrame([[cell, *row] for cell in cells], columns=columns)
        with self.job(*job.inputs["data"], commit=commit):
            write_table(frame, path, kind="fits", about={"spec": job.spec})

    def put_limit(self, path: str, **other) -> None:
        about = self.plan.at(path).spec | other
        frame = pd.DataFrame({"disparate_impact": [0.0, 1.0], "accuracy": [0.9, 0.8]})
        with self.job():
            write_table(frame, path, kind="limit", about=about)

    def put_fits(self, **columns) -> None:
        with self.job(*self.plan.paths("train")):
            frame = self.fits().assign(**columns)
            write_table(frame, TABLES["fits"], kind="fits", about={})

    def put_selected(self) -> None:
        with self.job(TABLES["fits"], *self.plan.paths("limit")):
            write_csv(self.table(), TABLES["selected"])

    def put_summaries(self) -> None:
        with self.job(TABLES["fits"], TABLES["selected"]):
            for name in ("cells", "comparisons", "matched", "baselines"):
                write_csv(self.table(), TABLES[name])

    def put_verdicts(self) -> None:
        with self.job(*TABLES.values()):
            write_csv(self.verdicts(), "results/tables/reproduction.csv")
            found = "- One is better [tables](selected.csv) [selected.csv](selected.csv).\n"
            found += f"- {HOSTILE} ![x](https://example.org/x.png)\n"
            for name, text in {"reproduction": "Verdicts.\n", "findings": found}.items():
                write_markdown(f"results/tables/{name}.md", text)

    def put_figure(self, number: int, commit: str = "c" * 40) -> None:
        tables = {8: ["fits"], 9: ["fits", "selected", "comparisons", "matched"]}
        read = [TABLES[name] for name in tables.get(min(number, 9), ()) if number > 7]
        picture = Picture(figsize=(7, 3))
        picture.subplots().plot([0, 1], [0, number])
        with self.job(*read, *(self.plan.paths("limit") if read else ()), commit=commit):
            stem = f"results/figures/fig{number}"
            save(picture, stem, f"Caption {number}. Then {HOSTILE}. More.")

    def put_picture(self) -> None:
        picture = Picture(figsize=(7, 3))
        with self.job(*(TABLES[name] for name in ("selected", "comparisons", "matched"))):
            save(picture, "results/figures/answers", f"All answers. Then {HOSTILE}.")

    def put_comparison(self) -> None:
        for job in self.compared():
            with self.job(*(path for paths in job.inputs.values() for path in paths)):
                if job.rule == "figure":
                    stem = job.outputs["png"].removesuffix(".png")
                    save(Picture(figsize=(7, 3)), stem, "Many methods.\n\nMore.")
                    continue
                for path in job.outputs.values():
                    write_csv(self.table(), path)

    def compared(self) -> list[Job]:
        """The jobs that compare many methods, tables first."""
        jobs = self.plan.default()
        return sorted(
            (job for job in jobs if job.rule == "compare" or "/many_" in job.first),
            key=lambda job: job.rule,
        )

    def fits(self) -> pd.DataFrame:
        rows = []
        cells = [("tradeoff_clean", 0.5), ("imbalance", 0.1), ("imbalance", 0.5)]
        for (study, rate), label, trial, weight in product(cells, LABELS, (0, 1), (0.1, 0.8)):
            rows.append(
                {
                    "study": study,
                    "poisoning": "none",
                    "positive_rate": rate,
                    "group_coefficient": 1.0,
                    "label": label,
                    "trial": trial,
                    "lambda_f": weight,
                    "lambda_r": 0.1,
                    "initial_seed": 2023 + trial,
                    "status": "ok",
                    "test_accuracy": 0.9 - 0.1 * weight + 0.02 * trial,
                    "test_disparate_impact": 0.5 + 0.4 * weight,
                }
            )
        # Lost on purpose, and another with a label that no config would take.
        lost = rows[0] | {"status": "diverged", "test_accuracy": np.nan, "lambda_f": 0.3}
        return pd.DataFrame([*rows, lost, rows[1] | {"label": HOSTILE}])

    def table(self) -> pd.DataFrame:
        values = [3.0, -20.5, 0.001, np.nan, *range(100, 112)]
        texts = [HOSTILE, "b", "a", "c", *("d" for _ in range(12))]
        return pd.DataFrame({"name": texts, "value": values, "always": "same"})

    def verdicts(self) -> pd.DataFrame:
        kinds = ["reproduced"] * 3 + ["not reproduced", "undecided"] + ["not comparable"] * 2
        rows = [
            {
                "source": "T. Song",
                "place": "figure 8, clean" if k < 5 else "figure 10, rows",
                "quantity": f"quantity {k} {HOSTILE}",
                "kind": "re-executed" if k < 3 else "replicated",
                "published": 0.5,
                "ours": 0.25,
                "low": 0.125,
                "high": 0.375,
                "n": 7,
                "p": 0.01,
                "p_holm": 0.03,
                "verdict": kind,
                "verdict_holm": kind,
                "reason": f"reason {k} {HOSTILE}",
            }
            for k, kind in enumerate(kinds)
        ]
        return pd.DataFrame(rows)


@pytest.fixture
def empty(tmp_path, monkeypatch) -> Made:
    """A study of which nothing is finished."""
    monkeypatch.chdir(tmp_path)
    return Made(tmp_path)


@pytest.fixture(scope="session")
def finished(tmp_path_factory) -> Path:
    """The results of a finished study, made once."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("finished")
        patch.chdir(folder)
        study = Made(folder)
        study.put_all()
    return study.results


@pytest.fixture
def made(empty, finished) -> Made:
    """A study that is finished."""
    shutil.copytree(finished, empty.results, dirs_exist_ok=True)
    return empty
