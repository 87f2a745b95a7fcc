"""Studies, labels and comparisons found by what they hold, whatever a config calls them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from fairbench.evaluation.comparison import between
from fairbench.evaluation.selection import at_place
from fairbench.evaluation.verdicts import released_labels


@dataclass(frozen=True)
class Found:
    """A study that holds the methods asked for, and the label of each."""

    study: str
    dataset: str
    poisoning: str
    labels: Mapping[str, str]

    def rows(self, selected: pd.DataFrame, method: str) -> pd.DataFrame:
        """Selected rows of one of the methods."""
        here = at_place(selected, self.place)
        return here[here["label"] == self.labels[method]]

    @property
    def place(self) -> tuple[str, str, str]:
        """As in the columns of this study."""
        return self.study, self.dataset, self.poisoning


def find_study(
    fits: pd.DataFrame,
    methods: Sequence[str],
    datasets: Sequence[str] = ("independent", "imbalance"),
    poisoning: str = "none",
) -> Found | None:
    """Find a study by what it holds.

    Parameters
    ----------
    fits : DataFrame
        The table of fits.
    methods : sequence of str
        All must be there as released (see `released_labels`).
    datasets : sequence of str
        The kinds of data that will do, the preferred one first.
    poisoning : str
        As in the column of this name.

    Returns
    -------
    Found or None
        Of several the one with the most data sets, then the first by name. A method under several
        labels goes by the first one whose budget and grid are those of the first method, if any.
    """
    here = fits[fits["dataset"].isin(datasets) & (fits["poisoning"] == poisoning)]
    released = pd.concat([released_labels(here, method) for method in methods])
    candidates = []
    for (study, dataset), group in released.groupby(["study", "dataset"], sort=True):
        if set(methods) <= set(group["method"]):
            sets = len(group[["positive_rate", "group_coefficient", "trial"]].drop_duplicates())
            found = Found(study, dataset, poisoning, _labels(group, methods))
            candidates.append(((datasets.index(dataset), -sets), found))
    return min(candidates, key=lambda item: item[0])[1] if candidates else None


def _labels(group: pd.DataFrame, methods: Sequence[str]) -> dict[str, str]:
    labels, wanted = {}, None
    for method in methods:
        offers = {}
        for label, fits in group[group["method"] == method].groupby("label", sort=True):
            points = frozenset(fits[["lambda_r", "lambda_f"]].itertuples(index=False, name=None))
            offers[label] = (fits["budget"].iloc[0], points)
        wanted = wanted or next(iter(offers.values()))
        labels[method] = min(offers, key=lambda label: (offers[label] != wanted, label))
    return labels


def oriented(
    table: pd.DataFrame, found: Found, a: str, b: str, quantity: str, scope: str
) -> dict | None:
    """Row of a comparison as method `a` minus method `b`, whichever way round it was stored.

    Returns
    -------
    dict or None
        The row with ``difference``, ``low`` and ``high`` turned round as needed; None if the two
        were not compared.
    """
    here, labels = at_place(table, found.place), found.labels
    return between(here, labels[a], labels[b], quantity=quantity, scope=scope)
