"""Individual fairness: people within epsilon of each other are to get like outputs.

The loss of Benussi et al. (IJCAI 2022, eq. 4 and 5) is lambda L + (1 - lambda) |f(x) - f(x*)|, with
L the cross-entropy, f the probability, and x* the neighbour of x whose output is farthest. Here
lambda_f is 1 - lambda: at lambda = 1 (lambda_f = 0) accuracy alone counts, and at lambda = 0
fairness alone. A text that lets lambda = 1 ignore accuracy means 0.

``penalty`` says how the second term is found. `pgd` looks for x* by a few steps, `closed_form` has
it for a linear model, and both are below the true term. `interval` and `linear` are bounds of it
around each row, above it. The last two are not about rows: `lipschitz` bounds the difference of
any two neighbours of the domain, and `pairs` looks for the worst pairs in it. They act on what a
certificate is about (`fairbench.certify`), the maximum over the domain, where no row needs to be.

Certified numbers are of probabilities, and a network whose outputs all lie nearer to 1/2 has
smaller ones at the very same decisions. ``label_scale`` makes use of that; at 1, the default, the
loss is the published one. Whoever compares accuracies should look at the cross-entropy too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from fairbench.methods.shared.base import Batch, Method, MethodParameters
from fairbench.methods.shared.difference_bounds import (
    interval_of_difference,
    linear_bound,
    lipschitz_bound,
)
from fairbench.methods.shared.losses import binary_cross_entropy
from fairbench.methods.shared.neighbourhood import Neighbourhood

if TYPE_CHECKING:
    from torch import Tensor

Penalty = Literal["pgd", "closed_form", "interval", "linear", "lipschitz", "pairs"]
Column = Annotated[int, Field(ge=0)]


class IndividualParameters(MethodParameters):
    hidden_layers: int = Field(2, ge=0, le=16, description="hidden layers, all of one width")
    hidden_units: int = Field(16, ge=1, le=1024, description="units of a hidden layer")
    penalty: Penalty = Field(
        "pgd",
        description="the difference of neighbours: pgd, closed_form find x*; interval, linear "
        "bound it around each row; lipschitz bounds it in the domain, pairs finds its worst pairs",
    )
    epsilon: float = Field(0.1, ge=0, description="distance within which people are neighbours")
    norm: Literal["infinity", "2"] = Field("infinity", description="weighted norm of the distance")
    theta: tuple[Annotated[float, Field(ge=0)], ...] | None = Field(
        None, description="weights of the columns without the groups; default: 1 each"
    )
    free: tuple[Column, ...] = Field(
        (), description="columns, from 0, that move freely as the sensitive ones do"
    )
    fixed: tuple[Column, ...] = Field(
        (), description="columns, from 0, in which neighbours are the same"
    )
    domain: Literal["rows", "unit"] = Field(
        "rows", description="box of the inputs: the range of the training rows, or [0, 1]"
    )
    steps: int = Field(3, ge=1, le=100, description="steps of pgd and of pairs in an iteration")
    pairs: int = Field(64, ge=4, le=4096, description="pairs that are kept for pairs")
    label_scale: float = Field(
        1.0, gt=0, description="factor on the logit in the labels' loss; see the method's docstring"
    )

    @model_validator(mode="after")
    def _possible(self):
        if self.penalty == "closed_form" and self.hidden_layers:
            raise ValueError(
                f"penalty closed_form is for linear models: hidden_layers is {self.hidden_layers}"
            )
        if both := sorted({*self.free} & {*self.fixed}):
            raise ValueError(f"columns {both} are free and fixed")
        return self


class Individual(Method):
    name = "individual"
    any_groups = True
    Parameters = IndividualParameters
    variants = {
        "pgd": {"*": {"penalty": "pgd"}},
        "closed_form": {"*": {"penalty": "closed_form", "hidden_layers": 0}},
        "interval": {"*": {"penalty": "interval"}},
        "linear": {"*": {"penalty": "linear"}},
        "lipschitz": {"*": {"penalty": "lipschitz"}},
        "pairs": {"*": {"penalty": "pairs"}},
    }
    initial_weights = "he"
    keeps_network = True
    about_groups = False
    modules = ("methods/shared/search_for_neighbours", "networks/mlp", "networks/noise")

    def networks(self, width):
        parameters = self.parameters
        return {"generator": (width, *[parameters.hidden_units] * parameters.hidden_layers, 1)}

    def build(self, weights: dict[str, list], *, seeds: Sequence[int], **kind) -> dict:
        from fairbench.networks.mlp import StackedReLU
        from fairbench.networks.noise import Noise

        generator = StackedReLU(weights["generator"], **kind)
        generator.starts = Noise(seeds, kind.get("device", "cpu"))
        generator.box, generator.pairs, generator.columns = None, None, None
        return {"generator": generator}

    def begin(self, networks, lower: Tensor, upper: Tensor) -> None:
        """Keep the range of the training rows, (models, 1, width) each."""
        networks["generator"].box = lower, upper

    def objective(self, networks, batch: Batch, logit: Tensor, weight) -> dict[str, Tensor]:
        labels = binary_cross_entropy(self.parameters.label_scale * logit, batch.y, weight)
        fairness = self.fairness(networks, batch, logit, weight)
        return {"cross_entropy": labels, "fairness": fairness}

    def fairness(self, networks, batch: Batch, logit: Tensor, weight) -> Tensor:
        """The mean difference of neighbours, or the bound of it, shape (models,)."""
        generator, penalty = networks["generator"], self.parameters.penalty
        near = self.neighbourhood(generator, batch.features)
        if penalty == "lipschitz":
            # tanh(D / 4) bounds the outputs' difference, but has no slope where D is large.
            return lipschitz_bound(self.layers(generator), near) / 4
        if penalty == "pairs":
            from fairbench.methods.shared.search_for_neighbours import worst_pairs

            how = {"steps": self.parameters.steps, "pairs": self.parameters.pairs}
            return worst_pairs(generator, near, batch.features, **how)
        return self._around_rows(generator, near, batch.features, logit).mean(-1)

    def _around_rows(self, generator, near: Neighbourhood, rows: Tensor, logit: Tensor) -> Tensor:
        """The penalties that are about rows, shape (models, rows)."""
        here = logit.sigmoid()
        if self.parameters.penalty in ("pgd", "closed_form"):
            from fairbench.methods.shared.search_for_neighbours import farthest_neighbours

            # For a linear model the first step is exact, and more steps stay where they are.
            steps = 1 if self.parameters.penalty == "closed_form" else self.parameters.steps
            other = farthest_neighbours(generator, near, rows, logit, steps=steps)
            return (here - generator(other).sigmoid()).abs()
        if self.parameters.penalty == "interval":
            low, high = interval_of_difference(self.layers(generator), near, rows)
        else:
            high = linear_bound(self.layers(generator), near, rows)
            low = -high
        return ((logit + high).sigmoid() - here).maximum(here - (logit + low).sigmoid())

    def layers(self, generator) -> list[tuple[Tensor, Tensor]]:
        """Weights and biases; what the predictor is not shown has the weight 0."""
        weights = list(generator.weights)
        weights[0] = weights[0] * self._seen(weights[0])
        return list(zip(weights, generator.biases, strict=True))

    def neighbourhood(self, generator, rows: Tensor) -> Neighbourhood:
        """The metric and the domain, as tensors like the rows."""
        if generator.columns is None:  # once: it takes numbers to the device
            generator.columns = self._columns(rows)
        theta, moves = generator.columns
        lower, upper = self._box(generator, rows)
        told = {"epsilon": self.parameters.epsilon, "norm": self.parameters.norm}
        return Neighbourhood(theta=theta, moves=moves, lower=lower, upper=upper, **told)

    def _columns(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Weights of the columns, and which of them move, shape (width,) each."""
        parameters, groups = self.parameters, self.groups - 1
        width = rows.shape[-1]
        given = parameters.theta or (1.0,) * (width - groups)
        if len(given) != width - groups:
            raise ValueError(f"theta has {len(given)} weights for {width - groups} columns")
        if outside := [c for c in (*parameters.free, *parameters.fixed) if c >= width - groups]:
            raise ValueError(f"columns {outside} of {width - groups}, counted from 0")
        theta = [0.0 if c in parameters.free else weight for c, weight in enumerate(given)]
        moves = rows.new_tensor([0.0 if c in parameters.fixed else 1.0 for c in range(width)])
        return rows.new_tensor([*theta, *[0.0] * groups]), moves * self._seen(rows)

    def _box(self, generator, rows: Tensor) -> tuple[Tensor, Tensor]:
        if self.parameters.domain == "unit":
            zero = rows.new_zeros(len(rows), 1, rows.shape[-1])
            return zero, zero + 1
        if generator.box is not None:
            return generator.box
        return rows.amin(-2, keepdim=True), rows.amax(-2, keepdim=True)

    def _seen(self, like: Tensor) -> Tensor:
        """1 for the columns that the predictor is shown, shape (width,)."""
        seen = like.new_ones(like.shape[-1])
        if not self.parameters.sees_sensitive:
            seen[1 - self.groups :] = 0
        return seen
