"""The same law with independent streams: as many trials and rows as a study wants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from fairbench.base.randomness import stream
from fairbench.data.law import (
    CLASS_COVARIANCE,
    CLASS_MEAN,
    PUBLISHED_ROTATION,
    group_probability,
)

if TYPE_CHECKING:
    import pandas as pd

DEFAULT_ROWS: dict[str, int] = {"train": 1800, "clean": 200, "selection": 1000, "test": 20_000}
"""Rows of each split: the report's, with a test split large enough for a ratio of rates.

On the report's 1,000 test rows the standard error of the disparate impact is about 0.05.
"""


def independent_draw(
    positive_rate: float,
    group_coefficient: float,
    trial: int,
    *,
    seed: int,
    rows: Mapping[str, int] = DEFAULT_ROWS,
    rotation: float = PUBLISHED_ROTATION,
) -> pd.DataFrame:
    """Draw one data set, every split from a stream of its own.

    Parameters
    ----------
    positive_rate : float
        P(Y = 1), strictly between 0 and 1.
    group_coefficient : float
        The factor c on the group probability, cut to 1 (see `fairbench.data.law`).
    trial : int
        Number of the data set, 0 or larger.
    seed : int
        The root seed of the study.
    rows : mapping
        Split name -> number of rows, at least 1.
    rotation : float
        Degrees of the group's rotation.

    Returns
    -------
    DataFrame
        ``split`` (str), ``x1``, ``x2`` (float64), ``y`` (int8, released coding -1/+1) and
        ``sensitive`` (int8, 0/1), the splits in the order of `rows`.

    Notes
    -----
    Another number of rows of one split leaves the other splits as they were, and more rows of a
    split begin with the fewer ones.
    """
    import pandas as pd

    cell = (positive_rate, group_coefficient, rotation, trial)
    parts = []
    for split, count in rows.items():
        generator = stream(seed, "data", "independent", *cell, split)
        x, y, sensitive = _draw(generator, count, positive_rate, group_coefficient, rotation)
        part = {"split": split, "x1": x[:, 0], "x2": x[:, 1], "y": y, "sensitive": sensitive}
        parts.append(pd.DataFrame(part))
    return pd.concat(parts, ignore_index=True)


def _draw(
    generator: np.random.Generator,
    count: int,
    positive_rate: float,
    group_coefficient: float,
    rotation: float,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    # A child stream for each kind of number: more rows go on where fewer stopped.
    labels, features, groups = generator.spawn(3)
    y = (labels.random(count) < positive_rate).astype(np.int8)
    normals = features.standard_normal((count, 2))
    factor = np.linalg.cholesky(CLASS_COVARIANCE)[y]
    # Written out and not a matrix product, whose rounding differs from machine to machine.
    x = CLASS_MEAN[y] + factor[:, :, 0] * normals[:, :1] + factor[:, :, 1] * normals[:, 1:]
    probability = group_probability(x, group_coefficient=group_coefficient, rotation=rotation)
    sensitive = (groups.random(count) < probability).astype(np.int8)
    return x, (2 * y - 1).astype(np.int8), sensitive
