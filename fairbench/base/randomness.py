"""Named random streams: every number comes from one root seed and the names of its purpose.

A stream depends on its own names only, so that adding a trial, a method or a data set to a study
leaves the numbers of all the others as they were. The published draws (``fairbench.data.published``
and ``fairbench.data.imbalance``) are the one exception: they follow their authors' generators.
"""

from __future__ import annotations

import hashlib
from numbers import Integral, Real

import numpy as np


def stream(root: int, *names: object) -> np.random.Generator:
    """Make the generator of a named purpose.

    Parameters
    ----------
    root : int
        The root seed of the study, zero or larger.
    *names : str or number
        What the numbers are for, from the general to the particular, e.g.
        ``"data", "independent", 0.5, 1.0, trial, "test"``. The order and the division into names
        matter: ``("ab",)`` and ``("a", "b")`` are different streams.

    Returns
    -------
    numpy.random.Generator
        A PCG64 generator, always in the same state for the same root and names.

    Notes
    -----
    Numbers are named by their value and not by their type: ``1``, ``1.0`` and ``numpy.float64(1)``
    are one name, because a configuration that says 1 and one that says 1.0 mean the same cell.
    """
    return np.random.default_rng(_sequence(root, names))


def seed_of(root: int, *names: object) -> int:
    """Make an integer seed for a library that cannot take a generator (torch, scikit-learn).

    Parameters
    ----------
    root, *names
        As for `stream`.

    Returns
    -------
    int
        Between 0 and 2**63 - 1, the range that ``torch.manual_seed`` takes.
    """
    word = _sequence(root, names).generate_state(1, np.uint64)[0]
    return int(word >> np.uint64(1))


def _sequence(root: int, names: tuple[object, ...]) -> np.random.SeedSequence:
    return np.random.SeedSequence([root, *(_number_of(name) for name in names)])


def _number_of(name: object) -> int:
    digest = hashlib.sha256(_canonical(name).encode("utf-8")).digest()
    # 128 bits fill exactly four words of the seed sequence: names cannot run into one another.
    return int.from_bytes(digest[:16], "little")


def _canonical(name: object) -> str:
    if isinstance(name, Integral) and not isinstance(name, bool):
        return str(int(name))
    if isinstance(name, Real) and not isinstance(name, bool):
        value = float(name)
        return str(int(value)) if value.is_integer() else repr(value)
    return str(name)
