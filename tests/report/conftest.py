"""A study small enough to be made by hand, with strings in it that mean harm."""

import json
import shutil
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from matplotlib.figure import Figure as Picture

from fairbench.csv_tables import write_csv
from fairbench.report.page import write
from fairbench.status.jobs import jobs_of
from fairbench.status.study import plan_of
from fairbench.storage import write_table, write_text

REPOSITORY = Path(__file__).parents[2]
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&{{7*7}}"
LABELS = ("fr_train", "group_thresholds")
OVERLAY = {
    "studies": {
        "tradeoff_poisoned": None,
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

    def page(self) -> str:
        write(self.plan, Path("results"), Path("results/report.html"), ["own.yaml"])
        return self.output.read_text(encoding="utf-8")

    def put_all(self) -> None:
        """Every output of every job, in a form that can be shown."""
        for job in jobs_of(self.plan):
            for path in job.outputs:
                Path(path).parent.mkdir(parents=True, exist_ok=True)
                Path(path).touch()
            Path(job.benchmark).parent.mkdir(parents=True, exist_ok=True)
            Path(job.benchmark).write_text("s\tmax_rss\n2.5\t100.5\n")
        write_table(self.fits(), "results/tables/fits.parquet", kind="fits", about={})
        for number in (3, 4, 6, 8, 9, 10):
            picture = Picture(figsize=(7, 3))
            picture.subplots().plot([0, 1], [0, number])
            picture.savefig(f"results/figures/fig{number}.png", dpi=100)
            write_text(
                f"results/figures/fig{number}.md", f"Caption {number}. Then {HOSTILE}. More.\n"
            )
        for path, limit in self.plan.limits.items():
            self.put_limit(path, limit.parameters)
        for name in ("cells", "comparisons", "matched", "selected"):
            write_csv(self.table(), f"results/tables/{name}.csv")
        write_csv(self.verdicts(), "results/tables/reproduction.csv")
        write_text(
            "results/tables/answers.md",
            f"- **Which?** That one.\n- {HOSTILE} ![x](https://example.org/x.png)\n",
        )

    def put_limit(self, path: str, parameters: dict) -> None:
        frame = pd.DataFrame({"disparate_impact": [0.0, 1.0], "accuracy": [0.9, 0.8]})
        write_table(frame, path, kind="limit", about=parameters | {"seed": 2023})

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
        kinds = ["reproduced"] * 3 + ["not reproduced"] + ["not comparable"] * 2
        rows = [
            {
                "source": "T. Song",
                "place": "figure 8, clean" if k < 4 else "figure 10, rows",
                "quantity": f"quantity {k} {HOSTILE}",
                "published": 0.5,
                "ours": 0.25,
                "low": 0.125,
                "high": 0.375,
                "n": 7,
                "verdict": kind,
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


@pytest.fixture
def made(empty) -> Made:
    """A study that is finished."""
    empty.put_all()
    return empty


def json_of(page: str, name: str) -> dict:
    """The interactive plot of a page with a name."""
    _, _, rest = page.partition(f'data-name="{name}">')
    return json.loads(rest.partition("</script>")[0])
