"""Values of a table as an entry writes them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator


def _text(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError(
            "write it in quotes: YAML reads a bare yes, no, true or false as a boolean"
        )
    return str(value) if isinstance(value, int | float) else value


Text = Annotated[str, BeforeValidator(_text)]
