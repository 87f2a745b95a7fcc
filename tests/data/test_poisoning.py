"""Label flips: the published ones exactly, and what every flip must leave alone."""

import hashlib
import io

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from fairbench.data.drawn import build
from fairbench.data.poisoning import flip_labels

# SHA-256 of the released y_poi.npy: 2,000 labels -1/+1 as float32.
RELEASED = "422be1f47bccf1dbafb6e4bb5dfbfe9748694725cface95083d05f8f9f5d47e6"


@pytest.fixture(scope="module")
def published():
    return build("published", {}, [0], seed=0)


@pytest.fixture(scope="module")
def several():
    rows = {"train": 301, "reserve": 4, "clean": 50, "selection": 50, "test": 50}
    return build("independent", {"rows": rows}, [0, 4, 2], seed=3)


def flipped(frame):
    return (frame["y"] != frame["y_clean"]).to_numpy()


def in_pool(frame):
    return frame["split"].isin(["train", "reserve"]).to_numpy()


def test_the_published_flips_are_found_all_200(published):
    poisoned = flip_labels(published, rule="margin", rate=0.1, group=1)
    saved = io.BytesIO()
    np.save(saved, (2 * poisoned.loc[in_pool(poisoned), "y"] - 1).to_numpy(dtype=np.float32))
    assert hashlib.sha256(saved.getvalue()).hexdigest() == RELEASED
    chosen = poisoned[flipped(poisoned)]
    assert len(chosen) == 200
    assert chosen["y_clean"].sum() == 190
    assert (chosen["split"] == "train").sum() == 179


def test_the_published_poison_weakens_logistic_regression_as_published(published):
    """Table 1 of the FR-Train paper, LR: .885 clean and .819 poisoned (fit on 2,000 rows)."""
    poisoned = flip_labels(published, rule="margin", rate=0.1, group=1)
    inputs, test = ["x1", "x2", "sensitive"], published["split"] == "test"
    for labels, expected in ((published["y"], 0.885), (poisoned["y"], 0.819)):
        pool = in_pool(published)
        fit = LogisticRegression().fit(published.loc[pool, inputs], labels[pool])
        accuracy = fit.score(published.loc[test, inputs], published.loc[test, "y"])
        assert accuracy == pytest.approx(expected, abs=0.0006)


@pytest.mark.parametrize("rule", ["margin", "random"])
@pytest.mark.parametrize("group", [0, 1, "any"])
def test_flips_stay_in_the_pool_and_group_of_every_trial(several, rule, group):
    before = several.copy()
    poisoned = flip_labels(several, rule=rule, rate=0.1, group=group, seed=1)
    assert several.equals(before)
    assert poisoned.drop(columns="y").equals(before.drop(columns="y"))
    chosen = poisoned[flipped(poisoned)]
    assert set(poisoned["y"]) == {0, 1} and poisoned["y"].dtype == np.int8
    assert set(chosen["split"]) <= {"train", "reserve"}
    assert group == "any" or set(chosen["sensitive"]) == {group}
    # 10 % of 305 rows is 30.5, which rounds to the even 30.
    assert chosen.groupby("trial").size().to_dict() == {0: 30, 2: 30, 4: 30}


@pytest.mark.parametrize("rule", ["margin", "random"])
@pytest.mark.parametrize("label", [0, 1])
def test_flips_in_one_direction_leave_the_other_label_alone(several, rule, label):
    poisoned = flip_labels(several, rule=rule, rate=0.1, group=1, label=label, seed=1)
    chosen = poisoned[flipped(poisoned)]
    assert set(chosen["y_clean"]) == {label} and set(chosen["sensitive"]) == {1}
    assert chosen.groupby("trial").size().to_dict() == {0: 30, 2: 30, 4: 30}


def test_a_rate_may_be_of_the_group_alone(several):
    poisoned = flip_labels(several, rule="margin", rate=0.2, group=1, of="group")
    pool = poisoned[in_pool(poisoned) & (poisoned["sensitive"] == 1)]
    for _, trial in pool.groupby("trial"):
        assert flipped(trial).sum() == round(0.2 * len(trial))
    every = flip_labels(several, rule="margin", rate=0.1, group="any", of="group")
    assert every.equals(flip_labels(several, rule="margin", rate=0.1, group="any"))


def test_the_attacker_may_be_one_who_is_not_shown_the_group(several):
    rows = several[several["trial"] == 0]
    pool = rows[in_pool(rows)]
    inputs = pool[["x1", "x2"]]
    decision = LogisticRegression().fit(inputs, pool["y_clean"]).decision_function(inputs)
    margin = np.where(pool["y_clean"] == 1, decision, -decision)
    margin[pool["sensitive"] != 1] = -np.inf
    blind = flip_labels(rows, rule="margin", rate=0.1, group=1, sees_sensitive=False)
    expected = np.argsort(-margin, kind="stable")[:30]
    assert set(np.flatnonzero(flipped(blind.loc[pool.index]))) == set(expected)
    seeing = flip_labels(rows, rule="margin", rate=0.1, group=1)
    assert not np.array_equal(flipped(blind), flipped(seeing))


