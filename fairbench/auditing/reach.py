"""What thresholds of each group could reach on the same scores, and how far decisions are from it.

`curve` is the trade-off of accuracy and disparate impact by one threshold a group
(`fairbench.training.postprocess`); `limit` is the same, and `distances` is of every measure, by
thresholds that may be drawn at random (`Program`). Thresholds look better on the rows that they
were chosen on than they are: so they are also chosen without a fifth of the rows and measured on
that fifth, for all five.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from fairbench.auditing.people import People
from fairbench.auditing.rates import Counted
from fairbench.auditing.threshold_program import Program, Scored, scored
from fairbench.base.randomness import stream

#: Scores of more values are put together, at quantiles.
VALUES = 128
POINTS = 26
FOLDS = 5
#: Fewest rows that are divided: of fewer, thresholds chosen on other rows are not told.
FEWEST = 50
#: Kinds of rows whose rates a measure compares, and how.
MEASURES = {
    "disparate_impact": (("all",), "ratio"),
    "demographic_parity_difference": (("all",), "difference"),
    "equal_opportunity_difference": (("ones",), "difference"),
    "predictive_equality_difference": (("zeros",), "difference"),
    "equalized_odds_difference": (("ones", "zeros"), "difference"),
}


@dataclass(frozen=True, eq=False)
class Compared:
    """Rows of the groups that are compared; `step` is the score as 0, 1, 2, ..."""

    label: np.ndarray
    prediction: np.ndarray
    group: np.ndarray
    step: np.ndarray
    fold: np.ndarray
    edges: np.ndarray
    names: list[str]

    @property
    def shape(self) -> tuple[int, int]:
        """Groups, and values of the step."""
        return len(self.names), len(self.edges) + 1

    def counted(self, rows=slice(None)) -> Scored:
        """Some of the rows by their scores."""
        return scored(self.step[rows], self.label[rows], self.group[rows], self.shape)

    def decided(self, rows=slice(None)) -> Scored:
        """The same by their decisions, which has one cut between nobody and everybody."""
        decision = self.prediction[rows].astype(np.int64)
        return scored(decision, self.label[rows], self.group[rows], (len(self.names), 2))


def compared(people: People, counted: Counted, *, seed: int) -> Compared:
    """The rows of groups that are large enough, with their scores in steps."""
    inside = np.isin(counted.attribute.group, counted.compared)
    score = people.score[inside]
    values = np.unique(score)
    if len(values) > VALUES:
        values = np.unique(np.quantile(score, np.linspace(0, 1, VALUES), method="lower"))
    edges = (values[1:] + values[:-1]) / 2
    fold = stream(seed, "audit", "folds").permutation(len(score)) % FOLDS
    return Compared(
        people.label[inside],
        people.prediction[inside],
        np.searchsorted(counted.compared, counted.attribute.group[inside]),
        np.searchsorted(edges, score, side="left"),
        fold,
        edges,
        [counted.attribute.names[k] for k in counted.compared],
    )


def distances(rows: Compared, attribute: str) -> pd.DataFrame:
    """How far each measure of the decisions is from what thresholds could reach.

    Returns
    -------
    DataFrame
        A row a measure: ``decisions``, its value; ``reachable``, that of the fairest thresholds
        that are as accurate; ``distance`` from there, at least 0; ``held_out`` and
        ``held_out_accuracy``, of thresholds chosen so on other rows; ``accuracy`` of the decisions;
        ``reachable_accuracy`` of the most accurate thresholds that are as fair. NaN where none are.
    """
    found, whole, decided = [], rows.counted(), rows.decided()
    out = [rows.fold == k for k in range(FOLDS)]
    folds = [(rows.decided(~own), rows.counted(~own), rows.counted(own)) for own in out]
    for measure, (kinds, how) in MEASURES.items():
        if any(np.isnan(whole.rates(kind)).any() for kind in kinds):
            continue
        own, accuracy = _measured(decided, _second(decided), kinds, how)
        program = Program(whole, kinds, how)
        best, _ = program.fairest(accuracy)
        held, held_accuracy = _held_out(folds, kinds, how)
        found.append(
            {
                "attribute": attribute,
                "measure": measure,
                "decisions": own,
                "reachable": best,
                "distance": np.maximum(best - own if how == "ratio" else own - best, 0.0),
                "held_out": held,
                "held_out_accuracy": held_accuracy,
                "accuracy": accuracy,
                "reachable_accuracy": program.most_accurate(own),
            }
        )
    return pd.DataFrame(found)


def _held_out(folds: list[tuple[Scored, Scored, Scored]], kinds, how: str) -> tuple[float, float]:
    """The measure and the accuracy of thresholds that were chosen on other rows, or NaN.

    For each fold: decisions and scores of the other rows, and scores of its own.
    """
    chosen = []
    if sum(own.rows.sum() for _, _, own in folds) < FEWEST:
        return float("nan"), float("nan")
    for decided, others, own in folds:
        weights = None
        if not any(np.isnan(others.rates(kind)).any() for kind in kinds):
            _, accuracy = _measured(decided, _second(decided), kinds, how)
            _, weights = Program(others, kinds, how).fairest(accuracy)
        if weights is None:
            return float("nan"), float("nan")
        chosen.append((own, weights))
    return _pooled(chosen, kinds, how)


def curve(rows: Compared, attribute: str) -> pd.DataFrame:
    """Accuracy and disparate impact of one threshold a group, from most accurate to most equal.

    Returns
    -------
    DataFrame
        A row a point and group: ``threshold``, which a score has to exceed; ``accuracy`` and
        ``disparate_impact`` of the point on these rows, and ``held_out_...`` of thresholds that
        were chosen in the same way on other rows.
    """
    # Here, as methods and their engine take seconds to import.
    from fairbench.training.postprocess import threshold_frontier

    points = np.linspace(0.0, 1.0, POINTS)

    def weights(chosen) -> tuple[np.ndarray, np.ndarray]:
        cuts = threshold_frontier(
            rows.step[chosen].astype(float),
            rows.label[chosen],
            sensitive=rows.group[chosen],
            points=points,
            groups=len(rows.names),
        )
        # What is above a cut are the steps from the next whole number on.
        first = np.clip(np.floor(cuts).astype(int) + 1, 0, rows.shape[1])
        return first, np.eye(rows.shape[1] + 1)[rows.shape[1] - first]

    first, own = weights(slice(None))
    whole = rows.counted()
    folds = range(FOLDS) if len(rows.label) >= FEWEST else ()
    others = [(rows.counted(rows.fold == k), weights(rows.fold != k)[1]) for k in folds]
    # Below the first score all are accepted, above the last nobody.
    thresholds = np.concatenate([[-np.inf], rows.edges, [np.inf]])
    found = []
    for point in range(POINTS):
        here = _measured(whole, own[point], ("all",), "ratio")
        held = (float("nan"),) * 2
        if others:
            held = _pooled([(test, each[point]) for test, each in others], ("all",), "ratio")
        for group, name in enumerate(rows.names):
            cut = thresholds[first[point, group]]
            found.append((attribute, point, name, cut, *here[::-1], *held[::-1]))
    names = ["accuracy", "disparate_impact", "held_out_accuracy", "held_out_disparate_impact"]
    return pd.DataFrame(found, columns=["attribute", "point", "group", "threshold", *names])


def limit(rows: Compared, attribute: str) -> pd.DataFrame:
    """The largest accuracy of thresholds, drawn at random or not, at each disparate impact."""
    program = Program(rows.counted(), *MEASURES["disparate_impact"])
    impacts = np.linspace(0.0, 1.0, POINTS)
    accuracy = [program.most_accurate(impact) for impact in impacts]
    return pd.DataFrame({"attribute": attribute, "disparate_impact": impacts, "accuracy": accuracy})


def _second(decided: Scored) -> np.ndarray:
    """Weights of the cut between the two decisions."""
    return np.tile([0.0, 1.0, 0.0], (len(decided.rows), 1))


def _measured(found: Scored, weights: np.ndarray, kinds, how: str) -> tuple[float, float]:
    """The measure and the accuracy of thresholds on rows."""
    return _pooled([(found, weights)], kinds, how)


def _pooled(chosen: list[tuple[Scored, np.ndarray]], kinds, how: str) -> tuple[float, float]:
    """The same of several parts of the rows, each with thresholds of its own."""
    total = sum(found.rows.sum() for found, _ in chosen)
    accuracy = sum((found.hits() * w).sum() * found.rows.sum() for found, w in chosen) / total
    gaps = []
    for kind in kinds:
        counts = [_counts(found, kind) for found, _ in chosen]
        accepted = sum(
            np.nan_to_num((found.rates(kind) * w).sum(1)) * count
            for (found, w), count in zip(chosen, counts, strict=True)
        )
        with np.errstate(invalid="ignore"):
            rates = accepted / sum(counts)
        low, high = rates.min(), rates.max()
        gaps.append(low / high if how == "ratio" and high else high - low if high else 0.0)
    return float(max(gaps)), float(accuracy)


def _counts(found: Scored, kind: str) -> np.ndarray:
    return found.rows.sum(1) if kind == "all" else found.rows[:, int(kind == "ones")]
