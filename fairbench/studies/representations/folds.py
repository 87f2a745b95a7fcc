"""Nested folds of a real data set, encoded with what the training rows of each fold alone say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from fairbench.base.randomness import seed_of
from fairbench.data.groups import group_count, with_groups
from fairbench.data.real.encode import encode
from fairbench.data.real.entry import View
from fairbench.training.models import Split

#: Share of the training rows that stand for the trusted rows of the robust methods.
TRUSTED = 0.1


@dataclass(frozen=True)
class Fold:
    """The rows to train on and the rows held out; ``trusted`` are some of the first.

    ``groups`` is how many groups they are of.
    """

    train: Split
    trusted: Split
    held_out: Split
    groups: int = 2


def fold_numbers(table: pd.DataFrame, folds: int, seed: int) -> np.ndarray:
    """The fold of each row, from 0, with labels and groups in proportion.

    Raises
    ------
    ValueError
        A group and label has fewer rows than there are folds.
    """
    # Loaded here because it takes a second, and most uses of the package never divide.
    from sklearn.model_selection import StratifiedKFold

    groups = group_count(table)
    strata = groups * table["y"].to_numpy().astype(int) + table["sensitive"].to_numpy()
    smallest = np.bincount(strata, minlength=2 * groups).min()
    if smallest < folds:
        raise ValueError(f"{smallest} rows of one label and group are too few for {folds} folds")
    divide = StratifiedKFold(folds, shuffle=True, random_state=seed % 2**32)
    numbers = np.empty(len(table), dtype=int)
    for number, (_, held_out) in enumerate(divide.split(strata, strata)):
        numbers[held_out] = number
    return numbers


def outer_fold(table: pd.DataFrame, view: View, folds: int, fold: int, seed: int) -> Fold:
    """One outer fold, encoded."""
    numbers = fold_numbers(table, folds, seed_of(seed, "folds", view.name, view.profile))
    return _encoded(table, view, numbers == fold, seed_of(seed, "trusted", fold))


def inner_folds(
    table: pd.DataFrame, view: View, folds: int, fold: int, inner: int, seed: int
) -> list[Fold]:
    """The inner folds of the training rows of an outer fold, each encoded by itself."""
    numbers = fold_numbers(table, folds, seed_of(seed, "folds", view.name, view.profile))
    rest = table[numbers != fold].reset_index(drop=True)
    inside = fold_numbers(rest, inner, seed_of(seed, "folds", view.name, view.profile, fold))
    return [
        _encoded(rest, view, inside == k, seed_of(seed, "trusted", fold, k)) for k in range(inner)
    ]


def _encoded(table: pd.DataFrame, view: View, held_out: np.ndarray, seed: int) -> Fold:
    frame = encode(table, view, np.where(held_out, "test", "train"))
    names = [n for n in frame.columns if n not in ("split", "sensitive", "y", "y_clean")]
    sensitive, y = (frame[name].to_numpy(np.float32) for name in ("sensitive", "y"))
    groups = group_count(table)
    features = with_groups(frame[names].to_numpy(np.float32), sensitive, groups)

    def rows(chosen: np.ndarray) -> Split:
        return Split(np.ascontiguousarray(features[chosen]), sensitive[chosen], y[chosen])

    train = np.flatnonzero(~held_out)
    count = max(1, round(TRUSTED * len(train)))
    trusted = np.sort(np.random.default_rng(seed).permutation(train)[:count])
    return Fold(rows(train), rows(trusted), rows(np.flatnonzero(held_out)), groups)
