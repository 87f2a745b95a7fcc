"""Words of an error about one value."""

from __future__ import annotations

import difflib
from collections.abc import Sequence


def not_allowed(what: str, given: object, allowed: Sequence[object]) -> str:
    """What was given, what is allowed, and what is nearest."""
    names = [str(each) for each in allowed]
    near = difflib.get_close_matches(str(given), names, 1)
    text = f"{what} is {given!r}; allowed: {', '.join(names) or 'none'}"
    return f"{text}; nearest: {near[0]}" if near else text
