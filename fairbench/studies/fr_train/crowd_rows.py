"""Clean rows that a crowd labelled, as far as its people can be found among the data.

The paper's own validation sets were not released (table 7), and the people that were are half of
each label. Of those who fit one row of the data alone we take as many of each label as have the
data's share of them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from fairbench.base.randomness import stream
from fairbench.studies.fr_train.crowd import crowd_labels
from fairbench.studies.fr_train.links import fitting_rows


def with_crowd_rows(
    frame: pd.DataFrame,
    name: str,
    *,
    people: pd.DataFrame,
    answers: pd.DataFrame,
    data: pd.DataFrame,
    count: int,
    seed: int,
) -> pd.DataFrame:
    """Give a data set the crowd's rows in place of its clean ones.

    Parameters
    ----------
    frame : DataFrame
        Of `fairbench.data.real.encode.build_real`: each trial's rows in the order of `data`.
    name : {"COMPAS", "Adult"}
    people, answers, data : DataFrame
        The people shown, in one order with the crowd's answers; the data that they are from.
    count : int
        Answers that are averaged; 0 for the true labels of the same rows.
    seed : int
        Of what is left out for the share of labels; the same for every `count`.

    Returns
    -------
    DataFrame
        The rows without the clean ones. Those that the crowd saw are clean, with its labels, where
        they would be trained on or clean; none of them is trained on. ``y_clean`` has the crowd's
        labels too: it is what an attack finds.
    """
    if (people["y"].to_numpy() != answers["y"].to_numpy()).any():
        raise ValueError("people and answers are not in one order")
    labels = _labels(fitting_rows(name, people, data), answers, count)
    parts = []
    for trial, part in frame.groupby("trial", sort=False):
        if len(part) != len(data):
            raise ValueError(f"{len(part)} rows were divided, and {len(data)} are linked")
        split = part["split"].to_numpy(str)
        seen = labels.index.to_numpy()
        seen = seen[np.isin(split[seen], ["train", "clean"])]
        y = part["y"].to_numpy()
        chosen = _thinned(seen, y, y[split == "train"].mean(), stream(seed, "crowd", name, trial))
        split[split == "clean"] = ""
        split[chosen] = "clean"
        if count:
            y = y.copy()
            y[chosen] = labels.loc[chosen]
        parts.append(part.assign(split=split, y=y, y_clean=y)[split != ""])
    return pd.concat(parts, ignore_index=True)


def _labels(fitting: pd.Series, answers: pd.DataFrame, count: int) -> pd.Series:
    """The crowd's label of each row that one person alone is, by the row's place.

    A person whose first answer is not trusted is left out whatever the count, so that all counts
    are about the same rows.
    """
    one = (fitting.map(len) == 1).to_numpy() & ~np.isnan(crowd_labels(answers, 1))
    places = fitting[one].map(lambda found: found[0]).to_numpy(int)
    said = pd.Series(crowd_labels(answers, max(count, 1))[one].astype(int), index=places)
    return said[~said.index.duplicated(keep=False)].sort_index()


def _thinned(rows: np.ndarray, y: np.ndarray, share: float, generator) -> np.ndarray:
    """As many rows as have a share of label 1, at random."""
    one, zero = rows[y[rows] == 1], rows[y[rows] == 0]
    ones, zeros = round(len(zero) * share / (1 - share)), round(len(one) * (1 - share) / share)
    if ones < len(one):
        one = generator.choice(one, ones, replace=False)
    elif zeros < len(zero):
        zero = generator.choice(zero, zeros, replace=False)
    return np.sort(np.concatenate([one, zero]))
