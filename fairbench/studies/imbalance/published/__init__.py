"""What was published, as tables. README.md beside this file says where each value comes from."""

from __future__ import annotations

from importlib.resources import files

import pandas as pd

GRIDS: dict[str, tuple[float, ...]] = {
    "fig9": (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9),
    "fig10": (0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99),
}
"""The values of lambda_f behind each file of imbalance rows (lambda_r = 0.05)."""


def trade_off_points() -> pd.DataFrame:
    """Give the points of figure 8, and those of the released notebook that it leaves out.

    Returns
    -------
    DataFrame
        ``data`` (clean or poisoned), ``method``, ``lambda_f``, ``lambda_r``, ``accuracy`` and
        ``disparate_impact`` (test split, 3 decimals), ``source``.
    """
    return _read("trade_off_points.csv")


def imbalance_rows() -> pd.DataFrame:
    """Give the data sets of figures 9 and 10, one row each.

    Returns
    -------
    DataFrame
        ``figure`` (fig9 or fig10), ``positive_rate``, ``group_coefficient``, ``trial``,
        ``lambda_f`` (the chosen one), ``lambda_r``, ``accuracy``, ``disparate_impact``.
    """
    return _read("imbalance_rows.csv")


def _read(name: str) -> pd.DataFrame:
    with files(__name__).joinpath(name).open(encoding="utf-8") as source:
        return pd.read_csv(source)
