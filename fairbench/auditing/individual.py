"""With a model: for whom no similar person gets another decision, proved.

Two people are similar if they differ in no column by more than epsilon times its range in the data,
whatever their sensitive columns (the metric has norm infinity; with the norms 1 and 2 the columns'
differences add up). The model is bracketed around each of some people drawn from the data
(`fairbench.certify.certify_rows`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import logit

from fairbench.auditing.asked import Asked
from fairbench.auditing.errors import AuditError, unknown
from fairbench.auditing.lines import Line
from fairbench.auditing.model import Model
from fairbench.auditing.proportions import normal_quantile, wilson
from fairbench.base.randomness import stream
from fairbench.certify import Domain, Network, RowCertificates, WeightedLp, certify_rows
from fairbench.certify.row_bounds import attacked
from fairbench.certify.row_reach import RowReach

#: Of the largest change: where its bracket is as narrow, relative to it, it is closed.
_GAP = 0.05
#: Logits that are nearer to the cut are at the cut.
_LEAST = 1e-6


@dataclass(frozen=True, eq=False)
class Certified:
    """What is proved of some people.

    Attributes
    ----------
    rows : array of int, shape (people,)
        Which of the audited rows they are.
    found : RowCertificates
        The largest change of the probability among similar people.
    same : array of bool, shape (people,)
        No similar person gets another decision.
    other : array of bool, shape (people,)
        One does: ``witnesses`` has that person.
    witnesses : array, shape (people, inputs)
    whole : tuple of str
        Columns that were taken as whole numbers.
    free : tuple of str
        Columns that similar people may differ in as they like.
    """

    rows: np.ndarray
    found: RowCertificates
    same: np.ndarray
    other: np.ndarray
    witnesses: np.ndarray
    whole: tuple[str, ...]
    free: tuple[str, ...]


def certified(model: Model, features: np.ndarray, asked: Asked, threshold: float) -> Certified:
    """Bracket the model around some of the rows.

    Parameters
    ----------
    model : Model
        With a network.
    features : array, shape (rows, inputs)
        Of all audited rows: their ranges are the domain.
    asked : Asked
        `epsilon`, `norm`, `one_hot`, `free`, `people`, `seconds`, and the sensitive columns.
    threshold : float
        Of the score, above which a decision is 1.
    """
    generator = stream(asked.seed, "audit", "people")
    count = min(asked.people, len(features))
    rows = np.sort(generator.choice(len(features), count, replace=False))
    groups = _one_hot(model.features, asked.one_hot, features)
    members = [column for group in groups for column in group]
    low, high = features.min(0), features.max(0)
    is_whole = (features == np.round(features)).all(0)
    whole = [k for k in range(features.shape[1]) if is_whole[k] and k not in members]
    reach = np.where(high > low, high - low, 1.0)
    free = _free(model.features, asked)
    weight = 1 / reach if asked.norm == "inf" else reach ** -float(asked.norm)
    weight[free] = 0.0
    domain = Domain(low, high, integer=whole, groups=groups)
    network = model.network(domain)
    people = {
        "epsilon": asked.epsilon,
        "metric": WeightedLp(weight, p=np.inf if asked.norm == "inf" else int(asked.norm)),
        "domain": domain,
    }
    start = time.perf_counter()
    same, other, witnesses = _decided(network, features[rows], threshold, asked.seconds, people)
    left = max(asked.seconds - (time.perf_counter() - start), 1e-3)
    found = certify_rows(network, features[rows], seconds=left, gap=_GAP, **people)
    names = np.array(model.features, object)
    return Certified(rows, found, same, other, witnesses, tuple(names[whole]), tuple(names[free]))


def _decided(
    network: Network, rows: np.ndarray, threshold: float, seconds: float, people: dict
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For whom no similar person is decided otherwise, for whom one is, (rows,) each, and who.

    First an attack. For whom that finds nobody, the network gets a unit more at its end,
    relu(cut - logit) for those above the cut and relu(logit - cut) for the others: it is 0 for a
    person and above 0 for whoever is decided otherwise, at least `_LEAST` by the margin around the
    cut. Who is that near to the cut is left undecided.
    """
    cut, own = float(logit(threshold)), network.logit(rows)
    same, other = np.zeros(len(rows), bool), np.zeros(len(rows), bool)
    witnesses = rows.copy()
    for up in (False, True):
        sign = 1.0 if up else -1.0
        mine = np.flatnonzero(sign * (own - cut) <= -_LEAST)
        if not len(mine):
            continue
        witnesses[mine] = attacked(network, RowReach(rows[mine], **people), up=up)
        other[mine] = (network.logit(witnesses[mine]) > cut) == up
        left = mine[~other[mine]]
        if len(left):
            crossing = Network(
                [*network.weights[:-1], sign * network.weights[-1], np.ones((1, 1))],
                [*network.biases[:-1], sign * (network.biases[-1] - cut) + _LEAST, np.zeros(1)],
                output="linear",
            )
            share = seconds * len(mine) / len(rows)
            found = certify_rows(crossing, rows[left], seconds=share, threshold=_LEAST, **people)
            same[left], witnesses[left] = found.upper < _LEAST, found.witnesses
            other[left] = (network.logit(found.witnesses) > cut) == up
    return same, other, witnesses


def _free(names: tuple[str, ...], asked: Asked) -> list[int]:
    """Sensitive columns and those named as free, each with its whole one-hot group."""
    for name in asked.free:
        if name not in names:
            raise unknown("free: there is no feature", name, names)
    own = set(asked.sensitive) | set(asked.free)
    for group in asked.one_hot:
        own |= set(group) if own & set(group) else set()
    return [k for k, name in enumerate(names) if name in own]


def _one_hot(names, groups, features: np.ndarray) -> list[list[int]]:
    found = []
    for group in groups:
        for name in group:
            if name not in names:
                raise unknown("one_hot: there is no feature", name, names)
        columns = [names.index(name) for name in group]
        own = features[:, columns]
        if not (np.isin(own, (0, 1)).all() and (own.sum(1) == 1).all()):
            raise AuditError(f"one_hot: of {', '.join(group)} not exactly one is 1 in every row")
        found.append(columns)
    return found


def individual_lines(certified: Certified) -> Iterator[Line]:
    """Shares of people, and the middle of their brackets."""
    people = len(certified.rows)
    undecided = ~certified.same & ~certified.other
    for measure, which in {
        "decision_certified_same": certified.same,
        "decision_proved_to_change": certified.other,
        "decision_undecided": undecided,
    }.items():
        ends = wilson(np.array([which.sum()]), np.array([people]), normal_quantile())
        yield Line("individual", "", "", "", measure, *(float(end[0]) for end in ends), people)
    for name, values in (("lower", certified.found.lower), ("upper", certified.found.upper)):
        for what, value in (("median", np.median(values)), ("largest", values.max())):
            yield Line("individual", "", "", "", f"delta_{name}_{what}", float(value), rows=people)
