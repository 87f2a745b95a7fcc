"""One form for the test values of every study: a row a method, data set and trial.

A trial is what is averaged within a data set before anything is compared: a division of the rows,
an outer fold, an initial seed. A lost fit is a row without values; a method that was never meant to
run on a data set has no row there. The two are told apart wherever a gap matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from fairbench.base.words import not_allowed
from fairbench.evaluation.many.quantities import CRITERION, QUANTITIES
from fairbench.evaluation.selection import USABLE

KEYS = ["study", "data_set", "label", "trial"]


def test_values(
    table: pd.DataFrame,
    *,
    study: str,
    where: Mapping[str, object],
    data_set: Sequence[str],
    label: str,
    trial: Sequence[str],
    quantities: Mapping[str, str],
    criterion: Sequence[str] = (),
    keep: Sequence[str] = (),
) -> pd.DataFrame:
    """Bring a study's table into the one form.

    Parameters
    ----------
    table : DataFrame
        A row a method, data set and trial.
    study : str
        What the rows are called.
    where : mapping of column -> value
        Which rows of the table are meant.
    data_set, trial : sequence of str
        Columns that tell data sets, and trials within one, from each other.
    label : str
        Column with the methods' labels.
    quantities : mapping of quantity -> column
        See `QUANTITIES`.
    criterion : sequence of str
        The quantities that the criterion is the sum of, each by its sign; default: all.
    keep : sequence of str
        Columns that are kept as they are.

    Returns
    -------
    DataFrame
        `KEYS`, the quantities, ``criterion`` and `keep`. Where the table has a ``status`` that is
        not of `USABLE`, the fit was lost, and the row has no values whatever the table holds.

    Raises
    ------
    ValueError
        If a method has two rows of one trial, a column is not there, no row is meant, or a value
        is infinite.
    """
    columns = [*where, *data_set, label, *trial, *quantities.values(), *keep]
    _check(f"{study}: a column", columns, table.columns)
    _check(f"{study}: a quantity", quantities, QUANTITIES)
    _check(f"{study}: a part of the criterion", criterion, quantities)
    here = table
    for column, value in where.items():
        here = here[here[column] == value]
    if here.empty:
        raise ValueError(f"{study}: the table has no row where {dict(where)}")
    made = pd.DataFrame({"study": study, "label": here[label].astype(str)})
    made.insert(1, "data_set", _named(here, data_set))
    made["trial"] = _named(here, trial)
    for name, column in quantities.items():
        made[name] = here[column].astype(float)
    if "status" in here:
        made.loc[~here["status"].isin(USABLE), list(quantities)] = np.nan
    for name in quantities:
        if np.isinf(made[name]).any():
            raise ValueError(f"{study}: {name} is infinite in {np.isinf(made[name]).sum()} rows")
    signed = [QUANTITIES[name].sign * made[name] for name in criterion or quantities]
    made[CRITERION] = np.sum(signed, axis=0)
    made = made.assign(**{name: here[name] for name in keep})
    twice = made.duplicated(KEYS)
    if twice.any():
        row = made.loc[twice, KEYS].iloc[0].to_dict()
        raise ValueError(f"two rows of {row}: one value a method, data set and trial is wanted")
    return made.reset_index(drop=True)


def _check(what: str, given: Iterable[str], known: Iterable[str]) -> None:
    for name in given:
        if name not in known:
            raise ValueError(not_allowed(what, name, list(known)))


def _named(table: pd.DataFrame, columns: Sequence[str]) -> pd.Series:
    """Some columns in one word: the value of a single one, or ``name=value, name=value``."""
    if len(columns) == 1:
        return table[columns[0]].map(_written).astype(str)
    parts = [name + "=" + table[name].map(_written).astype(str) for name in columns]
    words = parts[0]
    for part in parts[1:]:
        words = words + ", " + part
    return words


def _written(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def by_trial(values: pd.DataFrame, quantity: str) -> pd.DataFrame:
    """A quantity of one study, shape (data sets and trials, methods); NaN where there is none."""
    wide = values.pivot(index=["data_set", "trial"], columns="label", values=quantity)
    return wide.astype(float)


def block_means(values: pd.DataFrame, quantity: str) -> pd.DataFrame:
    """Means over the trials of each data set, shape (data sets, methods).

    Returns
    -------
    DataFrame
        A trial without a value is in no mean; a data set all of whose trials lack one is NaN.
    """
    return by_trial(values, quantity).groupby("data_set", sort=False).mean()


def planned_at(values: pd.DataFrame) -> pd.DataFrame:
    """Where methods were run on every trial of a data set, whatever became of it.

    Returns
    -------
    DataFrame of bool, shape (data sets, methods)
    """
    counts = pd.crosstab(values["data_set"], values["label"])
    counts = counts.loc[values["data_set"].unique()]
    return counts.eq(counts.max(axis=1), axis=0)


def paired_differences(wide: pd.DataFrame, first: str, second: str) -> pd.Series:
    """First less second on each data set: the mean over the trials in which both have a value.

    Parameters
    ----------
    wide : DataFrame
        Of `by_trial`.

    Returns
    -------
    Series
        By data set, without those where no trial has both. Only the two methods' own values are
        looked at, so that no third method changes it.
    """
    apart = (wide[first] - wide[second]).dropna()
    return apart.groupby("data_set", sort=False).mean()
