"""Files that are being written, beside those they will become.

Their writer holds an flock, which the system gives up with the process, however it ends. So what a
dead process left can be told from what a living one is writing, and removed.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import IO

PARTIAL = ".partial-"


@contextlib.contextmanager
def partial_file(path: Path) -> Iterator[Path]:
    """Lend a new file beside `path`, with its suffix, locked as one that is being written."""
    temporary, writer = _locked(path)
    with writer:
        yield temporary


def _locked(path: Path) -> tuple[Path, IO]:
    while True:
        temporary = path.parent / f"{PARTIAL}{secrets.token_hex(8)}{path.suffix}"
        writer = open(temporary, "xb", buffering=0)
        try:
            with contextlib.suppress(OSError):  # no flock here: nothing is cleared here either
                fcntl.flock(writer, fcntl.LOCK_SH)
            if os.fstat(writer.fileno()).st_nlink:  # else it was cleared between the two lines
                return temporary, writer
            writer.close()
        except BaseException:
            writer.close()
            temporary.unlink(missing_ok=True)
            raise


def clear_partial_files(*folders: str | os.PathLike) -> int:
    """Remove the half-written files of dead processes below some folders, and count them."""
    found = (
        Path(place, name)
        for folder in folders
        for place, _, names in os.walk(folder)
        for name in names
        if name.startswith(PARTIAL)
    )
    return sum(map(_clear, found))


def _clear(path: Path) -> bool:
    try:
        with open(path, "rb+") as leftover:
            fcntl.flock(leftover, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
    except OSError:
        return False  # its writer lives, or it is not ours to remove
    return True
