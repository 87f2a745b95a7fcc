"""Trade-off plots to point at: every fit with its method, lambda, trial, accuracy and DI.

The page holds the traces of each cell once, as JSON; its script draws the cell that is chosen.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from fairbench.evaluation.selection import limit_of
from fairbench.plotting.numbers import usable
from fairbench.plotting.style import GREY, Look, method_looks
from fairbench.studies.imbalance.figures.trade_off_words import MAIN
from fairbench.studies.imbalance.section import Figures, Panel

_SYMBOLS = {
    "o": "circle", "s": "square", "D": "diamond", "v": "triangle-down", "^": "triangle-up",
    "<": "triangle-left", ">": "triangle-right", "X": "x", "P": "cross", "p": "pentagon",
    "h": "hexagon", "*": "star", "d": "diamond-tall",
}  # fmt: skip
_CELL = ["study", "poisoning", "positive_rate", "group_coefficient"]
_METRICS = ["disparate_impact", "accuracy"]
_POINT = (
    "<b>%{meta}</b><br>lambda_f %{customdata[0]:.4~g}, lambda_r %{customdata[1]:.4~g}<br>"
    "trial %{customdata[2]}, initial seed %{customdata[3]} (%{customdata[4]})<br>"
    "accuracy %{y:.4f}<br>disparate impact %{x:.4f}<extra></extra>"
)
_MEAN = (
    "<b>%{meta}</b>, mean of %{customdata[2]} trials<br>"
    "lambda_f %{customdata[0]:.4~g}, lambda_r %{customdata[1]:.4~g}<br>"
    "accuracy %{y:.4f}<br>disparate impact %{x:.4f}<extra></extra>"
)
_BEST = "best accuracy possible %{y:.4f}<br>at disparate impact %{x:.4f}<extra></extra>"
_FONT = {"family": "system-ui, sans-serif", "size": 13, "color": "#1f2937"}


def explorer(fits: pd.DataFrame, limits: pd.DataFrame, titles: Mapping[str, str] = {}) -> dict:  # noqa: B006
    """Describe an interactive trade-off plot.

    Parameters
    ----------
    fits : DataFrame
        Rows of the table of fits; each of their cells is drawn by itself.
    limits : DataFrame
        ``positive_rate``, ``group_coefficient``, ``disparate_impact``, ``accuracy``; may be empty.
    titles : mapping
        Study -> what its cells are called.

    Returns
    -------
    dict
        ``layout``, and ``cells``: for each its ``name`` and ``traces``, as plotly.js takes them.
        Strings of the data are escaped: plotly.js reads some HTML in them.
    """
    looks = method_looks(fits["label"].unique())
    cells = [
        {
            "name": _cell_name(cell, fits, titles),
            "traces": [*_limit(rows, limits), *_traces(rows, looks)],
        }
        for cell, rows in fits.groupby(_CELL, sort=False, dropna=False)
    ]
    return {"layout": _layout(), "cells": cells}


def _cell_name(cell: tuple, fits: pd.DataFrame, titles: Mapping[str, str]) -> str:
    study, poisoning, positive_rate, coefficient = cell
    named = fits["study"].nunique() > 1 or study in titles
    parts = [titles.get(study, study)] if named else []
    mine = fits[(fits["study"] == study) & (fits["poisoning"] == poisoning)]
    if len(mine[_CELL].drop_duplicates()) > 1 or not named:
        parts.append(f"P(Y=1) = {positive_rate:g}, c = {coefficient:g}")
    return ": ".join(parts)


def _traces(rows: pd.DataFrame, looks: Mapping[str, Look]) -> Iterable[dict]:
    # A fit that was lost has no point; it is counted in the tables.
    rows = usable(rows).rename(columns={f"test_{name}": name for name in _METRICS})
    rows = rows.dropna(subset=_METRICS)
    for label in looks:
        mine = rows[rows["label"] == label]
        if mine.empty:
            continue
        look = looks[label]
        marker = {"color": look.colour, "symbol": _SYMBOLS.get(look.marker, "circle")}
        shared = {"name": html.escape(look.name), "meta": html.escape(label), "legendgroup": label}
        faint = {"marker": marker | {"size": 5, "opacity": 0.45}, "showlegend": False}
        told = ["lambda_f", "lambda_r", "trial", "initial_seed", "status"]
        yield _scatter(mine, told, "markers", _POINT, **faint, **shared)
        grouped = mine.groupby(["lambda_r", "lambda_f"])
        means = grouped[_METRICS].mean().assign(trials=grouped.size()).reset_index()
        large = {"marker": marker | {"size": 10, "line": {"color": "white", "width": 1}}}
        large["line"] = {"color": look.colour, "width": 2}
        told = ["lambda_f", "lambda_r", "trials"]
        yield _scatter(means, told, "lines+markers", _MEAN, **large, **shared)


def _limit(rows: pd.DataFrame, limits: pd.DataFrame) -> Iterable[dict]:
    first = rows.iloc[0]
    here = limit_of(limits, first["positive_rate"], first["group_coefficient"])
    if len(here):
        style = {"line": {"color": GREY, "width": 3}, "name": "limit of the law"}
        yield _scatter(here, [], "lines", _BEST, **style)


def _scatter(points: pd.DataFrame, told: list[str], mode: str, hover: str, **style: Any) -> dict:
    """Accuracy against disparate impact as a trace of plotly.js; `told` is what `hover` shows."""
    x, y = ([round(float(value), 5) for value in points[name]] for name in _METRICS)
    rows = points[told].astype(object).to_numpy().tolist()
    data = [[html.escape(v) if isinstance(v, str) else v for v in row] for row in rows]
    trace = {"type": "scatter", "x": x, "y": y, "mode": mode, "hovertemplate": hover} | style
    return trace | ({"customdata": data} if told else {})


def _layout() -> dict:
    axis = {"gridcolor": "#e5e7eb", "linecolor": "#9ca3af", "zeroline": False, "showline": True}
    return {
        "font": _FONT,
        "paper_bgcolor": "white",
        "plot_bgcolor": "white",
        "margin": {"l": 64, "r": 16, "t": 16, "b": 56},
        "hovermode": "closest",
        "hoverlabel": {"align": "left", "bgcolor": "white", "font": _FONT},
        "xaxis": {**axis, "title": {"text": "disparate impact (ratio, test split)"}},
        "yaxis": {**axis, "title": {"text": "accuracy (test split)"}},
        "legend": {"orientation": "h", "y": -0.2, "yanchor": "top", "x": 0},
    }


def plot_of(figures: Figures, path: str) -> tuple[str | None, list[str]]:
    """Name of the interactive plot beside a figure, and the labels shown in it at first."""
    if path == "figures/fig8" and figures.fig8:
        return "fig8", list(MAIN)
    curves = {"figures/fig9": figures.fig9, "figures/fig10": figures.fig10}.get(path)
    return (f"study-{curves.study}", [curves.label, *curves.rivals]) if curves else (None, [])


def plots(
    figures: Figures, names: list[str], fits: pd.DataFrame, limits: pd.DataFrame
) -> dict[str, dict]:
    """The interactive plots of some names for which there are fits."""
    found = {}
    for name in names:
        if name == "fig8":
            rows = pd.concat([_panel_rows(fits, panel) for panel in figures.fig8])
            titles = {panel.study: panel.title for panel in figures.fig8}
        else:
            rows, titles = fits[fits["study"] == name.removeprefix("study-")], {}
        if len(rows):
            found[name] = explorer(rows, limits, titles)
    return found


def _panel_rows(fits: pd.DataFrame, panel: Panel) -> pd.DataFrame:
    """Rows of a panel of figure 8: where a label has several lambda_r, the one that is drawn."""
    rows = fits[fits["study"] == panel.study]
    drawn = rows["label"].map(panel.lambda_r).astype(float)
    return rows[drawn.isna() | ((drawn - rows["lambda_r"]).abs() < 1e-9)]
