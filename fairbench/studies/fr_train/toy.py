"""The toy example of figure 1: ten people, one feature, thresholds, and two poisoned labels."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from fairbench.metrics.decisions import accuracy, disparate_impact

#: People from left to right. The text says that two of five women and four of five men pay back,
#: that the flipped persons 5 and 7 are men, and what the four thresholds reach. Four orders agree
#: with all of it and have one best fair threshold each; this is one of them (see the tests).
FEMALE = np.array([1, 0, 1, 1, 0, 1, 0, 0, 1, 0])
Y = np.array([0, 0, 0, 0, 1, 1, 1, 1, 1, 1])
POISONED = np.where(np.isin(np.arange(10), [4, 6]), 0, Y)


class Threshold(NamedTuple):
    """A classifier that accepts whoever stands right of a place: 3 is between persons 3 and 4."""

    place: int
    disparate_impact: float
    accuracy: float
    fitted_accuracy: float


def thresholds(labels: np.ndarray) -> dict[str, Threshold]:
    """The most accurate threshold on some labels, and the most accurate of the fair ones.

    Parameters
    ----------
    labels : array of 0/1, shape (people,)
        What the classifier is fitted to; accuracies are of the clean labels `Y`.

    Returns
    -------
    dict of str to Threshold
        ``non-fair`` and ``fair``, the latter among those with a disparate impact of 1. Of equally
        accurate ones it is the leftmost.
    """
    every = [_at(place, labels) for place in range(len(Y))]
    fair = [each for each in every if each.disparate_impact == 1.0]
    return {"non-fair": _best(every), "fair": _best(fair)}


def _best(some: list[Threshold]) -> Threshold:
    return max(some, key=lambda threshold: threshold.fitted_accuracy)


def _at(place: int, labels: np.ndarray) -> Threshold:
    accepted = (np.arange(len(Y)) >= place).astype(int)
    impact = disparate_impact(accepted, sensitive=FEMALE)
    return Threshold(place, impact, accuracy(Y, accepted), accuracy(labels, accepted))
