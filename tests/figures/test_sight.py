"""Captions say which methods are shown the sensitive attribute, from the tables."""

from fairbench.evaluation.gamma_sweep import correlation_table
from fairbench.evaluation.representations import summary
from fairbench.figures import figure_8
from fairbench.figures.gamma_sweep import figure_gamma
from fairbench.figures.representation_trade_off import figure_representations, figure_trade_off

from ..representation_tables import folds_table, searches_table, sweep_table

ALL = "every method sees the sensitive attribute"


def hidden_from(table, *labels):
    return table.assign(sees_sensitive=~table["label"].isin(labels))


def test_figure_8_says_it_of_each_panel(fits, published_points, panels, simulate):
    limits = simulate.limits((0.5, 1.0))
    assert figure_8(fits, limits, published_points, panels=panels).caption.count(ALL) == 2
    fits["sees_sensitive"] = (fits["study"] == "clean") | (fits["label"] != "naive_mi")
    caption = figure_8(fits, limits, published_points, panels=panels).caption
    assert caption.count(ALL) == 1 and "normalized_mi, not of naive_mi;" in caption


def test_figures_9_and_10_say_it_of_the_methods_compared(selected, published_rows, imbalance):
    assert f"E{ALL[1:]}." in imbalance("fig10", selected, published_rows).caption
    blind = hidden_from(selected, "fr_train")
    caption = imbalance("fig10", blind, published_rows).caption
    assert "shown to the predictors of normalized_mi, not of fr_train." in caption
    caption = imbalance("fig9", blind, published_rows).caption
    assert "No method's predictor sees the sensitive attribute." in caption


def test_figures_of_representations_say_it_and_the_draws():
    folds, sweep = folds_table(["compas"]), sweep_table()
    means = summary(folds, searches_table(folds))
    for function in (figure_trade_off, figure_representations):
        assert ALL in function(folds, means).caption
        caption = function(hidden_from(folds, "vfae", "plain"), means).caption
        assert "of adv_cls, binary_bernoulli, binary_mi, not of plain, vfae." in caption
        drawn = "Predictions of BinaryBernoulli, BinaryMI, VFAE are means over 10 draws"
        assert drawn in caption
        assert "Every prediction is of one draw." in function(folds.assign(draws=1), means).caption
    steering = correlation_table(sweep)
    assert ALL in figure_gamma(sweep, steering).caption
    assert "not of vfae." in figure_gamma(hidden_from(sweep, "vfae"), steering).caption
