"""A limit on the time that a batch of fits may take: a method that never returns is stopped.

Two things watch over a batch. An alarm raises TimeoutError wherever Python is executing, endless
loops and waits included, and again every second for code that swallows it. If the batch is still
there after a grace period, it is in compiled code that does not come back: a second process then
writes why, and kills this one.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

#: What the reason of a fit that was stopped ends with.
REASON = "longer than resources.fit_minutes of the config allows"
#: Seconds from one attempt to interrupt to the next, and from the first to the end of the process.
AGAIN, GRACE = 1.0, 30.0
#: Its standard input ends when the batch or this whole process is over.
_GUARD = """
import os, select, signal, sys
if not select.select([sys.stdin], [], [], float(sys.argv[2]))[0]:
    sys.stderr.write(sys.argv[3] + chr(10))
    sys.stderr.flush()
    os.kill(int(sys.argv[1]), signal.SIGKILL)
"""


@contextlib.contextmanager
def time_limit(minutes: float | None) -> Iterator[None]:
    """Stop the block after some minutes.

    Parameters
    ----------
    minutes : float or None
        None or 0: no limit. There is none outside the main thread either.

    Raises
    ------
    TimeoutError
        The block took longer. Its message ends with `REASON`.
    """
    in_main = threading.current_thread() is threading.main_thread()
    if not minutes or not in_main:
        yield
        return
    text = f"a batch of fits took {minutes:g} minutes, {REASON}"

    def stop(number, frame):
        raise TimeoutError(text)

    before = signal.signal(signal.SIGALRM, stop)
    guard = _start_guard(60 * minutes + GRACE, text)
    signal.setitimer(signal.ITIMER_REAL, 60 * minutes, AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        guard.stdin.close()
        guard.wait()


def _start_guard(seconds: float, text: str) -> subprocess.Popen:
    message = (
        f"{text}, and could not be interrupted in {GRACE:g} seconds more: the method is in "
        "compiled code that does not return; mend the method or leave it out"
    )
    command = [sys.executable, "-I", "-S", "-c", _GUARD, str(os.getpid()), str(seconds), message]
    return subprocess.Popen(command, stdin=subprocess.PIPE)
