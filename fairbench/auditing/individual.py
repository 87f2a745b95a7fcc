"""With a model: for whom no similar person gets another decision, proved.

Two people are similar if they differ in no column by more than epsilon times its range in the data,
whatever their sensitive columns (the metric has norm infinity; with the norms 1 and 2 the columns'
differences add up). The model is bracketed around each of some people drawn from the data
(`fairbench.certify.certify_rows`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from fairbench.auditing.asked import Asked
from fairbench.auditing.errors import AuditError, unknown
from fairbench.auditing.lines import Line
from fairbench.auditing.model import Model
from fairbench.auditing.proportions import normal_quantile, wilson
from fairbench.base.randomness import stream
from fairbench.certify import Domain, RowCertificates, WeightedLp, certify_rows


@dataclass(frozen=True, eq=False)
class Certified:
    """What is proved of some people.

    Attributes
    ----------
    rows : array of int, shape (people,)
        Which of the audited rows they are.
    found : RowCertificates
    same : array of bool, shape (people,)
        No similar person gets another decision.
    other : array of bool, shape (people,)
        A similar person does, whom ``found.witnesses`` names.
    whole : tuple of str
        Columns that were taken as whole numbers.
    free : tuple of str
        Columns that similar people may differ in as they like.
    """

    rows: np.ndarray
    found: RowCertificates
    same: np.ndarray
    other: np.ndarray
    whole: tuple[str, ...]
    free: tuple[str, ...]


def certified(model: Model, features: np.ndarray, asked: Asked, threshold: float) -> Certified:
    """Bracket the model around some of the rows.

    Parameters
    ----------
    model : Model
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
    whole = [
        k for k in range(features.shape[1])
        if k not in members and (features[:, k] == np.round(features[:, k])).all()
    ]  # fmt: skip
    reach = np.where(high > low, high - low, 1.0)
    free = _free(model.features, asked)
    weight = 1 / reach if asked.norm == "inf" else reach ** -float(asked.norm)
    weight[free] = 0.0
    network, chosen = model.network, features[rows]
    found = certify_rows(
        network,
        chosen,
        epsilon=asked.epsilon,
        metric=WeightedLp(weight, p=np.inf if asked.norm == "inf" else int(asked.norm)),
        domain=Domain(low, high, integer=whole, groups=groups),
        seconds=asked.seconds,
    )
    own = network(chosen)
    decided = own > threshold
    return Certified(
        rows,
        found,
        np.where(decided, own - found.upper > threshold, own + found.upper <= threshold),
        (network(found.witnesses) > threshold) != decided,
        tuple(model.features[k] for k in whole),
        tuple(model.features[k] for k in free),
    )


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
