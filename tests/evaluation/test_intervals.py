"""Intervals cover what they should, and p values and Holm's correction are those of the books."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from fairbench.evaluation.bootstrap import mean_intervals
from fairbench.evaluation.intervals import jackknife_interval, p_values, t_intervals
from fairbench.evaluation.multiplicity import holm, with_p_values
from fairbench.methods.shared.logistic import fit_logistic, with_intercept
from fairbench.metrics.decisions import disparate_impact

TIMES = 20_000


def normal(generator, shape):
    return generator.normal(0.0, 1.0, shape)


def near_one(generator, shape):
    """Disparate impact exp(-|log ratio of the groups' rates|): most likely 1, and never above."""
    return np.exp(-np.abs(generator.normal(0.0, 0.1, shape)))


def difference(generator, shape):
    """Of two methods on the same data set, one twice as close to 1: what comparisons are about."""
    return near_one(generator, shape) - near_one(generator, shape) ** 0.5


def mean_near_one(spread):
    return 2 * np.exp(spread**2 / 2) * stats.norm.cdf(-spread)


MEANS = {
    normal: 0.0,
    near_one: mean_near_one(0.1),
    difference: mean_near_one(0.1) - mean_near_one(0.05),
}
# Few values do not show their own skewness: for the most skewed law the promise is kept from 10 on.
FLOOR = {(near_one, 3): 0.92, (near_one, 6): 0.925}


def coverage(low, high, truth):
    return np.mean((low <= truth) & (truth <= high))


@pytest.mark.parametrize("n", [3, 6, 10, 20])
@pytest.mark.parametrize("law", [normal, near_one, difference])
def test_an_interval_of_one_cell_covers_the_mean(law, n):
    values = law(np.random.default_rng(n), (n, TIMES))
    found = coverage(*mean_intervals(values, np.zeros(n), seed=0), MEANS[law])
    assert FLOOR.get((law, n), 0.93) <= found <= 0.96
    low, high = np.quantile(
        values[np.random.default_rng(0).integers(n, size=(500, n)), :400].mean(axis=1),
        [0.025, 0.975],
        axis=0,
    )
    if n <= 10:
        assert coverage(low, high, MEANS[law]) < 0.92, "a percentile interval would have done"


@pytest.mark.parametrize("sizes", [(10,) * 3, (6,) * 9, (10,) * 27, (3, 10, 10), (2,) * 4])
@pytest.mark.parametrize("law", [normal, near_one])
def test_an_interval_of_several_cells_covers_their_mean(law, sizes):
    cells = np.repeat(np.arange(len(sizes)), sizes)
    centres = 0.1 * np.arange(len(sizes))
    values = law(np.random.default_rng(3), (len(cells), 1500)) + centres[cells, None]
    low, high = mean_intervals(values, cells, "test", seed=0, resamples=1000)
    truth = MEANS[law] + centres[cells].mean()
    assert coverage(low, high, truth) >= 0.93
    # And a lost value here and there changes nothing of it.
    values[np.random.default_rng(4).random(values.shape) < 0.1] = np.nan
    few = np.isfinite(values).sum(axis=0) < 3
    low, high = mean_intervals(values - centres[cells, None], cells, "t", seed=0, resamples=1000)
    assert coverage(low[~few], high[~few], MEANS[law]) >= 0.925


def test_the_t_interval_is_scipys_and_leaves_out_what_is_missing():
    values = np.array([[1.0, 1.0], [2.0, np.nan], [4.0, np.nan], [np.nan, np.nan]])
    low, high = t_intervals(values)
    expected = stats.t.interval(0.95, 2, 7 / 3, stats.sem(values[:3, 0]))
    assert (low[0], high[0]) == pytest.approx(expected)
    assert np.isnan([low[1], high[1]]).all()


def test_the_jackknife_of_a_mean_is_the_t_interval():
    values = np.array([0.3, 0.9, 0.4, 0.7, 1.6])
    left_out = (values.sum() - values) / 4
    found = jackknife_interval(values.mean(), [left_out])
    assert found == pytest.approx([end[0] for end in t_intervals(values[:, None])])
    # Of a difference of two cells: Welch's variance, and n - 1 degrees of freedom from each.
    other = np.array([0.1, 0.2, 0.9])
    parts = [left_out - other.mean(), values.mean() - (other.sum() - other) / 2]
    low, high = jackknife_interval(values.mean() - other.mean(), parts)
    error = np.sqrt(values.var(ddof=1) / 5 + other.var(ddof=1) / 3)
    assert (high - low) / 2 == pytest.approx(stats.t.ppf(0.975, 6) * error)


def test_the_jackknife_covers_a_ratio_of_standard_deviations():
    generator, hits = np.random.default_rng(1), 0
    for _ in range(1500):
        a, b = near_one(generator, (2, 10))
        ratio = np.log(a.std(ddof=1) / b.std(ddof=1))
        left_out = [
            [np.log(np.delete(a, i).std(ddof=1) / b.std(ddof=1)) for i in range(10)],
            [np.log(a.std(ddof=1) / np.delete(b, i).std(ddof=1)) for i in range(10)],
        ]
        low, high = jackknife_interval(ratio, [np.array(part) for part in left_out])
        hits += low <= 0.0 <= high
    assert hits / 1500 >= 0.93


def test_p_values_are_those_of_the_t_test_and_agree_with_intervals():
    values = np.random.default_rng(5).normal(0.4, 1.0, (7, 300))
    low, high = t_intervals(values)
    p = p_values(values.mean(axis=0), low, high, 7)
    assert p == pytest.approx(stats.ttest_1samp(values, 0.0).pvalue)
    assert ((p < 0.05) == ((low > 0.0) | (high < 0.0))).all() and 0 < (p < 0.05).sum() < 300
    shifted = p_values(values.mean(axis=0), low, high, 7, at=1.0)
    assert shifted == pytest.approx(stats.ttest_1samp(values, 1.0).pvalue)
    # A longer side counts on that side alone; no width decides wholly; no interval has no p.
    assert p_values(1.0, -1.0, 1.1, 9) > 0.05 > p_values(1.0, 0.5, 9.0, 9)
    assert p_values([0.1, 0.0], [0.1, 0.0], [0.1, 0.0], [8, 8]).tolist() == [0.0, 1.0]
    assert np.isnan(p_values(0.1, np.nan, np.nan, 1))


def test_holm_is_the_one_computed_by_hand():
    # Sorted: 4 x .005, 3 x .01, 2 x .03, 1 x .04 -> .02, .03, .06, and no less than .06.
    p = np.array([0.03, 0.005, np.nan, 0.04, 0.01])
    expected = [0.06, 0.02, np.nan, 0.06, 0.03]
    assert holm(p) == pytest.approx(expected, nan_ok=True)
    assert holm(np.array([0.6, 0.7])).tolist() == [1.0, 1.0]


def test_families_are_corrected_by_themselves():
    rows = pd.DataFrame({"value": 1.0, "low": [0.1, 0.5, -0.1, 0.2], "high": 2.0, "n": 6})
    rows["family"] = [*"aabb"]
    found = with_p_values(rows, [rows["family"]], value="value", n="n")
    assert ((found["p"] < 0.05) == (rows["low"] > 0)).all()
    assert found["p_holm"].tolist() == pytest.approx(
        [*holm(found["p"][:2].to_numpy()), *holm(found["p"][2:].to_numpy())]
    )
    tested = with_p_values(rows, [rows["n"]], value="value", n="n", tested=rows["family"] == "a")
    assert tested["p"].isna().tolist() == [False, False, True, True]


def test_holm_keeps_the_chance_of_any_false_rejection():
    generator = np.random.default_rng(6)
    values = generator.normal(size=(6, 40, 1500)).reshape(6, -1)
    p = p_values(values.mean(axis=0), *t_intervals(values), 6).reshape(40, 1500)
    assert (p < 0.05).any(axis=0).mean() > 0.8
    assert np.mean([(holm(family) < 0.05).any() for family in p.T]) <= 0.06


def test_intervals_over_divisions_of_the_same_rows_hold_what_other_rows_give():
    """600 data sets of 1,000 rows, each divided five times; the truth is the mean over all."""
    generator = np.random.default_rng(0)
    measured = np.array([_divided(generator) for _ in range(600)])
    truth = measured.mean((0, 1))
    held = {}
    for overlap in (0.0, 1 / 3):
        low, high = np.moveaxis([t_intervals(each, overlap=overlap) for each in measured], 1, 0)
        held[overlap] = ((low <= truth) & (truth <= high)).mean(0)
    assert held[1 / 3] == pytest.approx([0.958, 0.877], abs=0.01)  # as the docstring says
    assert held[0.0] == pytest.approx([0.838, 0.707], abs=0.01)


def _divided(generator, rows=1000, divisions=5):
    """Accuracy and disparate impact of a logistic regression on the test rows of each division."""
    z = generator.integers(0, 2, rows)
    x = generator.normal(size=(rows, 2)) - 0.6 * z[:, None]
    y = (x @ [1.0, 0.7] - 0.5 * z + generator.logistic(size=rows) > -0.3).astype(float)
    inputs, found = with_intercept(np.c_[x, z]), []
    for _ in range(divisions):
        order = generator.permutation(rows)
        test, train = order[: rows // 4], order[rows // 4 :]
        said = inputs[test] @ fit_logistic(inputs[train], y[train], ridge=1e-6) > 0
        impact = disparate_impact(said, sensitive=z[test])
        found.append([np.mean(said == y[test]), impact])
    return np.array(found)
