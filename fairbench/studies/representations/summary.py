"""Chosen models of the representations study: means over outer folds, and their trade-offs.

Models of neighbouring outer folds share training rows, which makes a plain t interval too short.
Intervals here are t intervals with the variance of Nadeau and Bengio (Machine Learning, 2003):
s^2 (1/k + test rows / training rows) in place of s^2 / k.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from fairbench.evaluation.intervals import Estimate
from fairbench.evaluation.selection import USABLE

CELL = ["dataset", "profile"]

METRICS = [
    *["auc", "gpa", "audc", "accuracy", "disparate_impact", "demographic_parity_difference"],
    *["equalized_odds_difference", "equal_opportunity_difference", "adrg", "probe_auc"],
    *["probe_accuracy", "probe_majority", "label_auc", "information_sum", "information_joint"],
    *[f"{name}_{n}" for n in (1, 10) for name in ("auc", "gpa", "adrg", "probe_auc", "label_auc")],
]
"""Measures of a chosen model. Under a bare name they are at the number of draws that its
predictions average, by which models are compared everywhere; ``_1`` and ``_10``: at so many."""

TRADE_OFFS = {
    "auc+1-gpa": ("auc", "gpa"),
    "auc+1-audc": ("auc", "audc"),
    "auc+1-adrg": ("auc", "adrg"),
    "auc+1-probe_auc": ("auc", "probe_auc"),
    "label_auc+1-adrg": ("label_auc", "adrg"),
}
"""Sum -> what should be large and what should be small. The model with the largest sum is the one
closest to (1, 1) in the L1 norm, and models of equal sums lie on one line."""

ESTIMATION_ERROR = 0.01
"""Nats by which the estimated I(T;S) has to exceed the sum over the neurons to count as the larger.
In 1,760 rows (COMPAS) whose group is drawn at random it came out at most 0.002, at 10 and at 50
units, with diffuse and with nearly certain codes; the other data sets have more rows."""

_DERIVED = [*TRADE_OFFS, "objective", "joint_minus_sum"]


def measured(folds: pd.DataFrame) -> pd.DataFrame:
    """Add the sums of `TRADE_OFFS`, the objective of the search and I(T;S) - sum I(T_i;S), nats.

    Parameters
    ----------
    folds : DataFrame
        The table ``folds.csv``: one chosen model a data set, label and outer fold.

    Returns
    -------
    DataFrame
        The same rows. Models that diverged or failed have NaN for every measure, whatever the
        table holds.
    """
    rows = folds.copy()
    rows[METRICS] = rows[METRICS].astype(float)
    rows.loc[~rows["status"].isin(USABLE), METRICS] = np.nan
    for name, (large, small) in TRADE_OFFS.items():
        rows[name] = rows[large] + 1.0 - rows[small]
    rows["objective"] = rows["auc+1-gpa"] + 1.0 - rows["audc"]
    rows["joint_minus_sum"] = rows["information_joint"] - rows["information_sum"]
    return rows


@dataclass(frozen=True)
class DataSet:
    """The chosen models of one data set and profile.

    Attributes
    ----------
    dataset, profile : str
    rows : DataFrame
        Rows of `measured`, one a label and outer fold.
    """

    dataset: str
    profile: str
    rows: pd.DataFrame

    @property
    def folds(self) -> int:
        """Outer folds that any label has."""
        return self.rows["fold"].nunique()

    def values(self, label: str, quantity: str) -> pd.Series:
        """Values by outer fold, without those that are missing."""
        return self._by_label[label][quantity].dropna()

    @cached_property
    def _by_label(self) -> dict[str, pd.DataFrame]:
        groups = self.rows.groupby("label", sort=True)
        return {label: rows.set_index("fold").sort_index() for label, rows in groups}

    @cached_property
    def _overlap(self) -> float:
        return float((self.rows["test_rows"] / self.rows["train_rows"]).mean())

    def mean(self, label: str, quantity: str) -> Estimate:
        """Mean over the folds that have a value, with the interval this module describes."""
        return self._estimate(self.values(label, quantity))

    def difference(self, first: str, second: str, quantity: str) -> Estimate:
        """Mean of first minus second over the folds in which both have a value."""
        return self._estimate(
            (self.values(first, quantity) - self.values(second, quantity)).dropna()
        )

    def best(self, quantity: str, labels: list[str] | None = None) -> str | None:
        """Label of the largest mean among those with a value in every fold; None without any."""
        labels = sorted(self.rows["label"].unique() if labels is None else labels)
        means = {label: self.mean(label, quantity) for label in labels}
        whole = [label for label, mean in means.items() if mean.n == self.folds]
        return max(whole, key=lambda label: means[label].value, default=None)

    def lead(self, quantity: str) -> tuple[str | None, str | None, Estimate | None]:
        """Labels of the two largest means of every fold, and the difference, as far as there."""
        best = self.best(quantity)
        second = self.best(quantity, [x for x in self.rows["label"].unique() if x != best])
        return best, second, second and self.difference(best, second, quantity)

    def _estimate(self, values: pd.Series) -> Estimate:
        n = len(values)
        if n < 2:
            return Estimate(float(values.mean()) if n else np.nan, np.nan, np.nan, n)
        mean, overlap = float(values.mean()), self._overlap
        half = float(stdtrit(n - 1, 0.975) * values.std() * np.sqrt(1 / n + overlap))
        return Estimate(mean, mean - half, mean + half, n)


def data_sets(folds: pd.DataFrame) -> Iterator[DataSet]:
    """Split the table ``folds.csv`` by data set and profile, in alphabetical order."""
    for (dataset, profile), rows in measured(folds).groupby(CELL, sort=True):
        yield DataSet(dataset, profile, rows)


def summary(folds: pd.DataFrame, searches: pd.DataFrame) -> pd.DataFrame:
    """Summarise the chosen models of every data set and label.

    Parameters
    ----------
    folds, searches : DataFrame
        The tables of the study.

    Returns
    -------
    DataFrame
        One row a data set, profile, label and quantity: ``sees_sensitive`` (whether the predictor
        is shown the sensitive attribute), ``mean``, ``low`` and ``high`` (95 %, see the module),
        ``smallest`` and ``largest`` over folds, ``n`` (folds with a value), ``folds`` (planned),
        ``lost`` (chosen models that diverged, failed or are not there), ``degenerate`` (constant
        decisions; they count), ``trials`` (search budget a fold), ``searched`` and ``search_lost``
        (trials in the table, and those without a value), and ``best``: whether the mean is the
        largest of the data set, for the sums of `TRADE_OFFS`.
        A label that lost a fold cannot be the best.

    Notes
    -----
    ``joint_minus_sum`` has besides its mean one row ``joint_exceeds_sum``, the share of folds in
    which it is above `ESTIMATION_ERROR`, contrary to eq. 9 of Cerrato et al.
    """
    rows = []
    for data in data_sets(folds):
        best = {quantity: data.best(quantity) for quantity in TRADE_OFFS}
        for (label, method), group in data.rows.groupby(["label", "method"], sort=True):
            names = {"dataset": data.dataset, "profile": data.profile, "label": label}
            names |= {"method": method, "sees_sensitive": bool(group["sees_sensitive"].iloc[0])}
            counts = _counts(data, group, searches)
            for quantity in [*METRICS, *_DERIVED]:
                values = data.values(label, quantity)
                ours = data.mean(label, quantity)
                row = {"mean": ours.value, "low": ours.low, "high": ours.high}
                row |= {"smallest": values.min(), "largest": values.max(), "n": ours.n}
                row["best"] = best.get(quantity) == label
                rows.append(names | {"quantity": quantity} | row | counts)
            excess = data.values(label, "joint_minus_sum")
            row = dict.fromkeys(["low", "high", "smallest", "largest"], np.nan)
            row |= {"mean": (excess > ESTIMATION_ERROR).mean(), "n": len(excess), "best": False}
            rows.append(names | {"quantity": "joint_exceeds_sum"} | row | counts)
    return pd.DataFrame(rows)


def lost_words(summary: pd.DataFrame) -> str:
    """Say how many of the chosen models and of the search trials were lost, and where."""
    rows = summary[summary["quantity"] == "auc"]
    gaps = rows[rows["lost"] > 0].to_dict("records")
    where = ", ".join(f"{row['dataset']} / {row['label']} {row['lost']}" for row in gaps)
    lost, folds, gone, searched = rows[["lost", "folds", "search_lost", "searched"]].sum()
    models = f"{lost} of {folds} chosen models" + (f" ({where})" if gaps else "")
    return f"{models}, and {gone} of {searched} search trials"


def _counts(data: DataSet, group: pd.DataFrame, searches: pd.DataFrame) -> dict[str, int]:
    first = group.iloc[0]
    here = (searches[[*CELL, "label"]] == first[[*CELL, "label"]]).all(axis=1)
    found = searches[here]
    return {
        "folds": data.folds,
        "lost": data.folds - int(group["status"].isin(USABLE).sum()),
        "degenerate": int((group["status"] == "degenerate").sum()),
        "trials": int(group["trials"].min()),
        "searched": len(found),
        "search_lost": int((~found["status"].isin(USABLE)).sum()),
    }
