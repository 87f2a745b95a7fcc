"""The worked example of the README: a method of one's own in one file and a line of config."""

import pandas as pd
import pytest

pytestmark = pytest.mark.slow


def test_a_method_in_a_file_of_its_own_goes_through_the_workflow(scratch):
    scratch.further = ["examples/covariance_penalty.yaml"]
    # Long enough, unlike the rest of the tiny study, for the penalty to take effect.
    budget = scratch.study["budget"] | {"iterations": 400, "generator_rate": 0.05}
    weights = {"lambda_f": [0.1, 0.9], "budget": budget}
    scratch.study["methods"]["covariance_penalty"] = weights
    made = scratch.made_by_run("results/tables/selected.csv")
    fits = {name for name in made if name.startswith("fits/")}
    assert len(fits) == 2
    assert all("method=covariance_penalty/" in name for name in fits)

    chosen = pd.read_csv(scratch.find("selected.csv"))
    chosen = chosen[chosen["label"] == "covariance_penalty"]
    assert len(chosen) == 4  # two cells of two trials
    assert set(chosen["status"]) == {"ok"}

    found = pd.read_parquet(scratch.find("tables/fits.parquet"))
    found = found[found["label"] == "covariance_penalty"]
    impact = found.pivot_table(
        "test_disparate_impact", ["positive_rate", "trial"], "lambda_f", aggfunc="first"
    )
    assert (impact[0.9] > impact[0.1]).all(), impact

    # An edit of that file trains the method again and no other.
    path = scratch.folder / "examples" / "covariance_penalty.py"
    path.write_text(path.read_text() + "\n# edited\n")
    assert {name for name in scratch.pending() if name.startswith("fits/")} == fits
