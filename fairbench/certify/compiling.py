"""How this room's loops are compiled. Import only where they are about to run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numba


def compiled(function):
    """Compile on first use and keep the result on disk where a place for it can be written.

    Other threads run meanwhile, and a division by zero gives what numpy gives. A number that is
    spelled out in a call of a compiled function is one of numpy: for every one of Python's numba
    compiles that function, and all that it calls, once more.
    """
    options = dict(nogil=True, error_model="numpy", fastmath={"contract", "nsz", "reassoc"})
    try:
        with _kept_by_sources():
            return numba.njit(cache=True, **options)(function)
    except RuntimeError:  # no place can be written
        return numba.njit(**options)(function)


@contextmanager
def _kept_by_sources() -> Iterator[None]:
    """Keep machine code in a folder that is named by all compiled modules of this room.

    numba asks whether the function's own file has changed, but machine code holds the functions
    that it calls too.
    """
    asked = numba.config.CACHE_DIR
    folder = Path(asked or Path(__file__).parent / "__pycache__")
    numba.config.CACHE_DIR = str(folder / f"certify-{_sources()}")
    try:
        yield
    finally:
        numba.config.CACHE_DIR = asked


@cache
def _sources() -> str:
    """Checksum of this room's modules with compiled loops."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if b"@compiled" in (source := path.read_bytes()):
            digest.update(source)
    return digest.hexdigest()[:16]
