"""The part of the plan about data: drawn, real and poisoned data sets, tables, limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairbench.config_data import entry_of
from fairbench.paths import as_json

if TYPE_CHECKING:
    from fairbench.plan import Plan


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
