"""Learning to reweight: rows count as far as they help with a few clean ones (RML).

Ren, Zeng, Yang and Urtasun (ICML 2018) on a linear model, where the meta step is exact
(`fairbench.methods.shared.reweighting`). It has no term for fairness; FR-Train's authors put its
weights before other methods (`reweighted: true` there).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairbench.methods.shared.base import SolvedMethod
from fairbench.methods.shared.linear import ReweightingParameters, reweighted

if TYPE_CHECKING:
    import numpy as np


class LearningToReweight(SolvedMethod):
    name = "learning_to_reweight"
    any_groups = True
    Parameters = ReweightingParameters
    uses_lambda_f = False
    fitted_on = ("train", "clean")
    modules = ()

    def solve(self, train, clean, *, lambda_f: float, seed: int) -> tuple[np.ndarray, float]:
        found, _ = reweighted(self.parameters, train, clean, seed)
        return found[:-1], float(found[-1])
