"""What became of each job is told from files."""

import base64
import contextlib
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from fairbench.status.states import DONE, FAILED, RUNNING, SILENT, TO_DO, Found, given_up, states_of

from .made import put, put_given_up, training

TRACEBACK = "Traceback (most recent call last):\n"
HOLD = """
import sys, time
from pathlib import Path
from fairbench.run.locks import clear_stale_locks
clear_stale_locks(Path(sys.argv[1]))
print(flush=True)
time.sleep(60)
"""


@contextlib.contextmanager
def a_run(folder: Path):
    """Have a run alive in a folder."""
    (folder / ".snakemake").mkdir(exist_ok=True)
    run = subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE)
    try:
        run.stdout.readline()
        yield
    finally:
        run.kill()
        run.communicate()


@pytest.mark.parametrize(
    ("log", "state", "reason"),
    [
        (None, TO_DO, ""),
        ("", TO_DO, ""),
        ("fr_train:  50%|█████     | 5/10 [00:01<00:01,  1.08model/s]", TO_DO, ""),
        ("a:  50%|█████     | 5/10 [00:01<00:01, 2.0s/model]\nfairbench: interrupted", TO_DO, ""),
        ("fairbench train: x.parquet: damaged", FAILED, "fairbench train: x.parquet: damaged"),
        (f'{TRACEBACK}  File "a.py"\nMemoryError: no room\n', FAILED, "MemoryError: no room"),
        (f"{TRACEBACK}ValueError: one\nand two", FAILED, "and two"),
        # What a job that ended well may say, and whose file was deleted since.
        ("a.py:3: UserWarning: not steady\n  warnings.warn(text)", TO_DO, ""),
        ("UserWarning", TO_DO, ""),
    ],
)
def test_state_and_reason_are_in_the_log(tmp_path, log, state, reason):
    job = training("a")
    if log is not None:
        put(tmp_path, job.log, log)
    assert states_of([job]) == [Found(job, state, reason)]


def test_a_job_killed_in_the_middle_failed_if_its_run_gave_it_up(tmp_path):
    job = training("a")
    put(tmp_path, job.log, "fr_train:  50%|█████     | 5/10 [00:01<00:01,  1.08model/s]")
    put_given_up(tmp_path, *job.files)
    assert states_of([job]) == [Found(job, FAILED, SILENT)]
    put(tmp_path, job.first)
    assert states_of([job]) == [Found(job, DONE)]


def test_a_log_that_a_warning_ends_is_of_a_failed_job_where_its_run_says_so(tmp_path):
    job = training("a")
    put(tmp_path, job.log, "UserWarning: not steady")
    assert states_of([job]) == [Found(job, TO_DO)]
    put_given_up(tmp_path, *job.files)
    assert states_of([job]) == [Found(job, FAILED, "UserWarning: not steady")]


def test_while_a_run_is_alive_whatever_its_jobs_say_last_is_the_reason(tmp_path):
    job, older = training("a"), training("b")
    put(tmp_path, older.log, f"{TRACEBACK}MemoryError")
    os.utime(tmp_path / older.log, (0, 0))
    put(tmp_path, ".snakemake/fairbench.run.json", "{}")
    put(tmp_path, job.log, "UserWarning: not steady")
    expected = [Found(job, FAILED, "UserWarning: not steady"), Found(older, TO_DO)]
    with a_run(tmp_path):
        assert states_of([job, older]) == expected


@pytest.mark.parametrize("record", ["torn", "{}", '["a"]', '[{"outputs": 3}]'])
def test_a_record_of_failed_jobs_that_cannot_be_read_is_none(tmp_path, record):
    put(tmp_path, ".snakemake/fairbench.failed.json", record)
    assert given_up() == []


def test_data_that_nothing_waits_for_is_not_to_do(tmp_path):
    fits = [training("a"), training("b")]
    data = replace(training("data"), stage="data", users=(fits[0].first, fits[1].first))
    put(tmp_path, fits[0].first)
    assert [each.state for each in states_of([data, *fits])] == [TO_DO, DONE, TO_DO]
    put(tmp_path, fits[1].first)
    assert [each.state for each in states_of([data, *fits])] == [DONE, DONE, DONE]


def test_data_that_another_study_would_use_too_is_not_to_do(tmp_path):
    fit, apart = training("a"), training("b")
    data = replace(training("data"), stage="data", users=(fit.first, apart.first))
    put(tmp_path, fit.first)
    assert [each.state for each in states_of([data, fit])] == [DONE, DONE]
    assert [each.state for each in states_of([data, apart])] == [TO_DO, TO_DO]


def marker(output: str) -> str:
    """Path of Snakemake's marker, cut as where names may have 100 characters."""
    code = base64.urlsafe_b64encode(output.encode()).decode()
    parts = [code[k : k + 99] for k in range(0, len(code), 99)]
    return "/".join([".snakemake/incomplete", *("@" + part for part in parts[:-1]), parts[-1]])


def test_a_marked_job_runs_while_a_run_is_alive(tmp_path):
    job = training("lambda_f=0.1+0.2," * 12)
    put(tmp_path, job.first)
    put(tmp_path, marker(job.first))
    assert states_of([job]) == [Found(job, TO_DO)]
    with a_run(tmp_path):
        assert states_of([job]) == [Found(job, RUNNING)]
    assert states_of([job]) == [Found(job, TO_DO)]
