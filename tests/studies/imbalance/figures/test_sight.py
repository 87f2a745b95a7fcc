"""Captions say which methods are shown the sensitive attribute, from the tables."""

ALL = "every method sees the sensitive attribute"


def hidden_from(table, *labels):
    return table.assign(sees_sensitive=~table["label"].isin(labels))


def test_figure_8_says_it_of_each_panel(fits, published_points, panels, simulate, trade_off):
    limits = simulate.limits((0.5, 1.0))
    assert trade_off(fits, limits, published_points, panels=panels).caption.count(ALL) == 2
    fits["sees_sensitive"] = (fits["study"] == "clean") | (fits["label"] != "naive_mi")
    caption = trade_off(fits, limits, published_points, panels=panels).caption
    assert caption.count(ALL) == 1 and "normalized_mi, not of naive_mi;" in caption


def test_figures_9_and_10_say_it_of_the_methods_compared(selected, published_rows, imbalance):
    assert f"E{ALL[1:]}." in imbalance("fig10", selected, published_rows).caption
    blind = hidden_from(selected, "fr_train")
    caption = imbalance("fig10", blind, published_rows).caption
    assert "shown to the predictors of normalized_mi, not of fr_train." in caption
    caption = imbalance("fig9", blind, published_rows).caption
    assert "No method's predictor sees the sensitive attribute." in caption
