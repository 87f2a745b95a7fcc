"""The rows that are audited, as arrays: whole, or a random sample of a table that is too large."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from fairbench.auditing.asked import Asked
from fairbench.auditing.coding import (
    MISSING,
    MOST_GROUPS,
    Codes,
    in_order,
    numbers,
    numbers_of,
    ones,
)
from fairbench.auditing.errors import AuditError
from fairbench.auditing.model import Model
from fairbench.auditing.reading import Block, blocks, named
from fairbench.auditing.sample import Sample
from fairbench.base.randomness import stream

#: Numbers that the features of a model may take up, 8 bytes each.
_FEATURES = 40_000_000


@dataclass(frozen=True, eq=False)
class Attribute:
    """Columns of groups, one or several crossed: the group of each row, and what it is called."""

    columns: tuple[str, ...]
    group: np.ndarray
    names: list[str]

    @property
    def name(self) -> str:
        """The columns in words."""
        return " and ".join(self.columns)


@dataclass(frozen=True, eq=False)
class People:
    """Rows of an audit.

    Attributes
    ----------
    label : array of bool, shape (rows,)
    one : str or None
        The value of the label that is 1, if there are such rows.
    prediction : array of bool, shape (rows,), or None
        None where the score has still to be cut.
    score : array of float, shape (rows,), or None
    attributes : list of Attribute
    features : array of float, shape (rows, inputs), or None
        What a model takes.
    total, complete : int
        Rows of the table, and those of them without a missing value.
    missing : dict
        Rows in which a column has no value, for columns that lack some.
    """

    label: np.ndarray
    one: str | None
    prediction: np.ndarray | None
    score: np.ndarray | None
    attributes: list[Attribute]
    features: np.ndarray | None
    total: int
    complete: int
    missing: dict[str, int]

    @property
    def rows(self) -> int:
        """How many there are."""
        return len(self.label)


def collect(data: Any, asked: Asked, model: Model | None = None) -> People:
    """Read the named columns.

    Parameters
    ----------
    data : path, frame or mapping
    asked : Asked
        Its `features` are the columns that the model takes, if there is one.
    model : Model, optional
        Its scores are used where no column of scores is named.

    Raises
    ------
    AuditError
        Whatever makes the table unusable.
    """
    texts = dict.fromkeys([asked.label, *([asked.prediction] if asked.prediction else []),
                           *asked.sensitive])  # fmt: skip
    wanted = dict.fromkeys([*([asked.score] if asked.score else []), *asked.features])
    # One column may be a feature and a group too: it is read as a text, and its numbers from that.
    texts |= dict.fromkeys(model.codes if model else ())
    numbers_only = [name for name in wanted if name not in texts]
    reader = _Reader(asked, model)
    for block in blocks(data, list(texts), numbers_only, separator=asked.separator):
        reader.take(block)
    return reader.people(named(data))


class _Reader:
    """Blocks as they come."""

    def __init__(self, asked: Asked, model: Model | None):
        self.asked, self.model = asked, model
        two = "name a column of two values"
        decisions = f"{two}, or give it as score, with a threshold"
        self.label = Codes(asked.label, 2, two)
        self.prediction = Codes(asked.prediction, 2, decisions) if asked.prediction else None
        groups = f"at most {MOST_GROUPS} groups are compared; put its values together first"
        self.sensitive = [Codes(name, MOST_GROUPS, groups) for name in asked.sensitive]
        limit = asked.rows
        if asked.features:
            limit = min(limit, max(_FEATURES // len(asked.features), 1))
        self.kept = Sample(limit, stream(asked.seed, "audit", "rows"))
        self.total = self.complete = 0
        self.missing: dict[str, int] = {}

    def take(self, block: Block) -> None:
        """Numbers of a block, without rows that lack a value."""
        asked, part = self.asked, {}
        part["label"] = self.label.take(block[asked.label]).astype(np.int8)
        if self.prediction:
            part["prediction"] = self.prediction.take(block[asked.prediction]).astype(np.int8)
        for place, codes in enumerate(self.sensitive):
            part[f"group {place}"] = codes.take(block[codes.name]).astype(np.int16)
        absent = {self._name(key): array < 0 for key, array in part.items()}
        if asked.score:
            part["score"] = numbers(asked.score, block[asked.score])
            absent[asked.score] = np.isnan(part["score"])
        if asked.features:
            codes = self.model.codes if self.model else {}
            columns = [
                numbers_of(name, block[name], codes[name])
                if name in codes
                else numbers(name, block[name])
                for name in asked.features
            ]
            part["features"] = np.column_stack(columns)
            for name, column in zip(asked.features, columns, strict=True):
                absent[name] = absent.get(name, False) | np.isnan(column)
        self._keep(part, absent)

    def _keep(self, part: dict[str, np.ndarray], absent: dict[str, np.ndarray]) -> None:
        count = len(part["label"])
        lost = np.zeros(count, bool)
        for name, where in absent.items():
            if number := int(where.sum()):
                self.missing[name] = self.missing.get(name, 0) + number
                if not (self.asked.missing == "group" and name in self.asked.sensitive):
                    lost |= where
        self.total += count
        self.complete += int(count - lost.sum())
        part = {key: array[~lost] for key, array in part.items()}
        if self.model and "score" not in part and len(part["label"]):
            part["score"] = self.model.score(part["features"])
        self.kept.add(part)

    def _name(self, key: str) -> str:
        """The column of an array."""
        own = {"label": self.asked.label, "prediction": self.asked.prediction}
        return own.get(key) or self.asked.sensitive[int(key.split()[1])]

    def _one(self) -> str | None:
        """The value of the label that counts as 1."""
        values = list(self.label.values)
        which = ones(self.asked.label, values, self.asked.positive)
        return values[int(which.argmax())] if which.any() else None

    def people(self, where: str) -> People:
        """All that was read."""
        if self.missing and self.asked.missing == "refuse":
            told = ", ".join(f"{name} ({rows:,} rows)" for name, rows in self.missing.items())
            raise AuditError(f"{where}: values are missing: {told}")
        if not self.complete:
            told = ", ".join(f"{name} lacks {rows:,}" for name, rows in self.missing.items())
            fault = (
                f"no row has a value in every named column: {told}" if told else "it has no rows"
            )
            raise AuditError(f"{where}: {fault}")
        arrays = self.kept.arrays()
        return People(
            label=_as_ones(self.label, arrays["label"], self.asked),
            one=self._one(),
            prediction=self.prediction
            and _as_ones(self.prediction, arrays["prediction"], self.asked),
            score=arrays.get("score"),
            attributes=[
                _attribute(codes, arrays[f"group {place}"])
                for place, codes in enumerate(self.sensitive)
            ],
            features=arrays.get("features"),
            total=self.total,
            complete=self.complete,
            missing=self.missing,
        )


def _as_ones(codes: Codes, numbers: np.ndarray, asked: Asked) -> np.ndarray:
    return ones(codes.name, list(codes.values), asked.positive)[numbers]


def _attribute(codes: Codes, numbers: np.ndarray) -> Attribute:
    """Groups in the order of their names, those that no row is in left out."""
    absent = MISSING
    while absent in codes.values:  # a column may hold that text
        absent = f"({absent})"
    said = [*codes.values, absent]
    seen = np.unique(numbers)
    names = in_order([said[number] for number in seen], last=absent)
    places = np.array([names.index(said[number]) for number in seen], np.int16)
    if len(names) < 2:
        raise AuditError(
            f"{codes.name} has one value, {names[0]!r}, in all rows that can be used: there is no "
            "other group to compare with"
        )
    return Attribute((codes.name,), places[np.searchsorted(seen, numbers)], names)


def parts_of(attributes: Sequence[Attribute]) -> list[Attribute]:
    """Every attribute alone, then every set of several crossed: the groups that have rows."""
    return [
        reduce(_crossed, several)
        for size in range(1, len(attributes) + 1)
        for several in itertools.combinations(attributes, size)
    ]


def _crossed(one: Attribute, other: Attribute) -> Attribute:
    together = one.group.astype(np.int32) * len(other.names) + other.group
    seen, group = np.unique(together, return_inverse=True)
    pairs = [(one.names[k // len(other.names)], other.names[k % len(other.names)]) for k in seen]
    names = [" and ".join(pair) for pair in pairs]
    if len(set(names)) < len(names):  # "a" and "b and c", "a and b" and "c"
        names = [" and ".join(map(repr, pair)) for pair in pairs]
    return Attribute(one.columns + other.columns, group.astype(np.int32), names)
