"""Figure 3 of Cerrato et al.: what gamma does to fairness and accuracy on COMPAS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.collections import LineCollection
from matplotlib.colors import LogNorm, Normalize
from scipy.interpolate import make_smoothing_spline

from fairbench.plotting.numbers import sight_phrase, span
from fairbench.plotting.style import (
    COLUMN,
    OKABE_ITO,
    Drawn,
    Look,
    caption_of,
    legend_below,
    letter,
    look,
    method_looks,
    new_figure,
)
from fairbench.studies.representations import published
from fairbench.studies.representations.claims import DATASETS
from fairbench.studies.representations.figures.words import data_name, header
from fairbench.studies.representations.gamma_sweep import QUANTITIES, usable_sweep
from fairbench.studies.representations.summary import CELL

_COLOURS = {"1-gpa": OKABE_ITO["blue"], "auc": OKABE_ITO["vermillion"]}
_NAMES = {"1-gpa": "1 \N{MINUS SIGN} GPA", "auc": "AUC"}
_FEWEST_FOR_SPLINE = 5
_STEPS = 200
_LOST = {"linestyle": "", "marker": "x", "markersize": 3.5, "color": OKABE_ITO["black"]}


@look()
def figure_gamma(sweep: pd.DataFrame, correlations: pd.DataFrame) -> Drawn:
    """Draw AUC against 1-GPA as gamma varies, and both against gamma, a column a method.

    Parameters
    ----------
    sweep : DataFrame
        The table ``sweep.csv``. Of several data sets or profiles the first one is drawn.
    correlations : DataFrame
        The table of `fairbench.studies.representations.gamma_sweep.correlation_table`.

    Returns
    -------
    Drawn

    Raises
    ------
    ValueError
        The sweep has no method with more than one gamma.
    """
    cell = tuple(sweep.sort_values(CELL)[CELL].iloc[0]) if len(sweep) else ("", "")
    here, known = (
        table[(table["dataset"] == cell[0]) & (table["profile"] == cell[1])]
        for table in (sweep, correlations)
    )
    varied = here.groupby("label")["gamma"].nunique()
    looks = method_looks(varied.index[varied > 1])
    if not looks:
        raise ValueError("the sweep has no method that was fitted with more than one gamma")
    here = here[here["label"].isin(looks)]
    figure, axes = new_figure(
        max(COLUMN, 0.6 + len(looks) * 1.65), 4.6, nrows=2, ncols=len(looks), squeeze=False,
        sharex="row", sharey="row",
    )  # fmt: skip
    norm = _norm(here["gamma"])
    for i, (label, method) in enumerate(looks.items()):
        fits, used = (t[t["label"] == label] for t in (here, usable_sweep(here)))
        letter(axes[0, i], i, method.name)
        _draw_path(axes[0, i], used, norm)
        _draw_against_gamma(axes[1, i], fits, used, norm)
        words = _correlation_words(known[known["label"] == label], fits["method"].iloc[0])
        axes[1, i].set_title(words, loc="left", fontsize=6.5)
    axes[0, 0].set_ylabel("AUC")
    axes[1, 0].set_ylabel("1 \N{MINUS SIGN} GPA and AUC")
    _finish(figure, axes, here, norm, cell)
    return Drawn(figure, _caption(here, known, looks, cell))


def smoothed(used: pd.DataFrame) -> pd.DataFrame:
    """Smooth the mean 1-GPA and AUC along gamma, as the published figure does.

    Parameters
    ----------
    used : DataFrame
        Fits of `fairbench.studies.representations.gamma_sweep.usable_sweep`, of one label.

    Returns
    -------
    DataFrame
        ``gamma``, ``1-gpa``, ``auc``: cubic smoothing splines over the rank of gamma, weighted by
        the number of fits, their smoothness by generalised cross-validation. With fewer than five
        values of gamma the means themselves.
    """
    grouped = used.groupby("gamma", sort=True)[[*QUANTITIES]]
    means, counts = grouped.mean(), grouped.size().to_numpy(float)
    if len(means) < _FEWEST_FOR_SPLINE:
        return means.reset_index()
    rank = np.arange(len(means), dtype=float)
    at = np.linspace(0.0, rank[-1], _STEPS)
    columns = {
        name: make_smoothing_spline(rank, means[name].to_numpy(), w=counts)(at) for name in means
    }
    return pd.DataFrame({"gamma": np.interp(at, rank, means.index), **columns})


def _norm(gammas: pd.Series) -> Normalize:
    low, high = float(gammas.min()), float(gammas.max())
    return LogNorm(low, high) if 0.0 < low and high / low >= 30.0 else Normalize(low, high)


def _draw_path(axes: Any, used: pd.DataFrame, norm: Normalize) -> None:
    axes.scatter(
        used["1-gpa"], used["auc"], c=used["gamma"], norm=norm, s=9, alpha=0.5, linewidths=0,
        label="fits",
    )  # fmt: skip
    path = smoothed(used)
    ends = path[["1-gpa", "auc"]].to_numpy()
    segments = np.stack([ends[:-1], ends[1:]], axis=1)
    middle = (path["gamma"].to_numpy()[:-1] + path["gamma"].to_numpy()[1:]) / 2
    line = LineCollection(segments, array=middle, norm=norm, linewidths=2.2, zorder=4)
    line.set(capstyle="round", label="smoothed")
    axes.add_collection(line)
    axes.set_xlabel("1 \N{MINUS SIGN} GPA")


def _draw_against_gamma(axes: Any, fits: pd.DataFrame, used: pd.DataFrame, norm: Normalize) -> None:
    grouped = used.groupby("gamma")[[*QUANTITIES]].mean()
    means = grouped.reindex(sorted(fits["gamma"].unique()))
    for name, colour in _COLOURS.items():
        axes.plot(
            used["gamma"], used[name], linestyle="", marker=".", markersize=3, alpha=0.45,
            color=colour, markeredgewidth=0,
        )  # fmt: skip
        axes.plot(means.index, means[name], color=colour, label=_NAMES[name])
    if isinstance(norm, LogNorm):
        axes.set_xscale("log")
    axes.set_xlabel("$\\gamma$")
    lost = fits.loc[~fits.index.isin(used.index), "gamma"].unique()
    axes.plot(
        lost, np.full(len(lost), 0.04), **_LOST, transform=axes.get_xaxis_transform(), label="lost"
    )


def _correlation_words(rows: pd.DataFrame, method: str) -> str:
    """Lines over a lower panel: both correlations, published ones and the fits behind them."""
    given = published.correlations()
    given = given[given["method"] == method].set_index("quantity")["correlation"]
    rows = rows.set_index("quantity")
    lines = [f"$\\rho$ with $\\gamma$, n = {rows['n'].iloc[0]} of {rows['fits'].iloc[0]} fits"]
    for name in QUANTITIES:
        row = rows.loc[name]
        lines.append(f"{_NAMES[name]} {_estimate(row['pearson'], row['low'], row['high'])}")
        known = name in given.index
        lines.append(f"    published {_signed(given[name], 3)}" if known else "    none published")
    return "\n".join(lines)


def _estimate(value: float, low: float, high: float) -> str:
    interval = f" [{_signed(low)}, {_signed(high)}]" if np.isfinite(low) else " (no interval)"
    return f"{_signed(value)}{interval}" if np.isfinite(value) else "undefined"


def _signed(value: float, digits: int = 2) -> str:
    return f"{value:+.{digits}f}".replace("-", "\N{MINUS SIGN}")


def _finish(figure: Any, axes: Any, here: pd.DataFrame, norm: Normalize, cell: tuple) -> None:
    """Colour bar, legend, and what the figure rests on."""
    any_path = axes[0, 0].collections[-1]
    bar = figure.colorbar(any_path, ax=axes[0, :], aspect=14, pad=0.01)
    bar.set_label("$\\gamma$", rotation=0)
    bar.outline.set_visible(False)
    lost = len(here) > len(usable_sweep(here))
    low, high = axes[1, 0].get_ylim()
    if lost:
        axes[1, 0].set_ylim(low - 0.07 * (high - low), high)
    entries = [(_NAMES[name], {"color": _COLOURS[name]}) for name in QUANTITIES]
    if lost:
        entries.append(("fits lost at this $\\gamma$", _LOST))
    folds, seeds, gammas = (span(_per_label(here, name)) for name in ("fold", "seed", "gamma"))
    words = f"{folds} outer folds, {seeds} seeds each, {gammas} values of gamma"
    header(figure, f"{data_name(*cell)}; {words}")
    legend_below(figure, entries, 3)


def _per_label(here: pd.DataFrame, column: str) -> pd.Series:
    return here.groupby("label")[column].nunique()


def _caption(
    here: pd.DataFrame, known: pd.DataFrame, looks: Mapping[str, Look], cell: tuple
) -> str:
    first = QUANTITIES[0]
    found = known[known["quantity"] == first].set_index("label")[["pearson", "low", "high"]]
    moved = ", ".join(
        f"{each.name} {_estimate(*found.loc[label])}" for label, each in looks.items()
    )
    seen = (
        f"Fits of {DATASETS.get(cell[0], cell[0])}, {cell[1]}, with gamma varied and nothing else "
        "within a fold and seed. Top: AUC against 1-GPA, one dot a fit, with smoothing splines of "
        "the means along gamma, coloured by it. Bottom: the same fits against gamma, with their "
        f"means. Correlation of gamma with {_NAMES[first]}: {moved}."
    )
    text = (
        f"gamma from {here['gamma'].min():g} to {here['gamma'].max():g}; "
        f"{len(here) - len(usable_sweep(here))} of {len(here)} fits lost; crosses at the foot: a "
        "gamma at which fits were lost. The objective adds bits of a binary layer's information to "
        "nats of cross-entropy, as in the paper. Over the lower panels: Pearson's correlations "
        f"over all fits, with 95 % t intervals over folds. In this study {sight_phrase(here)}."
    )
    return caption_of(seen, text)
