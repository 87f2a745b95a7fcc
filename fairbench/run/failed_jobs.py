"""What a failed job was to make is not noted as made.

Snakemake notes for every file what it was made from, and runs a job again whose sources differ
from that. Version 9.27 writes the note for a job that failed too: the next call then finds the
source of the edit in the note, and nothing to do, whether the old file is still there (of a cluster
job cancelled before it began) or gone (and the tables once made from it still are).
"""

from __future__ import annotations

import os
from functools import wraps

from snakemake.jobs import Job


def note_only_what_was_made() -> None:
    """Let notes on files that a failed job has not made stay as they were."""
    finish = Job.postprocess

    @wraps(finish)
    async def finish_and_put_back(job, *args, error=False, **kwargs):
        notes = job.dag.workflow.persistence
        # A copy, as Snakemake changes the record that it finds.
        before = {file: notes.metadata(file) for file in job.output} if error else {}
        before = {file: note and note.model_copy(deep=True) for file, note in before.items()}
        await finish(job, *args, error=error, **kwargs)
        for file, note in before.items():
            if not _is_new(file, note):
                notes.cleanup_metadata(file)
                if note is not None:
                    notes._write_record(notes._get_key(file), note)

    Job.postprocess = finish_and_put_back


def _is_new(file: str | os.PathLike, note) -> bool:
    """Whether there is a file other than the one that a note is about, as of a gathered job."""
    try:
        written = os.lstat(file).st_mtime
    except FileNotFoundError:
        return False
    return note is None or written != note.endtime
