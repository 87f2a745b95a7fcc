"""Holm's correction of tables with many intervals, within families of what is read together."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fairbench.evaluation.intervals import p_values


def holm(p: np.ndarray) -> np.ndarray:
    """Holm's (1979) adjusted p values of one family.

    Parameters
    ----------
    p : array of float, shape (tests,)
        NaN is no test: it stays NaN and does not count.

    Returns
    -------
    array of float, shape (tests,)
        Rejecting those at most 0.05 keeps the chance of any false rejection in the family at 5 %,
        however the tests depend on one another.
    """
    p = np.asarray(p, dtype=float)
    adjusted = np.full(len(p), np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    factors = np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * factors), 1.0)
    return adjusted


def with_p_values(
    rows: pd.DataFrame, families: list, *, value: str, n: str, tested: np.ndarray | None = None
) -> pd.DataFrame:
    """Add ``p``, which agrees with ``low`` and ``high``, and ``p_holm``.

    Parameters
    ----------
    rows : DataFrame
        ``low``, ``high``, and the columns named by `value` and `n`.
    families : list
        Columns or arrays to group by; Holm's correction is within each group.
    value, n : str
        Names of the estimate's column, which is held against 0, and of the number behind it.
    tested : array of bool, optional
        Rows about which anything is claimed; the others have neither.
    """
    numbers = [rows[name].to_numpy(float) for name in (value, "low", "high", n)]
    p = pd.Series(p_values(*numbers), index=rows.index, dtype=float)
    p = p if tested is None else p.where(tested)
    adjusted = p.groupby(families, dropna=False, sort=False).transform(holm)
    return rows.assign(p=p, p_holm=adjusted)
