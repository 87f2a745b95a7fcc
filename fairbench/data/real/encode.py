"""From a profile's table to the data set frame: splits, scaling and encoding of every trial."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from fairbench.base.randomness import stream
from fairbench.data.real.entry import Entry, EntryError, View
from fairbench.data.real.load import load_table


def build_real(
    entry: Entry,
    profile: str | None,
    folder: str | Path,
    trials: Iterable[int],
    seed: int,
    *,
    sensitive: list[str] | None = None,
) -> pd.DataFrame:
    """Make the frame that a data set file holds, as `fairbench.data.drawn.build` does.

    Parameters
    ----------
    entry, profile, folder, sensitive
        As for `fairbench.data.real.load.load_table`.
    trials : iterable of int
        The trials, distinct and not negative. Each divides the same rows anew.
    seed : int
        The root seed of the study.

    Returns
    -------
    DataFrame
        ``trial`` (int64) and the columns of `encode`, the same in every trial; each trial's rows
        are in the order of the files. ``attrs["groups"]`` names the groups.
    """
    view = entry.view(profile, sensitive)
    table = load_table(entry, profile, folder, sensitive=sensitive)
    frames = {
        trial: encode(table, view, split_rows(table, view, trial=trial, seed=seed))
        for trial in trials
    }
    frame = pd.concat(frames, names=["trial", None]).reset_index("trial")
    frame = frame.reset_index(drop=True)
    frame.attrs = dict(table.attrs)
    return frame


def split_rows(table: pd.DataFrame, view: View, *, trial: int, seed: int) -> np.ndarray:
    """Divide the rows of a table at random for one trial.

    Parameters
    ----------
    table : DataFrame
        Of `fairbench.data.real.load.load_table`. Rows whose ``split`` is given keep it.
    view : View
        Its profile, with the shares.
    trial : int
    seed : int
        The root seed of the study.

    Returns
    -------
    array of str, shape (rows,)
        ``"train"``, ``"clean"``, ``"selection"`` or ``"test"``.

    Raises
    ------
    EntryError
        A split would be without rows.

    Notes
    -----
    The divided rows are shuffled; the first are the test rows, then come selection and clean, and
    the rest is trained on. Another share of clean rows leaves test and selection as they were.
    """
    split = table["split"].to_numpy(dtype=object).copy()
    free = np.flatnonzero(split == "")
    shares = view.splits
    count = {"test": round(shares.test * len(free))} if isinstance(shares.test, float) else {}
    count["selection"] = round(shares.selection * len(free))
    pool = len(free) - sum(count.values())
    count["clean"] = round(pool * shares.clean / (1 + shares.clean))
    count["train"] = pool - count["clean"]
    if min(count.values()) < 1:
        sizes = ", ".join(f"{name} {rows}" for name, rows in count.items())
        raise EntryError(f"data set {view.name}: {len(free)} rows are too few: {sizes}")
    generator = stream(seed, "data", "real", view.name, view.profile, trial, "split")
    split[generator.permutation(free)] = np.repeat(list(count), list(count.values()))
    return split.astype(str)


def encode(table: pd.DataFrame, view: View, split: ArrayLike) -> pd.DataFrame:
    """Scale and encode a table with what its training rows alone say.

    Parameters
    ----------
    table : DataFrame
        Of `fairbench.data.real.load.load_table`.
    view : View
        Its profile.
    split : array of str, shape (rows,)
        The split of each row, of `split_rows` or of folds of one's own. Rows with ``""`` are left
        out; scaler and encoder are fitted on the rows with ``"train"``.

    Returns
    -------
    DataFrame
        ``split`` (str); numeric features by their names (float32) in standard deviations from
        their mean, or with ``scaling: range`` from 0 to 1, where rows beyond the training rows'
        range are cut off; indicators by their names (int8); one column ``feature=value`` of 0/1
        (int8) for each value in the table; ``sensitive``, ``y`` and ``y_clean`` (int8).

    Raises
    ------
    EntryError
        There are no training rows.

    Notes
    -----
    The columns are those of the whole table, so that all trials and folds have the same; a value
    that no training row has is unknown to the encoder, and its column is 0 in every row.
    """
    # Loaded here because it takes seconds, and most uses of the package never encode.
    from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, StandardScaler

    split = np.asarray(split, dtype=str)
    train = split == "train"
    if not train.any():
        raise EntryError(f"data set {view.name}: no rows have the split 'train'")
    numeric, indicators = view.features.numbers(), list(view.features.indicators)
    names = [*view.features.categorical, *view.features.binned]
    parts = [pd.DataFrame({"split": split}).astype("str")]
    if numeric:
        values = table[numeric].to_numpy(dtype=float)
        by_range = view.features.scaling == "range"
        scaler = MinMaxScaler(clip=True) if by_range else StandardScaler()
        scaled = scaler.fit(values[train]).transform(values)
        parts.append(pd.DataFrame(scaled.astype(np.float32), columns=numeric))
    if indicators:
        parts.append(table[indicators].astype(np.int8).reset_index(drop=True))
    if names:
        values = table[names].to_numpy(dtype=object)
        encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False, dtype=np.int8)
        codes = encoder.fit(values[train]).transform(values)
        known = _indicators(names, encoder.categories_)
        every = _indicators(names, [sorted(set(values[:, k])) for k in range(len(names))])
        present = pd.DataFrame(codes, columns=known)
        parts.append(present.reindex(columns=every, fill_value=0).astype(np.int8))
    parts.append(table[["sensitive", "y"]].assign(y_clean=table["y"]).reset_index(drop=True))
    frame = pd.concat(parts, axis="columns")
    if not frame.columns.is_unique:
        twice = ", ".join(frame.columns[frame.columns.duplicated()])
        raise EntryError(f"data set {view.name}: two features would be called {twice}")
    return frame[split != ""].reset_index(drop=True)


def _indicators(names: list[str], categories: Iterable[Iterable[str]]) -> list[str]:
    return [f"{name}={value}" for name, of in zip(names, categories, strict=True) for value in of]
