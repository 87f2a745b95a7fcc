"""Correlations, stability and verdicts on traces made by hand."""

import json

import numpy as np
import pandas as pd
import pytest

from fairbench.studies.imbalance.alignment import (
    alignment_table,
    correlation,
    phases,
    rolling_correlation,
)
from fairbench.studies.imbalance.stability import run_numbers, stability_table
from fairbench.studies.imbalance.training_claims import Training, training_claims
from fairbench.training.budget import BUDGETS

POISONED = json.dumps({"rule": "margin", "rate": 0.1, "group": 1}, sort_keys=True)
BUDGET = json.dumps(BUDGETS["poisoned"].model_dump(), sort_keys=True)
PARAMETERS = json.dumps({"robust_gradient": "on", "warm_up_scale": 0.1})


def track(name, method, impact, *, trial=0, lambdas=(0.52, 0.4), every=50, follows=-1.0):
    """A run whose D_F loss moves `follows` times as its information does."""
    t = np.arange(0, 10_001, every)
    rng = np.random.default_rng(trial)
    noise = rng.normal(size=len(t))
    frame = pd.DataFrame(
        {
            "track": name,
            "label": method,
            "method": method,
            "lambda_f": lambdas[0],
            "lambda_r": lambdas[1],
            "every": every,
            "warm_up": 500,
            "end": 10_000,
            "dataset": "published",
            "poisoning": POISONED,
            "budget": BUDGET,
            "parameters": PARAMETERS,
            "trial": trial,
            "initial_seed": 1 + trial,
            "iteration": t,
            "entropy_sensitive": 0.686,
            "information_fairness": 0.02 + 0.001 * noise,
            "information_smooth": 0.02 + 0.001 * noise,
            "information_logistic": 0.02 + 0.001 * noise,
            "information_logit": 0.03 + 0.001 * noise,
            "test_accuracy": 0.8,
            "train_accuracy": 0.7,
            "test_disparate_impact": impact(t),
            "train_disparate_impact": impact(t),
        }
    )
    if method == "fr_train":
        frame["fairness_discriminator_loss"] = 0.686 + follows * (0.02 + 0.001 * noise)
    return frame


def swinging(t):
    """Falls from a peak to 0.827, its last value."""
    return 0.827 + 0.15 * np.sin(t / 300) * (10_000 - t) / 10_000


def steady(t):
    return np.full(len(t), 0.9)


def tables(*frames, equal=()):
    traces = pd.concat(frames, ignore_index=True)
    return Training(traces, alignment_table(traces), stability_table(traces, equal))


def many(method, impact, seeds=8, **options):
    name = f"seeds_{method}"
    return pd.concat([track(name, method, impact, trial=s, **options) for s in range(seeds)])


def one(rows, *words):
    (row,) = [r for r in rows if all(word in r["quantity"] for word in words)]
    return row


def test_the_interval_of_a_correlation_covers_zero_for_unrelated_slow_series():
    rng = np.random.default_rng(0)
    missed = wrong = 0
    for _ in range(200):
        steps = rng.normal(size=(2, 1200))
        slow = np.zeros((2, 1200))
        for t in range(1, 1200):
            slow[:, t] = 0.98 * slow[:, t - 1] + steps[:, t]
        value, low, high, effective = correlation(*slow)
        assert low <= value <= high and effective < 200
        missed += not low <= 0.0 <= high
        # As if all points were independent.
        wrong += abs(np.arctanh(value)) > 1.96 / np.sqrt(1197)
    assert missed <= 30 and wrong >= 100


def test_correlation_of_independent_points_is_fishers():
    rng = np.random.default_rng(1)
    x = rng.normal(size=4000)
    y = 0.6 * x + 0.8 * rng.normal(size=4000)
    value, low, high, effective = correlation(x, y)
    assert value == pytest.approx(np.corrcoef(x, y)[0, 1])
    assert effective == pytest.approx(4000, rel=0.2)
    assert high - low == pytest.approx(2 * 1.96 * (1 - value**2) / np.sqrt(4000), rel=0.15)
    assert correlation(-x, y)[0] == pytest.approx(-value)
    assert np.isnan(correlation(np.ones(10), x[:10])).all()


def test_rolling_windows_lie_within_the_run():
    t = np.arange(0, 1000, 10)
    found = rolling_correlation(t, np.sin(t / 50), -np.sin(t / 50), 200, steps=9)
    assert found["iteration"].iloc[[0, -1]].tolist() == [100, 890]
    assert found["value"].to_numpy() == pytest.approx(-1.0)


@pytest.mark.parametrize(
    ("warm_up", "end", "expected"),
    [
        (500, 10_000, [(0, 500), (500, 2000), (2000, 10_000)]),
        (100, 600, [(0, 100), (100, 600)]),
        (0, 2000, [(0, 2000)]),
    ],
)
def test_phases(warm_up, end, expected):
    assert phases(warm_up, end) == expected


