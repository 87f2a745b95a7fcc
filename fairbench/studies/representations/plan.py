"""The part of the plan about invariant representations: searches, folds and the sweep.

A search is its files of trials. Each holds a block of trials of one round, and every round's
blocks are made from the files of all rounds before: stop at any time, and what is there is used.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairbench import methods
from fairbench.base.paths import as_json, blocks, span

if TYPE_CHECKING:
    from fairbench.plan.plan import Plan
    from fairbench.studies.representations.section import Representation


@dataclass(frozen=True)
class RepresentationFile:
    """Trials of a search, the model of an outer fold, or the sweep of a method.

    Attributes
    ----------
    table : str
        The data it is made from.
    earlier : tuple of str
        Files of trials that decide what is trained.
    """

    path: str
    table: str
    method: str
    file: str | None
    settings: dict
    earlier: tuple[str, ...] = ()

    def spec(self) -> str:
        return as_json(method=self.method, file=self.file, **self.settings)


class RepresentationPlan:
    """The files of the study, by path; none where the config has no such study.

    Attributes
    ----------
    trials, folds, sweeps : dict of path -> RepresentationFile
    """

    def __init__(self, plan: Plan):
        self.plan, self.config = plan, plan.config.representations
        self.root = f"{plan.root}/representations"
        self.trials: dict[str, RepresentationFile] = {}
        self.folds: dict[str, RepresentationFile] = {}
        self.sweeps: dict[str, RepresentationFile] = {}
        if self.config is None:
            return
        for name, chosen in self.config.tables().items():
            table = plan.add_table(chosen.dataset or name, chosen.profile)
            for label, entry in self.config.entries().items():
                for fold in range(self.config.outer_folds):
                    self._add_fold(name, label, entry, table, fold)
        if self.config.sweep is not None:
            for label in self.config.sweep.swept():
                self._add_sweep(label)

    def _common(self, name: str, label: str, entry: Representation, table: str) -> dict:
        about, config = self.plan.tables_of_data[table], self.config
        return {
            "dataset": name,
            "label": label,
            "data": about.about() | {"entry": about.entry},
            "seed": self.plan.config.seed,
            "parameters": entry.parameters,
            "lambda_r": entry.lambda_r,
            "schedule": config.schedule.model_dump(exclude_none=True),
            "outer_folds": config.outer_folds,
        }

    def _add_fold(self, name, label, entry, table, fold: int) -> None:
        config, search = self.config, self.config.search
        common = self._common(name, label, entry, table) | {
            "fold": fold,
            "inner_folds": config.inner_folds,
            "space": search.space.model_dump(),
            "random_first": search.random_first,
        }
        folder = f"{self.root}/search/{name}/{label}-{_mark(common, search)}/fold={fold}"
        before: list[str] = []
        for turn in blocks(search.trials, search.trials_per_round):
            made = []
            for part in blocks(len(turn), search.trials_per_job):
                trials = tuple(turn[index] for index in part)
                path = f"{folder}/{span(trials)}.parquet"
                settings = common | {"round": list(turn), "trials": list(trials)}
                self.trials[path] = self._file(path, table, label, entry, settings, tuple(before))
                made.append(path)
            before += made
        path = f"{self.root}/fits/{name}/{label}-{_mark(common, search)}/fold={fold}.parquet"
        settings = common | {"probe_trees": config.probe_trees}
        self.folds[path] = self._file(path, table, label, entry, settings, tuple(before))

    def _add_sweep(self, label: str) -> None:
        sweep = self.config.sweep
        chosen, entry = self.config.tables()[sweep.dataset], self.config.entries()[label]
        table = self.plan.add_table(chosen.dataset or sweep.dataset, chosen.profile)
        settings = self._common(sweep.dataset, label, entry, table)
        settings["sweep"] = sweep.of(label)
        path = f"{self.root}/sweep/{sweep.dataset}/{label}.parquet"
        self.sweeps[path] = self._file(path, table, label, entry, settings, ())

    def _file(self, path, table, label, entry, settings, earlier) -> RepresentationFile:
        name = entry.method or label
        return RepresentationFile(path, table, name, entry.file, settings, earlier)

    def sources(self, made: RepresentationFile) -> list[str]:
        """The files that define a method."""
        return methods.source(made.method, made.file)

    def table(self, name: str) -> str:
        """Path of a table of the study, such as ``folds.csv``."""
        return f"{self.root}/tables/{name}"


def _mark(common: dict, search) -> str:
    """What tells two searches of one label apart; more trials of the same are not another."""
    told = {key: value for key, value in common.items() if key != "fold"}
    told |= {"rounds": search.trials_per_round}
    return hashlib.sha256(as_json(**told).encode()).hexdigest()[:8]
