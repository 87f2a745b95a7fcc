"""What a run shows is a line a job; what Snakemake says of a job is in its log."""

import pytest

pytestmark = pytest.mark.slow

LONGEST = 200
"""Characters of a job's line."""


def lines_of_jobs(said: str) -> list[str]:
    return [line for line in said.splitlines() if " done, job " in line]


def test_a_run_shows_one_short_line_a_job_and_logs_the_rest(undisturbed):
    said = undisturbed.said.read_text()
    (log,) = (undisturbed.folder / ".snakemake" / "log").glob("*.log")
    logged = log.read_text()
    jobs = logged.count("Finished jobid: ")
    lines = lines_of_jobs(said)
    assert len(lines) == jobs > 5
    assert max(map(len, lines)) < LONGEST
    after = said[said.index(lines[0]) :].splitlines()
    assert len(after) < jobs + 10
    assert f"{jobs} of {jobs} steps (100%) done" in said
    assert "Finished jobid" not in said and "Reason: " in logged


def test_verbose_keeps_all_that_snakemake_says_and_a_dry_run_lists_its_jobs(scratch):
    scratch.find("figures/fig9.pdf").unlink()
    said = scratch.run("-n")
    assert not lines_of_jobs(said)
    assert "Job stats:" in said and "Reason: " in said
    assert "Finished jobid" in scratch.run("--verbose")
