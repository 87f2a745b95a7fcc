"""Hypervolumes against hand-made areas and thrown points, regret against its definition."""

import numpy as np
import pandas as pd
import pytest

from fairbench.evaluation.many.regret import profile, regret_table, sum_to_limit, worst_decile
from fairbench.evaluation.many.volumes import front_volumes, limit_volume, volume

LAW = {"positive_rate": 0.3, "group_coefficient": 1.0}
LIMIT = pd.DataFrame({"disparate_impact": [0.0, 0.4, 1.0], "accuracy": [0.9, 0.9, 0.7]})
LIMITS = LIMIT.assign(**LAW)
NAN = float("nan")


def fits(points, **columns):
    """Fits of a method: (selection accuracy, impact, test accuracy, impact), status ok."""
    names = [f"{s}_{m}" for s in ("selection", "test") for m in ("accuracy", "disparate_impact")]
    table = pd.DataFrame(points, columns=names, dtype=float)
    return table.assign(**({"label": "a", "trial": 0, "status": "ok"} | LAW | columns))


def share(table):
    return front_volumes(table, ["label", "trial"], LIMITS)["hypervolume_share"].iloc[0]


def test_the_volume_of_two_steps_is_their_area():
    # .2 wide up to .5, then .1 wide up to .8; a dominated point and one below the reference.
    accuracy, impact = [0.9, 0.8, 0.78, 0.6], [0.5, 0.8, 0.7, 1.0]
    assert volume(np.array(accuracy), np.array(impact), 0.7) == pytest.approx(0.2 * 0.5 + 0.1 * 0.3)
    assert volume(np.array([0.7, NAN]), np.array([1.0, 1.0]), 0.7) == 0.0


def test_a_volume_is_the_share_of_thrown_points_that_are_dominated():
    random = np.random.default_rng(0)
    accuracy, impact = random.uniform(0.65, 1, 12), random.uniform(0, 1, 12)
    thrown = random.uniform([0.7, 0.0], [1.0, 1.0], size=(200_000, 2))
    below = (thrown[:, None, 0] <= accuracy) & (thrown[:, None, 1] <= impact)
    found = below.any(axis=1).mean() * 0.3
    assert volume(accuracy, impact, 0.7) == pytest.approx(found, abs=5 * 0.3 * 0.5 / 200_000**0.5)


def test_the_limits_volume_is_the_area_under_its_line():
    # .2 over .4, and a triangle of .2 by .6.
    assert limit_volume(LIMIT, 0.7) == pytest.approx(0.2 * 0.4 + 0.5 * 0.2 * 0.6)
    # Of a higher reference only what lies above it: the line meets .8 in the middle of the slope.
    assert limit_volume(LIMIT, 0.8) == pytest.approx(0.1 * 0.4 + 0.5 * 0.1 * 0.3)


def test_the_limit_itself_has_all_of_its_volume_and_a_constant_answer_none():
    impact = np.linspace(0, 1, 2001)
    accuracy = np.interp(impact, LIMIT["disparate_impact"], LIMIT["accuracy"])
    both = np.column_stack([accuracy, impact] * 2)
    assert share(fits(both)) == pytest.approx(1.0, abs=2e-3)
    assert share(fits([[0.7, 1.0, 0.7, 1.0]])) == 0.0


def test_the_front_is_chosen_on_selection_rows_and_measured_on_test_rows():
    lucky = [0.75, 0.3, 0.95, 0.95]  # not on the front of the selection rows
    chosen = [0.80, 0.5, 0.80, 0.50]
    whole = limit_volume(LIMIT, 0.7)
    assert share(fits([lucky, chosen])) == pytest.approx(0.1 * 0.5 / whole)


def test_lost_fits_are_no_points_and_a_lost_front_is_a_gap():
    good, lost = [0.8, 0.5, 0.8, 0.5], [0.9, 0.9, 0.9, 0.9]
    both = pd.concat([fits([good]), fits([lost], status="diverged")])
    assert share(both) == share(fits([good]))
    assert np.isnan(share(fits([lost], status="error")))


def test_without_a_law_there_is_no_share():
    assert np.isnan(share(fits([[0.8, 0.5, 0.8, 0.5]], positive_rate=NAN)))
    assert np.isnan(share(fits([[0.8, 0.5, 0.8, 0.5]], positive_rate=0.4)))


def test_the_missing_sum_is_to_the_best_point_of_the_limit():
    values = pd.DataFrame({"accuracy": [0.8, 0.7, 0.8], "disparate_impact": [0.5, 1.0, 0.5]} | LAW)
    values.loc[2, "positive_rate"] = NAN
    assert sum_to_limit(values, LIMITS) == pytest.approx([0.4, 0.0, NAN], nan_ok=True)


def test_a_profile_counts_lost_data_sets_as_within_no_regret():
    steps, shares = profile(np.array([0.3, NAN, 0.1, 0.2]))
    assert steps.tolist() == [0.1, 0.2, 0.3] and shares.tolist() == [0.25, 0.5, 0.75]


@pytest.mark.parametrize(
    ("regrets", "worst"),
    [
        ([0.1, 0.5, 0.2], 0.5),
        (np.arange(20.0), 18.5),
        (np.arange(25.0), (24 + 23 + 0.5 * 22) / 2.5),
        ([0.1, NAN], NAN),
        ([], NAN),
    ],
)
def test_the_worst_decile_is_the_mean_of_the_worst_tenth(regrets, worst):
    assert worst_decile(np.array(regrets, float)) == pytest.approx(worst, nan_ok=True)


def test_the_table_of_regret_is_over_data_sets_and_not_over_trials():
    rows = [
        {"data_set": f"d{d}", "label": "a", "trial": t, "distance_to_limit": d / 10 + t / 100}
        for d in range(3)
        for t in (-1, 1)
    ]
    rows[0]["distance_to_limit"] = NAN
    row = regret_table(pd.DataFrame(rows)).iloc[0]
    assert row[["data_sets", "lost"]].tolist() == [3, 0]
    assert row[["mean", "median", "worst"]].tolist() == pytest.approx([0.31 / 3, 0.1, 0.2])
    rows[1]["distance_to_limit"] = NAN
    row = regret_table(pd.DataFrame(rows)).iloc[0]
    assert row["lost"] == 1 and np.isnan(row["worst_decile"]) and row["worst"] == pytest.approx(0.2)
    assert regret_table(pd.DataFrame(rows).drop(columns="distance_to_limit")).empty
