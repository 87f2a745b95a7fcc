"""What is measured of a trained model on held-out rows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from fairbench.metrics import decisions as metrics
from fairbench.metrics import ranking as ranking_metrics
from fairbench.metrics.probes import random_forest_probe
from fairbench.training.models import Outcome, Split

RANKING = ("auc", "gpa", "audc")
PROBED = ("adrg", "probe_auc", "probe_accuracy", "probe_majority", "label_auc")
#: Numbers of draws at which every model is measured, besides the one that it predicts with.
COMPARED = (1, 10)

_NAN = float("nan")


def status_of(outcome: Outcome, split: Split) -> tuple[str, str]:
    """``ok``, ``error``, ``diverged`` or ``degenerate``, and the reason."""
    if outcome.error:
        return "error", outcome.error
    if not outcome.finite():
        return "diverged", "the network's weights are not finite"
    if np.ptp(outcome.probability(split.features)) == 0:
        return "degenerate", "predicts the same probability for every held-out row"
    return "ok", ""


def at_draws(
    measure: Callable[..., dict[str, float]], outcome: Outcome, split: Split, **how
) -> dict[str, float]:
    """A measure at several numbers of draws.

    Parameters
    ----------
    measure : callable
        `ranking` or `probes`.
    **how
        Further arguments of it.

    Returns
    -------
    dict of str to float
        Under the bare names the values at the model's own number of draws (`Outcome.draws`), by
        which models are chosen and compared; with ``_1`` and ``_10`` those at 1 and 10 draws. A
        model without randomness has the same value in all of them.
    """
    needed = {outcome.draws, *(COMPARED if outcome.stochastic else ())}
    found = {draws: measure(outcome, split, draws=draws, **how) for draws in sorted(needed)}
    own, values = found[outcome.draws], {}
    for draws in COMPARED:
        values |= {f"{name}_{draws}": v for name, v in found.get(draws, own).items()}
    return own | values


def ranking(outcome: Outcome, split: Split, *, draws: int | None = None) -> dict[str, float]:
    """AUC, GPA and AUDC of the predicted probabilities."""
    score = np.clip(outcome.probability(split.features, draws).astype(float), 0.0, 1.0)
    return {
        "auc": ranking_metrics.auc(split.y, score),
        "gpa": ranking_metrics.gpa(split.y, score, sensitive=split.sensitive),
        "audc": ranking_metrics.audc(score, sensitive=split.sensitive),
    }


def objective(measured: dict[str, float]) -> float:
    """What the search maximises: AUC + (1 - GPA) + (1 - AUDC)."""
    return measured["auc"] + (1 - measured["gpa"]) + (1 - measured["audc"])


def decisions(outcome: Outcome, split: Split) -> dict[str, float]:
    """Accuracy and the group measures of the decisions probability > 1/2."""
    decided = (outcome.probability(split.features) > 0.5).astype(int)
    y, groups = split.y, {"sensitive": split.sensitive}
    return {
        "accuracy": metrics.accuracy(y, decided),
        "disparate_impact": metrics.disparate_impact(decided, **groups),
        "demographic_parity_difference": metrics.demographic_parity_difference(decided, **groups),
        "equalized_odds_difference": metrics.equalized_odds_difference(y, decided, **groups),
        "equal_opportunity_difference": metrics.equal_opportunity_difference(y, decided, **groups),
    }


def probes(
    outcome: Outcome, split: Split, *, draws: int | None = None, **how: int
) -> dict[str, float]:
    """What a random forest finds in what predictions are made of, if there is such a thing.

    `how` has its ``trees``, ``seed`` and ``threads``.
    """
    if not hasattr(outcome, "representation"):
        return dict.fromkeys(PROBED, _NAN)
    representation = outcome.representation(split.features, draws)
    group = random_forest_probe(representation, split.sensitive, **how)
    label = random_forest_probe(representation, split.y, **how)
    found = (*(group[name] for name in ("adrg", "auc", "accuracy", "majority")), label["auc"])
    return dict(zip(PROBED, found, strict=True))
