"""From the files of a data set to one profile's table, raw and filtered."""

from __future__ import annotations

import contextlib
import difflib
import itertools
import operator
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np
import pandas as pd

from fairbench.base.schema import canonical
from fairbench.data.real.columns import groups_of, labels_of, numbers, place_of, which
from fairbench.data.real.download import FileTrouble, verify
from fairbench.data.real.entry import Entry, EntryError, View
from fairbench.data.real.parts import Filter, Reader, Source

MISSING = "missing"
"""The category of a missing value, where a profile keeps such rows."""

_COMPARISONS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def load_table(
    entry: Entry,
    profile: str | None,
    folder: str | Path,
    *,
    sensitive: list[str] | None = None,
) -> pd.DataFrame:
    """Read the rows that a profile keeps, with its features, groups and labels.

    Parameters
    ----------
    entry : Entry
        The data set.
    profile : str or None
        One of its profiles; None is the first.
    folder : path-like
        The folder given to `fairbench.data.real.download.fetch`.
    sensitive : list of str, optional
        Columns whose levels are the groups, instead of the profile's.

    Returns
    -------
    DataFrame
        In the order of the files: ``split`` (str; ``"test"`` for the rows of the file that is the
        test split, ``""`` for rows still to be divided), the features (float64 for numeric ones,
        codes and indicators too, str for categorical and binned ones), ``sensitive`` (int8, 0 to
        K - 1) and ``y`` (int8, 0/1; y = 1 is the favourable outcome; of more classes 0 to C - 1).
        ``attrs["groups"]`` names the groups.

    Raises
    ------
    FileTrouble
        A file is missing or is not the one expected.
    EntryError
        The entry does not fit the file: a column that is not there, text where numbers are
        expected, an unknown label, missing values, another number of rows than stated.
    """
    view = entry.view(profile, sensitive)
    try:
        frames = [_read(source, path, view) for source, path in _files(entry, folder)]
        files = np.repeat([source.file for source in entry.sources], [len(f) for f in frames])
        table = pd.concat(frames, ignore_index=True)
        for condition in view.filters:
            table = table[_holds(table[condition.column], condition)]
        meaning = _meaning(table, view)
    except EntryError as error:
        raise EntryError(f"data set {view.name}, profile {view.profile}: {error}") from error
    given = np.where(files[meaning.index] == view.splits.test, "test", "")
    meaning.insert(0, "split", pd.Series(given, dtype="str", index=meaning.index))
    return meaning.reset_index(drop=True)


def load_numbers(entry: Entry, profile: str | None, folder: str | Path) -> pd.DataFrame:
    """Read the used columns of a data set's files as numbers, the label's column among them.

    For work that needs the column that a label is made of: a price, and not whether it is high.

    Raises
    ------
    FileTrouble, EntryError
        As `load_table`.
    """
    view = entry.view(profile)
    read = [_read(source, path, view) for source, path in _files(entry, folder)]
    return pd.concat(read, ignore_index=True).apply(numbers)


def _files(entry: Entry, folder: str | Path) -> Iterator[tuple[Source, Path]]:
    for source, path in zip(entry.sources, entry.paths(folder), strict=True):
        try:
            verify(path, source)
        except FileTrouble as error:
            remedy = f"; `python -m fairbench fetch {entry.name} --folder {folder}`"
            raise FileTrouble(f"{error}{remedy if source.url else ''}") from None
        yield source, path


@contextlib.contextmanager
def _opened(source: Source, path: Path) -> Iterator[IO[bytes]]:
    if source.member is None:
        with open(path, "rb") as file:
            yield file
        return
    # Members are read in place and never unpacked: their names decide no path.
    with zipfile.ZipFile(path) as archive:
        if source.member not in archive.namelist():
            raise EntryError(f"{source.file} has no member {source.member!r}")
        with archive.open(source.member) as file:
            yield file


