"""The representations study through the workflow, on a table that needs no network."""

import pandas as pd
import pytest

pytestmark = pytest.mark.slow

SWEPT = {"binary_bernoulli": {"hidden_layers": 1}} | dict.fromkeys(("binary_mi", "adv_cls", "vfae"))
STUDY = {
    "datasets": {
        "compas": None,
        "adult": None,
        "bank": None,
        "applicants": {"dataset": "examples/applicants.yaml"},
    },
    "methods": {"binary_bernoulli": {}} | dict.fromkeys(("plain", "binary_mi", "adv_cls", "vfae")),
    "outer_folds": 2,
    "inner_folds": 2,
    "schedule": {"iterations": 20, "generator_rate": 0.01},
    "search": {"trials": 1, "trials_per_round": 1, "trials_per_job": 1, "random_first": 1}
    | {"space": {"batch_size": [10, 20], "hidden_layers": [1, 2], "hidden_units": [4]}},
    "probe_trees": 10,
    "sweep": {"dataset": "applicants", "methods": SWEPT} | {"gamma": [0.0, 0.5, 0.9], "seeds": 1},
}


def test_the_study_runs_resumes_and_grows(bare):
    bare.overlay["representations"] = STUDY
    bare.run("representations")
    made = bare.folder / "results" / "representations"
    folds = pd.read_csv(made / "tables" / "folds.csv")
    assert len(folds) == 2 and set(folds["status"]) == {"ok"}
    assert folds["auc"].between(0, 1).all() and folds["probe_auc"].between(0, 1).all()
    assert set(folds["trials"]) == {1}
    assert set(pd.read_csv(made / "tables" / "sweep.csv")["gamma"]) == {0.0, 0.5, 0.9}
    for name in ("fig2.pdf", "fig3.png", "fig4.md"):
        assert (made / "figures" / name).stat().st_size > 0
    assert "Nothing to be done" in bare.run("-n", "representations")

    # More trials: the rounds that are there stay as they are.
    bare.overlay["representations"]["search"]["trials"] = 2
    plan = bare.run("-n", "representations")
    counts = dict(line.split()[:2] for line in plan.splitlines() if len(line.split()) == 2)
    assert counts["representation_trials"] == "2" and counts["representation_fold"] == "2"
    assert "representation_sweep" not in counts and "table" not in counts
