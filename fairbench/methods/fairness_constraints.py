"""Fairness constraints: logistic regression under a bound on a covariance.

Zafar, Valera, Gomez Rodriguez and Gummadi (AISTATS 2017), eq. 4 and 6. The bound is on the
covariance of the group and the distance to the boundary, for a linear model the logit,

    minimise the logistic loss under |mean((z - mean z) logit)| <= c,

where c falls from what the unconstrained fit has (lambda_f = 0) to 0 (lambda_f = 1). The problem
is convex, so its solution has the covariance +c or -c, whichever is nearer to the unconstrained
one: we begin with such a point and go on at right angles, by Newton's method. Of more than two
groups there is a covariance with the membership of each, and all fall by the same share.

A logit that is not correlated with the group can still be above 0 more often in one of them:
disparate impact ends below 1, on Adult at about 0.6. `over_correction` goes on beyond 0, to a
covariance of the other sign. Zafar et al. do not show the group to the predictor
(`sees_sensitive: false`); the numbers that FR-Train's authors print for it come with the group
shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from fairbench.methods.shared.linear import LinearMethod, LinearParameters

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np


class FairnessConstraintsParameters(LinearParameters):
    over_correction: float = Field(
        0.0,
        ge=0,
        description="covariance at lambda_f = 1, of the other sign, in units of the unconstrained",
    )


class FairnessConstraints(LinearMethod):
    name = "fairness_constraints"
    any_groups = True
    Parameters = FairnessConstraintsParameters

    def solve_path(self, train, clean, *, lambda_f: Sequence[float], seed: int) -> list:
        """Every model from the unconstrained one."""
        import numpy as np

        from fairbench.methods.shared.logistic import fit_logistic, with_intercept

        rows, y = with_intercept(train.features), train.y.astype(float)
        weight = self.row_weights(train, clean, seed)
        how = {"ridge": self.parameters.ridge, "weight": weight}
        free = fit_logistic(rows, y, **how)
        # Of each group but the first and each column; that of the first is minus their sum.
        member = (train.sensitive == np.arange(1, self.groups)[:, None]).astype(train.y.dtype)
        centred = (each - each.mean(dtype=float) for each in member)
        covariance = np.array([each @ rows for each in centred]) / len(rows)
        solutions = []
        for each in lambda_f:
            found = free
            if each > 0 and covariance.any():
                kept = 1 - each * (1 + self.parameters.over_correction)
                start = free - (1 - kept) * _part_along(covariance, free)
                found = fit_logistic(rows, y, start=start, across=covariance, **how)
            solutions.append((found[:-1], float(found[-1])))
        return solutions


def _part_along(covariance: np.ndarray, of: np.ndarray) -> np.ndarray:
    """The part of coefficients that has all of their covariances, shape (columns,)."""
    import numpy as np

    if len(covariance) == 1:
        along = covariance[0]
        return along * (along @ of) / (along @ along)
    return np.linalg.lstsq(covariance, covariance @ of, rcond=None)[0]
