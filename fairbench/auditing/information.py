"""What predictions tell about the group, in nats: plug-in for decisions, neighbours for scores.

The plug-in value I of n rows lies above the true one, by about df / 2n with as many degrees of
freedom as an independence test of the table has (Miller and Madow): that is taken off. 2 n I is
about noncentral chi-squared, with 2 n times the true value as its parameter. The interval holds the
true values under which the value found is no rarer than 2.5 % on each side; it may end at 0.

A nearest-neighbour estimate has its spread from random parts of the rows (Holmes and Nemenman,
Physical Review E, 2019): the variance of an estimate falls like one over its rows, so that the
whole's is that of the parts over their number.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
from scipy.optimize import brentq
from scipy.special import chndtr, stdtrit

from fairbench.auditing.lines import NAN, Line
from fairbench.auditing.people import People
from fairbench.auditing.proportions import Limits
from fairbench.auditing.ranking import FEW_VALUES
from fairbench.auditing.rates import Counted
from fairbench.base.randomness import stream
from fairbench.evaluation.intervals import LEVEL
from fairbench.information import entropy, knn_cmi, mutual_information

#: Of the nearest-neighbour estimates: neighbours, rows at most, and parts that give the spread.
NEIGHBOURS = 8
MOST_ROWS = 5_000
PARTS = 10


def information_lines(people: People, counted: Counted, *, seed: int) -> Iterator[Line]:
    """What decisions and scores tell of the group, alone and given the label, and the rest."""
    inside = np.isin(counted.attribute.group, counted.compared)
    group = counted.attribute.group[inside]
    name, rows, groups = counted.attribute.name, int(inside.sum()), len(counted.compared)
    if groups < 2:
        return
    label, prediction = people.label[inside], people.prediction[inside]

    def line(measure: str, limits: Limits, count: int) -> Line:
        return Line("information", name, "", "", measure, *map(float, limits), count)

    yield line("group_entropy", Limits(entropy(group), NAN, NAN), rows)
    yield line("label_group", plug_in(label, group), rows)
    yield line("prediction_group", plug_in(prediction, group), rows)
    yield line("prediction_group_given_label", plug_in(prediction, group, label), rows)
    yield line("label_group_given_prediction", plug_in(label, group, prediction), rows)
    if people.score is not None and len(counted.attribute.columns) == 1:
        generator = stream(seed, "audit", "neighbours", name)
        score, chosen = people.score[inside], np.arange(rows)
        few = len(np.unique(score)) <= FEW_VALUES
        if rows > MOST_ROWS and not few:
            chosen = np.sort(generator.choice(rows, MOST_ROWS, replace=False))
        estimate = plug_in if few else partial(neighbours, generator=generator)
        score, group, label = score[chosen], group[chosen], label[chosen]
        for measure, variables in {
            "score_group": (score, group),
            "score_group_given_label": (score, group, label),
            "label_group_given_score": (label, group, score),
        }.items():
            yield line(measure, estimate(*variables), len(chosen))


def plug_in(x: np.ndarray, y: np.ndarray, given: np.ndarray | None = None) -> Limits:
    """I(X; Y), or I(X; Y | Z), of variables of few values, less its bias, with its interval."""
    if given is None:
        given = np.zeros(len(x), bool)
    value, degrees = 0.0, 0
    for level in np.unique(given):
        rows = given == level
        value += rows.mean() * mutual_information(x[rows], y[rows])
        degrees += (len(np.unique(x[rows])) - 1) * (len(np.unique(y[rows])) - 1)
    if degrees == 0:
        return Limits(value, NAN, NAN)
    scale = 2 * len(x)
    ends = (end / scale for end in _noncentral(value * scale, degrees))
    return Limits(max(value - degrees / scale, 0.0), *ends)


def _noncentral(statistic: float, degrees: int) -> tuple[float, float]:
    """Parameters of the noncentral chi-squared laws of which the statistic is a 2.5 % quantile."""
    ends = []
    for level in (1 - LEVEL / 2, LEVEL / 2):

        def over(parameter: float, level=level) -> float:
            return float(chndtr(statistic, degrees, parameter)) - level

        far = statistic + 20 * np.sqrt(2 * (degrees + 2 * statistic)) + 50
        ends.append(0.0 if over(0.0) <= 0 else brentq(over, 0.0, far))
    return ends[0], ends[1]


def neighbours(x, group, z=None, *, generator: np.random.Generator) -> Limits:
    """I(X; group), or I(X; group | Z), of a numeric X or Z, with its interval in nats."""
    rows, y = len(x), group.astype(str)  # texts are categories to the estimator
    k = min(NEIGHBOURS, rows - 1)
    value = knn_cmi(x, y, z, k=k, clip=False)
    size = rows // PARTS
    if size <= 4 * k:
        return Limits(max(value, 0.0), NAN, NAN)
    order = generator.permutation(rows)[: size * PARTS].reshape(PARTS, size)
    parts = [
        knn_cmi(x[own], y[own], None if z is None else z[own], k=k, clip=False) for own in order
    ]
    half = float(stdtrit(PARTS - 1, 1 - LEVEL / 2)) * np.std(parts, ddof=1) / np.sqrt(PARTS)
    return Limits(max(value, 0.0), max(value - half, 0.0), max(value + half, 0.0))
