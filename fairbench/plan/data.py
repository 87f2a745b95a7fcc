"""The part of the plan about data: drawn, real and poisoned data sets, tables, limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairbench.base.paths import as_json, folders_of, joined, span
from fairbench.planning.data_sections import DRAWN, entry_of

if TYPE_CHECKING:
    from fairbench.config.root import Study
    from fairbench.plan.plan import Plan

#: What the law of the data depends on, in the order of the paths.
_LAW = ("positive_rate", "group_coefficient", "rotation")


@dataclass(frozen=True)
class TableFile:
    """The rows that a profile of a real data set keeps, not yet divided and encoded.

    Attributes
    ----------
    entry : str
        What reads the entry: a shipped name, or the path of an entry file.
    definition : str
        Hash of all that the profile says of the data: another definition, another table.
    files : tuple of str
        The files it is read from; those below `folder` can be downloaded.
    """

    path: str
    entry: str
    dataset: str
    profile: str
    definition: str
    folder: str
    files: tuple[str, ...]

    def about(self) -> dict:
        """What the file says of itself, so that no other can be taken for it."""
        return {"dataset": self.dataset, "profile": self.profile, "definition": self.definition}

    def spec(self) -> str:
        return as_json(entry=self.entry, folder=self.folder, **self.about())


@dataclass(frozen=True)
class DataFile:
    """A data set, drawn or real: one cell, one block of trials.

    Attributes
    ----------
    parameters : dict
        Those of the law, or the profile of a real data set.
    table : TableFile, optional
        What a real data set is made of.
    """

    path: str
    dataset: str
    parameters: dict
    trials: tuple[int, ...]
    seed: int
    table: TableFile | None = None

    @property
    def files(self) -> tuple[str, ...]:
        """The files that a real data set is read from."""
        return self.table.files if self.table else ()

    def about(self) -> dict:
        """What the file says of itself, so that no other can be taken for it."""
        about = {
            "dataset": self.dataset,
            "parameters": self.parameters,
            "trials": list(self.trials),
            "seed": self.seed,
            "poisoning": None,
        }
        return about | ({"definition": self.table.definition} if self.table else {})

    def spec(self) -> str:
        if self.table is None:
            return as_json(**self.about())
        return as_json(**self.about(), entry=self.table.entry, folder=self.table.folder)


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
        return as_json(data=self.drawn, poisoning=self.poisoning, seed=self.seed)


@dataclass(frozen=True)
class Limit:
    """The accuracy limit of one law."""

    path: str
    parameters: dict
    seed: int
    draws: int

    def spec(self) -> str:
        return as_json(**self.parameters, seed=self.seed, draws=self.draws)


def cells(study: Study) -> Iterator[dict]:
    """The laws of a study's grid; a real data set is one cell without a law."""
    if study.dataset not in DRAWN:
        yield {}
        return
    for p in study.positive_rate:
        for c in study.group_coefficient:
            yield {"positive_rate": p, "group_coefficient": c, "rotation": study.rotation}


def data_file(plan: Plan, study: Study, cell: dict, trials: tuple[int, ...]) -> DataFile:
    """Describe the data of a cell and a block of trials."""
    seed, table = plan.config.seed, None
    if study.dataset not in DRAWN:
        table = table_of(plan, study.dataset, study.profile)
        parameters = {"profile": table.profile}
        named = parameters | {"seed": seed}
    else:
        parameters = {"rotation": cell["rotation"]} if study.dataset == "published" else dict(cell)
        named = dict(parameters)
    if study.dataset == "independent":
        parameters["rows"] = study.rows.model_dump()
        named["rows"] = joined(list(parameters["rows"].values()))
        named["seed"] = seed
    dataset = table.dataset if table else study.dataset
    path = f"{plan.root}/data/{dataset}/{folders_of(named)}/{span(trials)}.parquet"
    return DataFile(path, dataset, parameters, trials, seed, table)


def dataset_name(about: dict) -> str:
    """Name in tables of the data that a file says it is about: ``compas/propublica6172``."""
    profile = about["parameters"].get("profile")
    return f"{about['dataset']}/{profile}" if profile else about["dataset"]


def limit_name(cell: dict, seed: int) -> str:
    """Name of the file of a law's accuracy limit."""
    return folders_of({name: cell[name] for name in _LAW} | {"seed": seed})


def table_of(plan: Plan, dataset: str, profile: str | None) -> TableFile:
    """Describe the table of a real data set, without asking for it."""
    entry, folder = entry_of(dataset), plan.config.data.folder
    view = entry.view(profile)
    plan.entries[view.name] = dataset
    return TableFile(
        path=f"{plan.root}/real/{view.name}/{view.profile}.parquet",
        entry=dataset,
        dataset=view.name,
        profile=view.profile,
        definition=view.definition(),
        folder=folder,
        files=tuple(str(path) for path in entry.paths(folder)),
    )
