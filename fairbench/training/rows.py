"""Which rows of a data set a method is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from fairbench.training.models import Split

_PARTS = ("features", "sensitive", "y")


def only(split: Split, kept: np.ndarray) -> Split:
    """Some rows of a split, by a mask or by their places."""
    return replace(split, **{name: getattr(split, name)[kept] for name in _PARTS})


def first(split: Split, share: float) -> Split:
    """The first rows of a split, at least one: of the clean one, whose rows are in no order."""
    if share == 1:
        return split
    return only(split, np.arange(max(1, round(share * len(split.y)))))


def with_reserve(parts: Mapping[str, Split]) -> dict[str, Split]:
    """Splits whose training rows have those behind them that were kept back, if any were."""
    if "reserve" not in parts:
        return dict(parts)
    both = parts["train"], parts["reserve"]
    joined = {name: np.concatenate([getattr(part, name) for part in both]) for name in _PARTS}
    return {**parts, "train": replace(both[0], **joined)}
