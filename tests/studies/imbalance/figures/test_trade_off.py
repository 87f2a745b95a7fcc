"""Figure 8: what is drawn equals the table, and the caption says what the table holds."""

import numpy as np
import pandas as pd
import pytest

from fairbench.evaluation.comparison import matched_comparisons


def test_figure_8_draws_means_bars_published_points_and_the_limit(
    fits, published_points, panels, read, simulate, trade_off
):
    limits = simulate.limits((0.5, 1.0))
    drawn = trade_off(fits, limits, published_points, panels=panels)
    for axes, study in zip(drawn.figure.axes, ("clean", "poisoned"), strict=True):
        for label in ("fr_train", "adversarial", "naive_mi"):
            grouped = fits[(fits["study"] == study) & (fits["label"] == label)].groupby("lambda_f")
            mean = grouped[["test_disparate_impact", "test_accuracy"]].mean()
            assert np.allclose(read.line(axes, label), mean.to_numpy().T)
        spread = grouped["test_accuracy"].std()
        assert np.allclose(read.half_bars(axes, "naive_mi"), spread)
        points = published_points[published_points["data"] == study].set_index("method")
        for method, point in points.iterrows():
            expected = [[point["disparate_impact"]], [point["accuracy"]]]
            assert np.allclose(read.line(axes, f"{method}, published"), expected)
        assert np.allclose(read.line(axes, "limit")[1], limits["accuracy"])
    first = fits.query("study == 'clean' and label == 'fr_train' and trial == 0")
    assert np.allclose(
        read.line(drawn.figure.axes[0], "fr_train, trial 0")[1], first["test_accuracy"]
    )
    assert "n = 6 torch seeds" in drawn.caption


def test_figure_8_quotes_the_difference_at_equal_accuracy(
    fits, published_points, panels, simulate, trade_off
):
    limits = simulate.limits((0.3, 1.0))
    columns = {f"selection_{m}": fits[f"test_{m}"] for m in ("accuracy", "disparate_impact")}
    table = matched_comparisons(fits.assign(**columns, budget="clean", iterations=1), resamples=200)
    row = table.query("study == 'clean' and label_a == 'fr_train' and label_b == 'naive_mi'")
    (row,) = row[row["scope"] == "all"].to_dict("records")
    caption = trade_off(fits, limits, published_points, table, panels=panels).caption
    interval = f"{-row['difference']:+.3f} [{-row['high']:+.3f}, {-row['low']:+.3f}]"
    words = "clean: naive MI minus FR-Train, mean [95 % interval]: DI at equal accuracy"
    assert f"{words} {interval}" in caption and caption.count("minus FR-Train") == 2
    assert "Grey" not in caption


def test_figure_8_keeps_gaps_and_says_what_is_missing(
    fits, published_points, panels, read, simulate, trade_off
):
    metrics = ["test_accuracy", "test_disparate_impact"]
    gone = (fits["label"] == "naive_mi") & (fits["lambda_f"] == 0.3) & (fits["study"] == "clean")
    fits.loc[gone, "status"], fits.loc[gone, metrics] = "diverged", np.nan
    fits = fits[(fits["label"] != "fr_train") | (fits["study"] == "poisoned")]
    limits = simulate.limits((0.5, 1.0))
    drawn = trade_off(fits, limits, published_points, panels=panels)
    assert np.isnan(read.line(drawn.figure.axes[0], "naive_mi")[0]).tolist() == [0, 1, 0, 0]
    assert "24 fits, of which 6 diverged" in drawn.caption
    assert "fr_train is not in this study" in drawn.caption
    one = trade_off(fits[fits["trial"] == 0], limits, published_points, panels=panels)
    assert "one trial, so no error bars" in one.caption
    chosen = [{**panels[1], "lambda_r": {"fr_train": 0.2}}]
    assert "fr_train is not" in trade_off(fits, limits, published_points, panels=chosen).caption


