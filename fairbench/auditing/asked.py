"""What is asked of an audit, and whether it can be."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from numbers import Integral, Real
from typing import Literal, get_args

from fairbench.auditing.errors import AuditError, unknown

ScoreKind = Literal["auto", "probability", "ranking"]
Missing = Literal["drop", "group", "refuse"]
Norm = Literal["1", "2", "inf"]
#: Attributes that are crossed at most: every set of them has its groups.
_MOST_ATTRIBUTES = 4
#: Settings that are numbers, with the kind and the least of each.
_NUMBERS = (
    ("smallest", Integral, 1),
    ("rows", Integral, 100),
    ("people", Integral, 1),
    ("seed", Integral, 0),
    ("epsilon", Real, 0),
    ("seconds", Real, 0.001),
)


@dataclass(frozen=True)
class Asked:
    """The settings of an audit; `fairbench.auditing.audit` says what each means."""

    label: str
    sensitive: tuple[str, ...]
    prediction: str | None = None
    score: str | None = None
    score_kind: ScoreKind = "auto"
    threshold: float | None = None
    positive: tuple[str, ...] = ()
    missing: Missing = "drop"
    smallest: int = 30
    reference: Mapping[str, str] = field(default_factory=dict)
    rows: int = 2_000_000
    separator: str = ","
    features: tuple[str, ...] = ()
    one_hot: tuple[tuple[str, ...], ...] = ()
    free: tuple[str, ...] = ()
    epsilon: float = 0.1
    norm: Norm = "inf"
    people: int = 200
    seconds: float = 30.0
    seed: int = 0

    def __post_init__(self):
        for name, kinds in (("score_kind", ScoreKind), ("missing", Missing), ("norm", Norm)):
            if getattr(self, name) not in get_args(kinds):
                raise unknown(f"{name} is", getattr(self, name), get_args(kinds))
        columns = [self.label, self.prediction, self.score]
        for name in (*columns, *self.sensitive, *self.features, *self.free):
            if not isinstance(name, str | None):
                raise AuditError(f"a column is named as {name!r}, a {type(name).__name__}: it is "
                                 "named by a text; rename columns that are not")  # fmt: skip
        if not 1 <= len(self.sensitive) <= _MOST_ATTRIBUTES:
            raise AuditError(
                f"1 to {_MOST_ATTRIBUTES} sensitive columns can be crossed, not "
                f"{len(self.sensitive)}"
            )
        if twice := [name for name in self.sensitive if self.sensitive.count(name) > 1]:
            raise AuditError(f"the sensitive column {twice[0]!r} is named twice")
        if len(set(crossings := self._attributes())) < len(crossings):
            twice = max(crossings, key=crossings.count)
            raise AuditError(f"sensitive columns and their crossings are called {twice!r} twice: "
                             "rename a column")  # fmt: skip
        for name, kind, least in _NUMBERS:
            value = getattr(self, name)
            if not isinstance(value, kind) or not least <= value < math.inf:
                whole = "whole " if kind is Integral else ""
                raise AuditError(f"{name} is {value!r}; it is a {whole}number, {least} or more")
        cut = 0 if self.threshold is None else self.threshold
        if not isinstance(cut, Real) or math.isnan(cut):
            raise AuditError(f"threshold is {cut!r}; it is a number")
        if len(self.separator) != 1:
            raise AuditError(f"separator is {self.separator!r}; it is one character")
        for name in self.reference:
            if name not in self.sensitive:
                raise unknown("a reference group is given for", name, self.sensitive)
        roles = {"label": self.label, "prediction": self.prediction, "score": self.score}
        for role, name in roles.items():
            if name is not None and name in self.sensitive:
                raise AuditError(f"{name!r} is named as {role} and as sensitive: one role each")
        if self.label in (self.prediction, self.score):
            raise AuditError(f"{self.label!r} is named as label and as what is judged by it")

    def _attributes(self) -> list[str]:
        """What the sensitive columns and all their crossings are called."""
        sizes = range(1, len(self.sensitive) + 1)
        several = (itertools.combinations(self.sensitive, size) for size in sizes)
        return [" and ".join(columns) for columns in itertools.chain(*several)]

    def needs(self, *, model: bool) -> None:
        """That there is something to be judged."""
        if self.prediction is None and self.score is None and not model:
            raise AuditError(
                "nothing to judge: name a column of decisions (prediction), of scores (score), or "
                "a model"
            )
        for name in ("features", "one_hot", "free"):
            if getattr(self, name) and not model:
                raise AuditError(
                    f"{name} is said, and no model: {name} is about what a model takes"
                )
