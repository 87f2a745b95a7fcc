"""An entry of a real data set, its profiles, and where entries are found.

Imported while Snakemake parses, so it needs pydantic and yaml and nothing heavier.
"""

from __future__ import annotations

import difflib
import hashlib
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import Field, PrivateAttr, ValidationError, model_validator

from fairbench.base.errors import Foreseen
from fairbench.base.schema import Label, Strict
from fairbench.data.real.parts import (
    Card,
    Classes,
    Features,
    Filter,
    Profile,
    Reader,
    Source,
    Splits,
)
from fairbench.data.real.sensitive import Groups, Levels

MIRROR = "FAIRBENCH_DATA_MIRROR"
"""Environment variable with the folder that is looked into before the network."""

_FOLDER = Path(__file__).parent / "entries"


class EntryError(Foreseen, ValueError):
    """An entry cannot be used as it is; the message names it and says why."""


class View(Strict):
    """An entry as one profile sees it: all that reading, splitting and encoding depend on."""

    name: Label
    profile: Label
    sources: list[Source]
    reader: Reader
    label: Classes
    sensitive: Groups
    features: Features
    filters: list[Filter]
    missing_rows: Literal["refuse", "drop", "category"]
    splits: Splits
    rows: int | None

    @model_validator(mode="after")
    def _consistent(self):
        known = self.reader.columns
        for column in self.columns() if known is not None else []:
            if column not in known:
                near = difflib.get_close_matches(column, known, n=1)
                hint = f"; did you mean {near[0]}?" if near else ""
                raise ValueError(f"no column {column!r} among reader.columns{hint}")
        files = [source.file for source in self.sources]
        if isinstance(self.splits.test, str) and self.splits.test not in files:
            raise ValueError(f"splits.test is {self.splits.test!r}, the files are {files}")
        return self

    @property
    def many_groups(self) -> bool:
        """Whether there may be more than two groups: how many only the data say."""
        return isinstance(self.sensitive, Levels)

    def definition(self) -> str:
        """Hash of everything here but the addresses: what a file made from it depends on."""
        text = self.model_dump_json(
            exclude={"sources": {"__all__": {"url"}}}, exclude_defaults=True
        )
        return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]

    def columns(self) -> list[str]:
        """Columns of the file that are used, each once."""
        filtered = [condition.column for condition in self.filters]
        used = [*self.features.names(), self.label.column, *self.sensitive.used(), *filtered]
        return list(dict.fromkeys(used))


class Entry(Strict):
    """One data set: its files, how they are read, what the columns mean, and its profiles."""

    name: Label = Field(description="name in a config and in paths")
    title: str = Field(description="name in text")
    card: Card = Field(description="origin, licence and warnings")
    sources: Annotated[list[Source], Field(min_length=1)] = Field(
        description="files, read one after the other"
    )
    reader: Reader = Field(default_factory=Reader, description="how a file becomes a table")
    label: Classes = Field(description="label, and its favourable value or all classes")
    sensitive: Groups = Field(description="sensitive attribute, and how it becomes groups")
    features: Features = Field(description="inputs")
    filters: list[Filter] = Field([], description="rows to keep, all filters together")
    missing_rows: Literal["refuse", "drop", "category"] = Field(
        "refuse",
        description="rows with a missing value in a used column: an error, dropped, or kept with "
        "'missing' as one more category",
    )
    splits: Splits = Field(default_factory=Splits, description="how rows are divided in a trial")
    profiles: Annotated[dict[Label, Profile], Field(min_length=1)] = Field(
        default_factory=lambda: {"default": Profile()},
        description="ways of using the data; the first is the default",
    )
    _home: Path | None = PrivateAttr(None)

    @model_validator(mode="after")
    def _every_profile_works(self):
        files = [source.file for source in self.sources]
        if len(set(files)) < len(files):
            raise ValueError(f"the files need distinct names: {', '.join(files)}")
        for profile in self.profiles:
            try:
                self.view(profile)
            except ValidationError as error:
                raise ValueError(f"profile {profile}: {_messages(error)}") from error
        return self

    def view(self, profile: str | None = None, sensitive: list[str] | None = None) -> View:
        """The entry with the parts that a profile replaces; None is the first profile.

        Parameters
        ----------
        profile : str, optional
        sensitive : list of str, optional
            Columns whose levels are the groups, instead of the profile's; no feature is one then.

        Raises
        ------
        EntryError
            There is no such profile, or no such column.
        """
        profile = next(iter(self.profiles)) if profile is None else profile
        if profile not in self.profiles:
            allowed = ", ".join(self.profiles)
            raise EntryError(f"the data set {self.name} has no profile {profile!r}, only {allowed}")
        parts = {name: getattr(self, name) for name in View.model_fields if hasattr(self, name)}
        chosen = self.profiles[profile]
        for name in View.model_fields:
            if getattr(chosen, name, None) is not None:
                parts[name] = getattr(chosen, name)
        if sensitive is not None:
            parts["sensitive"] = Levels(columns=sensitive)
            parts["features"] = parts["features"].without(sensitive)
        return View(**{"rows": None} | parts, profile=profile)

    def path(self, source: Source, folder: str | Path) -> Path:
        """Where a source's file lies: below `folder`, or beside the entry if it has no URL."""
        if source.url is None and self._home is not None:
            return self._home / source.file
        return Path(folder) / self.name / source.file

    def paths(self, folder: str | Path) -> list[Path]:
        """Where all the files lie, in the order of the sources."""
        return [self.path(source, folder) for source in self.sources]


def shipped() -> dict[str, Path]:
    """The entries that come with the package: name -> file."""
    return {path.stem: path for path in sorted(_FOLDER.glob("*.yaml"))}


def read_entry(name: str | Path) -> Entry:
    """Read and check an entry.

    Parameters
    ----------
    name : str or path-like
        The name of a shipped entry, or the path of an entry file (``.yaml`` or ``.yml``).

    Raises
    ------
    EntryError
        Neither an entry's name nor a file, or a file that is not an entry; the message says where.
    """
    path = Path(name)
    if path.suffix not in (".yaml", ".yml"):
        if str(name) not in shipped():
            known = ", ".join(shipped())
            raise EntryError(f"no data set {str(name)!r}: give one of {known}, or an entry's .yaml")
        path = shipped()[str(name)]
    try:
        entry = _entry_of(path.read_text(encoding="utf-8"), path.parent)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise EntryError(f"{path}: cannot be read: {error}") from error
    except ValidationError as error:
        raise EntryError(f"{path}: {_messages(error)}") from error
    return entry


@cache
def _entry_of(text: str, home: Path) -> Entry:
    """Once for a text: a plan asks for the same entries again and again."""
    entry = Entry.model_validate(yaml.safe_load(text))
    entry._home = home
    return entry


def _messages(error: ValidationError) -> str:
    """What is wrong and where, in one line."""
    return "; ".join(
        ": ".join(filter(None, [".".join(map(str, fault["loc"])), fault["msg"]]))
        for fault in error.errors()
    )