def test_figure_8_refuses_to_average_cells(fits, published_points, panels, simulate, trade_off):
    fits.loc[fits.index[::2], "positive_rate"] = 0.1
    with pytest.raises(ValueError, match="'clean' has 2"):
        trade_off(fits, simulate.limits((0.5, 1.0)), published_points, panels=panels)


def test_figure_8_draws_neither_limit_nor_published_points_on_real_data(
    fits, published_points, panels, read, simulate, trade_off
):
    real = fits["study"] == "clean"
    fits.loc[real, ["positive_rate", "group_coefficient"]] = np.nan
    fits.loc[real, "dataset"] = "mine/everyone"
    limits = simulate.limits((0.5, 1.0))
    drawn = trade_off(fits, limits, published_points, panels=panels)
    names = [{line.get_label() for line in axes.lines} for axes in drawn.figure.axes]
    assert "fr_train, published" in names[1] - names[0]
    assert read.line(drawn.figure.axes[0], "limit").size == 0
    assert "clean: n = 6 divisions of the rows" in drawn.caption
    # Each data set has its own range of accuracies, which panels of one law share.
    assert not drawn.figure.axes[0].get_shared_y_axes().joined(*drawn.figure.axes)
    alone = trade_off(fits[real], limits.iloc[:0], published_points, panels=panels[:1])
    assert "published" not in alone.caption and "limit" not in alone.caption


def test_figure_8_draws_what_accepting_all_scores_from_the_rows_of_the_constant(
    fits, published_points, panels, read, simulate, trade_off
):
    limits = simulate.limits((0.5, 1.0))
    without = trade_off(fits, limits, published_points, panels=panels)
    constant = fits[fits["label"] == "fr_train"].assign(label="constant", method="constant")
    refused, accepted = (constant[constant["lambda_f"] == value] for value in (0.1, 0.3))
    refused = refused.assign(test_accuracy=0.49, test_disparate_impact=0.0, status="degenerate")
    accepted = accepted.assign(test_accuracy=0.51, test_disparate_impact=1.0, status="degenerate")
    more = pd.concat([fits, refused, accepted], ignore_index=True)
    drawn = trade_off(more, limits, published_points, panels=panels)
    for axes, before in zip(drawn.figure.axes, without.figure.axes, strict=True):
        impact, accuracy = read.line(axes, "accept all")
        assert (impact[0], accuracy[0]) == pytest.approx((1.0, 0.51))
        assert np.allclose(impact + accuracy, 1.51)
        assert axes.get_ylim() == before.get_ylim()
        assert "constant" not in {line.get_label() for line in axes.lines}
    names = [text.get_text() for text in drawn.figure.legends[0].get_texts()]
    assert "as good as accepting all (accuracy + DI)" in names
    assert "accepting everybody" in drawn.caption and "accepting" not in without.caption


def test_figure_8_says_which_labels_draw_one_line_and_why(
    fits, published_points, panels, simulate, trade_off
):
    limits = simulate.limits((0.5, 1.0))
    twin = fits[fits["label"] == "fr_train"].assign(label="adversarial", method="adversarial")
    fits = pd.concat([fits[fits["label"] != "adversarial"], twin], ignore_index=True)
    off = {"fr_train": '{"robust_gradient": "off"}', "adversarial": "{}"}
    fits = fits.assign(parameters=fits["method"].map(off).fillna("{}"))
    caption = trade_off(fits, limits, published_points, panels=panels).caption
    said = "adversarial debiasing and FR-Train draw one line (mean distance 0.0000 in accuracy"
    assert caption.count(said) == 2 and "robust_gradient is off" in caption
    on = fits.assign(parameters='{"robust_gradient": "on"}')
    assert "robust_gradient" not in trade_off(on, limits, published_points, panels=panels).caption
    apart = fits["label"] == "adversarial"
    fits.loc[apart, "test_accuracy"] += 0.01
    assert "one line" not in trade_off(fits, limits, published_points, panels=panels).caption
