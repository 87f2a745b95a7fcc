"""The figures, one function each, drawn from tables only.

A figure function takes tables (and what to choose from them) and returns a `Drawn`: a matplotlib
figure and its caption, whose every number is computed. It never trains and never draws data.
"""

from fairbench.figures.imbalance import figure_imbalance
from fairbench.figures.samples import figure_4
from fairbench.figures.style import Drawn, save
from fairbench.figures.theory import figure_3, figure_6
from fairbench.figures.trade_off import figure_8

__all__ = ["Drawn", "figure_3", "figure_4", "figure_6", "figure_8", "figure_imbalance", "save"]
