"""What the two engines take and give back: rows of a data set, models to train, trained weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from fairbench.data.groups import group_count, with_groups

#: The sensitive attribute comes last among the features (the released code's order).
NOT_FEATURES = ("trial", "split", "sensitive", "y", "y_clean")
#: How torch says that there is no memory left, in a RuntimeError.
_NO_MEMORY = ("DefaultCPUAllocator", "OutOfMemoryError", "std::bad_alloc")


@dataclass(frozen=True)
class Split:
    """Rows of one split: features (rows, width) float32 with the groups last, 0/1 labels.

    The groups are columns as `fairbench.data.groups.with_groups` has them.
    """

    features: np.ndarray
    sensitive: np.ndarray
    y: np.ndarray


@dataclass(frozen=True)
class Model:
    """One model to train.

    Attributes
    ----------
    trial : int
        Which data set of the cell.
    lambda_f, lambda_r : float
        Weights of the fairness and of the robustness term.
    seed : int
        Seed of the initial weights.
    """

    trial: int
    lambda_f: float
    lambda_r: float
    seed: int


@dataclass
class Outcome:
    """A trained generator, or why there is none.

    Attributes
    ----------
    layers : list of (weight (out, in), bias (out,))
        The generator, float32; empty if training raised.
    seconds : float
        Training time; a batch trained together shares its time equally.
    error : str
        What was raised, in one line.
    trace : array, shape (records, parameters), optional
        Parameters along training, in the engine's order.
    draws : int
        Draws that a prediction of a stochastic network averages.
    """

    layers: list[tuple[np.ndarray, np.ndarray]]
    seconds: float
    error: str = ""
    trace: np.ndarray | None = None
    draws: int = 1

    @property
    def stochastic(self) -> bool:
        """Whether predictions are made of draws: if not, any number of them gives the same."""
        return False

    def finite(self) -> bool:
        """Whether training left numbers."""
        return all(np.isfinite(w).all() and np.isfinite(b).all() for w, b in self.layers)

    def probability(self, features: np.ndarray, draws: int | None = None) -> np.ndarray:
        """P(Yhat = 1) of each row; `features` has shape (rows, width).

        The mean over `draws` draws, by default those of the model's predictions.
        """
        return np.exp(-np.logaddexp(0.0, -self.logit(features).astype(np.float64)))

    def logit(self, features: np.ndarray) -> np.ndarray:
        """Logit of each row; `features` has shape (rows, width)."""
        x = features
        for depth, (weight, bias) in enumerate(self.layers):
            x = np.maximum(x, np.float32(0.2) * x) if depth else x
            x = x @ weight.T + bias
        return x[:, 0]


def split_rows(frame: pd.DataFrame) -> dict[int, dict[str, Split]]:
    """The rows of a data set frame by trial and split, in one pass."""
    columns = [name for name in frame.columns if name not in NOT_FEATURES]
    sensitive = frame["sensitive"].to_numpy(np.float32)
    features = with_groups(frame[columns].to_numpy(np.float32), sensitive, group_count(frame))
    y = frame["y"].to_numpy(np.float32)
    parts: dict[int, dict[str, Split]] = {}
    groups = frame.groupby(["trial", "split"], sort=True, observed=True).indices
    for (trial, split), rows in groups.items():
        part = Split(np.ascontiguousarray(features[rows]), sensitive[rows], y[rows])
        parts.setdefault(int(trial), {})[str(split)] = part
    return parts


def reason_of(error: BaseException) -> str:
    """What a method raised, as one line for a fit record.

    Raises
    ------
    MemoryError
        If that was what went wrong: it says something about the machine, not about the method.
    """
    line = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    if isinstance(error, MemoryError) or any(sign in line for sign in _NO_MEMORY):
        raise MemoryError(line) from error
    return line
