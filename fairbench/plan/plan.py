"""From a config to jobs: what every study kind asks for, by the files that the jobs make.

Imported while Snakemake parses, so it is light.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from fairbench.config.root import Root
from fairbench.planning.job import Job
from fairbench.planning.shared import Shared
from fairbench.studies.registry import KINDS


class Plan:
    """Every job of a config.

    Attributes
    ----------
    config : Root
    root : str
        Folder of the results.
    jobs : list of Job
        Those of data first, then the kinds' in the order of the registry.
    """

    def __init__(self, config: Root):
        self.config = config
        self.root = config.results.rstrip("/")
        shared = Shared(self.root, config.seed, config.data.folder)
        made: dict[str, Job] = {}
        for kind in KINDS:
            before = set(shared.jobs)
            for job in kind.jobs(config, shared):
                made[job.first] = replace(job, kind=kind.name, root=self.root)
            for path in shared.jobs.keys() - before:
                shared.jobs[path] = replace(shared.jobs[path], kind=kind.name, root=self.root)
        self.jobs = _with_users([*shared.jobs.values(), *made.values()])

    @cached_property
    def _by_path(self) -> dict[str, Job]:
        return {path: job for job in self.jobs for path in job.outputs.values()}

    def at(self, path: str) -> Job | None:
        """The job that makes a file; None if none does."""
        return self._by_path.get(path)

    def of(self, rule: str) -> list[Job]:
        """The jobs of a rule."""
        return [job for job in self.jobs if job.rule == rule]

    def results(self, *kinds: str) -> list[Job]:
        """The jobs whose outputs are asked for: tables and figures of some kinds."""
        return [job for job in self.jobs if job.kind in kinds and job.is_result]

    def paths(self, rule: str) -> list[str]:
        """The outputs of the jobs of a rule."""
        return [path for job in self.of(rule) for path in job.outputs.values()]

    def default(self) -> list[Job]:
        """The jobs of a plain `snakemake`."""
        return self._needed([kind.name for kind in KINDS if kind.by_default])

    def apart(self) -> dict[str, list[Job]]:
        """The jobs of every kind that has a target of its own, by that."""
        found = {kind.name: self._needed([kind.name]) for kind in KINDS if not kind.by_default}
        return {name: jobs for name, jobs in found.items() if jobs}

    def started(self) -> list[Job]:
        """The jobs of a plain `snakemake`, and those of every other kind once it began."""
        chosen = dict.fromkeys(self.default())
        for name, jobs in self.apart().items():
            if any(Path(f"{self.root}/{name}").glob("*")):
                chosen |= dict.fromkeys(jobs)
        return [job for job in self.jobs if job in chosen]

    def settings(self) -> dict[str, str]:
        """Checksum of the settings of each table that is read again, by path."""
        return {
            path: job.settings for job in self.jobs if job.settings for path in job.outputs.values()
        }

    def _needed(self, kinds: list[str]) -> list[Job]:
        """The results of some kinds, and all that they are made from."""
        waiting, chosen = self.results(*kinds), set()
        while waiting:
            job = waiting.pop()
            if job not in chosen:
                chosen.add(job)
                read = {path for paths in job.inputs.values() for path in paths}
                waiting += [made for path in read if (made := self.at(path))]
        return [job for job in self.jobs if job in chosen]


def _with_users(jobs: list[Job]) -> list[Job]:
    """The jobs of data, each told what is made from its file; where all of it is, it may go."""
    users = defaultdict(dict)
    for job in jobs:
        for paths in job.inputs.values():
            for path in paths:
                users[path] |= dict.fromkeys(job.outputs.values())
    return [replace(job, users=tuple(users[job.first])) if job.is_data else job for job in jobs]
