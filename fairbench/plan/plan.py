"""From a config to files: which data sets, fits, tables and figures there are, and their paths.

Imported while Snakemake parses, so it is light. Paths carry the parameters; two studies that
share a cell and a method's settings share the file.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass

from fairbench import methods
from fairbench.base.paths import as_json, blocks, folders_of, joined, span, words_of
from fairbench.config.root import Config, MethodEntry, Study, budget_of, method_of
from fairbench.plan.data import (
    DataFile,
    Limit,
    PoisonedFile,
    TableFile,
    cells,
    data_file,
    dataset_name,
    limit_name,
    table_of,
)
from fairbench.planning.names import setting_folders
from fairbench.studies.representations.plan import RepresentationPlan
from fairbench.studies.tracking.plan import TRACKED_FIGURES, TraceFile, add_traces


@dataclass(frozen=True)
class FitFile:
    """All models of one method on one cell and block of trials."""

    path: str
    data: str
    method: str
    file: str | None
    settings: dict

    def spec(self) -> str:
        return as_json(method=self.method, file=self.file, **self.settings)


@dataclass(frozen=True)
class Use:
    """A fit file's place in a study: what its rows are called in the tables."""

    study: str
    label: str
    fit: str
    columns: dict


class Plan:
    """Every file of a config, by path.

    Attributes
    ----------
    data, poisoned, fits, limits, traces : dict of path -> DataFile, PoisonedFile, ...
    tables_of_data : dict of path -> TableFile
        Real data before they are divided, for work that divides them in its own way.
    entries : dict of str
        Name of each real data set -> what its entry is read from, a name or a path.
    uses : list of Use
    tracks : dict of name -> label, study and files of a tracked run
    """

    def __init__(self, config: Config):
        self.config = config
        self.root = config.results.rstrip("/")
        self.data: dict[str, DataFile] = {}
        self.tables_of_data: dict[str, TableFile] = {}
        self.entries: dict[str, str] = {}
        self.poisoned: dict[str, PoisonedFile] = {}
        self.fits: dict[str, FitFile] = {}
        self.limits: dict[str, Limit] = {}
        self.uses: list[Use] = []
        self.traces: dict[str, TraceFile] = {}
        self.tracks: dict[str, dict] = {}
        for name, study in config.active().items():
            for cell in cells(study):
                if cell:
                    self._add_limit(cell)
                for trials in blocks(study.trials, study.trials_per_job):
                    data = self.add_data(study, cell, trials)
                    source = self.add_poisoned(study, data)
                    for label, entry in study.entries().items():
                        self._add_fit(name, study, label, entry, cell, source, trials)
        add_traces(self)
        self.representations = RepresentationPlan(self)

    def _add_limit(self, cell: dict) -> None:
        path = f"{self.root}/limits/{limit_name(cell, self.config.seed)}.parquet"
        self.limits[path] = Limit(path, cell, self.config.seed, self.config.limit_draws)

    def add_data(self, study: Study, cell: dict, trials: tuple[int, ...]) -> DataFile:
        data = data_file(self, study, cell, trials)
        self.data[data.path] = data
        return data

    def add_table(self, dataset: str, profile: str | None = None) -> str:
        """Path of the table of a real data set, a shipped one or an entry file's."""
        table = table_of(self, dataset, profile)
        self.tables_of_data[table.path] = table
        return table.path

    def add_poisoned(self, study: Study, data: DataFile) -> str:
        if study.poisoning is None or study.poisoning.rate == 0:
            return data.path
        head, _, tail = data.path.removeprefix(f"{self.root}/data/").rpartition("/")
        poisoning = study.poisoning.model_dump()
        path = f"{self.root}/poisoned/{head}/{folders_of(poisoning)}/{tail}"
        self.poisoned[path] = PoisonedFile(
            path, data.path, data.about(), poisoning, self.config.seed
        )
        return path

    def _add_fit(self, name, study, label, entry: MethodEntry, cell, source, trials) -> None:
        method = method_of(label, study, entry)
        preset, budget = budget_of(study, entry)
        settings = {
            "data": (self.poisoned.get(source) or self.data[source]).about(),
            "parameters": method.parameters.model_dump(),
            "budget": budget.model_dump(),
            "lambda_f": entry.lambda_f or study.lambda_f,
            "lambda_r": entry.lambda_r or study.lambda_r,
            "engine": entry.engine,
        }
        if not method.uses_lambda_f:
            settings["lambda_f"] = [0.0]
        if not method.uses_lambda_r:
            settings["lambda_r"] = [0.0]
        grid = folders_of({k: joined(settings[k]) for k in ("lambda_f", "lambda_r")})
        setting = setting_folders(method, preset, budget, entry.engine)
        path = f"{self.folder('fits', study, source)}/{setting}/{grid}/{span(trials)}.parquet"
        self.fits[path] = FitFile(path, source, method.name, entry.file, settings)
        columns = {
            "study": name,
            "dataset": dataset_name(settings["data"]),
            # Missing for real data, which have no known law.
            "positive_rate": cell.get("positive_rate", math.nan),
            "group_coefficient": cell.get("group_coefficient", math.nan),
            "poisoning": poisoning_name(study),
            "label": label,
            "method": method.name,
            "variant": entry.variant or "",
            "budget": preset,
            "sees_sensitive": method.parameters.sees_sensitive,
            "parameters": as_json(**settings["parameters"]),
            # What it was allowed to see, beyond the features and the selection rows.
            "fitted_on": "+".join(method.fitted_on),
            "uses_clean_rows": method.uses_clean_rows,
            "needs_sensitive_at_test": method.needs_sensitive_at_test,
        }
        self.uses.append(Use(name, label, path, columns))

    def folder(self, kind: str, study: Study, source: str) -> str:
        """Folder of what is made from a data set file."""
        _, _, inner = source.removeprefix(f"{self.root}/").partition("/")
        folder = f"{self.root}/{kind}/{inner.rpartition('/')[0]}"
        return folder if poisoning_name(study) != "none" else f"{folder}/clean"

    def sources(self, made: FitFile | TraceFile) -> list[str]:
        """The files that define a method: an edit of one reruns what it trained alone."""
        return methods.source(made.method, made.file)

    def studies_json(self) -> str:
        """What decides which fits there are, for the command that collects them."""
        return self.config.model_dump_json(
            include={"seed", "results", "studies"}, exclude_defaults=True
        )

    def criteria(self) -> str:
        """The selection criterion of each study, as JSON."""
        return as_json(**{name: s.criterion for name, s in self.config.active().items()})

    def table(self, name: str) -> str:
        """Path of a table, such as ``selected.csv``."""
        return f"{self.root}/tables/{name}"

    def figures(self) -> dict[str, str]:
        """The figures that the config asks for, each with its options as JSON."""
        chosen = self.config.figures.model_dump(exclude_none=True)
        if self.config.tracking is None:
            chosen = {name: chosen[name] for name in chosen if name not in TRACKED_FIGURES}
        # Snakemake's own report puts these into a script as they are: nothing may end it there.
        return {
            name: json.dumps(options, sort_keys=True).replace("<", "\\u003c")
            for name, options in chosen.items()
        }


def poisoning_name(study: Study) -> str:
    """The poisoning of a study as one word for tables: ``none`` or ``rule=...,...``."""
    if study.poisoning is None or study.poisoning.rate == 0:
        return "none"
    return ",".join(words_of(study.poisoning.model_dump()))
