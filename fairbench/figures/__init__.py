"""The figures, one function each, drawn from tables only.

A figure function takes tables (and what to choose from them) and returns a `Drawn`: a matplotlib
figure and its caption, whose every number is computed. It never trains and never draws data. A new
figure is such a function and a line in `FIGURES`.
"""

from functools import partial

from fairbench.figures.imbalance import figure_imbalance
from fairbench.figures.samples import figure_4
from fairbench.figures.style import Drawn, save
from fairbench.figures.theory import figure_3, figure_6
from fairbench.figures.trade_off import figure_8

__all__ = [
    "FIGURES",
    "Drawn",
    "figure_3",
    "figure_4",
    "figure_6",
    "figure_8",
    "figure_imbalance",
    "save",
]

FIGURES = {
    "fig3": figure_3,
    "fig4": figure_4,
    "fig6": figure_6,
    "fig8": figure_8,
    "fig9": partial(figure_imbalance, label="fr_train", published_figure="fig9"),
    "fig10": partial(
        figure_imbalance, label="normalized_mi", rivals=("fr_train",), published_figure="fig10"
    ),
}
