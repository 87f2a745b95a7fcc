"""Which tables each figure of the representations study is drawn from."""

from __future__ import annotations

from collections.abc import Callable

from fairbench.plotting.style import Drawn
from fairbench.studies.representations.figures.gamma_sweep import figure_gamma
from fairbench.studies.representations.figures.trade_off import (
    figure_representations,
    figure_trade_off,
)

__all__ = ["FIGURES"]

FIGURES: dict[str, tuple[Callable[..., Drawn], tuple[str, ...]]] = {
    "fig2": (figure_trade_off, ("folds", "summary")),
    "fig3": (figure_gamma, ("sweep", "correlations")),
    "fig4": (figure_representations, ("folds", "summary")),
}
