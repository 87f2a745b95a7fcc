"""What methods share that solve for a linear predictor: a ridge, and weights learned beforehand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field, field_validator

from fairbench.methods.shared.base import MethodParameters
from fairbench.methods.shared.solved import SolvedMethod

if TYPE_CHECKING:
    import numpy as np


class ReweightingParameters(MethodParameters):
    """How weights are learned from the clean rows, as in `learning_to_reweight`."""

    epochs: int = Field(40, ge=1, le=10_000, description="passes of the reweighting")
    batch_size: int = Field(100, ge=2, description="rows of a batch of the reweighting")
    step: float = Field(0.1, gt=0, description="step of gradient descent of the reweighting")


class LinearParameters(ReweightingParameters):
    ridge: float = Field(
        1e-6, ge=0, description="weight of half the squared norm of the coefficients"
    )
    reweighted: bool = Field(
        False,
        description="multiply the rows' weights by those that learning to reweight gives them, "
        "from the clean rows (RML + X of the FR-Train paper)",
    )

    @field_validator("generator_hidden_units")
    @classmethod
    def _linear(cls, given: int) -> int:
        if given:
            raise ValueError("must be 0: this method solves for a linear predictor")
        return given


class LinearMethod(SolvedMethod):
    """A solved method whose rows may be weighed by learning to reweight first."""

    Parameters = LinearParameters
    modules = ()

    @property
    def fitted_on(self) -> tuple[str, ...]:
        return ("train", "clean") if self.parameters.reweighted else ("train",)

    def solve(self, train, clean, *, lambda_f: float, seed: int) -> tuple[np.ndarray, float]:
        return self.solve_path(train, clean, lambda_f=[lambda_f], seed=seed)[0]

    def row_weights(self, train, clean, seed: int) -> np.ndarray:
        """Weights of the training rows, shape (rows,); their mean is 1."""
        if self.parameters.reweighted:
            return reweighted(self.parameters, train, clean, seed)[1]
        return 0.0 * train.y.astype(float) + 1


def reweighted(given: ReweightingParameters, train, clean, seed: int):
    """The coefficients and the weights of rows that learning to reweight ends with."""
    from fairbench.methods.shared.logistic import with_intercept
    from fairbench.methods.shared.reweighting import learn_weights

    return learn_weights(
        with_intercept(train.features),
        train.y.astype(float),
        with_intercept(clean.features),
        clean.y.astype(float),
        seed=seed,
        epochs=given.epochs,
        batch=given.batch_size,
        rate=given.step,
    )
