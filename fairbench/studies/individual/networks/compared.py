"""Comparisons of certified networks on the same divisions of the same data."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fairbench.evaluation.intervals import t_intervals

#: What training for individual fairness, and fairness of groups, are compared with.
PLAIN, BASE = "plain", "logistic_regression"
#: Methods that are fair to no group: trained for individual fairness, or for accuracy alone.
_NO_GROUPS = ("individual", "logistic_regression")
#: Accuracy that a fairer network may lose on selection rows.
_LOSS = 0.01


def at_one_distance(certificates: pd.DataFrame) -> pd.DataFrame:
    """The certificates of the search at the distance of every fit, without the networks of sizes.

    Parameters
    ----------
    certificates : DataFrame
        Of `fairbench.studies.individual.networks.gathered.gathered`.
    """
    mine = certificates[certificates["engine"] == "branch_and_bound"]
    mine = mine[~mine["timed"].astype(bool)]
    common = mine.groupby("epsilon")[["label"]].nunique()["label"]
    return mine[mine["epsilon"] == common.idxmax()]


def group_fair(certificates: pd.DataFrame) -> list[str]:
    """Labels of methods that are fair to groups."""
    return list(dict.fromkeys(certificates.loc[~certificates["method"].isin(_NO_GROUPS), "label"]))


def chosen(certificates: pd.DataFrame, label: str) -> pd.DataFrame:
    """One fit for each data set and division.

    For individual fairness the smallest certified delta among those whose accuracy on selection
    rows is at most .01 below that of the plain network; for groups the largest accuracy + disparate
    impact on selection rows. A certificate looks at no row, so to choose by it is no peeking.
    """
    mine = certificates[certificates["label"] == label]
    if label in group_fair(certificates) or label in (PLAIN, BASE):
        score = mine["selection_accuracy"] + mine["selection_disparate_impact"].fillna(0.0)
        best = score.groupby([mine["data"], mine["trial"]]).idxmax()
        return mine.loc[best]
    plain = certificates[certificates["label"] == PLAIN]
    limit = plain.set_index(["data", "trial"])["selection_accuracy"] - _LOSS
    keys = pd.MultiIndex.from_frame(mine[["data", "trial"]])
    fits = mine[mine["selection_accuracy"].to_numpy() >= limit.reindex(keys).to_numpy()]
    return fits.loc[fits.groupby(["data", "trial"])["upper"].idxmin()]


def selected(certificates: pd.DataFrame) -> pd.DataFrame:
    """One fit of each method, data set and division, as many methods are compared by.

    That of `chosen`, and where that takes none, since all lose too much accuracy, the most accurate
    one on selection rows.

    Returns
    -------
    DataFrame
        ``data``, ``label``, ``trial``, ``lambda_f``, ``status``, and of the test rows ``accuracy``
        and ``disparate_impact``; ``certified_delta``, the upper end of the certificate. Without a
        certificate, as where all fits were lost, these are missing and ``status`` is ``lost``.
    """
    mine, keys = at_one_distance(certificates), ["data", "label", "trial"]
    best = [chosen(mine, label) for label in mine["label"].unique()]
    accurate = mine.sort_values("selection_accuracy", ascending=False, kind="stable")
    found = pd.concat([*best, accurate]).drop_duplicates(keys)
    kept = {"lambda_f": "lambda_f", "status": "status", "test_accuracy": "accuracy"}
    kept |= {"test_disparate_impact": "disparate_impact", "upper": "certified_delta"}
    found = found[[*keys, *kept]].rename(columns=kept)
    every = mine[["data", "trial"]].drop_duplicates()
    every = every.merge(mine[["label"]].drop_duplicates(), how="cross")[keys]
    table = every.merge(found, on=keys, how="left", validate="one_to_one")
    return table.assign(status=table["status"].fillna("lost"))


def difference(first: pd.DataFrame, second: pd.DataFrame, measure: str) -> pd.DataFrame:
    """First less second by data set: mean over the divisions that both have, and its interval.

    Returns
    -------
    DataFrame
        By data set: ``value``, ``low``, ``high``, ``n``.
    """
    both = [
        frame.set_index(["data", "trial"])[measure].rename(name)
        for frame, name in ((first, "first"), (second, "second"))
    ]
    joined = pd.concat(both, axis=1).dropna()
    overlap = first.groupby("data")["overlap"].max()
    apart = (joined["first"] - joined["second"]).rename("apart").reset_index()
    rows = {}
    for data, block in apart.groupby("data", sort=False):
        values = block["apart"].to_numpy(float)
        low, high = t_intervals(values[:, None], overlap=float(overlap[data]))
        rows[data] = {"value": values.mean(), "low": low[0], "high": high[0], "n": len(values)}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["value", "low", "high", "n"])


def summed(values: np.ndarray, overlap: float) -> tuple[float, float, float, int]:
    """Mean, both ends of its interval, and how many."""
    low, high = t_intervals(np.asarray(values, float)[:, None], overlap=overlap)
    return float(np.mean(values)), float(low[0]), float(high[0]), len(values)
