"""What the compiled loop is told and works on. Light: a job that trains imports no numba."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

#: Rows handled together, so that a block of hidden activations stays in the first-level cache.
BLOCK = 256

NO_FAIRNESS, DISCRIMINATOR, INFORMATION = 0, 1, 2
LABEL_ENTROPY, PREDICTION_ENTROPY, GEOMETRIC_MEAN, NO_NORMALIZER = 0, 1, 2, 3
OFF, RELEASED, PAPER = 0, 1, 2


class Settings(NamedTuple):
    """Numbers and switches of one model's training; see `Budget` and the methods' parameters."""

    iterations: int
    warm_up: int
    update_ratio: int
    generator_rate: float
    fairness_rate: float
    robustness_rate: float
    warm_up_scale: float
    freeze_fairness: bool
    fairness: int
    normalizer: int
    beta: float
    epsilon: float
    weighted_information: bool
    robust: bool
    robust_gradient: bool
    reweighting: int
    ratio_offset: float
    label_entropy: float
    lambda_f: float
    lambda_r: float


class Weights(NamedTuple):
    """One model, float32: generator (3,), (1,); D_F (2,); D_R (H, 4), (H,), (H,), (1,)."""

    generator: np.ndarray
    generator_bias: np.ndarray
    fairness: np.ndarray
    hidden: np.ndarray
    hidden_bias: np.ndarray
    output: np.ndarray
    output_bias: np.ndarray


class Rows(NamedTuple):
    """One data set, float32: x (3, rows), y and z (rows,) as 0/1, clean_y as -1/+1."""

    x: np.ndarray
    y: np.ndarray
    z: np.ndarray
    clean_x: np.ndarray
    clean_y: np.ndarray
