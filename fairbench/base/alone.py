"""One process at a time, where others would do the same work at the same moment."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def one_at_a_time(lock: Path) -> Iterator[None]:
    """Wait for all others that hold the same lock, in this process or another.

    Parameters
    ----------
    lock : Path
        A file that is made for it, with its folder. Where none can be, or the file system knows no
        locks, nobody waits: the work is then done more than once.
    """
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            lock.parent.mkdir(parents=True, exist_ok=True)
            fcntl.flock(stack.enter_context(open(lock, "w")), fcntl.LOCK_EX)
        yield
