"""The part of the configuration about data: drawn families, real data sets, and their files."""

from __future__ import annotations

import os
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from fairbench.base.schema import Strict
from fairbench.data.real.entry import MIRROR, Entry, read_entry, shipped

#: The drawn families. Every other name is a real data set.
DRAWN = ("published", "imbalance", "independent")
#: The real data sets whose entries come with the package.
REAL = tuple(shipped())
#: Keys of a study that belong to the law of drawn data.
LAW_KEYS = ("positive_rate", "group_coefficient", "rotation", "rows")


def inside(folder: str) -> str:
    """Refuse a folder that leaves the working folder."""
    if ".." in folder.split("/"):
        raise ValueError("this folder must not leave the working folder")
    return folder


Folder = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_./-]*$"), AfterValidator(inside)]


class Rows(Strict):
    """Rows of each split of the `independent` data set."""

    train: int = Field(1800, ge=10, description="training rows, the ones that may be poisoned")
    clean: int = Field(200, ge=1, description="clean rows for the robustness discriminator")
    selection: int = Field(1000, ge=10, description="rows on which models are selected")
    test: int = Field(20000, ge=10, description="rows on which the selected models are reported")


class DataFiles(Strict):
    """Where the files of real data sets come from and where they are kept."""

    mirror: str | None = Field(
        None,
        description="folder with the files, or with folders of them, tried before the network; the "
        "environment variable FAIRBENCH_DATA_MIRROR goes before it",
    )
    folder: Folder = Field("resources/data", description="files are kept here as NAME/FILE")


def name_mirror(data: DataFiles) -> None:
    """Name the config's mirror where a download looks for one, unless one is named there already.

    An environment variable and no parameter of the rule: another mirror is no reason to run it.
    """
    if data.mirror and not os.environ.get(MIRROR):
        os.environ[MIRROR] = data.mirror


def known_datasets() -> list[str]:
    """Every name that a study's `dataset` may be."""
    return [*DRAWN, *REAL]


def _known(dataset: str) -> str:
    if dataset.endswith((".yaml", ".yml")):
        # They mean something to Snakemake, in whose rules the files beside the entry stand.
        if not dataset.isprintable() or set(dataset) & set("{}*?"):
            raise ValueError("the path of an entry file must be without braces, * and ?")
    elif dataset not in known_datasets():
        text = "no such data set, and not the path of an entry file (.yaml)"
        raise PydanticCustomError("unknown_name", text, {"allowed": known_datasets()})
    return dataset


DataSetName = Annotated[str, AfterValidator(_known)]


def entry_of(dataset: str) -> Entry | None:
    """The entry of a real data set; None for a drawn family.

    Raises
    ------
    EntryError
        No such data set, or an entry file that cannot be used.
    """
    return None if dataset in DRAWN else read_entry(dataset)
