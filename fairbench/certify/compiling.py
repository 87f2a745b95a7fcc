"""How this room's loops are compiled. Import only where they are about to run."""

from __future__ import annotations

import numba


def compiled(function):
    """Compile on first use and keep the result on disk where a place for it can be written.

    Other threads run meanwhile, and a division by zero gives what numpy gives.
    """
    options = dict(nogil=True, error_model="numpy")
    try:
        return numba.njit(cache=True, **options)(function)
    except RuntimeError:  # numba found no writable cache directory
        return numba.njit(**options)(function)
