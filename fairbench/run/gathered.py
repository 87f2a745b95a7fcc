"""Several jobs in one of a cluster: where one fails, the others are still run.

Snakemake starts itself anew for such a job, and hands on neither ``--keep-going`` nor a profile.
"""

from __future__ import annotations

from snakemake.scheduling.job_scheduler import JobScheduler


def go_on_after_a_failure() -> None:
    """Let the Snakemake of this process keep going, whatever it was told."""
    JobScheduler.keepgoing = property(lambda scheduler: True, lambda scheduler, told: None)
