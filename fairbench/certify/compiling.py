"""How this room's loops are compiled. Import only where they are about to run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

import numba

from fairbench.base.alone import one_at_a_time


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
    numba.config.CACHE_DIR = str(_folder())
    try:
        yield
    finally:
        numba.config.CACHE_DIR = asked


@contextmanager
def first_alone(name: str) -> Iterator[None]:
    """Have the block, in which kernels are called for the first time, compile them once.

    Other processes that begin just then wait and load what the first one kept.
    """
    done = _folder() / f"{name}.done"
    if done.exists():
        yield
        return
    with one_at_a_time(done.with_suffix(".lock")):
        yield
        with suppress(OSError):
            done.touch()


def _folder() -> Path:
    place = Path(numba.config.CACHE_DIR or Path(__file__).parent / "__pycache__")
    return place / f"certify-{_sources()}"


@cache
def _sources() -> str:
    """Checksum of this room's modules with compiled loops."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if b"@compiled" in (source := path.read_bytes()):
            digest.update(source)
    return digest.hexdigest()[:16]
