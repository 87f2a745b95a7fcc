"""What the parts of the configuration share."""

from __future__ import annotations

from types import NoneType
from typing import Annotated, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

#: Values of lambda, P(Y=1) or c that print alike would share a path.
_NUMBER_FORMAT = ".10g"

Label = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Lambda = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Rate = Annotated[float, Field(gt=0, lt=1)]
Coefficient = Annotated[float, Field(gt=0, le=100)]


def canonical(number: float) -> str:
    """A number as it stands in paths: 0.1, 1, 4000."""
    return format(float(number), _NUMBER_FORMAT)


def distinct(values: list) -> list:
    """Refuse a number that stands twice in a list, as their paths would be one."""
    seen = [canonical(value) for value in values]
    twice = sorted({value for value in seen if seen.count(value) > 1})
    if twice:
        raise ValueError(f"values must be distinct; given twice: {', '.join(twice)}")
    return values


def refuse_words(model: type[BaseModel], given: object) -> None:
    """Refuse true and false, which YAML makes of yes and no, where a number is needed.

    Raises
    ------
    PydanticCustomError
        Of the type ``at_key``, with the key and what was given.
    """
    for name, field in model.model_fields.items() if isinstance(given, dict) else ():
        types = set(get_args(field.annotation) or [field.annotation]) - {NoneType}
        if isinstance(given.get(name), bool) and types <= {int, float}:
            context = {"key": name, "given": given[name]}
            raise PydanticCustomError("at_key", "a number is needed here", context)


class Strict(BaseModel):
    """Unknown keys are errors everywhere, and so are `yes` for a number and an infinite one."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _numbers(cls, given):
        refuse_words(cls, given)
        return given
