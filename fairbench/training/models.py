"""What the two engines take and give back: rows of a data set, models to train, trained weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fairbench.data.groups import group_count, with_groups

if TYPE_CHECKING:
    import pandas as pd

#: The sensitive attribute comes last among the features (the released code's order).
NOT_FEATURES = ("trial", "split", "sensitive", "y", "y_clean")
#: How torch says that there is no memory left, in a RuntimeError.
_NO_MEMORY = ("DefaultCPUAllocator", "OutOfMemoryError", "std::bad_alloc")


@dataclass(frozen=True)
class Split:
    """Rows of one split: features (rows, width) float32 with the groups last, labels 0 to C - 1.

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

    @property
    def failure(self) -> tuple[str, str] | None:
        """``error`` or ``diverged`` and the reason, None for a model that can be measured."""
        if self.error:
            return "error", self.error
        return None if self.finite() else ("diverged", "the generator's weights are not finite")

    def finite(self) -> bool:
        """Whether training left numbers."""
        return all(np.isfinite(w).all() and np.isfinite(b).all() for w, b in self.layers)

    def probability(self, features: np.ndarray, draws: int | None = None) -> np.ndarray:
        """P(Yhat = 1) of each row, or of more than two classes of each, (rows, classes).

        The mean over `draws` draws, by default those of the model's predictions; `features` has
        shape (rows, width).
        """
        logit = self.logit(features).astype(np.float64)
        if logit.ndim == 2:
            return np.exp(logit - np.logaddexp.reduce(logit, axis=1, keepdims=True))
        return np.exp(-np.logaddexp(0.0, -logit))

    def prediction(self, features: np.ndarray) -> np.ndarray:
        """The class of each row, (rows,): the one with the largest logit, the first if tied."""
        logit = self.logit(features)
        return logit.argmax(1) if logit.ndim == 2 else (logit > 0).astype(int)

    def logit(self, features: np.ndarray) -> np.ndarray:
        """Logit of each row, or of more than two classes of each, (rows, classes)."""
        x = features
        for depth, (weight, bias) in enumerate(self.layers):
            x = np.maximum(x, np.float32(0.2) * x) if depth else x
            x = x @ weight.T + bias
        # Without layers a constant decides, whatever stands here.
        return x if self.layers and x.shape[1] > 1 else x[:, 0]


def split_rows(
    frame: pd.DataFrame | Mapping[str, np.ndarray],
) -> dict[int, dict[str, Split]]:
    """The rows of a data set by trial and split."""
    columns = [name for name in frame if name not in NOT_FEATURES]
    features = np.stack([np.asarray(frame[name]).astype(np.float32) for name in columns], 1)
    sensitive, y = (np.asarray(frame[name]).astype(np.float32) for name in ("sensitive", "y"))
    features = with_groups(features, sensitive, group_count(frame))
    names = list(frame["split"])
    splits = sorted(set(names))
    number = {name: k for k, name in enumerate(splits)}
    group = np.fromiter(map(number.get, names), int, len(names))
    trials = np.asarray(frame["trial"])
    parts: dict[int, dict[str, Split]] = {}
    for trial in np.unique(trials):
        of_trial = np.flatnonzero(trials == trial)
        for split in splits:
            rows = of_trial[group[of_trial] == number[split]]
            if rows.size:
                part = Split(features[rows], sensitive[rows], y[rows])
                parts.setdefault(int(trial), {})[split] = part
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
