"""The settings that files say they were made with, and which of them differ between two folders.

Gathered over all files of a method and a data set, because which fits share a file is no setting.
"""

from __future__ import annotations

import json
import shlex
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from fairbench.store.results import Header

Recorded = dict[tuple[str, str, str], dict[str, set[str]]]
"""(kind of file, data set, method) -> name of a setting -> the values that files have."""


class ChangedSetting(NamedTuple):
    """A setting with other values.

    Attributes
    ----------
    name : str
    old, new : tuple of str
        The values that only one folder has; both empty where a group of files is only in one.
    where : tuple of str
        The files that it is about; empty for all that have the setting.
    """

    name: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    where: tuple[str, ...] = ()


def changed_settings(a: Iterable[Header], b: Iterable[Header]) -> list[ChangedSetting]:
    """Compare what the files of two folders say they were made with.

    Checksums of settings are no settings: see `changed_origins`.
    """
    old, new = _recorded(a), _recorded(b)
    found = defaultdict(list)
    having = defaultdict(set)
    for group in old.keys() & new.keys():
        for name in old[group].keys() | new[group].keys():
            left, right = (side[group].get(name, {"not set"}) for side in (old, new))
            having[name].add(group)
            if left != right:
                found[name, _sorted(left - right), _sorted(right - left)].append(group)
    changed = [
        ChangedSetting(name, *values, _named(groups) if set(groups) < having[name] else ())
        for (name, *values), groups in found.items()
    ]
    for name, groups in (("only in A", old.keys() - new), ("only in B", new.keys() - old)):
        if groups:
            changed.append(ChangedSetting(name, (), (), _named(groups)))
    return sorted(changed)


def changed_origins(a: Iterable[Header], b: Iterable[Header]) -> list[ChangedSetting]:
    """Compare commits, versions, checksums of configs and how Snakemake was called."""
    old, new = (_origins(headers) for headers in (a, b))
    both = old.keys() & new.keys()
    return [
        ChangedSetting(name, _sorted(old.get(name, ())), _sorted(new.get(name, ())))
        for name in dict.fromkeys([*old, *new])
        # A checksum of a table that is missing says nothing more than that it is.
        if old.get(name) != new.get(name) and (name in both or not name.startswith("checksum"))
    ]


def _recorded(headers: Iterable[Header]) -> Recorded:
    found: Recorded = defaultdict(lambda: defaultdict(set))
    for header in headers:
        # A table for people is made from all the others, and says nothing that they do not.
        if header.is_table or not header.about:
            continue
        about = dict(header.about)
        if header.kind == "dataset":  # other files say the same of it under this name
            about = {"data": about}
        about |= about.pop("spec", {})
        data = about.pop("data", None)
        for each in data if isinstance(data, list) else [data]:  # a file of several data sets
            dataset = (each if isinstance(each, Mapping) else about).get("dataset", "")
            group = header.kind, str(dataset), str(about.get("method", ""))
            for name, value in _leaves(about if each is None else about | {"data": each}):
                found[group][name].add(value)
    return found


def _leaves(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    """Name and value of each setting; the values of a list are those of one setting."""
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _leaves(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list):
        for inner in value:
            yield name, _said(inner)
    else:
        yield name, _said(value)


def _said(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _origins(headers: Iterable[Header]) -> dict[str, set[str]]:
    found = defaultdict(set)
    for header in headers:
        origin = header.origin
        if "commit" not in origin:
            continue
        found["commit"] |= {origin["commit"], *origin.get("other_commits", ())}
        if origin.get("config"):
            found["checksum of the config"].add(origin["config"][:16])
        if header.is_table and origin.get("settings"):
            found[f"checksum of the settings of {header.name}"].add(origin["settings"])
        # "snakemake --cores 1 --force FILE", then what the person said.
        if said := shlex.split(origin.get("command") or "")[5:]:
            found["called with"].add(shlex.join(said))
        for name, versions in origin.get("versions", {}).items():
            found[name] |= set(versions)
    return found


def _sorted(values: Iterable[str]) -> tuple[str, ...]:
    """Numbers by their size, before words."""

    def order(value: str) -> tuple[bool, float, str]:
        try:
            return False, float(value), value
        except ValueError:
            return True, 0.0, value

    return tuple(sorted(values, key=order))


def _named(groups: Iterable[tuple[str, str, str]]) -> tuple[str, ...]:
    """Groups of files in words, those of one data set and method together."""
    named = {" on ".join(filter(None, (method or kind, data))) for kind, data, method in groups}
    return _sorted(named)
