"""Figures 9 and 10: what is drawn equals the tables, and the captions say what they hold."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from fairbench.evaluation.comparison import paired_comparisons

CELLS = [(rate, c) for rate in (0.1, 0.5, 0.9) for c in (0.6, 1.0, 1.4)]


def test_figure_9_draws_means_intervals_published_means_and_the_limit(
    selected, published_rows, read, simulate, imbalance
):
    drawn = imbalance("fig9", selected, published_rows)
    ours = selected[selected["label"] == "fr_train"]
    limits = simulate.limits(*CELLS)
    for axes, column in zip(drawn.figure.axes, ("accuracy", "disparate_impact"), strict=True):
        for c in (0.6, 1.0, 1.4):
            name = f"$c$ = {c:g}"
            grouped = ours[ours["group_coefficient"] == c].groupby("positive_rate")[column]
            x, y = read.line(axes, name)
            assert np.allclose(x, [0.1, 0.5, 0.9], atol=0.06) and np.allclose(y, grouped.mean())
            half = grouped.std() / 2 * t.ppf(0.975, 3)
            assert np.allclose(read.half_bars(axes, name), half)
            past = published_rows.query("figure == 'fig9' and group_coefficient == @c")
            expected = past.groupby("positive_rate")[column].mean()
            assert np.allclose(read.line(axes, f"published, {name}")[1], expected)
    limit = limits.query("group_coefficient == 1.4 and positive_rate == 0.9")
    at = ours.query("group_coefficient == 1.4 and positive_rate == 0.9")["disparate_impact"].mean()
    expected = np.interp(at, limit["disparate_impact"], limit["accuracy"])
    assert read.line(drawn.figure.axes[0], "limit, $c$ = 1.4")[1][2] == pytest.approx(expected)
    assert "n = 4 data sets a cell, bars: 95 % t intervals" in drawn.caption
    assert "FR-Train: lambda_f 0.1/0.7, lambda_r 0.05, all 72 fits ok." in drawn.caption


def test_figure_10_draws_paired_differences_and_its_own_published_file(
    selected, published_rows, read, imbalance
):
    drawn = imbalance("fig10", selected, published_rows)
    assert len(drawn.figure.axes) == 4
    key = ["group_coefficient", "positive_rate", "trial"]
    wide = selected.pivot(index=key, columns="label", values="disparate_impact")
    difference = wide["normalized_mi"] - wide["fr_train"]
    expected = difference.groupby(key[:2]).mean()
    for c in (0.6, 1.0, 1.4):
        assert np.allclose(read.line(drawn.figure.axes[3], f"$c$ = {c:g}")[1], expected[c])
    past = published_rows.query("figure == 'fig10' and group_coefficient == 1")
    assert np.allclose(
        read.line(drawn.figure.axes[0], "published, $c$ = 1")[1],
        past.groupby("positive_rate")["accuracy"].mean(),
    )
    assert "published file behind Fig. 10 (adversarial, wider lambda grid)" in drawn.caption


def test_figure_10_quotes_the_tables_of_comparisons(selected, published_rows, imbalance, simulate):
    fits = simulate.fits_of(selected).assign(budget="clean", iterations=4000)
    table = paired_comparisons(selected, fits, resamples=200)
    caption = imbalance("fig10", selected, published_rows, table).caption
    row = table.query("quantity == 'disparate_impact' and scope == 'all'").iloc[0]
    # The table says FR-Train minus normalised MI, the figure the reverse.
    assert (row["label_a"], row["label_b"]) == ("fr_train", "normalized_mi")
    interval = f"[{-row['high']:+.3f}, {-row['low']:+.3f}]"
    assert f"DI {-row['difference']:+.3f} {interval} (" in caption
    assert "normalised MI minus FR-Train, mean [95 % interval]: accuracy" in caption
    assert "minus" not in imbalance("fig10", selected, published_rows).caption.split("\n\n")[0]


def test_lost_cells_are_gaps_that_the_figure_names(selected, published_rows, read, imbalance):
    ours = selected["label"] == "fr_train"
    cell = ours & (selected["group_coefficient"] == 1.0) & (selected["positive_rate"] == 0.5)
    half = ours & (selected["group_coefficient"] == 0.6) & (selected["trial"] < 2)
    gone = cell | (half & (selected["positive_rate"] == 0.1))
    metrics = ["accuracy", "disparate_impact", "distance_to_limit"]
    selected.loc[gone, metrics] = np.nan
    selected.loc[gone, ["status", "lost"]] = ["lost", 2]
    selected.loc[half & (selected["positive_rate"] == 0.9), "lost"] = 1
    drawn = imbalance("fig10", selected, published_rows, label="fr_train", rivals=["normalized_mi"])
    for axes in (drawn.figure.axes[0], drawn.figure.axes[2]):
        assert np.isnan(read.line(axes, "$c$ = 1")[1]).tolist() == [False, True, False]
    texts = {text.get_text() for text in drawn.figure.axes[0].texts}
    assert texts == {"0/4", "2/4", "\N{MINUS SIGN}2"}
    assert "6 of 36 data sets lost every fit" in drawn.caption
    nothing = selected.assign(**dict.fromkeys(metrics, np.nan))
    assert "36 of 36 data sets lost" in imbalance("fig9", nothing, published_rows).caption


def test_one_trial_one_coefficient_and_no_published_rows(simulate, imbalance):
    selected = simulate.selected(rates=(0.5,), coefficients=(1.0,), trials=1)
    none = pd.DataFrame(columns=["figure", *selected.columns])
    drawn = imbalance("fig9", selected, none)
    assert "one each, so no interval" in drawn.caption and "nan" not in drawn.caption
    assert "published" not in drawn.caption.lower()


def test_the_constant_is_drawn_from_its_rows(selected, published_rows, read, imbalance):
    constant = selected[selected["label"] == "fr_train"].assign(label="constant", method="constant")
    constant = constant.assign(accuracy=constant["positive_rate"], disparate_impact=1.0)
    both = pd.concat([selected, constant], ignore_index=True)
    axes = imbalance("fig9", both, published_rows).figure.axes
    assert np.allclose(read.line(axes[0], "constant"), [[0.1, 0.5, 0.9]] * 2)
    assert np.allclose(read.line(axes[1], "constant")[1], 1.0)
    before = imbalance("fig9", selected, published_rows).figure.axes
    assert axes[0].get_ylim() == before[0].get_ylim()
