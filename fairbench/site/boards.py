"""Leaderboards: tables whose jobs say that they rank methods, read as such."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from fairbench.planning.board import Board, Measure
from fairbench.report.given import Given
from fairbench.site.making import made_by

#: Columns of `Ranked.rows` beside a board's own.
_LIMIT, _EDGE, _COUNT = "distance to the limit", "grid end chosen", "numbers of rows"


@dataclass(frozen=True)
class Ranked:
    """A leaderboard.

    Attributes
    ----------
    kind : str
        The study kind.
    title, path : str
        Of the table.
    board : Board
    command : str
        Makes the table.
    rows : DataFrame or None
        A row for each data set and label: the board's columns, and means of the measures over the
        table's rows (its trials). None where no run is recorded.
    """

    kind: str
    title: str
    path: str
    board: Board
    command: str
    rows: pd.DataFrame | None = None

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Those that the table has."""
        return tuple(m for m in self.board.measures if self.rows is None or m.column in self.rows)

    def scores(self) -> pd.Series:
        """The mean of the measures of each row by their first weights, 1 being the best."""
        told = [(m, self.rows[m.column]) for m in self.measures if m.weight]
        parts = [m.weight * (v if m.larger_is_better else 1 - v) for m, v in told]
        return sum(parts) / sum(m.weight for m, _ in told)


def boards(given: Given) -> list[Ranked]:
    """Every leaderboard that the config has, also of studies without a run."""
    return [_ranked(given, *each) for each in _declared(given)]


def _declared(given: Given) -> Iterator[tuple[str, str, str, Board]]:
    for job in given.plan.jobs:
        for name, shown in job.shown.items():
            if shown.board is not None:
                path = job.outputs[name].removeprefix(f"{given.plan.root}/")
                yield job.kind, shown.title, path, shown.board


def _ranked(given: Given, kind: str, title: str, path: str, board: Board) -> Ranked:
    table = given.table(path)
    rows = None if table is None else means(table, board)
    return Ranked(kind, title, given.path(path), board, made_by(given, path), rows)


def means(table: pd.DataFrame, board: Board) -> pd.DataFrame | None:
    """Means over the rows of each data set and label; None where the table has not its columns.

    Where one method alone was run nobody is ranked, and it would be first: such data sets are left
    out.
    """
    keys = [*board.data_set, board.label]
    needed = {*keys, *board.only, board.measures[0].column}
    if not needed <= {*table.columns}:
        return None
    for column, value in board.only.items():
        table = table[table[column] == value]
    rivals = table.groupby(list(board.data_set), dropna=False)[board.label].transform("nunique")
    table = table[rivals > 1]
    columns = {m.column: m.column for m in board.measures if m.column in table}
    columns |= {of: name for of, name in ((board.limit, _LIMIT), (board.edge, _EDGE)) if of}
    numbers = table[[*columns]].apply(pd.to_numeric, errors="coerce").astype(float)
    grouped = numbers.rename(columns=columns).groupby(
        [table[key] for key in keys], dropna=False, sort=False
    )
    # What was lost has no number, and is in no mean.
    counted = grouped[board.measures[0].column].count()
    return grouped.mean().assign(**{_COUNT: counted}).reset_index()


def ranking(ranked: Ranked) -> list[dict[str, Any]]:
    """The methods of a leaderboard by their first weights, the best first.

    Returns
    -------
    list of dict
        ``label``, ``score``, ``values`` by measure, ``limit``, ``edge``, and ``data_sets``, how
        many of them it is on. Those that are not on all of them come last and have no place.
    """
    if ranked.rows is None:
        return []
    rows = ranked.rows.assign(_score=ranked.scores())
    rows = rows[rows["_score"].notna()]
    found = []
    for label, block in rows.groupby(ranked.board.label, sort=False):
        means = block.mean(numeric_only=True)
        found.append(
            {
                "label": label,
                "score": means["_score"],
                "values": {m.column: means[m.column] for m in ranked.measures},
                "limit": means.get(_LIMIT),
                "edge": means.get(_EDGE),
                "data_sets": len(block),
            }
        )
    every = len(rows.drop_duplicates(list(ranked.board.data_set)))
    found.sort(key=lambda row: (row["data_sets"] < every, -row["score"]))
    for place, row in enumerate(found, start=1):
        row["place"] = place if row["data_sets"] == every else None
    return found


def wins(ranked: Ranked, labels: set[str]) -> tuple[list[str], int]:
    """The data sets on which one of some labels is first by the first weights, and of how many."""
    if ranked.rows is None:
        return [], 0
    rows = ranked.rows.assign(_score=ranked.scores()).dropna(subset="_score")
    first, there = [], 0
    for _, block in rows.groupby(list(ranked.board.data_set), dropna=False, sort=False):
        there += bool(labels & {*block[ranked.board.label]})
        best = block.loc[block["_score"].idxmax()]
        if best[ranked.board.label] in labels:
            first.append(named(ranked.board, best))
    return first, there


def named(board: Board, row: Mapping) -> str:
    """A data set in words."""
    return ", ".join(words(row[key]) for key in board.data_set if words(row[key]))


def words(value: Any) -> str:
    """A value of a column that tells data sets apart; nothing where it is missing."""
    if isinstance(value, str):
        return value
    return "" if pd.isna(value) else f"{value:g}"


def page_data(ranked: Ranked) -> dict[str, Any]:
    """What the page's script is told of a leaderboard; strings of the data stay strings."""
    board, rows = ranked.board, ranked.rows
    return {
        "path": ranked.path,
        "command": ranked.command,
        "label": board.label,
        "only": dict(board.only),
        "keys": list(board.data_set),
        "measures": [
            {"column": m.column, "title": m.title, "larger": m.larger_is_better, "weight": m.weight}
            for m in ranked.measures
        ],
        "limit": board.limit,
        "edge": board.edge,
        "assumed": {label: _assumptions(board, label) for label in rows[board.label].unique()},
        "rows": [
            {
                "keys": [words(row[key]) for key in board.data_set],
                "label": str(row[board.label]),
                "values": [_number(row[m.column]) for m in ranked.measures],
                "limit": _number(row.get(_LIMIT)),
                "edge": _number(row.get(_EDGE)),
                "n": int(row[_COUNT]),
            }
            for row in rows.to_dict("records")
        ],
    }


def _assumptions(board: Board, label: str) -> dict[str, Any]:
    """What a label assumes; nothing is known of one that the config has not."""
    told = board.assumed.get(label)
    if told is None:
        return {"method": None}
    named = {"clean_rows", "sensitive_at_test", "noise_rate", "method"}
    return {name: getattr(told, name) for name in sorted(named)}


def _number(value: float | None) -> float | None:
    return None if value is None or pd.isna(value) else round(float(value), 6)
