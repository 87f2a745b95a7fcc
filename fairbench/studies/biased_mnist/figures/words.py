"""The words and numbers of the figures of the Biased-MNIST study."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from fairbench.plotting.numbers import span


def budget_words(budget: Mapping, rows: pd.DataFrame, count: str) -> str:
    """Budget and numbers behind a figure, as they stand on it.

    Parameters
    ----------
    budget : mapping
        ``epochs``, ``rows`` and ``network``.
    rows : DataFrame
    count : str
        Its column with how many draws there are.
    """
    return (
        f"{budget['epochs']} epochs of {budget['rows']:,} images (published: 80 of 60,000), "
        f"network {budget['network']}, n = {span(rows[count])} draws"
    )


def ends(rows: pd.DataFrame) -> np.ndarray:
    """Lengths of error bars below and above, (2, rows); 0 where there is no interval."""
    mean = rows["mean"]
    return np.nan_to_num([mean - rows["low"], rows["high"] - mean]).clip(min=0)
