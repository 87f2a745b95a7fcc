"""What an audit says when it cannot use what it was given."""

from __future__ import annotations

from collections.abc import Sequence

from fairbench.base.errors import Foreseen
from fairbench.base.words import nearest, printable

_LISTED = 30


class AuditError(Foreseen, ValueError):
    """The data or a setting cannot be used: what was given, what is allowed, the nearest match."""

    def __init__(self, text: str) -> None:
        super().__init__(printable(text))


def unknown(what: str, given: object, allowed: Sequence[object]) -> AuditError:
    """Say that something is not among what is allowed.

    Parameters
    ----------
    what : str
        Begins the message, such as ``"data.csv: there is no column"``.
    given : object
    allowed : sequence
        Of a long one the first are listed.
    """
    words = [str(each) for each in allowed]
    listed = ", ".join(words[:_LISTED])
    if len(words) > _LISTED:
        listed += f" and {len(words) - _LISTED} more"
    near = nearest(str(given), words)
    hint = f"; nearest: {near!r}" if near else ""
    return AuditError(f"{what} {given!r}; allowed: {listed}{hint}")
