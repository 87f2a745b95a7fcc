"""What figures 3 and 4 are drawn from. The commands call these; a figure function never does."""

from __future__ import annotations

import pandas as pd

from fairbench.base.randomness import stream
from fairbench.data.imbalance import imbalance_draw
from fairbench.data.law import PUBLISHED_ROTATION, group_probability

FIGURE_4_CELLS = ((0.5, 1.0), (0.1, 1.0), (0.5, 2.0))
"""(P(Y = 1), c) of the panels of the report's figure 4."""


def draw_triples(n: int, seed: int) -> pd.DataFrame:
    """Draw decisions at random, each by three independent uniform numbers.

    Parameters
    ----------
    n : int
    seed : int
        The root seed of the study.

    Returns
    -------
    DataFrame, n rows
        ``share_1`` = P(Z = 1), ``rate_0`` = P(Yhat = 1 | Z = 0), ``rate_1`` = P(Yhat = 1 | Z = 1).
        The report says that it drew P(Yhat = 1); with the two rates drawn freely that is often
        outside them, and its code drew P(Z = 1) as here.
    """
    drawn = stream(seed, "figures", "triples").random((n, 3))
    return pd.DataFrame(drawn, columns=["share_1", "rate_0", "rate_1"])


def draw_samples(rows: int) -> dict[tuple[float, float], pd.DataFrame]:
    """Draw the data of figure 4: the first rows of the report's own draws, trial 0.

    Parameters
    ----------
    rows : int
        Rows a cell.

    Returns
    -------
    dict
        By cell of `FIGURE_4_CELLS`, a frame with ``x1``, ``x2``, ``y`` (-1/+1), ``sensitive``
        (0/1) and ``cut``: whether c p exceeds 1, so that the row's group is 1 with certainty.
    """
    frames = {}
    turn = {"rotation": PUBLISHED_ROTATION}
    for positive_rate, coefficient in FIGURE_4_CELLS:
        frame = imbalance_draw(positive_rate, coefficient, 0, rows=rows, **turn)
        chance = group_probability(frame[["x1", "x2"]].to_numpy(), **turn)
        frames[positive_rate, coefficient] = frame.assign(cut=coefficient * chance > 1.0)
    return frames
