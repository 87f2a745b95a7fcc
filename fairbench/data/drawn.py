"""The registry of data sets, and the frame that a data set file holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fairbench.data.imbalance import imbalance_draw
from fairbench.data.independent import DEFAULT_ROWS, independent_draw
from fairbench.data.law import PUBLISHED_ROTATION
from fairbench.data.published import published_draw

if TYPE_CHECKING:
    import pandas as pd  # late, as a job that trains asks for `resolve` alone

SPLITS = ("train", "reserve", "clean", "selection", "test")
"""What the rows are for.

``train`` may be poisoned and is trained on. ``reserve`` was part of the attacked pool but is never
trained on. ``clean`` is the trusted set of the robust methods, ``selection`` chooses among models,
``test`` is reported.
"""

_PUBLISHED_ROWS = {"train": 1800, "reserve": 200, "clean": 200, "selection": 500, "test": 1000}
_IMBALANCE_ROWS = {"train": 1800, "clean": 200, "selection": 1000, "test": 1000}


@dataclass(frozen=True)
class DataSet:
    """A registered data set.

    Attributes
    ----------
    draw : callable
        ``draw(trial, seed, **parameters)`` gives one trial's frame with the columns ``split``,
        features, ``y`` (-1/+1) and ``sensitive``.
    defaults : mapping
        Every parameter that a study may set, with its default. A parameter that is a mapping is
        set entry by entry.
    """

    draw: Callable[..., pd.DataFrame]
    defaults: Mapping[str, object]


def _published(trial: int, seed: int, rotation: float) -> pd.DataFrame:
    return _split(published_draw(rotation=rotation), _PUBLISHED_ROWS)


def _imbalance(
    trial: int, seed: int, positive_rate: float, group_coefficient: float, rotation: float
) -> pd.DataFrame:
    rows = sum(_IMBALANCE_ROWS.values())
    frame = imbalance_draw(positive_rate, group_coefficient, trial, rows=rows, rotation=rotation)
    return _split(frame, _IMBALANCE_ROWS)


def _independent(trial: int, seed: int, rows: Mapping[str, int], **law: float) -> pd.DataFrame:
    used = {split: rows[split] for split in SPLITS if rows[split] != 0}
    return independent_draw(trial=trial, seed=seed, rows=used, **law)


def _split(frame: pd.DataFrame, rows: Mapping[str, int]) -> pd.DataFrame:
    """Name consecutive blocks of rows and drop the rest."""
    frame = frame.iloc[: sum(rows.values())].copy()
    frame.insert(0, "split", np.repeat(list(rows), list(rows.values())))
    return frame


_LAW = {"positive_rate": 0.5, "group_coefficient": 1.0, "rotation": PUBLISHED_ROTATION}

DATASETS: dict[str, DataSet] = {
    # The released FR-Train benchmark (Roh et al., ICML 2020): the same rows in every trial.
    "published": DataSet(_published, {"rotation": PUBLISHED_ROTATION}),
    # The report's data, with the report's seeds.
    "imbalance": DataSet(_imbalance, _LAW),
    # The same law, with independent streams from the study's seed.
    "independent": DataSet(_independent, {**_LAW, "rows": {"reserve": 0, **DEFAULT_ROWS}}),
}
"""Every data set by name. A new one is a file beside this one and a line here."""


def resolve(dataset: str, parameters: Mapping[str, object]) -> dict[str, object]:
    """Fill in the defaults of a data set's parameters.

    Parameters
    ----------
    dataset : str
        A name in `DATASETS`.
    parameters : mapping
        The parameters that differ from their defaults.

    Returns
    -------
    dict
        Every parameter of the data set with its value.
    """
    defaults = DATASETS[dataset].defaults
    merged = {**defaults, **parameters}
    if "rows" in defaults:
        merged["rows"] = {**defaults["rows"], **parameters.get("rows", {})}
    return merged


def build(
    dataset: str, parameters: Mapping[str, object], trials: Iterable[int], seed: int
) -> pd.DataFrame:
    """Draw the frame that a data set file holds.

    Parameters
    ----------
    dataset : str
        A name in `DATASETS`.
    parameters : mapping
        The parameters that differ from their defaults (see `resolve`).
    trials : iterable of int
        The trials to draw, distinct and not negative.
    seed : int
        The root seed of the study. Only ``independent`` uses it: the published draws have their
        own seeds.

    Returns
    -------
    DataFrame
        ``trial`` (int64), ``split`` (str, one of `SPLITS`), ``x1``, ``x2`` (float64),
        ``sensitive``, ``y`` and ``y_clean`` (int8). Labels and groups are 0/1 here and in
        everything after, the label 0 being -1 in the released coding. ``y_clean`` equals ``y``
        until labels are flipped.
    """
    import pandas as pd

    settings, frames = resolve(dataset, parameters), []
    for trial in trials:
        frame = DATASETS[dataset].draw(trial, seed, **settings)
        frame.insert(0, "trial", trial)
        frames.append(frame)
    frame = pd.concat(frames, ignore_index=True)
    labels = (frame.pop("y") == 1).astype(np.int8)
    return frame.assign(split=frame["split"].astype("str"), y=labels, y_clean=labels)
