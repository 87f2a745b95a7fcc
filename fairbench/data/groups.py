"""How many groups a data set has, and the group as inputs of a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


def group_count(frame: pd.DataFrame | Mapping[str, np.ndarray]) -> int:
    """How many groups a data set has, in all its trials and splits together."""
    return max(2, int(frame["sensitive"].max()) + 1)


def with_groups(features: np.ndarray, sensitive: np.ndarray, groups: int) -> np.ndarray:
    """Features with the group behind them, shape (rows, width + groups - 1).

    Two groups are one 0/1 column, more of them a column for each but the first: numbers of groups
    have no order that a weight could act on.
    """
    member = sensitive[:, None] == np.arange(1, groups)
    return np.concatenate([features, member.astype(features.dtype)], axis=1)
