"""What was published, as tables. README.md beside this file says where each value comes from."""

from __future__ import annotations

from importlib.resources import files

import pandas as pd


def correlations() -> pd.DataFrame:
    """Give the correlations of gamma with fairness and accuracy on COMPAS.

    Returns
    -------
    DataFrame
        ``method``, ``quantity`` (1-gpa or auc), ``correlation``.
    """
    return _read("correlations.csv")


def statements() -> pd.DataFrame:
    """Give the sentences about chosen models.

    Returns
    -------
    DataFrame
        ``place``; ``datasets``, ``methods`` and ``rivals``, each separated by spaces; ``quantity``;
        ``rule``: ahead (the methods have larger means than the rivals), close (the method is near
        the best of the rivals) or small (its mean is close to 0); ``words``.
    """
    return _read("statements.csv")


def _read(name: str) -> pd.DataFrame:
    with files(__name__).joinpath(name).open(encoding="utf-8") as source:
        return pd.read_csv(source, keep_default_na=False)
