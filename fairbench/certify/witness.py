"""A person whose class depends on a protected attribute, looked for at random and by coordinates."""

from __future__ import annotations

import numpy as np

from fairbench.certify.network import Network
from fairbench.certify.people import People

_ROWS = 4096
_ROUNDS = 8
_STARTS = 8
_STEPS = 12


def _logits(network: Network, people: People, drawn: np.ndarray) -> np.ndarray:
    """Of people for every value of the attribute, shape (values, people)."""
    return np.array([network.logit(people.row(drawn, value)) for value in people.values])


def _shortfall(logits: np.ndarray, threshold: float) -> np.ndarray:
    """How far logits are from being on both sides of the threshold: below 0 where they are."""
    return np.maximum(threshold - logits.max(0), logits.min(0) - threshold)


def find_witness(
    network: Network,
    people: People,
    threshold: float,
    rng: np.random.Generator,
    box: tuple[np.ndarray, np.ndarray] | None = None,
) -> np.ndarray | None:
    """One person with two values of the attribute that get two classes, shape (2, inputs).

    People are drawn; those nearest to a difference are then moved one column at a time. With a box
    of the kernel, people are drawn from it. The first of the pair is above the threshold by the
    network's own evaluation, the second is not. None if none was found.
    """
    for _ in range(_ROUNDS):
        drawn = people.draw(_ROWS, rng, box)
        logits = _logits(network, people, drawn)
        short = _shortfall(logits, threshold)
        order = np.argsort(short, kind="stable")[:_STARTS]
        for start in order:
            person = drawn[start]
            if box is None or short[start] < 0:
                person = _descend(network, people, threshold, rng, person)
            pair = _pair(network, people, threshold, person)
            if pair is not None:
                return pair
    return None


def _pair(
    network: Network, people: People, threshold: float, person: np.ndarray
) -> np.ndarray | None:
    """The pair of a person, evaluated as two rows: the form in which it is handed out."""
    logits = _logits(network, people, person[None])[:, 0]
    order = [np.argmax(logits), np.argmin(logits)]
    pair = np.array([people.row(person, people.values[value]) for value in order])
    above = network.logit(pair) > threshold
    return pair if above[0] and not above[1] else None


def _descend(
    network: Network, people: People, threshold: float, rng: np.random.Generator, person: np.ndarray
) -> np.ndarray:
    """Move a person one column at a time towards a difference."""
    best = np.inf
    for _ in range(_STEPS):
        moved = people.moves(person, rng)
        short = _shortfall(_logits(network, people, moved), threshold)
        place = int(np.argmin(short))
        if short[place] >= best:
            break
        person, best = moved[place], short[place]
        if best < 0:
            break
    return person
