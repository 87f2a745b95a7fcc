"""Values and sentences of the seed's text about Boston, held against the experiments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from fairbench.evaluation.intervals import t_intervals
from fairbench.evaluation.verdicts import (
    RE_EXECUTED,
    REPLICATED,
    Judgement,
    Statement,
    above,
    exactly,
    within,
)
from fairbench.studies.individual import published
from fairbench.studies.individual.boston.unit import (
    MODES,
    gap_of_released,
    lower_sigmoid,
    sigmoid,
)

SEED = "Liu and Hu, An implementation of fairness guarantee framework for neural networks"
#: How far from a printed round number still counts as it, in thousand dollars.
_CLOSE_TO_TEN, _AROUND = 2.5, 0.5
#: How far from the 60 % still counts as "about".
_ABOUT = 0.1
#: What "almost linear" is taken to be: the share of variance that a straight line explains.
_LINEAR = 0.95
#: Below this share of its start a descent is "not obvious".
_SMALL = 0.1


def boston_verdicts(found: Mapping[str, pd.DataFrame]) -> list[dict]:
    """Give a row for every value and sentence that the experiments can judge.

    Parameters
    ----------
    found : mapping of str to DataFrame
        Of `fairbench.studies.individual.boston.experiments.experiments`.
    """
    return [
        *_method(found["curves"]),
        *_curves(found["curves"]),
        *_draws(found["draws"]),
        *_descents(found["descents"]),
        *_algorithm(found["algorithm"]),
    ]


def share(said: Statement, holds: pd.Series, of: str, reason: str = "") -> dict:
    """Judge that something holds more often than not, from how often it does.

    Parameters
    ----------
    holds : Series of bool
        One value for each independent repetition.
    of : str
        What the repetitions are.
    """
    from scipy.stats import binomtest

    count, n = int(holds.sum()), len(holds)
    if n < 2:
        return said.not_comparable(f"fewer than two {of}")
    tested = binomtest(count, n)
    low, high = tested.proportion_ci(method="exact")
    word = above(count / n, low, high, n, 0.5).verdict
    words = f"holds in {count} of {n} {of}" + (f"; {reason}" if reason else "")
    numbers = (count / n, float(low), float(high), n)
    return said.judged(Judgement(word, float(tested.pvalue)), words, *numbers)


def _again(place: str, words: str, value: float = np.nan) -> Statement:
    return Statement(SEED, place, words, RE_EXECUTED, value)


def _anew(place: str, words: str, value: float = np.nan) -> Statement:
    return Statement(SEED, place, words, REPLICATED, value)


def _method(curves: pd.DataFrame) -> Iterator[dict]:
    """What can be told from the formulas, and the released code's stand-in for the sigmoid."""
    said = _again("section 3.4", "lambda = 1 in the loss regulates fairness alone")
    reason = "with lambda = 1 equation 4 is the loss of accuracy alone; it should read lambda = 0"
    yield said.judged(exactly(False), reason, 0.0)
    weights = published.unit()["theta"].dropna()
    said = _again("figure 1", "the weights of the metric, their sum", 1.0)
    reason = "13 weights in equal steps, 0 for B"
    yield said.judged(exactly(abs(weights.sum() - 1) < 1e-9), reason, weights.sum())
    z = np.linspace(-8, 8, 160001)
    away = float((lower_sigmoid(z) - sigmoid(z)).max())
    said = _again("section 4.2", "lower_sigmoid is a lower fit of the sigmoid (most above it)", 0.0)
    reason = "it is 1 from 5 on; elsewhere each of its segments begins at 0 again"
    yield said.judged(exactly(away <= 0), reason, away)
    released = published.unit().set_index("column")["weight"]
    said = _again("section 4.1", "B is a variable that we intend to exclude (its weight)", 0.0)
    reason = "it stays an input, and with weight 0 in the metric it moves from end to end"
    yield said.judged(exactly(released["B"] == 0), reason, released["B"])


def _curves(curves: pd.DataFrame) -> Iterator[dict]:
    start = curves[(curves["unit"] == "released") & np.isclose(curves["epsilon"], 0.3)]
    said = _again("section 5.3", "delta of the start at 0.3, without resampling", 6.6)
    if start.empty:
        yield said.not_comparable("0.3 is no distance of this config")
    else:
        ours = float(start["paper"].iloc[0])
        reason = "the released w and b with the released lower_sigmoid"
        yield said.judged(exactly(abs(ours - 6.6) <= 0.1), reason, ours)
    low, high = gap_of_released()
    nearest = low if 17.38612 - low < high - 17.38612 else high
    said = _again("figure 4", "delta = 17.38612 is a value that the released code can give")
    reason = f"its differences lie below {low:.2f} or above {high:.2f}; the nearest is given"
    yield said.judged(exactly(False), reason, nearest)
    drawn = curves[curves["unit"].str.startswith("draw_")]
    for mode in MODES:
        fits = pd.Series([_straightness(curve, mode) for _, curve in drawn.groupby("unit")])
        words = f"delta is almost linear in epsilon for most models ({mode})"
        reason = f"a straight line explains {_LINEAR:.0%} or more"
        yield share(_anew("section 5.1", words), fits >= _LINEAR, "random units", reason)


