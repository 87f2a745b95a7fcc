"""A method that needs no training loop: it solves for its predictors by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fairbench.methods.shared.base import Method

if TYPE_CHECKING:
    import numpy as np


class SolvedMethod(Method):
    """A predictor that is the solution of a problem, and not trained by the loop.

    Its `lambda_f` is a knob from 0, no fairness asked for, to 1, as much as the method can give. It
    takes no weight from the cross-entropy. The budget does not concern it.
    """

    fitting = "solved"
    #: whether `solve_stack` does better than one data set after the other
    stacks: bool = False

    def solve(self, train, clean, *, lambda_f: float, seed: int) -> tuple[np.ndarray, float]:
        """Solve for one model.

        Parameters
        ----------
        train, clean : Split
            Rows with `features` (rows, width), `sensitive` and `y` (rows,), numpy. The sensitive
            attribute comes last among the features as for `Batch`, with 0 throughout if the
            predictor is not shown it. `clean` are the validation rows, whose labels are never
            poisoned.
        lambda_f : float
            The knob.
        seed : int
            Of the data set: for a method that draws.

        Returns
        -------
        weight : array, shape (width,)
        bias : float

        Raises
        ------
        ValueError
            If there is no solution. The fit is then recorded as an error with this reason.
        """
        raise NotImplementedError

    def solve_path(self, train, clean, *, lambda_f: Sequence[float], seed: int) -> list:
        """`solve` for several values of the knob, which may share what does not depend on it.

        Each solution has to be, bit for bit, what `solve` gives for its value alone.
        """
        return [self.solve(train, clean, lambda_f=each, seed=seed) for each in lambda_f]

    def solve_stack(
        self, parts: Sequence[tuple], *, lambda_f: Sequence[float], seeds: Sequence[int]
    ) -> list[list]:
        """`solve_path` for several data sets (train, clean), of equally many rows if it `stacks`.

        A solution may also be a list of layers (weight (out, in), bias (out,)) of a perceptron.
        """
        return [
            self.solve_path(*each, lambda_f=lambda_f, seed=seed)
            for each, seed in zip(parts, seeds, strict=True)
        ]
