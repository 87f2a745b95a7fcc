"""Folds, proposals and jobs of the representations study."""

import json

import numpy as np
import pandas as pd
import pytest

from fairbench.data.real.entry import read_entry
from fairbench.data.real.load import load_table
from fairbench.methods import find
from fairbench.methods.shared.space import Range
from fairbench.studies.representations import measures
from fairbench.studies.representations.folds import fold_numbers, inner_folds, outer_fold
from fairbench.studies.representations.jobs import fit_fold, search_trials, sweep_gamma
from fairbench.studies.representations.proposals import distributions, propose
from fairbench.studies.representations.space import search_space
from fairbench.training.layers import information
from fairbench.training.models import Outcome, Split

ENTRY = "examples/applicants.yaml"
SPACE = {
    "gamma": [0.0, 0.9],
    "batch_size": [10, 20],
    "generator_rate": [0.005, 0.02],
    "hidden_layers": [1, 2],
    "hidden_units": [3, 5],
}
GIVEN = {
    "seed": 7,
    "parameters": {},
    "lambda_r": 0.05,
    "schedule": {"iterations": 20, "generator_rate": 0.01, "fairness_rate": 0.01},
    "outer_folds": 2,
    "inner_folds": 2,
    "fold": 1,
    "space": SPACE,
    "random_first": 2,
}


@pytest.fixture(scope="module")
def applicants():
    entry = read_entry(ENTRY)
    return load_table(entry, None, ""), entry.view(None)


def search(applicants, turn, trials, earlier=None, method="binary_bernoulli"):
    given = GIVEN | {"round": turn, "trials": trials}
    return search_trials(*applicants, find(method), given, earlier)


def comparable(trials: pd.DataFrame) -> pd.DataFrame:
    return trials.drop(columns="seconds").reset_index(drop=True)


def test_folds_divide_the_rows_and_keep_the_proportions(applicants):
    table, view = applicants
    numbers = fold_numbers(table, 3, seed=1)
    assert sorted(np.unique(numbers)) == [0, 1, 2]
    strata = 2 * table["y"] + table["sensitive"]
    counts = pd.crosstab(strata, numbers)
    assert (counts.max(axis=1) - counts.min(axis=1) <= 1).all()
    folds = [outer_fold(table, view, 3, k, seed=1) for k in range(3)]
    assert sum(len(fold.held_out.y) for fold in folds) == len(table)
    for fold in folds:
        assert len(fold.train.y) + len(fold.held_out.y) == len(table)


def test_scaling_is_learnt_on_the_training_rows_of_each_fold(applicants):
    table, view = applicants
    fold = outer_fold(table, view, 3, 0, seed=1)
    assert np.allclose(fold.train.features[:, 0].mean(), 0.0, atol=1e-5)
    assert abs(fold.held_out.features[:, 0].mean()) > 1e-3
    assert np.array_equal(fold.train.features[:, -1], fold.train.sensitive)


def test_inner_folds_never_see_the_rows_on_which_the_outer_fold_is_reported(applicants):
    table, view = applicants
    marked = table.assign(**{"test score": np.arange(len(table), dtype=float)})
    outer = outer_fold(marked, view, 3, 2, seed=1)
    scale = np.arange(len(table), dtype=float)[fold_places(marked, view, 2) != 2]
    column = list(view.features.numeric).index("test score")
    reported = fold_places(marked, view, 2) == 2
    assert len(outer.held_out.y) == reported.sum()
    for fold in inner_folds(marked, view, 3, 2, 3, seed=1):
        rows = len(fold.train.y) + len(fold.held_out.y)
        assert rows == (~reported).sum()
        values = np.concatenate([fold.train.features[:, column], fold.held_out.features[:, column]])
        # Scaling keeps the order: as many distinct places as rows that may be seen, and no more.
        assert len(np.unique(values)) == len(scale)


def fold_places(table, view, fold):
    from fairbench.base.randomness import seed_of

    return fold_numbers(table, 3, seed_of(1, "folds", view.name, view.profile))


def test_too_few_rows_of_a_label_and_group_are_refused(applicants):
    table, _ = applicants
    with pytest.raises(ValueError, match="too few for"):
        fold_numbers(table, 60, seed=1)


def test_the_same_files_give_the_same_proposals_and_others_give_others():
    space = distributions(search_space(find("binary_mi"), SPACE, ()))
    first = propose(space, None, count=4, random_first=2, seed=3)
    assert first == propose(space, None, count=4, random_first=2, seed=3)
    assert first != propose(space, None, count=4, random_first=2, seed=4)
    assert len({json.dumps(setting, sort_keys=True) for setting in first}) == 4
    done = pd.DataFrame(
        {
            "parameters": [json.dumps(setting) for setting in first],
            "objective": [2.0, 2.1, np.nan, 2.3],
            "status": ["ok", "ok", "diverged", "ok"],
        }
    )
    second = propose(space, done, count=2, random_first=2, seed=5)
    assert second == propose(space, done, count=2, random_first=2, seed=5)
    better = done.assign(objective=[2.9, 2.1, np.nan, 1.3])
    assert second != propose(space, better, count=2, random_first=2, seed=5)


