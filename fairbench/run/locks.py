"""Locks that the system gives up with the process that holds them, however it ends.

Snakemake locks a folder with files, and a run that was killed leaves them: the next run refuses
until it is told ``--unlock``. Here every run also holds an flock. A run that finds no other alive
may so remove what dead ones left.
"""

from __future__ import annotations

import fcntl
import shutil
import time
from functools import wraps
from pathlib import Path
from typing import IO

OCCUPIED = """\
another run is at work in this folder
  To look is safe: snakemake -n, python -m fairbench status.
  To make results, wait until it has ended, or stop it with Ctrl-C: what it finished is kept.
  For a second study at the same time, work in a copy of the folder. Do not --unlock this one.
"""
_PATIENCE = 10.0
_held: dict[Path, IO] = {}


def clear_stale_locks(folder: Path) -> bool | None:
    """Remove the lock files of dead runs in a working folder, and hold a sign of life there.

    Returns
    -------
    bool or None
        Whether no other run was alive, so that leftover locks could go. None where that cannot be
        told (some network file systems): nothing is touched then, and Snakemake's own rule holds.
    """
    state = folder / ".snakemake"
    state.mkdir(exist_ok=True)
    if folder not in _held:
        _held[folder] = open(state / "fairbench.alive", "w")
    sign = _held[folder]
    alone: bool | None = True
    try:
        fcntl.flock(sign, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(state / "locks", ignore_errors=True)
    except BlockingIOError:
        alone = False
    except OSError:
        return None
    # Another run that starts just now holds the sign alone for a moment.
    return alone if _share(sign) else None


def _share(sign: IO) -> bool:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        try:
            fcntl.flock(sign, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            time.sleep(0.01)
        except OSError:
            break
    return False


def a_run_is_alive(folder: Path) -> bool:
    """Whether some run holds its sign of life in a working folder."""
    try:
        with open(folder / ".snakemake" / "fairbench.alive") as sign:
            fcntl.flock(sign, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def explain_refusal(workflow) -> None:
    """Let Snakemake, where it finds a lock, say what to do, and not to take the lock away.

    Only where a lock that is found is a living one's: after `clear_stale_locks`.

    Parameters
    ----------
    workflow : snakemake.workflow.Workflow
        While it reads its rules.
    """
    # Late, as commands that only look for living runs need no Snakemake.
    from snakemake.exceptions import LockException, WorkflowError

    execute = workflow.execute

    @wraps(execute)
    def execute_or_explain(*args, **kwargs):
        try:
            return execute(*args, **kwargs)
        except LockException:
            raise WorkflowError(OCCUPIED) from None

    workflow.execute = execute_or_explain
