"""The typed configuration: one section a study kind, and what all of them share.

This module is imported while Snakemake parses, so it needs pydantic and nothing heavier.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, create_model

from fairbench.base.schema import Strict
from fairbench.planning.data_sections import DataFiles, Folder
from fairbench.studies.registry import KINDS


class Resources(Strict):
    """What a training job may use."""

    threads: int = Field(1, ge=1, le=256, description="threads of one training job")
    memory_mb: int = Field(2000, ge=256, description="memory of one training job")
    runtime_minutes: int = Field(60, ge=1, description="run time of one training job (cluster)")
    fit_minutes: float | None = Field(
        240,
        gt=0,
        le=100_000,
        description="a batch of fits that takes longer is stopped and its fits are errors; null: "
        "no limit (the compiled engine needs none)",
    )
    device: Literal["cpu", "cuda"] = Field("cpu", description="device of the reference engine")


class Root(Strict):
    """The whole configuration."""

    seed: int = Field(2023, ge=0, lt=2**63, description="root of every random stream")
    results: Folder = Field("results", description="folder of everything that is made")
    limit_draws: int = Field(
        1_000_000, ge=1000, description="draws behind each cell's accuracy limit"
    )
    bootstrap: int = Field(10_000, ge=100, description="bootstrap resamples of the intervals")
    data: DataFiles = Field(default_factory=DataFiles, description="files of real data sets")
    resources: Resources = Field(default_factory=Resources, description="resources of a job")


Config = create_model(
    "Config",
    __base__=Root,
    __doc__=Root.__doc__,
    **{kind.key: (kind.section, kind.field) for kind in KINDS},
)
