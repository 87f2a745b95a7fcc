"""Training on folds: settings of one shape on all their folds in one stack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fairbench.base.randomness import seed_of
from fairbench.methods.shared.base import Method
from fairbench.studies.representations.folds import Fold
from fairbench.studies.representations.space import SHAPE
from fairbench.training import reference
from fairbench.training.budget import RATES, Budget
from fairbench.training.initial import draw_initial
from fairbench.training.models import Model, Outcome


def train(
    kind: type[Method],
    folds: Sequence[Fold],
    given: Mapping,
    names: tuple,
    setting: Mapping,
    gammas: Sequence[float],
    seeds: int = 1,
    **how,
) -> list[tuple[int, int, float, Outcome]]:
    """Train one setting at several gammas, on every fold and from several initial seeds.

    Parameters
    ----------
    kind : type of Method
    folds : sequence of Fold
    given : mapping
        ``parameters``, ``lambda_r``, ``schedule`` and ``seed`` of a job's spec.
    names : tuple
        What tells these folds from others: the streams of the initial weights.
    setting : mapping
        ``batch_size``, and what of `search_space` is not to be as `given` says.
    **how
        ``device``, ``threads`` and ``minutes``.

    Returns
    -------
    list of (fold, seed, gamma, outcome)
        All in one stack, so that they cost little more than one of them.
    """
    own = {*SHAPE, *kind.searched} & {*kind.Parameters.model_fields} & {*setting}
    chosen = {name: setting[name] for name in own}
    method = kind(kind.Parameters(**{**given["parameters"], **chosen}))
    method = method.for_data(folds[0].groups)
    rates = {name: setting[name] for name in RATES if name in setting}
    schedule = given["schedule"] | rates
    rows = min(len(fold.train.y) for fold in folds)
    budget = Budget(batch_size=setting["batch_size"], **schedule).for_rows(rows)
    lambda_r = given["lambda_r"] if method.uses_lambda_r else 0.0
    grid = [(k, s, g) for k in range(len(folds)) for s in range(seeds) for g in gammas]
    models = [
        Model(k, float(g), lambda_r, seed_of(given["seed"], "initial", *names, k, s))
        for k, s, g in grid
    ]
    sizes = method.networks(folds[0].train.features.shape[1])
    drawn = {"generator": "numpy", "weights": method.initial_weights}
    initial = [draw_initial(sizes, model.seed, **drawn) for model in models]
    data = {k: (fold.train, fold.trusted) for k, fold in enumerate(folds)}
    outcomes = reference.train_models(method, data, models, initial, budget, **how)
    return [(*place, outcome) for place, outcome in zip(grid, outcomes, strict=True)]
