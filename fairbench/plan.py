"""From a config to files: which data sets, fits, tables and figures there are, and their paths.

Imported while Snakemake parses, so it is light. Paths carry the parameters; two studies that
share a cell and a method's settings share the file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from fairbench import methods
from fairbench.config import Config, MethodEntry, Study, budget_of, canonical, method_of

#: Longest file or folder name that every common file system takes.
_LONGEST_NAME = 200
#: What the law of the data depends on, in the order of the paths.
_LAW = ("positive_rate", "group_coefficient", "rotation")


@dataclass(frozen=True)
class DataFile:
    """A drawn data set: one cell, one block of trials."""

    path: str
    dataset: str
    parameters: dict
    trials: tuple[int, ...]
    seed: int

    def about(self) -> dict:
        """What the file says of itself, so that no other can be taken for it."""
        return {
            "dataset": self.dataset,
            "parameters": self.parameters,
            "trials": list(self.trials),
            "seed": self.seed,
            "poisoning": None,
        }

    def spec(self) -> str:
        return _json(**self.about())


@dataclass(frozen=True)
class PoisonedFile:
    """A data set with flipped labels."""

    path: str
    source: str
    drawn: dict
    poisoning: dict
    seed: int

    def about(self) -> dict:
        """What the file says of itself."""
        return self.drawn | {"poisoning": self.poisoning}

    def spec(self) -> str:
        return _json(data=self.drawn, poisoning=self.poisoning, seed=self.seed)


@dataclass(frozen=True)
class FitFile:
    """All models of one method on one cell and block of trials."""

    path: str
    data: str
    method: str
    file: str | None
    settings: dict

    def spec(self) -> str:
        return _json(method=self.method, file=self.file, **self.settings)


@dataclass(frozen=True)
class Use:
    """A fit file's place in a study: what its rows are called in the tables."""

    study: str
    label: str
    fit: str
    columns: dict


@dataclass(frozen=True)
class Limit:
    """The accuracy limit of one law."""

    path: str
    parameters: dict
    seed: int
    draws: int

    def spec(self) -> str:
        return _json(**self.parameters, seed=self.seed, draws=self.draws)


