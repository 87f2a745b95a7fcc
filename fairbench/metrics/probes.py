"""What a random forest and a regression find of the group in a representation."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from fairbench.base.randomness import seed_of
from fairbench.metrics.checked import group_numbers
from fairbench.metrics.ranking import auc


def random_forest_probe(
    representation: ArrayLike,
    sensitive: ArrayLike,
    *,
    seed: int,
    trees: int = 1000,
    test_share: float = 1 / 3,
    threads: int = 1,
) -> dict[str, float]:
    """How well a random forest finds the group in a representation.

    A share of the rows is held out, drawn at random with the groups in proportion; the forest
    (scikit-learn's defaults besides the number of trees) is fitted on the others and measured on
    the held-out rows.

    Parameters
    ----------
    representation : array, shape (rows, units) or (rows,)
    sensitive : array of int, shape (rows,)
        Groups 0 to K - 1.
    seed : int
        Root of the streams of the split and of the forest, zero or larger.
    trees : int
    test_share : float
        Held-out share of the rows, between 0 and 1. Rows that the representation was trained on
        should not be among those given.
    threads : int
        The result does not depend on it.

    Returns
    -------
    dict
        ``accuracy`` (0 to 1), ``majority`` (share of the largest group, 1/K to 1), ``auc`` (0 to 1,
        0.5 is guessing; of more than two groups the mean over groups of each against the others),
        ``adrg``, the absolute distance from a random guess, abs(accuracy - majority), 0 for the
        most invariant representation; all on the held-out rows. All NaN if a group has fewer than
        two rows, or none in one part of the split.

    Notes
    -----
    An uneven group leaves ``adrg`` little room above the majority: 0.04 for a group of 4 %. A
    larger value then comes from a forest worse than guessing; read it beside the AUC.
    """
    # Loaded here because it takes seconds, and most uses of the package never probe.
    from sklearn.ensemble import RandomForestClassifier

    sensitive, groups = group_numbers(sensitive)
    representation = np.asarray(representation, dtype=float)
    representation = representation.reshape(len(representation), -1)
    if len(representation) != len(sensitive):
        raise ValueError(f"{len(representation)} representations, {len(sensitive)} groups")
    held_out = _held_out(sensitive, groups, test_share, seed)
    if held_out is None:
        return dict.fromkeys(("accuracy", "majority", "auc", "adrg"), float("nan"))
    forest = RandomForestClassifier(
        n_estimators=trees,
        random_state=seed_of(seed, "probes", "random forest") % 2**32,
        n_jobs=threads,
    )
    forest.fit(representation[~held_out], sensitive[~held_out])
    score, truth = forest.predict_proba(representation[held_out]), sensitive[held_out]
    guess = score[:, 1] > 0.5 if groups == 2 else score.argmax(1)
    accuracy = float(np.mean(guess == truth))
    majority = float(np.bincount(truth).max() / len(truth))
    return {
        "accuracy": accuracy,
        "majority": majority,
        "auc": auc(truth, score if groups > 2 else score[:, 1]),
        "adrg": abs(accuracy - majority),
    }


def information_found(
    representation: ArrayLike, sensitive: ArrayLike, *, seed: int, test_share: float = 1 / 3
) -> float:
    """Nats of the group that a logistic regression finds in a representation.

    The entropy of the group minus the regression's cross-entropy, both on held-out rows. In
    expectation no classifier has less cross-entropy than what is left open, so that this is a lower
    bound of I(T; S), but for the noise of the held-out rows: what it finds is there. An estimate of
    I(T; S) without held-out rows can be fooled by a network that was trained to make it small.

    Parameters
    ----------
    representation, sensitive, seed, test_share
        As for `random_forest_probe`.

    Returns
    -------
    float
        At most the entropy of the group; below 0 where the regression misleads. NaN as there.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import log_loss
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    sensitive, groups = group_numbers(sensitive)
    representation = np.asarray(representation, dtype=float)
    held_out = _held_out(sensitive, groups, test_share, seed)
    if held_out is None:
        return float("nan")
    regression = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=300))
    regression.fit(representation[~held_out], sensitive[~held_out])
    truth = sensitive[held_out]
    guess = regression.predict_proba(representation[held_out])
    share = np.bincount(truth, minlength=groups) / len(truth)
    entropy = -float(share[share > 0] @ np.log(share[share > 0]))
    return entropy - float(log_loss(truth, guess, labels=range(groups)))


def _held_out(group: np.ndarray, groups: int, share: float, seed: int) -> np.ndarray | None:
    """Boolean rows with a share of each group, or None if a part would lack a group."""
    if not 0 < share < 1:
        raise ValueError(f"test_share must lie between 0 and 1, not {share}")
    generator = np.random.default_rng(seed_of(seed, "probes", "split"))
    chosen = np.zeros(len(group), dtype=bool)
    for k in range(groups):
        rows = generator.permutation(np.flatnonzero(group == k))
        count = round(share * len(rows))
        if not 0 < count < len(rows):
            return None
        chosen[rows[:count]] = True
    return chosen
