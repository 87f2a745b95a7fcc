"""The part of the configuration about data: drawn families, real data sets, and their files."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from fairbench.config_base import Strict
from fairbench.data.real.entry import Entry, read_entry, shipped

#: The drawn families. Every other name is a real data set.
DRAWN = ("published", "imbalance", "independent")
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
        description="folder with NAME/FILE or FILE, tried before the network; the environment "
        "variable FAIRBENCH_DATA_MIRROR goes before it",
    )
    folder: Folder = Field("resources/data", description="files are kept here as NAME/FILE")


def is_entry_file(dataset: str) -> bool:
    """Whether a study's `dataset` is the path of an entry file and not a name."""
    return dataset.endswith((".yaml", ".yml"))


def known_datasets() -> list[str]:
    """Every name that a study's `dataset` may be."""
    return [*DRAWN, *shipped()]


def entry_of(dataset: str) -> Entry | None:
    """The entry of a real data set; None for a drawn family.

    Raises
    ------
    EntryError
        No such data set, or an entry file that cannot be used.
    """
    return None if dataset in DRAWN else read_entry(dataset)