class Plan:
    """Every file of a config, by path.

    Attributes
    ----------
    data, poisoned, fits, limits : dict of path -> DataFile, PoisonedFile, FitFile, Limit
    uses : list of Use
    """

    def __init__(self, config: Config):
        self.config = config
        self.root = config.results.rstrip("/")
        self.data: dict[str, DataFile] = {}
        self.poisoned: dict[str, PoisonedFile] = {}
        self.fits: dict[str, FitFile] = {}
        self.limits: dict[str, Limit] = {}
        self.uses: list[Use] = []
        for name, study in config.active().items():
            for cell in _cells(study):
                self._add_limit(cell)
                for trials in _blocks(study):
                    data = self._add_data(study, cell, trials)
                    source = self._add_poisoned(study, data)
                    for label, entry in study.entries().items():
                        self._add_fit(name, study, label, entry, cell, source, trials)

    def _add_limit(self, cell: dict) -> None:
        path = f"{self.root}/limits/{limit_name(cell, self.config.seed)}.parquet"
        self.limits[path] = Limit(path, cell, self.config.seed, self.config.limit_draws)

    def _add_data(self, study: Study, cell: dict, trials: tuple[int, ...]) -> DataFile:
        parameters = {"rotation": cell["rotation"]} if study.dataset == "published" else dict(cell)
        named = dict(parameters)
        if study.dataset == "independent":
            parameters["rows"] = study.rows.model_dump()
            named["rows"] = _values(list(parameters["rows"].values()))
            named["seed"] = self.config.seed
        folder = f"{self.root}/data/{study.dataset}/{_join(named)}"
        path = f"{folder}/{_span(trials)}.parquet"
        self.data[path] = DataFile(path, study.dataset, parameters, trials, self.config.seed)
        return self.data[path]

    def _add_poisoned(self, study: Study, data: DataFile) -> str:
        if study.poisoning is None or study.poisoning.rate == 0:
            return data.path
        head, _, tail = data.path.removeprefix(f"{self.root}/data/").rpartition("/")
        poisoning = study.poisoning.model_dump()
        path = f"{self.root}/poisoned/{head}/{_join(poisoning)}/{tail}"
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
        defaults = type(method).Parameters().model_dump()
        switched = {k: v for k, v in settings["parameters"].items() if v != defaults[k]}
        shown = {"method": method.name, "budget": preset}
        if preset == "custom":
            shown["budget"] = "_".join(canonical(value) for value in settings["budget"].values())
        if entry.engine != "auto":
            shown["engine"] = entry.engine
        grid = _join({k: _values(settings[k]) for k in ("lambda_f", "lambda_r")})
        _, _, inner = source.removeprefix(f"{self.root}/").partition("/")
        folder = inner.rpartition("/")[0]
        if study.poisoning is None or study.poisoning.rate == 0:
            folder += "/clean"
        path = f"{self.root}/fits/{folder}/{_join(shown | switched)}/{grid}/{_span(trials)}.parquet"
        self.fits[path] = FitFile(path, source, method.name, entry.file, settings)
        columns = {
            "study": name,
            "dataset": study.dataset,
            "positive_rate": cell["positive_rate"],
            "group_coefficient": cell["group_coefficient"],
            "poisoning": poisoning_name(study),
            "label": label,
            "method": method.name,
            "variant": entry.variant or "",
            "budget": preset,
            "parameters": _json(**settings["parameters"]),
        }
        self.uses.append(Use(name, label, path, columns))

    def sources(self, fit: str) -> list[str]:
        """The files that define a fit's method: an edit of one reruns its fits alone."""
        return methods.source(self.fits[fit].method, self.fits[fit].file)

    def studies_json(self) -> str:
        """What decides which fits there are, for the command that collects them."""
        return self.config.model_dump_json(
            include={"seed", "results", "studies"}, exclude_defaults=True
        )

    def criteria(self) -> str:
        """The selection criterion of each study, as JSON."""
        return _json(**{name: s.criterion for name, s in self.config.active().items()})

    def table(self, name: str) -> str:
        """Path of a table, such as ``selected.csv``."""
        return f"{self.root}/tables/{name}"

    def figures(self) -> dict[str, str]:
        """The figures that the config asks for, each with its options as JSON."""
        chosen = self.config.figures.model_dump(exclude_none=True)
        return {name: json.dumps(options, sort_keys=True) for name, options in chosen.items()}


def poisoning_name(study: Study) -> str:
    """The poisoning of a study as one word for tables: ``none`` or ``rule=...,...``."""
    if study.poisoning is None or study.poisoning.rate == 0:
        return "none"
    return _join(study.poisoning.model_dump())


def limit_name(cell: dict, seed: int) -> str:
    """Name of the file of a law's accuracy limit."""
    return _join({name: cell[name] for name in _LAW} | {"seed": seed})


def _cells(study: Study) -> Iterator[dict]:
    for p in study.positive_rate:
        for c in study.group_coefficient:
            yield {"positive_rate": p, "group_coefficient": c, "rotation": study.rotation}


def _blocks(study: Study) -> Iterator[tuple[int, ...]]:
    """Trials in blocks that do not move when trials are added."""
    for start in range(0, study.trials, study.trials_per_job):
        yield tuple(range(start, min(start + study.trials_per_job, study.trials)))


def _span(trials: tuple[int, ...]) -> str:
    return f"trials={trials[0]}-{trials[-1]}"


def _values(values: list[float]) -> str:
    return "+".join(canonical(value) for value in values)


def _join(parameters: dict) -> str:
    """``key=value,key=value``, shortened by a hash where a file system would not take it."""
    text = ",".join(
        f"{key}={canonical(value) if isinstance(value, (int, float)) else value}"
        for key, value in parameters.items()
    )
    if len(text) <= _LONGEST_NAME:
        return text
    return f"{text[: _LONGEST_NAME - 13]}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _json(**values) -> str:
    return json.dumps(values, sort_keys=True)
