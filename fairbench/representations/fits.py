"""Training on folds: settings of one shape on all their folds in one stack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fairbench.methods.base import Method
from fairbench.randomness import seed_of
from fairbench.representations.folds import Fold
from fairbench.training import reference
from fairbench.training.budget import Budget
from fairbench.training.initial import draw_initial
from fairbench.training.models import Model, Outcome

#: Parameters of a method that a search may set, besides gamma and the size of a batch.
SHAPE = ("hidden_layers", "hidden_units")


class Trainer:
    """Trains one method's models on given folds.

    Parameters
    ----------
    kind : type of Method
    folds : sequence of Fold
    given : mapping
        ``parameters``, ``lambda_r``, ``schedule`` and ``seed`` of a job's spec.
    names : tuple
        What tells these folds from others: the streams of the initial weights.
    """

    def __init__(
        self,
        kind: type[Method],
        folds: Sequence[Fold],
        given: Mapping,
        names: tuple,
        *,
        device: str = "cpu",
        threads: int = 1,
        minutes: float | None = None,
    ):
        self.kind, self.folds, self.given, self.names = kind, folds, given, names
        self.how = {"device": device, "threads": threads, "minutes": minutes}

    def searched(self) -> list[str]:
        """Which parameters of a search this method has."""
        shape = [name for name in SHAPE if name in self.kind.Parameters.model_fields]
        return ["batch_size", *(["gamma"] if self.kind.uses_lambda_f else []), *shape]

    def train(
        self, setting: Mapping, gammas: Sequence[float], seeds: int = 1
    ) -> list[tuple[int, int, float, Outcome]]:
        """Train one shape at several gammas, on every fold and from several initial seeds.

        Returns
        -------
        list of (fold, seed, gamma, outcome)
            All in one stack, so that they cost little more than one of them.
        """
        here = set(SHAPE) & set(setting) & set(self.searched())
        shape = {name: setting[name] for name in here}
        method = self.kind(self.kind.Parameters(**{**self.given["parameters"], **shape}))
        schedule = self.given["schedule"]
        rows = min(len(fold.train.y) for fold in self.folds)
        budget = Budget(batch_size=setting["batch_size"], **schedule).for_rows(rows)
        lambda_r = self.given["lambda_r"] if method.uses_lambda_r else 0.0
        grid = [(k, s, g) for k in range(len(self.folds)) for s in range(seeds) for g in gammas]
        models = [
            Model(k, float(g), lambda_r, seed_of(self.given["seed"], "initial", *self.names, k, s))
            for k, s, g in grid
        ]
        sizes = method.networks(self.folds[0].train.features.shape[1])
        drawn = {"generator": "numpy", "weights": method.initial_weights}
        initial = [draw_initial(sizes, model.seed, **drawn) for model in models]
        data = {k: (fold.train, fold.trusted) for k, fold in enumerate(self.folds)}
        outcomes = reference.train_models(method, data, models, initial, budget, **self.how)
        return [(*place, outcome) for place, outcome in zip(grid, outcomes, strict=True)]
