"""Intervals of rates, areas and gaps: published examples, scipy's, and coverage once."""

import numpy as np
import pytest
from scipy.stats import binomtest

from fairbench.auditing.proportions import (
    Limits,
    area_limits,
    difference,
    largest_gap,
    normal_quantile,
    range_quantile,
    ratio,
    smallest_ratio,
    wilson,
)
from fairbench.metrics.ranking import auc

Z = normal_quantile()


@pytest.mark.parametrize(("ones", "rows"), [(0, 3), (3, 3), (1, 7), (40, 90), (500, 1000)])
def test_wilson_is_scipys(ones, rows):
    theirs = binomtest(ones, rows).proportion_ci(0.95, method="wilson")
    own = wilson(np.array([ones]), np.array([rows]), Z)
    np.testing.assert_allclose([own.low[0], own.high[0]], [theirs.low, theirs.high], atol=1e-12)


def test_a_group_without_rows_has_no_rate():
    assert np.isnan(wilson(np.array([0]), np.array([0]), Z)).all()


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    # Newcombe, Statistics in Medicine 17 (1998), table II, method 10.
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((5, 56), (0, 29), -0.0381, 0.1926),
    ],
)
def test_differences_are_those_that_newcombe_printed(one, other, low, high):
    found = wilson(*np.array([one, other]).T, Z)
    told = difference(found.at(0), found.at(1))
    np.testing.assert_allclose([told.low, told.high], [low, high], atol=6e-5)


def test_ratios_end_where_the_quadratic_does():
    """The ends are the ratios t at which one - t other has an interval that ends at 0."""
    found = wilson(np.array([30, 50]), np.array([100, 90]), Z)
    told = ratio(found.at(0), found.at(1))
    for t in (told.low, told.high):
        one, other = found.at(0), found.at(1)
        moved = difference(one, Limits(*(t * end for end in other)))
        assert min(abs(moved.low), abs(moved.high)) < 1e-9
    assert told.low < 0.3 / (50 / 90) < told.high


def test_ratios_of_rates_that_are_0_have_ends():
    found = wilson(np.array([0, 5, 0]), np.array([20, 20, 20]), Z)
    below, above = ratio(found.at(0), found.at(1)), ratio(found.at(1), found.at(0))
    assert below.low == 0 and 0 < below.high < 1
    assert above.high == np.inf and above.low == pytest.approx(1 / below.high)
    both = smallest_ratio(found.at([0, 2]), all_zero=0.0)
    assert both == (0.0, 0.0, 1.0)


def test_a_missing_rate_makes_the_gap_missing():
    found = wilson(np.array([1, 0]), np.array([3, 0]), Z)
    assert np.isnan(largest_gap(found)).all() and np.isnan(smallest_ratio(found, 0.0)).all()


RATES = [
    ([0.3, 0.3], [1000, 1000]),
    ([0.05, 0.05], [200, 30]),
    ([0.3, 0.5], [300, 30]),
    ([0.3] * 5, [100] * 5),
    ([0.1, 0.2, 0.3, 0.2], [500, 30, 200, 40]),
]


@pytest.mark.parametrize(("rates", "rows"), RATES)
def test_gaps_cover_the_truth_and_a_bootstrap_does_not(rates, rows):
    rates, draws, some = np.array(rates), 1000, 150
    generator = np.random.default_rng(0)
    z, gap, share = range_quantile(len(rates)), np.ptp(rates), rates.min() / rates.max()
    covered, bootstrap = np.zeros(2), 0
    for draw in range(draws):
        ones = generator.binomial(rows, rates)
        found = wilson(ones, np.array(rows), z)
        apart, over = largest_gap(found), smallest_ratio(found, 0.0)
        # An end at the truth itself, 0 or 1, is off by rounding.
        covered += [
            apart.low - 1e-9 <= gap <= apart.high + 1e-9,
            over.low - 1e-9 <= share <= over.high + 1e-9,
        ]
        if draw < some:
            again = np.ptp(generator.binomial(rows, ones / rows, (200, len(rates))) / rows, axis=1)
            low, high = np.quantile(again, [0.025, 0.975])
            bootstrap += low <= gap <= high
    assert covered.min() / draws > 0.933  # .95 less two and a half standard errors
    if gap == 0:
        assert bootstrap / some < 0.15


@pytest.mark.parametrize(("shift", "ones", "zeros"), [(0, 30, 30), (1, 20, 60), (2.5, 10, 40)])
@pytest.mark.parametrize("whole", [False, True])
def test_areas_cover_the_truth(shift, ones, zeros, whole):
    generator = np.random.default_rng(1)

    def scores(rows):
        label = np.arange(sum(rows)) < rows[0]
        drawn = generator.normal(shift * label)
        return label, np.round(drawn) if whole else drawn

    truth = auc(*scores((100_000, 100_000)))
    areas = np.array([auc(*scores((ones, zeros))) for _ in range(600)])
    found = area_limits(areas, np.full(600, ones), np.full(600, zeros), Z)
    assert np.mean((found.low <= truth) & (truth <= found.high)) > 0.93


def test_areas_at_their_ends_have_intervals():
    found = area_limits(np.array([1.0, 0.0, np.nan]), np.array([5, 5, 0]), np.array([5, 5, 9]), Z)
    assert found.high[0] == 1 and 0.5 < found.low[0] < 0.9
    assert found.low[1] == 0 and found.high[1] == pytest.approx(1 - found.low[0])
    assert np.isnan(found.at(2)).all()
