"""What the parts of the configuration share."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

#: Values of lambda, P(Y=1) or c that print alike would share a path.
_NUMBER_FORMAT = ".10g"

Label = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Lambda = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Rate = Annotated[float, Field(gt=0, lt=1)]
Coefficient = Annotated[float, Field(gt=0, le=100)]


def canonical(number: float) -> str:
    """A number as it stands in paths: 0.1, 1, 4000."""
    return format(float(number), _NUMBER_FORMAT)


class Strict(BaseModel):
    """Unknown keys are errors, everywhere."""

    model_config = ConfigDict(extra="forbid", frozen=True)
