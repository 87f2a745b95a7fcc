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
    with files(__name__).joinpath("correlations.csv").open(encoding="utf-8") as source:
        return pd.read_csv(source)
