"""The FR-Train benchmark data, drawn again bit for bit without a download."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np

from fairbench.data.law import (
    CLASS_COVARIANCE,
    CLASS_MEAN,
    PUBLISHED_ROTATION,
    group_probability,
)

if TYPE_CHECKING:
    import pandas as pd

_SEED = 1122334455
_ROWS_PER_CLASS = 3700
# The released groups match the uniforms of the same stream from here on; what the authors' run
# used the ones before for is not known.
_SKIPPED_UNIFORMS = 346


def published_draw(*, rotation: float = PUBLISHED_ROTATION) -> pd.DataFrame:
    """Draw the released benchmark data of FR-Train (Roh et al., ICML 2020).

    Parameters
    ----------
    rotation : float
        Degrees of the group's rotation. Only the default gives the released groups; another value
        redraws the groups from the same uniforms and leaves the features and labels.

    Returns
    -------
    DataFrame, 7400 rows
        ``x1``, ``x2`` (float64 holding the float32 values of the release), ``y`` (int8, released
        coding -1/+1, 3,700 of each) and ``sensitive`` (int8, 0/1), in the released order.

    Notes
    -----
    The release came from numpy's global legacy generator and Python's ``random`` under one seed;
    here both are objects of their own, and no global state is read or changed.
    """
    import pandas as pd

    generator = np.random.RandomState(_SEED)
    classes = [
        generator.multivariate_normal(CLASS_MEAN[label], CLASS_COVARIANCE[label], _ROWS_PER_CLASS)
        for label in (1, 0)
    ]
    order = list(range(2 * _ROWS_PER_CLASS))
    random.Random(_SEED).shuffle(order)
    x = np.concatenate(classes)[order]
    y = np.where(np.asarray(order) < _ROWS_PER_CLASS, 1, -1)
    uniforms = generator.random_sample(_SKIPPED_UNIFORMS + len(x))[_SKIPPED_UNIFORMS:]
    # The groups were drawn from the features before these were rounded to float32.
    sensitive = uniforms < group_probability(x, rotation=rotation)
    released = x.astype(np.float32).astype(np.float64)
    return pd.DataFrame(
        {
            "x1": released[:, 0],
            "x2": released[:, 1],
            "y": y.astype(np.int8),
            "sensitive": sensitive.astype(np.int8),
        }
    )
