"""The look that all figures share."""

from fairbench.plotting.style import method_looks


def test_methods_look_the_same_in_every_figure_and_apart_in_one():
    few, many = method_looks(["naive_mi"]), method_looks(["b", "naive_mi", "a", "fr_train"])
    assert few["naive_mi"] == many["naive_mi"] and many["fr_train"].name == "FR-Train"
    assert len({(look.colour, look.marker) for look in many.values()}) == 4
