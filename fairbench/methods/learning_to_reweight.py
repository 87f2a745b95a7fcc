"""Learning to reweight: rows count as far as they help with a few clean ones (RML).

Ren, Zeng, Yang and Urtasun (ICML 2018). On a linear model the meta step is written out
(`fairbench.methods.shared.reweighting`); with `generator_hidden_units` it is by automatic
differentiation, for all data sets side by side (`fairbench.methods.shared.meta_step`). It has no
term for fairness; FR-Train's authors put its weights before other methods (`reweighted: true`
there), which here are those of the linear model.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fairbench.methods.shared.linear import ReweightingParameters, reweighted
from fairbench.methods.shared.solved import SolvedMethod

if TYPE_CHECKING:
    import numpy as np


class LearningToReweight(SolvedMethod):
    name = "learning_to_reweight"
    any_groups = True
    Parameters = ReweightingParameters
    uses_lambda_f = False
    fitted_on = ("train", "clean")
    modules = ()

    @property
    def stacks(self) -> bool:
        return self.parameters.generator_hidden_units > 0

    def solve(self, train, clean, *, lambda_f: float, seed: int) -> tuple[np.ndarray, float]:
        if self.stacks:
            return self.solve_stack([(train, clean)], lambda_f=[lambda_f], seeds=[seed])[0][0]
        found, _ = reweighted(self.parameters, train, clean, seed)
        return found[:-1], float(found[-1])

    def solve_stack(
        self, parts: Sequence[tuple], *, lambda_f: Sequence[float], seeds: Sequence[int]
    ) -> list[list]:
        if not self.stacks:
            return super().solve_stack(parts, lambda_f=lambda_f, seeds=seeds)
        found, _ = self.learned(parts, seeds)
        return [[layers] * len(lambda_f) for layers in found]

    def learned(self, parts: Sequence[tuple], seeds: Sequence[int]) -> tuple[list, np.ndarray]:
        """Layers of each model's network and the weights of its rows, (models, rows)."""
        import numpy as np
        import torch

        from fairbench.methods.shared.meta_step import learn_networks

        given = self.parameters
        sizes = self.networks(parts[0][0].features.shape[1])["generator"]
        layers = [
            np.stack([_first_weights(seed, depth, *size) for seed in seeds])
            for depth, size in enumerate(zip(sizes[:-1], sizes[1:], strict=True))
        ]
        return learn_networks(
            [(train.features, train.y, clean.features, clean.y) for train, clean in parts],
            layers,
            seeds=seeds,
            epochs=given.epochs,
            batch=given.batch_size,
            rate=given.step,
            dtype=torch.float64 if given.precision == "double" else torch.float32,
        )


def _first_weights(seed: int, depth: int, inputs: int, outputs: int) -> np.ndarray:
    """N(0, 2 / inputs), which is for gradient descent (He et al., ICCV 2015)."""
    import numpy as np

    generator = np.random.default_rng([seed, 0x52, depth])
    return np.sqrt(2 / inputs) * generator.standard_normal((outputs, inputs))
