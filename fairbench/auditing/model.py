"""A model as an audit sees it: its scores, and the network that is certified."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from fairbench.auditing.errors import AuditError
from fairbench.certify import Domain, Network


@dataclass(frozen=True, eq=False)
class Model:
    """A model of rows whose columns are numbers.

    Attributes
    ----------
    features : tuple of str
        The columns that it takes, in their order.
    score : callable
        P(1) of rows, shape (rows,), from shape (rows, features).
    network : callable or None
        The same as a `Network` on a `Domain`, if it is one that can be certified.
    codes : mapping
        For a column of texts that the model takes as numbers: its values, by number.
    about : str, optional
        The class that the probability is of, where the model says that.
    why : str
        Why there is no network.
    """

    features: tuple[str, ...]
    score: Callable[[np.ndarray], np.ndarray]
    network: Callable[[Domain], Network] | None
    codes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    about: str | None = None
    why: str = ""


def check_count(inputs: int, chosen: Sequence[str], *, named: bool) -> None:
    """Raise AuditError unless there is a column for each input."""
    if len(chosen) != inputs:
        some = ", ".join(chosen[:12]) + (", ..." if len(chosen) > 12 else "")
        raise AuditError(
            f"the model takes {inputs} inputs, and {len(chosen)} columns are "
            f"{'named' if named else 'left for it'} ({some}): name its columns in their order "
            "(--feature)"
        )