def test_the_margin_rule_flips_the_surest_correct_rows(several):
    poisoned = flip_labels(several, rule="margin", rate=0.05, group=0)
    for _, trial in poisoned.groupby("trial"):
        pool = trial[in_pool(trial)]
        inputs = pool[["x1", "x2", "sensitive"]]
        decision = LogisticRegression().fit(inputs, pool["y_clean"]).decision_function(inputs)
        margin = np.where(pool["y_clean"] == 1, decision, -decision)
        others = ~flipped(pool) & (pool["sensitive"] == 0).to_numpy()
        assert margin[flipped(pool)].min() > max(0.0, margin[others].max())


@pytest.mark.parametrize("group", [0, 1, 3])
def test_any_group_may_be_flipped_and_groups_are_no_number_to_the_margins(several, group):
    rng = np.random.default_rng(0)
    four = several.assign(sensitive=rng.integers(0, 4, len(several)).astype(np.int8))
    with pytest.raises(ValueError, match="group must be one of 0 to 3 or 'any', not 4"):
        flip_labels(four, rule="random", rate=0.1, group=4, seed=1)
    for rule in ("margin", "random"):
        poisoned = flip_labels(four, rule=rule, rate=0.1, group=group, seed=1)
        assert set(poisoned[flipped(poisoned)]["sensitive"]) == {group}
    poisoned = flip_labels(four, rule="margin", rate=0.05, group=group)
    for _, trial in poisoned.groupby("trial"):
        pool = trial[in_pool(trial)]
        member = pool["sensitive"].to_numpy()[:, None] == [1, 2, 3]
        inputs = np.c_[pool[["x1", "x2"]], member]
        decision = LogisticRegression().fit(inputs, pool["y_clean"]).decision_function(inputs)
        margin = np.where(pool["y_clean"] == 1, decision, -decision)
        others = ~flipped(pool) & (pool["sensitive"] == group).to_numpy()
        assert margin[flipped(pool)].min() > max(0.0, margin[others].max())


@pytest.mark.parametrize("rule", ["margin", "random"])
def test_a_trial_is_poisoned_the_same_alone_and_a_lower_rate_is_contained(several, rule):
    def flips(frame, rate):
        return flipped(flip_labels(frame, rule=rule, rate=rate, group=1, seed=9))

    low, high = flips(several, 0.05), flips(several, 0.15)
    assert low.sum() < high.sum() and not (low & ~high).any()
    alone = several[several["trial"] == 4].reset_index(drop=True)
    assert np.array_equal(flips(alone, 0.15), high[several["trial"] == 4])


def test_random_flips_follow_the_seed_and_favour_no_label(several):
    def flips(seed):
        return flipped(flip_labels(several, rule="random", rate=0.4, group="any", seed=seed))

    assert np.array_equal(flips(1), flips(1))
    assert not np.array_equal(flips(1), flips(2))
    pool = in_pool(several)
    share = np.mean([flips(seed)[pool & (several["y_clean"] == 1)].mean() for seed in range(20)])
    assert share == pytest.approx(0.4, abs=0.02)


def test_another_feature_column_is_used(several):
    rng = np.random.default_rng(0)
    wider = several.assign(x3=several["y_clean"] + 0.01 * rng.standard_normal(len(several)))
    first = flipped(flip_labels(several, rule="margin", rate=0.1, group=1))
    assert not np.array_equal(flipped(flip_labels(wider, rule="margin", rate=0.1, group=1)), first)


@pytest.mark.parametrize("rule", ["margin", "random"])
@pytest.mark.parametrize("rate", [0, 0.0, 0.001])
def test_a_rate_of_no_flip_changes_nothing(several, rule, rate):
    assert flip_labels(several, rule=rule, rate=rate, group=1, seed=1).equals(several)


def test_impossible_requests_are_refused_in_words(several):
    def flip(frame=several, **change):
        return flip_labels(frame, **{"rule": "margin", "rate": 0.1, "group": 1, **change})

    with pytest.raises(ValueError, match="group must be one of 0 to 1 or 'any', not 2"):
        flip(group=2)
    with pytest.raises(ValueError, match="cannot flip 152 of the 305 labels.*only .* group 1"):
        flip(rate=0.5)
    with pytest.raises(ValueError, match="only .* belong to group 1 and label 0; lower"):
        flip(label=0, rate=0.45)
    with pytest.raises(ValueError, match="only 0 rows belong to group 1"):
        flip(several.assign(sensitive=0))
