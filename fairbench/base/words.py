"""Words of messages: text of strangers without its tricks, and the nearest of what is known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence


def printable(text: str) -> str:
    """Text of a stranger's file, without what would steer the terminal."""
    return "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in text)


def nearest(given: str, known: Iterable[str]) -> str | None:
    """The known word that is most like the given one, whatever the case; None if none is."""
    folded = {word.casefold(): word for word in known}
    found = difflib.get_close_matches(given.casefold(), list(folded), 1, 0.5)
    return folded[found[0]] if found else None


def not_allowed(what: str, given: object, allowed: Sequence[object]) -> str:
    """What was given, what is allowed, and what is nearest."""
    names = [str(each) for each in allowed]
    near = nearest(str(given), names)
    text = f"{what} is {given!r}; allowed: {', '.join(names) or 'none'}"
    return f"{text}; nearest: {near}" if near else text
