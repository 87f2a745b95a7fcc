"""The parts of Snakemake that it promises nobody and that `fairbench.run` uses, each named once.

`tests/run/test_private_parts.py` names the one that is gone or was changed, and who uses it. A part
is what a class or an object of it has, by the class's dotted name.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["PARTS", "Part"]


class Part(NamedTuple):
    """A part of Snakemake.

    Attributes
    ----------
    name : str
    user : str
        The module of `fairbench.run` that uses it.
    parameters : str, optional
        Those of a function that is called or replaced; None where it is only looked at.
    seen : str
        The last version of Snakemake in which it was as said here.
    """

    name: str
    user: str
    parameters: str | None = None
    seen: str = "9.27.1"


_JOB, _WORKFLOW = "snakemake.jobs.Job", "snakemake.workflow.Workflow"
_NOTES = "snakemake.persistence.PersistenceBase"
_POSTPROCESS = (
    "self store_in_storage handle_log handle_touch error ignore_missing_output check_output_mtime"
)

PARTS = (
    Part("snakemake.common.configfile.load_configfile", "config_files", "configpath"),
    Part("snakemake.settings.types.ConfigSettings.config", "config_files"),
    Part(f"{_WORKFLOW}.config_settings", "config_files"),
    Part(f"{_WORKFLOW}.configfiles", "config_files"),
    Part(f"{_WORKFLOW}.overwrite_configfiles", "config_files"),
    Part("snakemake.dag.DAG.finished_jobs", "dag"),
    Part("snakemake.dag.DAG.needrun_jobs", "dag", "self exclude_finished"),
    Part("snakemake.jobs.GroupJob.jobs", "dag"),
    Part(f"{_JOB}.log", "dag"),
    Part(f"{_JOB}.output", "dag"),
    Part(f"{_JOB}.rule", "dag"),
    Part("snakemake.scheduling.job_scheduler.JobScheduler.failed", "dag"),
    Part("snakemake.settings.types.ResourceSettings.cores", "dag"),
    Part("snakemake.settings.types.ResourceSettings.nodes", "dag"),
    Part(f"{_WORKFLOW}.dag", "dag"),
    Part(f"{_WORKFLOW}.local_exec", "dag"),
    Part(f"{_WORKFLOW}.resource_settings", "dag"),
    Part(f"{_WORKFLOW}.scheduler", "dag"),
    Part(f"{_JOB}.dag", "failed_jobs"),
    Part(f"{_JOB}.postprocess", "failed_jobs", _POSTPROCESS),
    Part("snakemake.persistence.MetadataRecord.endtime", "failed_jobs"),
    Part(f"{_NOTES}._get_key", "failed_jobs", "self f"),
    Part(f"{_NOTES}._write_record", "failed_jobs", "self key record"),
    Part(f"{_NOTES}.cleanup_metadata", "failed_jobs", "self target"),
    Part(f"{_NOTES}.metadata", "failed_jobs", "self target"),
    Part(f"{_WORKFLOW}.persistence", "failed_jobs"),
    Part("snakemake.scheduling.job_scheduler.JobScheduler.keepgoing", "gathered"),
    Part("snakemake.exceptions.LockException", "locks"),
    Part("snakemake.persistence.file.FilePersistence._lockdir", "locks"),
    Part(f"{_WORKFLOW}.execute", "locks"),
    Part("snakemake.persistence.file.FilePersistence._incomplete_path", "markers"),
    Part("snakemake.modules.WorkflowModifier.path_modifier", "prefix"),
    Part("snakemake.path_modifier.PathModifier.prefix", "prefix"),
    Part(f"{_WORKFLOW}.modifier", "prefix"),
    Part("snakemake.settings.types.OutputSettings.verbose", "progress"),
    Part(f"{_WORKFLOW}.logger_manager", "progress"),
    Part(f"{_WORKFLOW}.output_settings", "progress"),
    Part(f"{_WORKFLOW}.is_main_process", "start"),
)
