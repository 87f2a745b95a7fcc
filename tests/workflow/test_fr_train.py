"""The FR-Train study through the workflow, on drawn data and a table that needs no network."""

import pandas as pd
import pytest
import yaml

from tests.workflow.conftest import REPOSITORY

pytestmark = pytest.mark.slow

BUDGET = {"iterations": 30, "warm_up": 10, "generator_rate": 0.01}
WEIGHTS = {"budget": BUDGET, "lambda_f": [0.2, 0.4], "lambda_r": [0.1]}
KEPT = ("logistic_regression", "fairness_constraints", "fr_train", "equalized_odds")


@pytest.fixture
def study():
    default = yaml.safe_load((REPOSITORY / "config" / "config.yaml").read_text())["fr_train"]
    readings = dict.fromkeys(default["readings"])
    readings["synthetic"] = {"trials": 2}
    readings["own"] = {"stands_for": "COMPAS", "dataset": "examples/applicants.yaml", "trials": 2}
    methods = {name: {} if name in KEPT else None for name in default["methods"]}
    given = {"readings": readings, "methods": methods, "crowd": False}
    return given | {"clean": WEIGHTS, "poisoned": WEIGHTS}


def test_the_study_runs_and_grows_by_what_is_new(bare, study):
    bare.overlay["fr_train"] = study
    bare.run("fr_train")
    made = bare.folder / "results" / "fr_train"
    table = pd.read_csv(made / "tables" / "tables.csv")
    assert set(table["reading"]) == {"synthetic", "own"}
    ours = table[(table["method"] == "FC") & (table["n"] == 2)]
    assert set(ours["reading"]) == {"synthetic", "own"} and ours["accuracy"].between(0, 1).all()
    fits = pd.read_parquet(made / "tables" / "fits.parquet")
    assert set(fits["training_data"]) == {"clean", "poisoned"}
    assert (fits["overlap"] > 0).equals(fits["reading"] == "own")
    for name in ("fig1.png", "fig2.pdf", "fig4.md", "tables.png"):
        assert (made / "figures" / name).stat().st_size > 0
    assert "Nothing to be done" in bare.run("-n", "fr_train")

    study["methods"]["learning_to_reweight"] = {}
    plan = bare.run("-n", "fr_train")
    counts = dict(line.split()[:2] for line in plan.splitlines() if len(line.split()) == 2)
    assert counts["train"] == "4" and "draw" not in counts
