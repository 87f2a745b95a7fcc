"""Means, spread, intervals and the counts of what was lost."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from fairbench.evaluation.bootstrap import mean_intervals, verdict
from fairbench.evaluation.selection import select
from fairbench.evaluation.summary import cell_summary

from .tables import fit, table


def summarise(rows):
    fits = table(rows)
    return cell_summary(select(fits, criteria={}), fits)


def test_the_numbers_of_a_cell_are_those_computed_by_hand():
    rows = [fit(a, d, trial=t) for t, (a, d) in enumerate([(0.5, 0.25), (0.75, 0.5), (1.0, None)])]
    row = summarise(rows).iloc[0]
    assert (row["n"], row["lost"], row["n_disparate_impact"], row["fits"]) == (3, 0, 2, 3)
    assert (row["accuracy"], row["accuracy_sd"]) == (0.75, 0.25)
    assert (row["disparate_impact"], row["method"]) == (0.375, "fr_train")
    half = stats.t.ppf(0.975, 2) * 0.25 / np.sqrt(3)
    assert (row["accuracy_low"], row["accuracy_high"]) == pytest.approx((0.75 - half, 0.75 + half))
    assert np.isnan(row["distance_to_limit_low"])


def test_lost_data_sets_and_fits_are_counted_beside_the_mean():
    rows = [fit(0.5, 0.5, lambda_f=0.1), fit(lambda_f=0.2, status="diverged")]
    rows += [fit(lambda_f=x, status="error", trial=1) for x in (0.1, 0.2)]
    rows += [fit(0.9, 0.0, lambda_f=x, status="degenerate", trial=2) for x in (0.1, 0.2)]
    row = summarise(rows).iloc[0]
    assert (row["n"], row["lost"], row["accuracy"]) == (2, 1, pytest.approx(0.7))
    assert [row[name] for name in ("fits", "diverged", "error", "degenerate")] == [6, 1, 2, 2]
    assert (row["edge_rate"], row["edge_rate_high"]) == (1.0, 0.0)


def test_a_cell_without_any_result_keeps_its_row():
    row = summarise([fit(status="error"), fit(status="error", trial=1)]).iloc[0]
    assert (row["n"], row["lost"]) == (0, 2)
    assert np.isnan([row["accuracy"], row["accuracy_low"], row["edge_rate"]]).all()


def test_one_data_set_has_no_interval():
    row = summarise([fit(0.5, 0.5)]).iloc[0]
    assert row["accuracy"] == 0.5 and np.isnan(row["accuracy_low"])


def test_the_summary_does_not_depend_on_the_order_of_rows():
    generator = np.random.default_rng(3)
    rows = [fit(*generator.random(2), trial=t, label=x) for t in range(12) for x in ("a", "b")]
    pd.testing.assert_frame_equal(summarise(rows), summarise(rows[::-1]))
    # Another label leaves the numbers of the first one as they were.
    alone = summarise([row for row in rows if row["label"] == "a"])
    pd.testing.assert_frame_equal(alone, summarise(rows)[:1])


def test_drawing_within_cells_removes_the_spread_between_them():
    cells = np.repeat([0, 1], 10)
    values = np.where(cells == 0, 0.0, 1.0)[:, None]
    low, high = mean_intervals(values, cells, "test", seed=0)
    assert low[0] == high[0] == 0.5
    # Fewer than twenty have the spread between cells too.
    low, high = mean_intervals(values[1:], cells[1:], "test", seed=0)
    assert low[0] < 0.4 and high[0] > 0.6
    # Cells of three are too small for that: they are drawn together.
    few = np.arange(20) % 10 < 3
    low, high = mean_intervals(values[few], cells[few], "test", seed=0)
    assert low[0] < 0.3 and high[0] > 0.7


def test_a_verdict_needs_an_interval_off_zero_and_enough_pairs():
    assert verdict(0.1, 0.2, 10) == "A higher"
    assert verdict(-0.2, -0.1, 10) == "B higher"
    assert verdict(-0.1, 0.2, 10) == verdict(0.1, 0.2, 5) == "no difference shown"
    assert verdict(float("nan"), float("nan"), 10) == "no difference shown"
