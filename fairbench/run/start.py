"""What is set right in Snakemake before its rules are read."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import Any

from snakemake.exceptions import WorkflowError

from fairbench.run.failed_jobs import note_only_what_was_made
from fairbench.run.gathered import go_on_after_a_failure
from fairbench.run.locks import OCCUPIED, clear_stale_locks, explain_refusal


def begin(workflow: Any) -> bool:
    """Prepare a run, or the Snakemake that a cluster starts for a job of one.

    Returns
    -------
    bool
        Whether this is a run and no other is alive in the folder, so that what dead ones left
        half written can go.

    Raises
    ------
    WorkflowError
        The locks of a living run should have been taken away.
    """
    # Thousands of jobs are objects that stay: Python would look through all of them for garbage
    # again and again, in a sixth of the time of a dry run.
    gc.set_threshold(100_000)
    if not workflow.is_main_process:
        go_on_after_a_failure()
        return False
    note_only_what_was_made()
    alone = clear_stale_locks(Path.cwd())
    if alone is False and "--unlock" in sys.argv:
        raise WorkflowError(OCCUPIED)
    if alone is not None:
        explain_refusal(workflow)
    return bool(alone)
