"""How steadily a method trains: numbers per run, and what a choice of the seed changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from fairbench.evaluation.bootstrap import RESAMPLES, interval, resampled_counts
from fairbench.randomness import stream

__all__ = ["SETTLED", "run_numbers", "stability_table"]

SETTLED = 0.02
"""A run has settled once test accuracy and disparate impact stay this close to their last value."""

_TEST = {"accuracy": "test_accuracy", "disparate_impact": "test_disparate_impact"}


def run_numbers(traces: pd.DataFrame) -> pd.DataFrame:
    """Numbers of every run.

    Parameters
    ----------
    traces : DataFrame
        As from `fairbench.evaluation.traces.read_tracks`.

    Returns
    -------
    DataFrame
        One row a run: ``track``, ``label``, ``method``, ``lambda_f``, ``lambda_r``, ``trial``,
        and on the test split ``variation_accuracy`` and ``variation_disparate_impact`` (sum of
        the absolute changes from one recorded iteration to the next, after warm-up),
        ``spread_*`` (standard deviation over the iterations after warm-up), ``final_*``,
        ``highest_disparate_impact`` (after warm-up) and ``settled`` (the first iteration from
        which both stay within `SETTLED` of their last value).
    """
    rows = []
    key = ["track", "label", "method", "lambda_f", "lambda_r", "trial"]
    for names, run in traces.groupby(key, sort=False):
        after = run[run["iteration"] >= run["warm_up"]]
        row = dict(zip(key, names, strict=True))
        far = np.zeros(len(run), bool)
        for name, column in _TEST.items():
            values = run[column].to_numpy()
            row[f"variation_{name}"] = float(np.abs(np.diff(after[column])).sum())
            row[f"spread_{name}"] = float(after[column].std(ddof=0))
            row[f"final_{name}"] = float(values[-1])
            far |= np.abs(values - values[-1]) > SETTLED + 1e-12
        row["highest_disparate_impact"] = float(after[_TEST["disparate_impact"]].max())
        # The row after the last one that was far; the last row of a run never is.
        row["settled"] = int(run["iteration"].to_numpy()[np.append(0, np.flatnonzero(far) + 1)[-1]])
        rows.append(row)
    return pd.DataFrame(rows)


def stability_table(
    traces: pd.DataFrame,
    equal: Sequence[str] = (),
    *,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> pd.DataFrame:
    """Stability of each tracked run over its seeds, and the difference of two that are compared.

    Parameters
    ----------
    traces : DataFrame
        As from `fairbench.evaluation.traces.read_tracks`.
    equal : pair of str, optional
        Tracks of equal weights and budget; differences are the second minus the first, their
        seeds being drawn again together.
    seed, resamples : int
        The root seed of the study, and how often the bootstrap draws the seeds again.

    Returns
    -------
    DataFrame
        ``track``, ``against`` (empty, or the track that is subtracted), ``label``, ``lambda_f``,
        ``lambda_r``, ``statistic`` (mean or sd over seeds), ``quantity``, ``value``, ``low``,
        ``high`` (bootstrap 95 %; NaN for one seed), ``runs``.
    """
    numbers = run_numbers(traces)
    rows, kept = [], {}
    for track, runs in numbers.groupby("track", sort=False):
        runs = runs.sort_values("trial")
        # Every track draws from the same stream, so that equal seeds are drawn together.
        generator = stream(seed, "evaluation", "stability", len(runs))
        counts = resampled_counts(len(runs), generator, resamples)
        names = {"track": track, "against": "", **runs.iloc[0][["label", "lambda_f", "lambda_r"]]}
        for statistic, quantity, function in _statistics():
            values = runs[quantity].to_numpy(float)
            value = function(values, np.ones((1, len(values))))[0]
            draws = function(values, counts)
            kept[track, statistic, quantity] = value, draws
            what = {"statistic": statistic, "quantity": quantity, "runs": len(runs)}
            rows.append(names | what | _estimate(value, draws, len(runs)))
    rows += _differences(rows, kept, equal)
    columns = ["track", "against", "label", "lambda_f", "lambda_r", "statistic", "quantity"]
    return pd.DataFrame(rows)[[*columns, "value", "low", "high", "runs"]]


def _differences(rows: list[dict], kept: Mapping[tuple, tuple], equal: Sequence[str]) -> list[dict]:
    """Rows of the second track minus the first, where both have as many seeds."""
    of = [[row for row in rows if row["track"] == track] for track in equal]
    if len(of) < 2 or of[0][0]["runs"] != of[1][0]["runs"]:
        return []
    differences = []
    for row in of[1]:
        what = row["statistic"], row["quantity"]
        (a, draws_a), (b, draws_b) = (kept[track, *what] for track in equal)
        estimate = _estimate(b - a, draws_b - draws_a, row["runs"])
        differences.append(row | {"against": equal[0]} | estimate)
    return differences


Statistic = Callable[[np.ndarray, np.ndarray], np.ndarray]


def _statistics() -> Iterator[tuple[str, str, Statistic]]:
    for name in ("disparate_impact", "accuracy"):
        yield "mean", f"variation_{name}", _mean
        yield "mean", f"spread_{name}", _mean
    yield "mean", "settled", _mean
    for quantity in ("final_disparate_impact", "final_accuracy"):
        yield "mean", quantity, _mean
        yield "sd", quantity, _sd


def _mean(values: np.ndarray, counts: np.ndarray) -> np.ndarray:
    return counts @ values / counts.sum(axis=1)


def _sd(values: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Standard deviation (n - 1) in each resample; NaN for one value."""
    n = len(values)
    if n < 2:
        return np.full(len(counts), np.nan)
    centred = values - values.mean()
    mean = counts @ centred / n
    return np.sqrt(np.maximum(counts @ centred**2 - n * mean**2, 0.0) / (n - 1))


def _estimate(value: float, draws: np.ndarray, runs: int) -> dict[str, float]:
    low, high = interval(draws) if runs > 1 else (np.nan, np.nan)
    return {"value": float(value), "low": float(low), "high": float(high)}
