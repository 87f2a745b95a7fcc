"""The sensitive attribute in an entry: two groups, or all that columns tell apart."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from fairbench.base.schema import Strict


def _text(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError(
            "write it in quotes: YAML reads a bare yes, no, true or false as a boolean"
        )
    return str(value) if isinstance(value, int | float) else value


Text = Annotated[str, BeforeValidator(_text)]


class Range(Strict):
    """Numbers between bounds; all that are given must hold."""

    at_least: float | None = Field(None, description="smallest number")
    above: float | None = Field(None, description="only larger numbers")
    at_most: float | None = Field(None, description="largest number")
    below: float | None = Field(None, description="only smaller numbers")

    @model_validator(mode="after")
    def _bounded(self):
        if not self.model_fields_set:
            raise ValueError("a range needs at_least, above, at_most or below")
        return self


class Sensitive(Strict):
    """Two groups: group 1 is the one that the literature calls privileged."""

    column: str = Field(description="column of the sensitive attribute")
    one: Annotated[list[Text], Field(min_length=1)] | Range = Field(
        description="values or range of group 1; all others are group 0"
    )
    names: tuple[str, str] = Field(description="what groups 0 and 1 are called")

    def used(self) -> list[str]:
        """The columns of the file that are read."""
        return [self.column]


class Levels(Strict):
    """Groups that are all values of a column, or all that occur together in several columns."""

    columns: Annotated[list[Text], Field(min_length=1)] = Field(
        description="column or columns of the sensitive attribute"
    )
    levels: dict[str, Annotated[list[Text], Field(min_length=2)]] = Field(
        {},
        description="values of a column in the order of their groups, where any other is an error; "
        "default: all that occur, in the order of the alphabet",
    )
    least_rows: int = Field(
        0, ge=0, description="groups of fewer rows are left out, and their rows with them"
    )

    @model_validator(mode="after")
    def _of_these_columns(self):
        if len(set(self.columns)) < len(self.columns):
            raise ValueError(f"columns given twice: {', '.join(self.columns)}")
        for name, values in self.levels.items():
            if name not in self.columns:
                raise ValueError(f"levels of {name}, which is not among the columns")
            if len(set(values)) < len(values):
                raise ValueError(f"levels of {name} given twice: {', '.join(values)}")
        return self

    def used(self) -> list[str]:
        """The columns of the file that are read."""
        return self.columns


def _as_levels(given: object) -> object:
    """`race` and `[sex, race]`: all groups of a column, or of several."""
    given = [given] if isinstance(given, str) else given
    return {"columns": given} if isinstance(given, list) else given


def _kind(given: object) -> str:
    many = isinstance(given, Levels) or (isinstance(given, dict) and "columns" in given)
    return "levels" if many else "two"


#: Two groups, or all that one or more columns tell apart.
Groups = Annotated[
    Annotated[Sensitive, Tag("two")] | Annotated[Levels, Tag("levels")],
    Discriminator(_kind),
    BeforeValidator(_as_levels),
]
