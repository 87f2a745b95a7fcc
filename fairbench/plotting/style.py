"""One look for all figures, and how a figure is put on disk."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from itertools import cycle
from pathlib import Path
from string import ascii_lowercase
from typing import Any, NamedTuple

import matplotlib.style
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from fairbench.base.call import Call
from fairbench.store import stamps
from fairbench.store.tables import atomic_path, write_markdown

COLUMN, DOUBLE = 3.4, 7.0
"""Widths in inches of one column and of a page."""

OKABE_ITO = {
    "black": "#000000",
    "orange": "#E69F00",
    "sky": "#56B4E9",
    "green": "#009E73",
    "yellow": "#F0E442",
    "blue": "#0072B2",
    "vermillion": "#D55E00",
    "purple": "#CC79A7",
}
"""The palette of Okabe and Ito, whose colours stay apart for colour-blind readers."""

GREY = "#7F7F7F"

_RC = {
    "font.size": 8,
    "axes.titlesize": 8,
    "axes.labelsize": 8,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "legend.fontsize": 7,
    "legend.frameon": False,
    "legend.handlelength": 1.8,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#E6E6E6",
    "grid.linewidth": 0.4,
    "lines.linewidth": 1.2,
    "lines.markersize": 4,
    # TrueType outlines: publishers refuse the default type 3.
    "pdf.fonttype": 42,
}


class Look(NamedTuple):
    """How a series is drawn everywhere: its colour, its marker and its display name."""

    colour: str
    marker: str
    name: str

    @property
    def style(self) -> dict[str, str]:
        """Colour and marker, as matplotlib takes them."""
        return {"color": self.colour, "marker": self.marker}


class Drawn(NamedTuple):
    """What every figure function returns: the figure and its caption (`caption_of`)."""

    figure: Figure
    caption: str


_METHODS = {
    "constant": Look(GREY, "1", "accept all or refuse all"),
    "logistic_regression": Look(OKABE_ITO["black"], "X", "logistic regression"),
    "group_thresholds": Look(OKABE_ITO["purple"], "P", "group thresholds"),
    "adversarial": Look(OKABE_ITO["sky"], "v", "adversarial debiasing"),
    "fr_train": Look(OKABE_ITO["blue"], "o", "FR-Train"),
    "naive_mi": Look(OKABE_ITO["vermillion"], "s", "naive MI"),
    "normalized_mi": Look(OKABE_ITO["green"], "D", "normalised MI"),
    "plain": Look(OKABE_ITO["black"], "*", "plain network"),
    "binary_bernoulli": Look(OKABE_ITO["orange"], "^", "BinaryBernoulli"),
    "binary_mi": Look(OKABE_ITO["purple"], "d", "BinaryMI"),
    "adv_cls": Look(OKABE_ITO["sky"], "<", "AdvCls"),
    "vfae": Look(OKABE_ITO["green"], "h", "VFAE"),
    "rebias": Look(OKABE_ITO["vermillion"], "o", "ReBias"),
    "rubi": Look(OKABE_ITO["blue"], "D", "RUBi"),
    "learned_mixin": Look(OKABE_ITO["green"], "s", "LearnedMixIn+H"),
    "group_dro": Look(GREY, "v", "group DRO"),
}
# Known methods have all the colours but yellow; what sets another label apart is its marker.
_FREE_COLOURS = [OKABE_ITO[name] for name in ("orange", "yellow", "blue", "vermillion", "green")]
_FREE_MARKERS = ["p", ">", "8", "H", "X", "v", "s"]


def look() -> AbstractContextManager[None]:
    """Give the context in which figures are drawn; also a decorator of a figure function.

    It starts from matplotlib's own defaults, so that a user's matplotlibrc changes nothing.
    """
    return matplotlib.style.context(["default", _RC])


def method_looks(labels: Iterable[str]) -> dict[str, Look]:
    """Give every method label its look.

    Parameters
    ----------
    labels : iterable of str
        Labels of a figure. The methods of the package look the same in every figure; other
        labels take, in alphabetical order, the colours and markers that are left.

    Returns
    -------
    dict
        A `Look` for each label: the package's methods first, in a fixed order.
    """
    labels = set(labels)
    looks = {label: known for label, known in _METHODS.items() if label in labels}
    unknown = sorted(labels - set(_METHODS))
    for label, colour, marker in zip(
        unknown, cycle(_FREE_COLOURS), cycle(_FREE_MARKERS), strict=False
    ):
        looks[label] = Look(colour, marker, _display_name(label))
    return looks


def _display_name(label: str) -> str:
    """Name of a label; ``naive_mi_published`` keeps the name of the method it begins with."""
    for known, (_, _, name) in _METHODS.items():
        rest = label.removeprefix(known).replace("_", " ")
        # ``adversarial_debiasing`` is no kind of ``adversarial``.
        if label.startswith(f"{known}_") and not name.endswith(rest):
            return name + rest
    return label.replace("_", " ")


def coefficient_looks(coefficients: Iterable[float]) -> dict[float, Look]:
    """Give every group coefficient its look, by ascending value."""
    colours = cycle([OKABE_ITO[name] for name in ("orange", "blue", "green", "purple", "black")])
    ordered = sorted(set(coefficients))
    return {
        value: Look(colour, marker, f"$c$ = {value:g}")
        for value, colour, marker in zip(ordered, colours, cycle("osD^v"), strict=False)
    }


def new_figure(width: float, height: float, **panels: Any) -> tuple[Figure, Any]:
    """Make a figure and its axes without pyplot, whose global state would outlive it.

    Parameters
    ----------
    width, height : float
        Inches.
    **panels
        Passed to ``Figure.subplots``.

    Returns
    -------
    figure : Figure
    axes : Axes or array of Axes
    """
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(**panels)


def caption_of(seen: str, details: str) -> str:
    """A caption: what is seen and what it means, then settings, counts and intervals.

    Parameters
    ----------
    seen : str
        For every reader, at most 120 words.
    details : str
        For who looks closer; shown smaller.

    Returns
    -------
    str
        Two paragraphs, with an empty line between them, as in the Markdown beside the figure.
    """
    return f"{seen.strip()}\n\n{details.strip()}"


def letter(axes: Any, position: int, title: str) -> None:
    """Title a panel with its letter, at the left."""
    axes.set_title(f"({ascii_lowercase[position]}) {title}", loc="left")


def handles(entries: Iterable[tuple[str, Mapping]]) -> list[Line2D]:
    """Entries of a legend, each a name and the style of its line."""
    return [Line2D([], [], label=name, **style) for name, style in entries]


def legend_below(figure: Figure, entries: Iterable[tuple[str, Mapping]], columns: int) -> None:
    """Write the legend of all panels below them, from the names and styles of its lines."""
    figure.legend(handles=handles(entries), loc="outside lower center", ncols=columns)


def write(drawn: Drawn, call: Call) -> None:
    """Save a figure as the outputs of its job."""
    save(drawn.figure, call.outputs["pdf"].with_suffix(""), drawn.caption)


def save(figure: Figure, stem: str | os.PathLike, caption: str) -> list[Path]:
    """Write ``stem.pdf``, ``stem.png`` (200 dpi) and the caption as ``stem.md``.

    Parameters
    ----------
    figure : Figure
    stem : path-like
        Path without a suffix.
    caption : str

    Returns
    -------
    list of Path
        The three files. Each is written whole or not at all, says where it comes from
        (`fairbench.store.stamps`), and has the same bytes for the same figure: no date is in them.
    """
    stem = Path(stem)
    paths = [stem.parent / f"{stem.name}.{suffix}" for suffix in ("pdf", "png", "md")]

    def render(kind: str, metadata: dict, **options: Any) -> bytes:
        buffer = io.BytesIO()
        with look():
            figure.savefig(buffer, format=kind, metadata=metadata, **options)
        return buffer.getvalue()

    undated = {"CreationDate": None, "ModDate": None}
    pdf = stamps.stamp_pdf(paths[0], lambda stamp: render("pdf", undated | stamp))
    png = stamps.stamp_png(paths[1], render("png", {"Software": None}, dpi=200))
    for path, content in zip(paths, (pdf, png), strict=False):
        with atomic_path(path) as temporary:
            temporary.write_bytes(content)
    write_markdown(paths[2], f"{caption.strip()}\n")
    return paths
