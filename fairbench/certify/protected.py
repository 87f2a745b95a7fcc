"""A protected attribute alone: whose decision depends on it, and what share of a domain that is."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np

from fairbench.certify.domain import Domain
from fairbench.certify.network import Network
from fairbench.certify.people import People, kernel_network
from fairbench.certify.protected_search import Search
from fairbench.certify.witness import find_witness

Answer = Literal["no", "yes", "undecided"]


@dataclass(frozen=True, eq=False)
class ProtectedShare:
    """What share of people a protected attribute decides.

    A person is a point of the domain without the protected columns; each counts the same. The three
    shares add up to 1.

    Attributes
    ----------
    certified_fair : float
        Share of people that get the same class whatever the attribute is: at least so many.
    certified_unfair : float
        Share whose class depends on the attribute: at least so many.
    undecided : float
        The rest.
    witness : array, shape (2, inputs), or None
        One person with two values of the attribute: the first input is in the class, the second is
        not.
    logits : array, shape (2,), or None
        Of the witness.
    witness_seconds : float
        Until the witness was found.
    seconds : float
    boxes : int
        Parts of the domain that were bounded.
    complete : bool
        Whether nobody is left undecided.
    """

    certified_fair: float
    certified_unfair: float
    undecided: float
    witness: np.ndarray | None
    logits: np.ndarray | None
    witness_seconds: float
    seconds: float
    boxes: int
    complete: bool

    @property
    def answer(self) -> Answer:
        """Whether there is a person whose class depends on the attribute."""
        if self.witness is not None or self.certified_unfair > 0:
            return "yes"
        return "no" if self.complete else "undecided"

    def __str__(self) -> str:
        return (
            f"{self.answer}: {self.certified_fair:.2%} fair, {self.certified_unfair:.2%} unfair, "
            f"{self.undecided:.2%} undecided ({self.boxes:,} boxes, {self.seconds:.2f} s)"
        )


def protected_share(
    network: Network,
    domain: Domain,
    *,
    protected: Sequence[int],
    threshold: float = 0.0,
    seconds: float = 60.0,
    boxes: int | None = None,
    undecided: float = 0.0,
    seed: int = 0,
) -> ProtectedShare:
    """For what share of people a protected attribute alone decides the class logit > threshold.

    Boxes of people are bounded by linear functions of the inputs, one pair for every value of the
    attribute (CROWN; Zhang et al., NeurIPS 2018), and the people on each side of these are counted,
    not the boxes alone. So what is left undecided is a sliver of a box. Stopping early leaves more
    undecided, and makes nothing false. Shares are exact up to 1e-12.

    Parameters
    ----------
    network : Network
    domain : Domain
        Integer columns are counted in whole numbers, the others by length, one-hot groups by
        category.
    protected : sequence of int
        Columns of the attribute, which take all their values: integer columns, or a whole one-hot
        group.
    threshold : float
        Of the logit: 0 is a probability of one half.
    seconds : float
        Limit of the search, above 0; compiling, once on a machine, is not counted.
    boxes : int, optional
        Limit of the boxes, which makes a stopped search repeatable.
    undecided : float
        The share that may be left undecided: the search ends there.
    seed : int
        Of the search for a witness.

    Raises
    ------
    ValueError
        If the network and the domain do not fit, protected columns are none, continuous, not among
        the inputs or a part of a one-hot group, or a limit is not above 0.
    """
    if network.inputs != domain.inputs:
        raise ValueError(f"the network has {network.inputs} inputs, the domain {domain.inputs}")
    if not seconds > 0:
        raise ValueError(f"seconds is {seconds}; a limit is above 0")
    if boxes is not None and boxes < 1:
        raise ValueError(f"boxes is {boxes}; a limit is 1 or more")
    if not np.isfinite(threshold):
        raise ValueError(f"threshold is {threshold}; it is a number")
    people = People.of(domain, protected)
    start = time.perf_counter()
    witness = find_witness(network, people, threshold, np.random.default_rng(seed))
    witness_seconds = time.perf_counter() - start
    search = Search(kernel_network(network, people, threshold), people)
    start = time.perf_counter()
    search.run(seconds, boxes, undecided)
    for person in search.points():
        search.decide(_depends(network, people, threshold, person))
    spent = time.perf_counter() - start
    if witness is None and search.unfair_box is not None:
        witness = find_witness(
            network, people, threshold, np.random.default_rng(seed), search.unfair_box
        )
        witness_seconds += time.perf_counter() - start
    fair, unfair, complete = search.shares()
    return ProtectedShare(
        fair,
        unfair,
        0.0 if complete else 1 - fair - unfair,
        witness,
        None if witness is None else network.logit(witness),
        witness_seconds,
        witness_seconds + spent,
        search.boxes,
        complete,
    )


def _depends(network: Network, people: People, threshold: float, person: np.ndarray) -> bool:
    """Whether a person's class depends on the attribute, in exact arithmetic."""
    classes = set()
    for value in people.values:
        active = [Fraction(v) for v in people.row(person, value).tolist()]
        for layer, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
            active = [max(v, Fraction(0)) for v in active] if layer else active
            active = [
                sum((Fraction(w) * v for w, v in zip(row, active, strict=True)), Fraction(b))
                for row, b in zip(weight.tolist(), bias.tolist(), strict=True)
            ]
        classes.add(active[0] > Fraction(threshold))
    return len(classes) > 1