def test_the_search_learns_where_the_best_settings_are():
    space = distributions({"gamma": Range(0.0, 0.9)})
    gammas = np.linspace(0.0, 0.9, 40)
    done = pd.DataFrame(
        {
            "parameters": [json.dumps({"gamma": g}) for g in gammas],
            "objective": -np.abs(gammas - 0.3),
            "status": "ok",
        }
    )
    asked = [setting["gamma"] for setting in propose(space, done, count=12, random_first=2, seed=0)]
    assert np.mean(np.abs(np.array(asked) - 0.3) < 0.15) > 0.7


def test_jobs_may_share_a_round_in_any_way(applicants):
    whole = search(applicants, [0, 1, 2], [0, 1, 2])
    parts = pd.concat([search(applicants, [0, 1, 2], [0]), search(applicants, [0, 1, 2], [1, 2])])
    pd.testing.assert_frame_equal(comparable(whole), comparable(parts))
    assert (whole["status"] == "ok").all()
    total = whole["auc"] + (1 - whole["gpa"]) + (1 - whole["audc"])
    assert np.allclose(whole["objective"], total)


def test_the_best_working_trial_is_refitted_and_measured(applicants):
    trials = search(applicants, [0, 1, 2], [0, 1, 2])
    trials.loc[1, "objective"] = 9.0
    trials.loc[2, ["objective", "status"]] = [99.0, "diverged"]
    row = fit_fold(*applicants, find("binary_bernoulli"), GIVEN | {"probe_trees": 10}, trials)
    assert row["parameters"].item() == trials["parameters"][1]
    assert row["status"].item() == "ok" and row["trials"].item() == 3
    assert row[["auc", "adrg", "label_auc", "information_sum"]].notna().all(axis=None)
    again = fit_fold(*applicants, find("binary_bernoulli"), GIVEN | {"probe_trees": 10}, trials)
    pd.testing.assert_frame_equal(comparable(row), comparable(again))


def test_a_search_without_a_working_trial_says_so(applicants):
    trials = search(applicants, [0, 1], [0, 1]).assign(status="error", reason="no luck")
    row = fit_fold(*applicants, find("plain"), GIVEN | {"probe_trees": 10}, trials)
    assert row["status"].item() == "error"
    assert row["reason"].item() == "none of 2 trials of the search was ok: no luck"


@pytest.mark.parametrize("method", ["plain", "adv_cls", "vfae", "binary_mi", "fr_train"])
def test_every_method_can_be_swept(applicants, method):
    sweep = {"gamma": [0.0, 0.4, 0.8], "seeds": 2, "batch_size": 15, "hidden_layers": 1}
    given = GIVEN | {"sweep": sweep | {"hidden_units": 4}}
    rows = sweep_gamma(*applicants, find(method), given)
    assert len(rows) == 2 * 2 * (1 if method == "plain" else 3)
    assert set(rows["status"]) == {"ok"}
    assert rows["auc"].between(0, 1).all()


def test_folds_and_measures_of_three_groups():
    entry = read_entry(ENTRY)
    table, view = load_table(entry, None, "", sensitive=["region"]), entry.view(None, ["region"])
    numbers = fold_numbers(table, 2, seed=1)
    for part in (0, 1):
        counts = pd.crosstab(table["y"][numbers == part], table["sensitive"][numbers == part])
        assert abs(counts - pd.crosstab(table["y"], table["sensitive"]) / 2).max(axis=None) <= 1
    given = GIVEN | {"round": [0], "trials": [0]}
    for method in ("binary_mi", "vfae", "adv_cls"):
        trials = search_trials(table, view, find(method), given, None)
        row = fit_fold(table, view, find(method), GIVEN | {"probe_trees": 10}, trials)
        assert row["status"].item() == "ok"
        assert row[["gpa", "audc", "adrg", "disparate_impact"]].notna().all(axis=None)
    fold = outer_fold(table, view, 2, 1, seed=7)
    assert fold.groups == 3 and fold.train.features.shape[1] == 2 + len(view.features.numeric)


def test_a_model_that_says_the_same_of_everybody_is_degenerate():
    layers = [(np.zeros((1, 3), np.float32), np.ones(1, np.float32))]
    split = Split(np.zeros((6, 3), np.float32), np.arange(6) % 2, np.arange(6) // 3)
    assert measures.status_of(Outcome(layers, 0.0), split)[0] == "degenerate"
    broken = Outcome([(np.full((1, 3), np.nan, np.float32), np.ones(1, np.float32))], 0.0)
    assert measures.status_of(broken, split)[0] == "diverged"


def test_the_joint_information_of_a_wide_layer_is_that_of_the_population():
    """30 units that know nothing of the group: a count of their codes would say log 2."""
    generator = np.random.default_rng(0)

    class Wide:
        network = type("Binary", (), {"code": None})

        def codes(self, features, draws):
            return features, features

    groups = generator.integers(0, 2, 300)
    split = Split(generator.uniform(size=(300, 30)), groups, groups)
    found = information(Wide(), split, seed=0)
    assert found["information_joint"] == pytest.approx(0.0, abs=0.03)
