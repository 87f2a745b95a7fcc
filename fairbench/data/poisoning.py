"""Label flips in the training pool: the rule behind the published poisoned labels, and others."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fairbench.base.randomness import stream
from fairbench.data.groups import class_count, group_count, with_groups

POOL = ("train", "reserve")
"""The splits that are attacked; clean, selection and test rows are never touched."""

_NOT_FEATURES = {"trial", "split", "sensitive", "y", "y_clean"}


def flip_labels(
    frame: pd.DataFrame,
    *,
    rule: str,
    rate: float,
    group: int | str,
    label: int | str = "any",
    of: str = "all",
    sees_sensitive: bool = True,
    seed: int = 0,
) -> pd.DataFrame:
    """Flip labels of one group in the training pool of every trial.

    Parameters
    ----------
    frame : DataFrame
        A data set of `fairbench.data.drawn.build`, labels 0/1 and not poisoned yet. Every column
        besides trial, split, sensitive, y and y_clean is a feature.
    rule : {"margin", "random"}
        ``margin`` fits a logistic regression (scikit-learn's default) on the clean features and
        group of the pool, and flips the rows that it classifies correctly with most confidence.
        This is the rule of the published labels: it gives all 200 of them. ``random`` draws the
        rows uniformly.
    rate : float
        Flips as a share of the rows that `of` says, 0 to 0.5. The number of flips is rounded to
        the nearest integer, halves to the even one.
    group : int or "any"
        The number of the group whose labels may be flipped.
    label : {0, 1, "any"}
        The label that may be flipped: 0 turns some labels of 0 into 1 and no other.
    of : {"all", "group"}
        What `rate` is a share of: all rows of the pool, or those of the group.
    sees_sensitive : bool
        Whether the logistic regression of ``margin`` is shown the group.
    seed : int
        Of the rule ``random``.

    Returns
    -------
    DataFrame
        A copy with the flipped labels in ``y`` and the clean ones in ``y_clean``.

    Raises
    ------
    ValueError
        There is no such group, there are more flips than such rows in the pool, or the label has
        more than two classes.

    Notes
    -----
    The published attack flipped 10 % of 2,000 rows within group 1, which are 22.7 % of that group's
    rows. Of the 2,000, 1,800 are trained on (``train``) and 200 are not (``reserve``). Under both
    rules the flips of a lower rate are among those of a higher one.
    """
    groups, classes = group_count(frame), class_count(frame)
    if classes > 2:
        raise ValueError(f"a flip is known for labels of two classes, and these have {classes}")
    if group != "any" and group not in range(groups):
        raise ValueError(f"group must be one of 0 to {groups - 1} or 'any', not {group!r}")
    labels = frame["y_clean"].to_numpy().copy()
    in_pool = frame["split"].isin(POOL).to_numpy()
    trials = frame["trial"].to_numpy()
    for trial in np.unique(trials):
        pool = np.flatnonzero(in_pool & (trials == trial))
        rows = frame.iloc[pool]
        counted = _members(rows, "sensitive", group if of == "group" else "any")
        count = round(rate * int(counted.sum()))
        if count == 0:
            continue
        allowed = _allowed(rows, group, label, count, trial)
        if rule == "margin":
            # A stable sort: of equal margins the earlier row is flipped.
            order = np.argsort(-_margins(rows, sees_sensitive)[allowed], kind="stable")
        else:
            # The rate is no name of the stream: a higher rate flips these labels and more.
            generator = stream(seed, "poisoning", "random", group, int(trial))
            order = generator.permutation(len(allowed))
        flipped = pool[allowed[order[:count]]]
        labels[flipped] = 1 - labels[flipped]
    return frame.assign(y=labels)


def _members(rows: pd.DataFrame, column: str, value: int | str) -> np.ndarray:
    """Which rows have a value; "any" is every value."""
    return np.ones(len(rows), bool) if value == "any" else rows[column].to_numpy() == value


def _allowed(
    pool: pd.DataFrame, group: int | str, label: int | str, count: int, trial: int
) -> np.ndarray:
    allowed, belong = np.ones(len(pool), bool), []
    for name, column, value in (("group", "sensitive", group), ("label", "y_clean", label)):
        if value != "any":
            allowed &= _members(pool, column, value)
            belong.append(f"{name} {value}")
    if count > allowed.sum():
        raise ValueError(
            f"cannot flip {count} of the {len(pool)} labels in the pool of trial {trial}: only "
            f"{allowed.sum()} rows belong to {' and '.join(belong)}; lower the poisoning rate"
        )
    return np.flatnonzero(allowed)


def _margins(pool: pd.DataFrame, sees_sensitive: bool) -> np.ndarray:
    """Signed margin of each row's clean label, large where the fit is right and sure."""
    # Loaded here because it takes seconds, and most uses of the package never poison.
    from sklearn.linear_model import LogisticRegression

    names = [name for name in pool.columns if name not in _NOT_FEATURES]
    group = pool["sensitive"].to_numpy()
    inputs = pool[names].to_numpy(dtype=float)
    if sees_sensitive:
        inputs = with_groups(inputs, group, group_count(pool))
    labels = pool["y_clean"].to_numpy()
    decision = LogisticRegression().fit(inputs, labels).decision_function(inputs)
    return (2 * labels.astype(float) - 1) * decision