def test_stability_numbers_of_known_runs():
    sway = track("a", "naive_mi", lambda t: np.where(t % 100 == 0, 0.8, 0.9))
    (row,) = run_numbers(sway).to_dict("records")
    assert row["variation_disparate_impact"] == pytest.approx(190 * 0.1)
    assert row["spread_disparate_impact"] == pytest.approx(0.05, rel=1e-3)
    assert row["settled"] == 10_000 and row["variation_accuracy"] == 0.0
    settling = track("b", "naive_mi", lambda t: np.where(t < 3000, 0.5, 0.9))
    assert run_numbers(settling)["settled"].tolist() == [3000]
    assert run_numbers(track("c", "naive_mi", steady))["settled"].tolist() == [0]


def test_differences_are_within_seeds():
    shifts = np.random.default_rng(2).normal(0, 0.05, 8)
    runs = [
        track(name, name, lambda t, s=shift, up=up: np.full(len(t), 0.7 + s + up), trial=i)
        for name, up in (("fr_train", 0.0), ("naive_mi", 0.1))
        for i, shift in enumerate(shifts)
    ]
    table = stability_table(pd.concat(runs), ("fr_train", "naive_mi"))
    final = table[(table["quantity"] == "final_disparate_impact") & (table["statistic"] == "mean")]
    difference = final[final["against"] == "fr_train"].iloc[0]
    assert difference[["value", "low", "high"]].tolist() == pytest.approx([0.1] * 3)
    alone = final[final["against"] == ""]
    assert (alone["high"] - alone["low"] > 0.03).all()
    # Unequal numbers of seeds are not compared, and one seed has no interval.
    table = stability_table(pd.concat(runs[:9]), ("fr_train", "naive_mi"))
    assert set(table["against"]) == {""}
    assert table[table["runs"] == 1][["low", "high"]].isna().all(axis=None)


def test_verdicts_of_runs_that_do_what_the_report_says():
    finals = track("published", "naive_mi", lambda t: np.full(len(t), 0.856), lambdas=(0.6, 0.2))
    training = tables(
        many("fr_train", swinging),
        many("naive_mi", steady),
        finals.assign(test_accuracy=0.804),
        equal=("seeds_fr_train", "seeds_naive_mi"),
    )
    rows = training_claims(training)
    opposite = [r for r in rows if "oppositely, fairness" in r["quantity"]]
    assert [r["n"] for r in opposite] == [1, 8]
    assert {r["verdict"] for r in opposite} == {"reproduced"}
    assert one(rows, "final disparate_impact of fr_train")["verdict"] == "reproduced"
    assert one(rows, "final accuracy of fr_train")["verdict"] == "not reproduced"
    assert one(rows, "final accuracy of naive_mi")["verdict"] == "reproduced"
    assert one(rows, "peaks near 1")["verdict"] == "reproduced"
    assert one(rows, "converged after 2000")["verdict"] == "reproduced"
    assert one(rows, "not converged")["verdict"] == "not reproduced"
    stable = one(rows, "total variation")
    assert stable["verdict"] == "reproduced" and stable["high"] < 0 and stable["n"] == 8
    assert one(rows, "faster")["verdict"] == "reproduced"
    assert one(rows, "published coding, iteration 0")["verdict"] == "not comparable"


def test_verdicts_turn_round_with_the_runs():
    training = tables(
        many("fr_train", steady, follows=1.0),
        many("naive_mi", swinging),
        # The order in which the config names the two must not matter.
        equal=("seeds_naive_mi", "seeds_fr_train"),
    )
    rows = training_claims(training)
    assert {r["verdict"] for r in rows if "oppositely, fairness" in r["quantity"]} == {
        "not reproduced"
    }
    unstable = one(rows, "total variation")
    assert unstable["verdict"] == "not reproduced" and unstable["low"] > 0
    assert one(rows, "peaks near 1")["verdict"] == "not reproduced"


@pytest.mark.parametrize(
    "column,value", [("poisoning", "null"), ("budget", "{}"), ("parameters", '{"beta": 3.0}')]
)
def test_other_runs_are_not_held_against_the_report(column, value):
    training = tables(many("fr_train", swinging), many("naive_mi", steady))
    rows = training_claims(training._replace(traces=training.traces.assign(**{column: value})))
    assert {row["verdict"] for row in rows} == {"not comparable"}


def test_the_first_published_values():
    run = track("alignment", "fr_train", swinging, every=1)
    run["robustness_discriminator_loss"] = 0.69
    run["information_robustness_published"] = 0.0847
    run.loc[:2, "information_robustness_published"] = [0.084611, 0.084697, 0.0848]
    rows = training_claims(tables(run))
    verdicts = [one(rows, f"coding, iteration {t}")["verdict"] for t in range(3)]
    assert verdicts == ["reproduced", "reproduced", "not reproduced"]
