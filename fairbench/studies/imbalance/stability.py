"""How steadily a method trains: numbers per run, and what a choice of the seed changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from fairbench.evaluation.intervals import jackknife_interval
from fairbench.evaluation.multiplicity import with_p_values

SETTLED = 0.02
"""A run has settled once test accuracy and disparate impact stay this close to their last value."""

_TEST = {"accuracy": "test_accuracy", "disparate_impact": "test_disparate_impact"}


def run_numbers(traces: pd.DataFrame) -> pd.DataFrame:
    """Numbers of every run.

    Parameters
    ----------
    traces : DataFrame
        As from `fairbench.studies.tracking.traces.read_tracks`.

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


def stability_table(traces: pd.DataFrame, equal: Sequence[str] = ()) -> pd.DataFrame:
    """Stability of each tracked run over its seeds, and the difference of two that are compared.

    Parameters
    ----------
    traces : DataFrame
        As from `fairbench.studies.tracking.traces.read_tracks`.
    equal : pair of str, optional
        Tracks of equal weights and budget; differences are the second minus the first, seed by
        seed.

    Returns
    -------
    DataFrame
        ``track``, ``against`` (empty, or the track that is subtracted), ``label``, ``lambda_f``,
        ``lambda_r``, ``statistic`` (mean or sd over seeds), ``quantity``, ``value``, ``low``,
        ``high`` (95 %, NaN for one seed: Student's for means, the jackknife's for standard
        deviations), ``runs``, ``p`` and ``p_holm``. Differences alone are tested against 0; all
        of them are one family.
    """
    numbers = run_numbers(traces)
    rows, kept = [], {}
    for track, runs in numbers.groupby("track", sort=False):
        runs = runs.sort_values("trial")
        names = {"track": track, "against": "", **runs.iloc[0][["label", "lambda_f", "lambda_r"]]}
        for statistic, quantity in _STATISTICS:
            found = _FUNCTIONS[statistic](runs[quantity].to_numpy(float))
            kept[track, statistic, quantity] = found
            what = {"statistic": statistic, "quantity": quantity, "runs": len(runs)}
            rows.append(names | what | _estimate(*found))
    rows += _differences(rows, kept, equal)
    columns = ["track", "against", "label", "lambda_f", "lambda_r", "statistic", "quantity"]
    table = pd.DataFrame(rows)[[*columns, "value", "low", "high", "runs"]]
    compared = table["against"] != ""
    return with_p_values(table, [compared], value="value", n="runs", tested=compared)


def _differences(rows: list[dict], kept: Mapping[tuple, tuple], equal: Sequence[str]) -> list[dict]:
    """Rows of the second track minus the first, where both have as many seeds."""
    of = [[row for row in rows if row["track"] == track] for track in equal]
    if len(of) < 2 or of[0][0]["runs"] != of[1][0]["runs"]:
        return []
    differences = []
    for row in of[1]:
        (a, without_a), (b, without_b) = (
            kept[track, row["statistic"], row["quantity"]] for track in equal
        )
        # A seed is left out of both: what it does to either alone cancels.
        estimate = _estimate(b - a, without_b - without_a)
        differences.append(row | {"against": equal[0]} | estimate)
    return differences


def _mean(values: np.ndarray) -> tuple[float, np.ndarray]:
    others = max(len(values) - 1, 1)
    return float(values.mean()), (values.sum() - values) / others


def _sd(values: np.ndarray) -> tuple[float, np.ndarray]:
    """Standard deviation (n - 1); NaN for one value, and its jackknife for two."""
    n = len(values)
    if n < 3:
        value = float(values.std(ddof=1)) if n > 1 else np.nan
        return value, np.full(n, np.nan)
    centred = values - values.mean()
    # Leaving out x changes the sum of squares by x^2 n / (n - 1).
    squares = (centred @ centred - centred**2 * n / (n - 1)) / (n - 2)
    return float(values.std(ddof=1)), np.sqrt(np.maximum(squares, 0.0))


def _estimate(value: float, without: np.ndarray) -> dict[str, float]:
    low, high = jackknife_interval(value, [without]) if len(without) > 1 else (np.nan, np.nan)
    return {"value": value, "low": low, "high": high}


_FUNCTIONS = {"mean": _mean, "sd": _sd}
"""Of the values of all runs: a statistic, and the same without each run in turn."""

_STATISTICS = [
    *[("mean", f"{kind}_{name}") for name in reversed(_TEST) for kind in ("variation", "spread")],
    ("mean", "settled"),
    *[(word, f"final_{name}") for name in reversed(_TEST) for word in _FUNCTIONS],
]
