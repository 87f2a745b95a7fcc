"""What changed between two folders of results, as a page of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from os.path import commonprefix

import pandas as pd

from fairbench.evaluation.difference import Difference
from fairbench.report.changes import Changes
from fairbench.store.settings import ChangedSetting

__all__ = ["page"]

_LISTED = 12
"""Lists go on so far, and then say how many more there are: the whole is a page."""
_LONGEST = 90
"""Characters of one value."""
_BEFORE = 20
"""Characters shown before the first in which two long values differ."""


def page(changes: Changes, tolerance: float = 0.0) -> list[str]:
    """Tell all that differs, and last of all in one line whether anything does.

    Parameters
    ----------
    changes : Changes
    tolerance : float
        With which they were found.
    """
    return [
        *_settings("Settings", changes.settings),
        *_settings("Origin (counts as no difference)", changes.origins),
        *_tables(changes, tolerance),
        *_verdicts(changes),
        *_behind(changes),
        *_titled("Cannot be read", changes.faults),
        *_left_out(changes),
        _summary(changes),
    ]


def _settings(title: str, changed: Sequence[ChangedSetting]) -> list[str]:
    lines = []
    for setting in changed:
        where = f"  [{_joined(setting.where, 4)}]" if setting.where else ""
        if not (setting.old or setting.new):
            lines.append(f"{setting.name}: {_joined(setting.where, 8)}")
        elif setting.old and setting.new:
            lines.append(f"{setting.name}: {_joined(setting.old)} -> {_joined(setting.new)}{where}")
        else:
            side = "A" if setting.old else "B"
            values = _joined(setting.old or setting.new)
            lines.append(f"{setting.name}: {values} only in {side}{where}")
    return _titled(title, lines)


def _tables(changes: Changes, tolerance: float) -> list[str]:
    equal = [name for name, found in changes.tables.items() if found.equal]
    exact = f"numbers within {tolerance:g}" if tolerance else "to the bit"
    lines = [f"equal, {exact}: {', '.join(equal)}"] if equal else []
    lines += [f"{name}: only in A" for name in changes.only_a]
    lines += [f"{name}: only in B" for name in changes.only_b]
    for name, found in changes.tables.items():
        if not found.equal:
            lines += _differing(name, found)
    return _titled(f"Tables ({len(changes.tables)} in both)", lines, limit=None)


def _differing(name: str, found: Difference) -> Iterator[str]:
    by = ", ".join(found.key)
    yield f"{name}: {found.values} values differ in {found.rows} rows that both have (by {by})"
    for side, columns in (("A", found.columns_a), ("B", found.columns_b)):
        if columns:
            yield f"  columns only in {side}: {_joined(columns)}"
    for side, rows in (("A", found.only_a), ("B", found.only_b)):
        if rows:
            yield f"  {len(rows)} rows only in {side}, as {'; '.join(rows[:3])}"
    for column in sorted(found.columns, key=lambda column: -column.rows)[:_LISTED]:
        size = "" if pd.isna(column.largest) else f", by up to {column.largest:.3g}"
        values = " -> ".join(_pair(column.old, column.new))
        yield f"  {column.name}: {column.rows} rows{size}: {values} at {column.place}"
    if len(found.columns) > _LISTED:
        yield f"  ... and {len(found.columns) - _LISTED} more columns"


def _verdicts(changes: Changes) -> list[str]:
    lines = []
    compared = sum(found.verdicts_compared for found in changes.tables.values())
    for name, found in changes.tables.items():
        told = [f"  {said.sentence}: {said.old} -> {said.new}" for said in found.verdicts]
        if told:
            lines += [f"{name}: {len(told)} of {found.verdicts_compared} changed"]
            lines += _limited(told, _LISTED)
    if compared and not lines:
        lines = ["none changed"]
    return _titled(f"Verdicts ({compared} in both)", lines, limit=None) if compared else []


def _behind(changes: Changes) -> list[str]:
    lines = []
    for kind, found in changes.behind.items():
        equal = found.compared - len(found.changed)
        told = [f"{equal} equal"] if equal else []
        told += [f"{found.regrouped} equal, in other files"] if found.regrouped else []
        for side, files in (("A", found.only_a), ("B", found.only_b)):
            told += [f"{len(files)} only in {side}, as {files[0]}"] if files else []
        if told:
            lines.append(f"{kind or 'unknown'}: {', '.join(told)}")
        for name, difference in found.changed[:3]:
            lines += _differing(f"{kind} {name}", difference)
        if len(found.changed) > 3:
            lines.append(f"... and {len(found.changed) - 3} more of {kind}")
    return _titled("Files behind the tables, by what they are about", lines, limit=None)


def _left_out(changes: Changes) -> list[str]:
    found = [*changes.tables.values()]
    names = sorted({name for difference in found for name in difference.left_out})
    return [f"Left out, because no two runs have it in common: {', '.join(names)}"] if names else []


def _summary(changes: Changes) -> str:
    counts = changes.counts()
    counted = ", ".join(_counted(name, count) for name, count in counts.items())
    if changes.faults:
        rest = f"; besides: {counted}" if counted else ""
        return f"cannot compare: {_counted('file', len(changes.faults))} cannot be read{rest}"
    return f"different: {counted}" if counted else "equal"


def _counted(name: str, count: int) -> str:
    first, *rest = name.split(" ")
    return " ".join([str(count), first if count == 1 else f"{first}s", *rest])


def _titled(title: str, lines: Sequence[str], limit: int | None = _LISTED) -> list[str]:
    """A heading and what stands below it; nothing without anything below."""
    if not lines:
        return []
    return [title, *(f"  {line}" for line in _limited(lines, limit)), ""]


def _limited(lines: Sequence[str], limit: int | None) -> list[str]:
    if limit is None or len(lines) <= limit:
        return list(lines)
    return [*lines[:limit], f"... and {len(lines) - limit} more"]


def _joined(values: Sequence[str], limit: int = _LISTED) -> str:
    more = f", ... and {len(values) - limit} more" if len(values) > limit else ""
    return ", ".join(_shown(value) for value in values[:limit]) + more


def _pair(old: object, new: object) -> tuple[str, str]:
    """Two values; of long texts what follows after that in which they agree."""
    if isinstance(old, str) and isinstance(new, str):
        same = len(commonprefix([old, new])) - _BEFORE
        if same > 0 and max(len(old), len(new)) > _LONGEST:
            return f"...{_shown(old[same:])}", f"...{_shown(new[same:])}"
    return _shown(old), _shown(new)


def _shown(value: object) -> str:
    if isinstance(value, float):
        return "missing" if pd.isna(value) else repr(float(value))
    text = "missing" if pd.isna(value) else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