def _read(source: Source, path: Path, view: View) -> pd.DataFrame:
    """The used columns of a file as text."""
    parse = _parse_parquet if view.reader.format == "parquet" else _parse_csv
    try:
        with _opened(source, path) as file:
            frame = parse(file, view.reader)
    except (pd.errors.ParserWarning, UnicodeError, zipfile.BadZipFile, ValueError) as error:
        raise EntryError(f"{source.file} cannot be read as the entry says: {error}") from error
    for column in view.columns():
        if column not in frame:
            near = difflib.get_close_matches(column, map(str, frame.columns), n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise EntryError(f"{source.file} has no column {column!r}{hint}")
    return frame[view.columns()]


def _parse_csv(file: IO[bytes], reader: Reader) -> pd.DataFrame:
    with warnings.catch_warnings():
        # More values than column names: pandas would only warn and drop the last.
        warnings.simplefilter("error", pd.errors.ParserWarning)
        return pd.read_csv(
            file,
            sep=reader.separator,
            header=0 if reader.header else None,
            names=reader.columns,
            index_col=False,
            dtype=str,
            # Otherwise a category called "N/A" or "None" would be taken as missing.
            keep_default_na=False,
            na_values=reader.missing,
            comment=reader.comment,
            skipinitialspace=True,
        )


def _parse_parquet(file: IO[bytes], reader: Reader) -> pd.DataFrame:
    frame = pd.read_parquet(file)
    if reader.columns is not None:
        frame = frame.set_axis(reader.columns, axis="columns")
    text = frame.apply(lambda column: column.map(_written, na_action="ignore").astype("str"))
    return text.mask(text.isin(reader.missing))


def _written(value: object) -> str:
    """A value as an entry writes it: whole numbers without a point."""
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value) if whole else value)


def _holds(text: pd.Series, condition: Filter) -> pd.Series:
    """Whether each row is kept; a missing value never is."""
    if condition.op in ("in", "not_in"):
        listed = text.isin(condition.value)
        return text.notna() & (listed if condition.op == "in" else ~listed)
    if condition.op == "present":
        return text.notna()
    return _COMPARISONS[condition.op](numbers(text), condition.value)


def _meaning(table: pd.DataFrame, view: View) -> pd.DataFrame:
    """Features, groups and labels of the filtered rows."""
    features, label, sensitive = view.features, view.label, view.sensitive
    table = _without_missing(table, view)
    if view.rows is not None and len(table) != view.rows:
        raise EntryError(f"{len(table):,} rows came out where the profile says {view.rows:,}")
    columns = {name: numbers(table[name]) for name in features.numeric}
    columns |= {name: place_of(table[name], of) for name, of in features.ordered.items()}
    columns |= {
        name: which(table[of.column], of.one).astype(float)
        for name, of in features.indicators.items()
    }
    columns |= {name: table[name].fillna(MISSING) for name in features.categorical}
    columns |= {name: _binned(table[name], edges) for name, edges in features.binned.items()}
    y = labels_of(table[label.column], label)
    columns["sensitive"], names = groups_of(table, sensitive)
    columns["y"] = y
    meaning = pd.DataFrame(columns, index=table.index)
    meaning = meaning[meaning["sensitive"] >= 0]
    meaning.attrs["groups"] = names
    return meaning


def _without_missing(table: pd.DataFrame, view: View) -> pd.DataFrame:
    features = view.features
    needed = [*features.names(), view.label.column, *view.sensitive.used()]
    if view.missing_rows == "drop":
        return table.dropna(subset=needed)
    if view.missing_rows == "category":
        categories = {*features.categorical, *features.binned}
        needed = [name for name in needed if name not in categories]
    for name in needed:
        count = int(table[name].isna().sum())
        if count:
            raise EntryError(
                f"column {name} has {count:,} missing values of {len(table):,}; filter them with "
                "op: present, or set missing_rows to drop (or category, for categorical columns)"
            )
    return table


def _binned(text: pd.Series, edges: list[float]) -> pd.Series:
    """The interval of each number as text; every interval has its lower edge and not its upper."""
    low = [canonical(edge) for edge in edges]
    middle = [f"{a} to below {b}" for a, b in itertools.pairwise(low)]
    names = np.array([f"below {low[0]}", *middle, f"from {low[-1]}"], dtype=object)
    bins = names[np.searchsorted(edges, numbers(text).fillna(0.0), side="right")]
    return pd.Series(bins, dtype="str", index=text.index).mask(text.isna(), MISSING)
