"""Individual fairness through the workflow, on a table that needs no network."""

import pandas as pd
import pytest

pytestmark = pytest.mark.slow

BUDGET = {"iterations": 20, "generator_rate": 0.01}
OWN = {"own": {"dataset": "examples/applicants.yaml"}}
LEFT_OUT = dict.fromkeys(("compas", "adult", "german", "communities_crime"))
KEPT = ("plain", "lipschitz", "logistic_regression", "fr_train")


@pytest.fixture
def study():
    every = (*KEPT, "pgd", "interval", "group_thresholds", "normalized_mi")
    methods = {name: {} if name in KEPT else None for name in every}
    networks = {"data": LEFT_OUT | OWN, "methods": methods, "trials": 2, "budget": BUDGET}
    networks |= {"lambda_f": [0.2], "curves": {"lipschitz": 0.2}, "epsilons": [0.05, 0.2]}
    networks |= {"sizes": ["4"], "nodes": 20, "gap": 0.2, "timed_seconds": 2}
    return {"boston": None, "others": None, "networks": networks}


def test_the_study_runs_and_grows_by_what_is_new(bare, study):
    bare.overlay["individual"] = study
    bare.run("individual")
    made = bare.folder / "results" / "individual"
    table = pd.read_csv(made / "tables" / "certificates.csv")
    assert set(table["data"]) == {"own"} and {*KEPT, "plain_4"} == set(table["label"])
    assert (table["lower"] <= table["upper"]).all()
    assert (table["empirical"] <= table["upper"]).all()
    assert set(table.loc[table["label"] == "plain_4", "engine"]) == {"branch_and_bound", "milp"}
    assert set(table.loc[table["label"] == "lipschitz", "epsilon"]) == {0.05, 0.1, 0.2}
    for name in ("trade_off.png", "epsilons.pdf", "rows.md", "times.png"):
        assert (made / "figures" / name).stat().st_size > 0
    assert "Nothing to be done" in bare.run("-n", "individual")

    study["networks"]["methods"]["pgd"] = {}
    plan = bare.run("-n", "individual")
    counts = dict(line.split()[:2] for line in plan.splitlines() if len(line.split()) == 2)
    assert counts["individual_train"] == "1" and counts["individual_certify"] == "1"
