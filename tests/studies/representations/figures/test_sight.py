"""Captions say which methods are shown the sensitive attribute, from the tables."""

from fairbench.studies.representations.figures.gamma_sweep import figure_gamma
from fairbench.studies.representations.figures.trade_off import (
    figure_representations,
    figure_trade_off,
)
from fairbench.studies.representations.gamma_sweep import correlation_table
from fairbench.studies.representations.summary import summary

from ..tables import folds_table, searches_table, sweep_table

ALL = "every method sees the sensitive attribute"


def hidden_from(table, *labels):
    return table.assign(sees_sensitive=~table["label"].isin(labels))


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