def _straightness(curve: pd.DataFrame, mode: str) -> float:
    """Share of a curve's variance that a straight line explains; 0 for a flat one."""
    if curve[mode].std() == 0:
        return 0.0
    return float(np.corrcoef(curve["epsilon"], curve[mode])[0, 1] ** 2)


def _draws(draws: pd.DataFrame) -> Iterator[dict]:
    """Figure 3: the smallest and the largest of twenty."""
    count = int(draws["draw"].max()) + 1
    low, high = gap_of_released()
    ends = draws.groupby("set")[list(MODES)].agg(["min", "max"])
    for mode in MODES:
        small, large = ends[mode]["min"], ends[mode]["max"]
        reason = f"the middle set's smallest is {small.median():.1f}"
        if mode == "paper":
            reason += f"; the released function has no value from {low:.2f} to {high:.2f}"
        said = _anew("figure 3", f"the smallest of {count} is close to 10 ({mode})", 10.0)
        yield share(said, (small - 10).abs() <= _CLOSE_TO_TEN, "sets", reason)
        said = _anew("figure 3", f"the largest of {count} is more than 40 ({mode})", 40.0)
        yield share(said, large > 40, "sets", f"the middle set's largest is {large.median():.1f}")


def _descents(descents: pd.DataFrame) -> Iterator[dict]:
    """Figure 5 and section 5.3: what ten steps of the simulated gradient do."""
    paper = descents[descents["descended_on"] == "paper"]
    good, poor, tuned = (
        paper[mask].pivot(index="run", columns="epoch", values="paper")
        for mask in (paper["start"] == "good", paper["start"] == "poor", paper["resampled"])
    )
    said = _anew("figure 5", "with resampling the start is around 6.0", 6.0)
    reason = f"the middle start is {tuned[0].median():.2f}"
    yield share(said, (tuned[0] - 6).abs() <= _AROUND, "seeds", reason)
    said = _anew("section 5.3", "from a good start a descent finds smaller values in a few steps")
    yield share(said, good.min(axis=1) < good[0], "good starts")
    said = _anew("section 5.3", "not every step descends")
    yield share(said, (good.diff(axis=1) > 0).any(axis=1), "good starts")
    said = _anew("section 5.3", f"the descent is not obvious, less than {_SMALL:.0%} of the start")
    gain = 1 - good.min(axis=1) / good[0]
    yield share(said, gain < _SMALL, "good starts", f"the middle one is {gain.median():.1%}")
    said = _anew("section 5.3", "some descents jump to a bad value, as at epoch 10 of figure 5.1")
    yield share(said, (good > 40).any(axis=1), "good starts", "a delta above 40")
    said = _anew("section 5.3", "the simulated gradient improves very poor starts")
    reason = f"by {_SMALL:.0%} or more, at the end of the descent"
    yield share(said, poor.iloc[:, -1] <= (1 - _SMALL) * poor[0], "poor starts", reason)


def _algorithm(runs: pd.DataFrame) -> Iterator[dict]:
    """The average gain over a random draw, by each delta."""
    for mode in MODES:
        mine = runs[(runs["optimised_on"] == "paper") & (runs["judged_by"] == mode)]
        gain = (1 - mine["selected"] / mine["average"]).to_numpy(float)
        low, high = t_intervals(gain[:, None])
        words = f"Algorithm 1 gains about 60 % over a random draw, {_told(mode)}"
        numbers = (float(gain.mean()), float(low[0]), float(high[0]), len(gain))
        found = within(*numbers, _ABOUT, around=0.6)
        best = (1 - mine["searched"] / mine["average"]).mean()
        reason = f"the random search alone gains {best:.0%}"
        yield _anew("section 6", words, 0.6).judged(found, reason, *numbers)


def _told(mode: str) -> str:
    return {
        "paper": "by the delta that it lowers",
        "empirical": "by the sigmoid's delta over the same pairs",
        "certified": "by the certified delta",
    }[mode]
