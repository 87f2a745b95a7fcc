"""The parts of an entry, typed: files, reader, columns, filters and splits of a real data set."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from fairbench.base.schema import Strict
from fairbench.data.real.sensitive import Groups, Range, Text

RESERVED = ("trial", "split", "sensitive", "y", "y_clean")
"""Columns of every data set file; no feature may be called so."""


#: A plain name and never a path: what is written under it cannot leave its folder.
FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$")]
Share = Annotated[float, Field(gt=0, lt=1)]


class Source(Strict):
    """One file that a data set is read from."""

    file: FileName = Field(description="its name, beside the entry or in the data folder")
    url: Annotated[str, Field(pattern=r"^https?://[^\s]+$")] | None = Field(
        None, description="where it is downloaded from; none: it lies beside the entry"
    )
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = Field(
        None, description="SHA-256 of the file; needed with a url"
    )
    bytes: int | None = Field(None, ge=1, description="size of the file; needed with a url")
    member: str | None = Field(None, description="the table's path within a zip file")

    @model_validator(mode="after")
    def _verifiable(self):
        if self.url is not None and (self.sha256 is None or self.bytes is None):
            raise ValueError(f"{self.file} has a url and so needs its sha256 and bytes")
        return self


class Reader(Strict):
    """How a file becomes a table of text."""

    format: Literal["csv", "parquet"] = Field("csv", description="kind of file")
    separator: Annotated[str, Field(min_length=1, max_length=1)] = Field(
        ",", description="between values; white space after it is dropped (csv)"
    )
    header: bool = Field(True, description="the first line has the column names (csv)")
    columns: list[Text] | None = Field(
        None, min_length=1, description="column names: where there is no header, or instead of it"
    )
    missing: list[Text] = Field([""], description="what stands for a missing value, nothing else")
    comment: Annotated[str, Field(min_length=1, max_length=1)] | None = Field(
        None, description="character from which on a line is not read (csv)"
    )

    @model_validator(mode="after")
    def _named(self):
        if not self.header and self.columns is None:
            raise ValueError("a file without a header needs columns")
        return self


class Indicator(Strict):
    """An input that is 1 for some values of a column and 0 for all others."""

    column: str = Field(description="column of the file")
    one: Annotated[list[Text], Field(min_length=1)] | Range = Field(
        description="values, or range, that become 1"
    )


class Features(Strict):
    """The columns that become inputs."""

    numeric: list[str] = Field([], description="numbers, scaled by what training rows say")
    ordered: dict[str, Annotated[list[Text], Field(min_length=2)]] = Field(
        {}, description="columns of codes that become their place in a list, then as numeric"
    )
    indicators: dict[str, Indicator] = Field(
        {}, description="0/1 inputs by their names, each from some values of a column"
    )
    categorical: list[str] = Field([], description="one 0/1 column per value")
    binned: dict[str, Annotated[list[float], Field(min_length=1)]] = Field(
        {}, description="numeric columns cut at these rising edges, then as categorical"
    )
    scaling: Literal["standard", "range"] = Field(
        "standard",
        description="numbers to mean 0 and variance 1, or to [0, 1], beyond which rows are cut off",
    )

    @model_validator(mode="after")
    def _usable(self):
        if not self.names():
            raise ValueError("at least one feature is needed")
        names = [*self.inputs(), *self.categorical, *self.binned]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"features given twice: {', '.join(twice)}")
        taken = sorted(set(names) & set(RESERVED))
        if taken:
            raise ValueError(
                f"a feature cannot be called {', '.join(taken)}, as columns of every data set "
                "are; rename the file's columns with reader.columns"
            )
        for name, edges in self.binned.items():
            if edges != sorted(set(edges)):
                raise ValueError(f"the edges of {name} must rise: {edges}")
        for name, values in self.ordered.items():
            if len(set(values)) < len(values):
                raise ValueError(f"values of {name} given twice: {', '.join(values)}")
        return self

    def without(self, columns: list[str]) -> Features:
        """The features that are not among some columns."""
        numeric, categorical = (
            [name for name in names if name not in columns]
            for names in (self.numeric, self.categorical)
        )
        ordered, binned = (
            {name: of for name, of in parts.items() if name not in columns}
            for parts in (self.ordered, self.binned)
        )
        indicators = {n: of for n, of in self.indicators.items() if of.column not in columns}
        kinds = {"ordered": ordered, "indicators": indicators, "binned": binned}
        return Features(numeric=numeric, categorical=categorical, scaling=self.scaling, **kinds)

    def numbers(self) -> list[str]:
        """Names of the inputs that are scaled."""
        return [*self.numeric, *self.ordered]

    def inputs(self) -> list[str]:
        """Names of the inputs that are one column each."""
        return [*self.numbers(), *self.indicators]

    def names(self) -> list[str]:
        """The features' columns in the file, each once."""
        looked_at = [indicator.column for indicator in self.indicators.values()]
        every = [*self.numbers(), *self.categorical, *self.binned, *looked_at]
        return list(dict.fromkeys(every))


