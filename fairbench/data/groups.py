"""How many groups and classes a data set has, and the group as inputs of a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


def group_count(frame: pd.DataFrame | Mapping[str, np.ndarray]) -> int:
    """How many groups a data set has, in all its trials and splits together.

    Raises
    ------
    ValueError
        Groups that are not 0, 1, 2, ...
    """
    return _count(frame["sensitive"], "sensitive must hold group numbers")


def class_count(frame: pd.DataFrame | Mapping[str, np.ndarray]) -> int:
    """How many classes the label has, in all trials and splits together, poisoned or not.

    Raises
    ------
    ValueError
        Labels that are not 0, 1, 2, ...
    """
    names = [name for name in ("y", "y_clean") if name in frame]
    return max(_count(frame[name], f"{name} must hold class numbers") for name in names)


def _count(numbers, wanted: str) -> int:
    """The largest number and one more, at least 2; ValueError for what is no number of a set."""
    numbers = np.asarray(numbers)
    wrong = ~((numbers >= 0) & (numbers == np.round(numbers)))  # a missing value too
    if wrong.any():
        raise ValueError(f"{wanted}, 0, 1, 2, ..., not {numbers[wrong][0]:g}")
    return max(2, int(numbers.max()) + 1)


def with_groups(features: np.ndarray, sensitive: np.ndarray, groups: int) -> np.ndarray:
    """Features with the group behind them, shape (rows, width + groups - 1).

    Two groups are one 0/1 column, more of them a column for each but the first: numbers of groups
    have no order that a weight could act on.
    """
    member = sensitive[:, None] == np.arange(1, groups)
    return np.concatenate([features, member.astype(features.dtype)], axis=1)
