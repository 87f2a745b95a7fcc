"""What changed between two folders of results: settings, tables and what lies behind them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from os.path import commonprefix

import pandas as pd

from fairbench.evaluation.difference import Difference, compare, same_rows
from fairbench.store.columns import PASSING
from fairbench.store.results import Header, Results
from fairbench.store.settings import ChangedSetting, changed_origins, changed_settings

_LISTED = 12
"""Lists go on so far, and then say how many more there are: the whole is a page."""
_LONGEST = 90
"""Characters of one value."""
_BEFORE = 20
"""Characters shown before the first in which two long values differ."""


@dataclass
class _Held:
    """Files of one sort, held against each other.

    Attributes
    ----------
    compared : dict of name -> Difference
        Those that both folders have.
    regrouped : int
        Files of which both have all rows, in other files.
    only : dict of side -> list of str
        Those that only ``A`` or only ``B`` has.
    """

    compared: dict[str, Difference] = field(default_factory=dict)
    regrouped: int = 0
    only: dict[str, list[str]] = field(default_factory=dict)


def tell_changes(a: Results, b: Results, tolerance: float = 0.0) -> tuple[list[str], int]:
    """Tell all that differs between two folders, and last of all in one line whether anything does.

    Parameters
    ----------
    a, b : Results
        The older and the newer.
    tolerance : float
        Numbers that differ by no more are equal.

    Returns
    -------
    lines : list of str
    status : int
        0 if all is equal, 1 if something differs, 2 if something cannot be compared. Origins are
        no difference by themselves: another commit may give the same numbers.
    """
    how = {"tolerance": tolerance, "leave_out": PASSING}
    tables = _held(a, a.tables, b, b.tables, **how)
    # The table of fits holds all of them, in whatever files they were made.
    told = {header.kind for header in a.tables.values()} - {""}
    told &= {header.kind for header in b.tables.values()}
    files = a.behind(told), b.behind(told)
    behind = {
        kind: _held(a, files[0].get(kind, {}), b, files[1].get(kind, {}), in_order=True, **how)
        for kind in sorted(files[0].keys() | files[1].keys())
    }
    for held in behind.values():
        _regroup(held, a, b)
    settings, faults = changed_settings(a.headers, b.headers), a.faults + b.faults
    lines = [
        *_settings("Settings", settings),
        *_settings("Origin (counts as no difference)", changed_origins(a.headers, b.headers)),
        *_tables(tables, tolerance),
        *_verdicts(tables.compared),
        *_titled("Files behind the tables, by what they are about", _files(behind), limit=None),
        *_titled("Cannot be read", faults),
    ]
    left_out = sorted({name for found in tables.compared.values() for name in found.left_out})
    if left_out:
        lines.append(f"Left out, because no two runs have it in common: {', '.join(left_out)}")
    counts = _counts(tables, [*behind.values()], settings)
    counted = ", ".join(_counted(name, count) for name, count in counts.items())
    summary = f"different: {counted}" if counted else "equal"
    if faults:
        rest = f"; besides: {counted}" if counted else ""
        summary = f"cannot compare: {_counted('file', len(faults))} cannot be read{rest}"
    return [*lines, summary], 2 if faults else int(bool(counted))


def _held(a: Results, of_a: dict[str, Header], b: Results, of_b: dict[str, Header], **how) -> _Held:
    """Compare the files of one sort, given by what they are about."""
    found = _Held(only={"A": [], "B": []})
    for subject in (subject for subject in of_a if subject in of_b):
        old, new = a.read(of_a[subject].name), b.read(of_b[subject].name)
        if old is not None and new is not None:
            found.compared[of_a[subject].name] = compare(old, new, **how)
    for side, mine, other in (("A", of_a, of_b), ("B", of_b, of_a)):
        found.only[side] = [header.name for key, header in mine.items() if key not in other]
    return found


def _regroup(held: _Held, a: Results, b: Results) -> None:
    """Take the rows of the files that one alone has together: they may be in both."""
    old, new = ([*map(side.read, held.only[key])] for key, side in (("A", a), ("B", b)))
    readable = old and new and all(frame is not None for frame in (*old, *new))
    if readable and same_rows(pd.concat(old), pd.concat(new), leave_out=PASSING):
        held.regrouped, held.only = len(old), {"A": [], "B": []}


def _counts(
    tables: _Held, behind: Sequence[_Held], settings: Sequence[ChangedSetting]
) -> Counter[str]:
    """How much differs of what; nothing that does not."""
    found = Counter({"setting": len(settings)})
    found["table in one alone"] = sum(map(len, tables.only.values()))
    for each in (each for held in (tables, *behind) for each in held.compared.values()):
        found["value"] += each.values
        found["row in one alone"] += sum(map(len, each.only_rows.values()))
        found["column in one alone"] += sum(map(len, each.only_columns.values()))
        found["verdict"] += len(each.verdicts)
    found["file in one alone"] = sum(len(x) for held in behind for x in held.only.values())
    return +found


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


def _tables(tables: _Held, tolerance: float) -> list[str]:
    equal = sorted(name for name, found in tables.compared.items() if found.equal)
    exact = f"numbers within {tolerance:g}" if tolerance else "to the bit"
    lines = [f"equal, {exact}: {', '.join(equal)}"] if equal else []
    lines += [f"{name}: only in {side}" for side, names in tables.only.items() for name in names]
    for name, found in tables.compared.items():
        if not found.equal:
            lines += _differing(name, found)
    return _titled(f"Tables ({len(tables.compared)} in both)", lines, limit=None)


def _differing(name: str, found: Difference) -> Iterator[str]:
    by = ", ".join(found.key)
    yield f"{name}: {found.values} values differ in {found.rows} rows that both have (by {by})"
    for side, columns in found.only_columns.items():
        if columns:
            yield f"  columns only in {side}: {_joined(columns)}"
    for side, rows in found.only_rows.items():
        if rows:
            yield f"  {len(rows)} rows only in {side}, as {'; '.join(rows[:3])}"
    for column in sorted(found.columns, key=lambda column: -column.rows)[:_LISTED]:
        size = "" if pd.isna(column.largest) else f", by up to {column.largest:.3g}"
        values = " -> ".join(_pair(column.old, column.new))
        yield f"  {column.name}: {column.rows} rows{size}: {values} at {column.place}"
    if len(found.columns) > _LISTED:
        yield f"  ... and {len(found.columns) - _LISTED} more columns"


def _verdicts(tables: dict[str, Difference]) -> list[str]:
    lines = []
    compared = sum(found.verdicts_compared for found in tables.values())
    for name, found in tables.items():
        if found.verdicts:
            lines.append(f"{name}: {len(found.verdicts)} of {found.verdicts_compared} changed")
            lines += [f"  {said}" for said in _limited(found.verdicts, _LISTED)]
    lines = lines or ["none changed"]
    return _titled(f"Verdicts ({compared} in both)", lines, limit=None) if compared else []


def _files(behind: dict[str, _Held]) -> Iterator[str]:
    for kind, found in behind.items():
        changed = {name: each for name, each in found.compared.items() if not each.equal}
        equal = len(found.compared) - len(changed)
        told = [f"{equal} equal"] if equal else []
        told += [f"{found.regrouped} equal, in other files"] if found.regrouped else []
        told += [f"{len(x)} only in {side}, as {x[0]}" for side, x in found.only.items() if x]
        if told:
            yield f"{kind or 'unknown'}: {', '.join(told)}"
        for name in [*changed][:3]:
            yield from _differing(f"{kind} {name}", changed[name])
        if len(changed) > 3:
            yield f"... and {len(changed) - 3} more of {kind}"


def _counted(name: str, count: int) -> str:
    first, *rest = name.split(" ")
    return " ".join([str(count), first if count == 1 else f"{first}s", *rest])


def _titled(title: str, lines: Iterable[str], limit: int | None = _LISTED) -> list[str]:
    """A heading and what stands below it; nothing without anything below."""
    lines = list(lines)
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
