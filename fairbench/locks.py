"""Snakemake's locks, without the ones that nobody holds any more.

Snakemake locks a folder with files, and a run that was killed leaves them: the next run refuses
until it is told ``--unlock``. Here every run also holds an flock, which the system gives up with
the process however it ends. A run that finds no other alive may so remove what is left.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import IO

_held: dict[Path, IO] = {}


def clear_stale_locks(folder: Path) -> bool:
    """Remove the lock files of dead runs in a working folder, and hold a sign of life there.

    Returns
    -------
    bool
        Whether no other run was alive, so that leftover locks could go. Without flock (other
        systems, some network file systems) nothing is touched and Snakemake's own rule holds.
    """
    try:
        import fcntl
    except ImportError:
        return False
    state = folder / ".snakemake"
    state.mkdir(exist_ok=True)
    sign = _held.setdefault(folder, open(state / "fairbench.alive", "w"))
    try:
        fcntl.flock(sign, fcntl.LOCK_EX | fcntl.LOCK_NB)
        alone = True
        shutil.rmtree(state / "locks", ignore_errors=True)
    except OSError:
        alone = False
    try:
        fcntl.flock(sign, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return False
    return alone


def a_run_is_alive(folder: Path) -> bool:
    """Whether some run holds its sign of life in a working folder.

    Without flock, a lock file of Snakemake's own is taken for one.
    """
    state = folder / ".snakemake"
    try:
        import fcntl
    except ImportError:
        return any((state / "locks").glob("*.lock"))
    try:
        with open(state / "fairbench.alive") as sign:
            fcntl.flock(sign, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False
