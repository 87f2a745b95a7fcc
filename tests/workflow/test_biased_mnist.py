"""The Biased-MNIST study through the workflow, on files of digits that are none."""

import csv
import hashlib

import numpy as np
import pandas as pd
import pytest
import yaml

from fairbench.data.real.download import MIRROR
from fairbench.store.stamps import plain_text
from tests.digits import digits, write_files
from tests.workflow.conftest import REPOSITORY

pytestmark = pytest.mark.slow

KEPT = {
    "vanilla": {"method": "plain"},
    "binary_bernoulli": {"lambda_f": [0, 0.02]},
    "rubi": {"variant": "paper"},
    "rubi_released": {"method": "rubi", "variant": "released"},
}


def labels() -> list[str]:
    """All that the default study has."""
    default = yaml.safe_load((REPOSITORY / "config" / "config.yaml").read_text())
    return list(default["biased_mnist"]["methods"])


@pytest.fixture
def files(scratch, tmp_path, monkeypatch):
    """A mirror with small files in the place of MNIST's, of which the copied package is told."""
    mirror = tmp_path / "mirror" / "mnist"
    mirror.mkdir(parents=True)
    made = write_files(mirror, digits(700), digits(200, seed=1))
    table = scratch.folder / "fairbench" / "data" / "mnist.csv"
    with table.open(newline="") as source:
        rows = list(csv.DictReader(source))
    for row, path in zip(rows, made, strict=True):
        content = path.read_bytes()
        row |= {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    with table.open("w", newline="") as target:
        writer = csv.DictWriter(target, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    monkeypatch.setenv(MIRROR, str(mirror.parent))
    return made


def test_the_study_runs_and_grows_by_what_is_new(scratch, files):
    rows = {"train": 200, "clean": 10, "selection": 100, "unbiased_selection": 100, "test": 200}
    study = {"correlations": [0.9], "trials": 2, "rows": rows, "hidden_units": 8}
    study |= {"schedule": {"epochs": 2, "batch_size": 50}, "probe_trees": 10, "probe_rows": 100}
    study["methods"] = KEPT | {name: None for name in labels() if name not in KEPT}
    scratch.overlay["biased_mnist"] = study
    scratch.run("biased_mnist")
    made = scratch.folder / "results" / "biased_mnist"
    fits = pd.read_csv(made / "tables" / "fits.csv")
    assert len(fits) == 2 * 5 and set(fits["label"]) == set(KEPT)
    assert set(fits["status"]) <= {"ok", "degenerate"}
    chosen = pd.read_csv(made / "tables" / "chosen.csv")
    assert len(chosen) == 2 * 4 * 2
    verdicts = pd.read_csv(made / "tables" / "reproduction.csv")
    assert set(verdicts["verdict"]) == {"not comparable"}  # rho is not the paper's
    cells = pd.read_csv(made / "tables" / "cells.csv")
    assert len(cells) == 4 * 100 and np.isfinite(cells["accuracy"]).all()
    for name in ("fig5.png", "table1.pdf", "cells.md", "gamma.png"):
        assert (made / "figures" / name).stat().st_size > 0
    assert "rho 0.9 " in plain_text((made / "tables" / "findings.md").read_text())
    assert "Nothing to be done" in scratch.run("-n", "biased_mnist")

    study["methods"]["group_dro"] = {}
    plan = scratch.run("-n", "biased_mnist")
    counts = dict(line.split()[:2] for line in plan.splitlines() if len(line.split()) == 2)
    assert counts["biased_mnist_train"] == "2" and "draw" not in counts
