"""The one way to fit: models on data sets, by whatever the method is fitted with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from fairbench.methods.shared.base import Method
from fairbench.training.budget import Budget
from fairbench.training.compiled import fast
from fairbench.training.initial import draw_initial
from fairbench.training.models import Model, Outcome, Split
from fairbench.training.solved import solve_models


def fit_models(
    method: Method,
    data: Mapping[int, tuple[Split, Split]],
    models: Sequence[Model],
    budget: Budget,
    *,
    generator: str,
    engine: str = "auto",
    device: str = "cpu",
    threads: int = 1,
    minutes: float | None = None,
    done: Callable[[int], None] = lambda count: None,
) -> tuple[list[Outcome], dict]:
    """Train or solve for some models.

    Parameters
    ----------
    method : Method
        Told how many groups the data have.
    data : mapping of trial -> (train, clean)
    generator : {"torch", "numpy"}
        Of the initial weights, see `draw_initial`.
    engine, device, threads, minutes, done
        As for `fairbench.training.cell.fit_cell`.

    Returns
    -------
    outcomes : list of Outcome
        In the order of `models`.
    how : dict
        ``engine`` ("solved" or "none" where nothing is trained) and ``iterations``.

    Raises
    ------
    ValueError
        If the fast engine is asked for a method that it does not know.
    """
    if method.fitting == "solved":
        return solve_models(method, data, models, done), {"engine": "solved", "iterations": 0}
    if method.fitting == "none":
        done(len(models))
        return [Outcome([], 0.0) for _ in models], {"engine": "none", "iterations": 0}
    count, width = next(iter(data.values()))[0].features.shape
    budget = budget.for_rows(count)
    drawn = {"generator": generator, "weights": method.initial_weights}
    initial = [draw_initial(method.networks(width), model.seed, **drawn) for model in models]
    given = (method, data, models, initial, budget)
    slow = {"device": device, "minutes": minutes}
    engine, outcomes = _trained(engine, given, width, slow, threads=threads, done=done)
    return outcomes, {"engine": engine, "iterations": budget.iterations}


def _trained(engine: str, given: tuple, width: int, slow: dict, **shared) -> tuple[str, list]:
    """The engine that trained and its outcomes; `slow` is what the reference loop is told alone."""
    method, *_, budget = given
    known = fast.applies(method, width, budget)
    if engine == "fast" and not known:
        raise ValueError(f"the fast engine does not know {method.name} with these settings")
    if known and engine != "reference":
        return "fast", fast.train_models(*given, **shared)
    from fairbench.training import reference  # torch, which the fast engine does without

    return "reference", reference.train_models(*given, **slow, **shared)
