"""How this room's loops are compiled. Import only where they are about to run."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import numba


def compiled(function):
    """Compile on first use and keep the result on disk where a place for it can be written.

    Other threads run meanwhile, and a division by zero gives what numpy gives.
    """
    options = dict(nogil=True, error_model="numpy", fastmath={"contract", "nsz", "reassoc"})
    try:
        dispatcher = numba.njit(cache=True, **options)(function)
        # numba asks whether the function's own file has changed, but machine code holds the
        # functions that it calls too
        dispatcher._cache._cache_file._source_stamp = _sources()
    except (AttributeError, RuntimeError):  # no writable place, or another numba
        return numba.njit(**options)(function)
    return dispatcher


@cache
def _sources() -> str:
    """Checksum of this room's modules with compiled loops."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if b"@compiled" in (source := path.read_bytes()):
            digest.update(source)
    return digest.hexdigest()
