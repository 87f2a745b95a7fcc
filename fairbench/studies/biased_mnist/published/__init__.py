"""What was published, as tables. README.md beside this file says where each value comes from."""

from __future__ import annotations

from importlib.resources import files

import pandas as pd


def accuracies() -> pd.DataFrame:
    """Give Table 1.

    Returns
    -------
    DataFrame
        ``correlation``, ``method``, ``accuracy`` (0 to 1), ``by`` (who reports it).
    """
    table = _read("accuracies.csv")
    return table.assign(accuracy=table["percent"] / 100).drop(columns="percent")


def statements() -> pd.DataFrame:
    """Give the sentences about Table 1.

    Returns
    -------
    DataFrame
        ``correlations``, ``methods`` and ``rivals``, each separated by spaces; ``rule``: ahead (of
        all rivals), close (to the rival) or falls_less (from the first correlation to the second);
        ``words``.
    """
    return _read("statements.csv")


def _read(name: str) -> pd.DataFrame:
    with files(__name__).joinpath(name).open(encoding="utf-8") as source:
        return pd.read_csv(source, keep_default_na=False)