class LabelColumn(Strict):
    """A label of two classes: y = 1 is the favourable outcome. Other values are refused."""

    column: str = Field(description="column of the label")
    favourable: Annotated[list[Text], Field(min_length=1)] | Range = Field(
        description="values, or range, of the favourable outcome"
    )
    unfavourable: Annotated[list[Text], Field(min_length=1)] | Range = Field(
        description="values, or range, of the other outcome"
    )

    @model_validator(mode="after")
    def _disjoint(self):
        if isinstance(self.favourable, Range) != isinstance(self.unfavourable, Range):
            raise ValueError("favourable and unfavourable are both values or both ranges")
        if isinstance(self.favourable, Range):
            return self
        both = sorted(set(self.favourable) & set(self.unfavourable))
        if both:
            raise ValueError(f"both favourable and unfavourable: {', '.join(both)}")
        return self

    @property
    def count(self) -> int:
        """How many classes there are."""
        return 2


class LabelClasses(Strict):
    """A label of several classes: y is the place in the list. Other values are refused."""

    column: str = Field(description="column of the label")
    classes: Annotated[list[Text], Field(min_length=3, max_length=127)] = Field(
        description="values in the order of their classes, three or more"
    )

    @model_validator(mode="after")
    def _distinct(self):
        if len(set(self.classes)) < len(self.classes):
            raise ValueError(f"classes of {self.column} given twice: {', '.join(self.classes)}")
        return self

    @property
    def count(self) -> int:
        """How many classes there are."""
        return len(self.classes)


def _kind(given: object) -> str:
    many = isinstance(given, LabelClasses) or (isinstance(given, dict) and "classes" in given)
    return "classes" if many else "two"


Classes = Annotated[
    Annotated[LabelColumn, Tag("two")] | Annotated[LabelClasses, Tag("classes")],
    Discriminator(_kind),
]


class Filter(Strict):
    """Rows to keep. A row whose value is missing is never kept."""

    column: str = Field(description="column that is looked at")
    op: Literal["in", "not_in", "<", "<=", ">", ">=", "present"] = Field(description="comparison")
    value: list[Text] | float | None = Field(
        None, description="values (in, not_in), a number (<, <=, >, >=) or nothing (present)"
    )

    @model_validator(mode="after")
    def _comparable(self):
        wanted = {"in": list, "not_in": list, "present": type(None)}.get(self.op, float)
        if not isinstance(self.value, wanted):
            kind = {list: "a list of values", float: "a number"}.get(wanted, "no value")
            raise ValueError(f"the filter {self.column} {self.op} takes {kind}")
        return self


class Splits(Strict):
    """Shares of the rows that are not given to a split by their file."""

    selection: Share = Field(0.2, description="share of all divided rows")
    test: Share | FileName = Field(0.2, description="share, or the source that is the test split")
    clean: Share = Field(0.1, description="rows of the clean split for one training row")

    @model_validator(mode="after")
    def _leave_training_rows(self):
        if self.selection + (self.test if isinstance(self.test, float) else 0.0) >= 1:
            raise ValueError("selection and test leave no rows to train on")
        return self


class Card(Strict):
    """What one should know before using the data."""

    origin: str = Field(description="who collected what, when and where")
    licence: str = Field(description="licence, or that none is stated")
    warnings: list[str] = Field([], description="known faults and limits of use")


class Profile(Strict):
    """One way of using a data set: whatever it names replaces that part of the entry."""

    note: str = Field("", description="whose way it is")
    rows: int | None = Field(None, ge=1, description="rows that must come out")
    label: Classes | None = Field(None, description="instead of the entry's")
    sensitive: Groups | None = Field(None, description="instead of the entry's")
    features: Features | None = Field(None, description="instead of the entry's")
    filters: list[Filter] | None = Field(None, description="instead of the entry's")
    missing_rows: Literal["refuse", "drop", "category"] | None = Field(
        None, description="instead of the entry's"
    )
    splits: Splits | None = Field(None, description="instead of the entry's")
