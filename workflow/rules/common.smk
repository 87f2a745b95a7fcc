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
from fairbench.base.closure import closure
from fairbench.planning.data_sections import name_mirror
from fairbench.run.failed_jobs import note_only_what_was_made
from fairbench.store.locks import OCCUPIED, clear_partial_files, clear_stale_locks
from fairbench.store.locks import explain_refusal
from fairbench.plan.plan import Plan
from fairbench.plan.settings import settings_of_tables
from fairbench.studies.tracking.plan import compared_tracks, drawn_tracks, trace_files
from fairbench.studies.tracking.plan import training_options, training_tables
from fairbench.run.prefix import take_prefix, with_prefix
from fairbench.store.provenance import HANDED, hand_to_jobs
from fairbench.report.contents import place_of
from fairbench.run.spawned import adopt
from fairbench.store.stamps import beside as beside_table
from fairbench.status.notices import at_error, at_start, at_success
from fairbench.run.progress import show_one_line_a_job

# A killed run leaves its locks; the next one should simply go on.
ALONE = None
if workflow.is_main_process:
    note_only_what_was_made()
    ALONE = clear_stale_locks(Path.cwd())
    if ALONE is False and "--unlock" in sys.argv:
        raise WorkflowError(OCCUPIED)
    if ALONE is not None:
        explain_refusal(workflow)
else:
    adopt(workflow, sys.argv)

# Snakemake lists the files of --configfile first, but they win: last is what a complaint names.
CONFIG_FILES = sorted(
    workflow.configfiles, key=list(workflow.overwrite_configfiles).__contains__
)

PREFIX = take_prefix(workflow.modifier.path_modifier)
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
        workflow.overwrite_configfiles,
        workflow.config_settings.config,
        settings_of_tables(PLAN),
    )


def known(files, path):
    """The plan's entry for a path, or a message that the config does not ask for it."""
    if path not in files:
        raise WorkflowError(
            f"{path} is not part of this config; `snakemake -n` lists what is"
        )
    return files[path]


def package(*modules):
    """A step's source files as inputs: an edit of one reruns what was computed with it."""
    return sources(map(os.path.relpath, closure(modules)))


def sources(files):
    """Source files as inputs: a storage provider has the data and results, but not these."""
    return [local(file) for file in files]


def options(flag, files):
    """``flag file flag file ...`` for a command that takes a list of files."""
    return " ".join(f"{flag} {shlex.quote(str(file))}" for file in files)


def get_data(wildcards):
    return known(PLAN.data, f"{ROOT}/data/{wildcards.data}.parquet")


def get_table(wildcards):
    return known(PLAN.tables_of_data, f"{ROOT}/real/{wildcards.table}.parquet")


def reported(path, caption):
    """A figure or table that Snakemake's own report shows, at its place in ours."""
    return report(path, caption=caption, **place_of(path.removeprefix(f"{ROOT}/")))


def beside(*tables):
    """What lies beside tables in CSV: one that lost it is made again."""
    return [beside_table(table) for table in tables if table.endswith(".csv")]


def get_poisoned(wildcards):
    return known(PLAN.poisoned, f"{ROOT}/poisoned/{wildcards.poisoned}.parquet")


def get_fit(wildcards):
    return known(PLAN.fits, f"{ROOT}/fits/{wildcards.fit}.parquet")


def get_trace(wildcards):
    return known(PLAN.traces, f"{ROOT}/traces/{wildcards.trace}.parquet")


def get_trials(wildcards):
    path = f"{PLAN.representations.root}/search/{wildcards.trials}.parquet"
    return known(PLAN.representations.trials, path)


def get_fold(wildcards):
    path = f"{PLAN.representations.root}/fits/{wildcards.fold}.parquet"
    return known(PLAN.representations.folds, path)


def get_sweep(wildcards):
    path = f"{PLAN.representations.root}/sweep/{wildcards.sweep}.parquet"
    return known(PLAN.representations.sweeps, path)


def collected(wildcards):
    """What a table of the representations study gathers: the kind of files, and the files."""
    study = PLAN.representations
    return {
        "searches": ("trials", list(study.trials)),
        "folds": ("fold", list(study.folds)),
        "sweep": ("sweep", list(study.sweeps)),
    }[wildcards.table]
