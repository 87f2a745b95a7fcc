"""The plan, and what every rule shares. Nothing here may import torch or pandas."""

import json
import os
import shlex
import sys
from math import ceil
from pathlib import Path

from snakemake.exceptions import WorkflowError

# A checkout works without being installed, and jobs run the Python that runs Snakemake. Where this
# is a module of another workflow, workflow.basedir is that one's.
BASE = Path(str(workflow.current_basedir)).parents[1]
sys.path.insert(0, str(BASE))
for variable, first in {
    "PYTHONPATH": str(BASE),
    "PATH": os.path.dirname(sys.executable),
}.items():
    os.environ[variable] = os.pathsep.join(
        filter(None, [first, os.environ.get(variable)])
    )

from fairbench.config.check import ConfigError, check
from fairbench.plan.plan import Plan
from fairbench.planning.data_sections import name_mirror
from fairbench.report.contents import Entry
from fairbench.run.config_files import files_of, given_by_hand
from fairbench.run.prefix import take_prefix, with_prefix
from fairbench.run.progress import show_one_line_a_job
from fairbench.run.start import begin
from fairbench.status.notices import at_error, at_start, at_success
from fairbench.store.partial import clear_partial_files
from fairbench.store.provenance import HANDED, hand_to_jobs
from fairbench.studies.registry import KINDS

# A killed run leaves its locks; the next one should simply go on.
ALONE = begin(workflow)
CONFIG_FILES = files_of(workflow)

PREFIX = take_prefix(workflow)
try:
    CONFIG = check(with_prefix(config, PREFIX), CONFIG_FILES)
except ConfigError as error:
    raise WorkflowError(str(error))

PLAN = Plan(CONFIG)
ROOT = PLAN.root
# A resource, as a longer limit is no reason to train again; a whole number, as those of a group of
# jobs are added up.
FIT_SECONDS = ceil(60 * (CONFIG.resources.fit_minutes or 0))

if ALONE:
    clear_partial_files(ROOT, CONFIG.data.folder)

name_mirror(CONFIG.data)

# What every file says of its origin: found once, here, and inherited by the jobs.
if workflow.is_main_process or HANDED not in os.environ:
    hand_to_jobs(
        CONFIG.model_dump(mode="json"),
        *given_by_hand(workflow),
        PLAN.settings(),
    )


def job_at(path):
    """The job that makes a file, or a message that the config does not ask for it."""
    job = PLAN.at(path)
    if job is None:
        raise WorkflowError(
            f"{path} is not part of this config; `snakemake -n` lists what is"
        )
    return job


def read_by(job):
    """All that a job needs by name: what it reads and what lies beside that."""
    read = {name: list(paths) for name, paths in job.inputs.items()}
    # Only what the plan makes has something beside it: a download or a user's own table has not.
    made = {path: PLAN.at(path) for paths in job.inputs.values() for path in paths}
    beside = [each for path, by in made.items() if by for each in by.beside([path])]
    return read | ({"beside": beside} if beside else {})


def job_of(pattern):
    """Of wildcards, the job of a file such as ``data/{file}.parquet``."""
    return lambda wildcards: job_at(
        f"{ROOT}/{pattern.format(**dict(wildcards.items()))}"
    )


def needs(pattern):
    """The inputs of the job of a file with wildcards."""
    found = job_of(pattern)
    return lambda wildcards: read_by(found(wildcards))


def told(pattern):
    """What `fairbench run` is told for the job of a file with wildcards.

    A function of the wildcards alone: Snakemake compares no other with that of the last run.
    """
    found = job_of(pattern)
    return lambda wildcards: found(wildcards).command(CONFIG.resources.device)


def inputs_of(rule):
    """The inputs of a rule that has one job."""
    (job,) = PLAN.of(rule)
    return read_by(job)


def told_of(rule):
    """What `fairbench run` is told for a rule that has one job, asked where the job may run."""
    (job,) = PLAN.of(rule)
    return lambda wildcards: job.command(CONFIG.resources.device)


def outputs_of(rule):
    """The outputs of a rule that has one job; those of the report at their place in it."""
    (job,) = PLAN.of(rule)
    made = {
        name: reported(path, job.shown[name]) if name in job.shown else path
        for name, path in job.outputs.items()
    }
    beside = job.beside(job.outputs.values())
    return made | ({"beside": list(beside)} if beside else {})


def outputs_at(rule, place):
    """The outputs of a rule whose jobs differ by their folder alone, which has wildcards."""
    job = PLAN.of(rule)[0]
    at = {n: f"{place}/{os.path.basename(path)}" for n, path in job.outputs.items()}
    made = {
        name: reported(path, job.shown[name]) if name in job.shown else path
        for name, path in at.items()
    }
    return made | {"beside": list(job.beside(at.values()))}


def reported(path, shown):
    """A table or text that Snakemake's own report shows."""
    caption, category = {
        "table": ("table", "Tables"),
        "verdicts": ("verdicts", "Verdicts"),
        "findings": ("findings", "Answers"),
    }[shown.kind]
    caption = f"../report/{caption}.rst"
    return report(
        path, caption=caption, category=category, labels={"table": shown.title}
    )


def shown_figure(pattern):
    """A figure of Snakemake's own report, by paper and topic, if it has one, and by its number."""

    def said(of):
        def at(wildcards):
            shown = job_at(f"{ROOT}/{wildcards.figure}.png").shown["png"]
            return of(Entry(wildcards.figure, shown)) or None

        return at

    return report(
        pattern,
        caption="../report/figure.rst",
        category=said(lambda entry: entry.shown.paper),
        subcategory=said(lambda entry: entry.shown.topic),
        # One function: Snakemake takes none for a label's value.
        labels=lambda wildcards: {
            "figure": said(lambda entry: entry.heading)(wildcards)
        },
    )


def target(*kinds):
    """All that some kinds of study are for."""
    return [path for job in PLAN.results(*kinds) for path in job.files]
