"""A ReLU network as plain arrays, the thing that is certified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

import numpy as np

from fairbench.certify.checks import finite

Output = Literal["sigmoid", "linear"]


@dataclass(frozen=True, eq=False)
class Network:
    """A fully connected network with ReLU units and one output.

    f(x) = offset + scale * g(logit(x)), with g the sigmoid or the identity. A scaled sigmoid such
    as 5 + 45 sigmoid(wx + b) has offset 5 and scale 45.

    Parameters
    ----------
    weights : sequence of array, shape (units, inputs)
        A matrix a layer, the last one with one row.
    biases : sequence of array, shape (units,)
    output : "sigmoid" or "linear"
    offset, scale : float
        The scale is above 0.

    Raises
    ------
    ValueError
        If a value is not finite, shapes do not chain, or the output is not known.
    """

    weights: Sequence[np.ndarray]
    biases: Sequence[np.ndarray]
    output: Output = "sigmoid"
    offset: float = 0.0
    scale: float = 1.0

    def __post_init__(self):
        weights = tuple(finite(w, f"weights[{i}]", 2) for i, w in enumerate(self.weights))
        biases = tuple(finite(b, f"biases[{i}]", 1) for i, b in enumerate(self.biases))
        object.__setattr__(self, "weights", weights)
        object.__setattr__(self, "biases", biases)
        self._check_shapes()
        if self.output not in get_args(Output):
            known = " or ".join(get_args(Output))
            raise ValueError(f"output is {self.output!r}; a network's output is {known}")
        if not (np.isfinite(self.offset) and np.isfinite(self.scale) and self.scale > 0):
            raise ValueError(f"offset {self.offset}, scale {self.scale}: finite, scale above 0")

    def _check_shapes(self) -> None:
        shapes = [w.shape for w in self.weights]
        if not shapes or len(shapes) != len(self.biases):
            raise ValueError(
                f"{len(shapes)} weight matrices and {len(self.biases)} biases: one of each a layer"
            )
        for layer, ((out, _), bias) in enumerate(zip(shapes, self.biases, strict=True)):
            if bias.shape != (out,):
                raise ValueError(f"biases[{layer}] has {len(bias)} values for {out} units")
        for layer, ((out, _), (_, inputs)) in enumerate(pairwise(shapes)):
            if out != inputs:
                raise ValueError(
                    f"weights[{layer + 1}] takes {inputs} inputs, but layer {layer} has {out} units"
                )
        if shapes[-1][0] != 1:
            raise ValueError(f"the last layer has {shapes[-1][0]} outputs; a network has one here")

    @property
    def inputs(self) -> int:
        """Number of input columns."""
        return self.weights[0].shape[1]

    @property
    def hidden(self) -> tuple[int, ...]:
        """Units of each hidden layer."""
        return tuple(len(bias) for bias in self.biases[:-1])

    def logit(self, rows: np.ndarray) -> np.ndarray:
        """The last pre-activation of rows, shape (rows,), from shape (rows, inputs)."""
        active = np.atleast_2d(np.asarray(rows, float))
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            active = np.maximum(active @ weight.T + bias, 0)
        return (active @ self.weights[-1].T + self.biases[-1])[:, 0]

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        """f of rows, shape (rows,), from shape (rows, inputs)."""
        return self.offset + self.scale * self.link(self.logit(rows))

    def link(self, logit: np.ndarray) -> np.ndarray:
        """g: the output of a logit, before offset and scale."""
        if self.output == "linear":
            return np.asarray(logit, float)
        return 0.5 * (1 + np.tanh(np.asarray(logit, float) / 2))  # overflows nowhere
