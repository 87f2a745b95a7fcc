"""The part of the configuration about the FR-Train paper: readings of its data, and its methods."""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

from pydantic import Field, model_validator

from fairbench.base.schema import Label, Strict
from fairbench.planning.data_sections import DataSetName
from fairbench.studies.grid.section import Grid, MethodEntry, Poisoning, Study
from fairbench.training.budget import BUDGETS, Budget

#: What the training data may be, in the order of the paper's columns.
TRAINING = ("clean", "poisoned")
#: Real data (data set, profile) -> profile of the same rows that a crowd's people are linked to.
LINKED = {("compas", "frtrain7214"): "raw7214", ("adult", "frtrain43131"): "frtrain43131"}


class Weights(Strict):
    """Budget and grids of the methods that train step by step."""

    budget: str | Budget = Field(description=f"one of {', '.join(BUDGETS)}, or its keys")
    lambda_f: Grid = Field(description="weights of the fairness term")
    lambda_r: Grid = Field(description="weights of the robustness term")


class Reading(Strict):
    """One way to read what the paper says of a data set and of the attack on it."""

    stands_for: Literal["synthetic", "COMPAS", "Adult"] = Field(
        description="whose rows of the paper's tables it is held against"
    )
    dataset: DataSetName = Field(description="data set, as in `studies`")
    profile: Label | None = Field(None, description="profile of a real data set")
    attack: Poisoning = Field(default_factory=Poisoning, description="flips of the poisoned data")
    trials: int = Field(5, ge=2, le=1000, description="seeds (published) or divisions of the rows")
    sees_sensitive: bool = Field(True, description="whether predictors are shown the group")
    clean: Weights | None = Field(None, description="default: the study's")
    poisoned: Weights | None = Field(None, description="default: the study's")


class Rival(MethodEntry):
    """A method of a grid, and on which readings."""

    readings: Annotated[list[Label], Field(min_length=1)] | None = Field(
        None, description="readings that it is fitted on; default: all"
    )
    training: Literal["clean", "poisoned", "both"] = Field(
        "both", description="training data that it is fitted on"
    )
    crowd_answers: int | None = Field(
        None,
        ge=0,
        le=11,
        description="clean rows are those that the crowd saw, as far as they are found among the "
        "data, with labels by the mean of so many answers; 0: with their true labels",
    )


class FRTrainStudy(Strict):
    """The FR-Train paper; docs/fr_train.md names the labels that stand for its methods."""

    readings: Annotated[dict[Label, Reading | None], Field(min_length=1)] = Field(
        description="name -> reading; null leaves one out"
    )
    clean: Weights = Field(description="budget and grids on clean data")
    poisoned: Weights = Field(description="budget and grids on poisoned data")
    methods: Annotated[dict[Label, Rival | None], Field(min_length=1)] = Field(
        description="label -> method; null leaves one out"
    )
    crowd: bool = Field(True, description="whether the crowd's labels are judged (table 6)")
    target: float = Field(
        0.8, gt=0, le=1, description="disparate impact near which fits are chosen and compared"
    )

    @model_validator(mode="after")
    def _known_readings(self):
        for label, rival in self.methods.items():
            for name in (rival.readings if rival else None) or ():
                if name not in self.readings:
                    known = ", ".join(self.readings)
                    raise ValueError(f"methods.{label}: no reading {name}; there are {known}")
        return self


class Part(NamedTuple):
    """A reading with clean or with poisoned training data: a grid.

    `crowd_answers` is that of its methods, or None where their clean rows are the data's own.
    """

    reading: str
    stands_for: str
    training: str
    crowd_answers: int | None
    study: Study

    @property
    def name(self) -> str:
        """Its name among studies."""
        crowd = "" if self.crowd_answers is None else f"_crowd_{self.crowd_answers}"
        return f"{self.reading}_{self.training}{crowd}"


def parts(study: FRTrainStudy) -> list[Part]:
    """Every grid of the study, reading by reading."""
    readings = {name: reading for name, reading in study.readings.items() if reading is not None}
    return [
        Part(
            name, reading.stands_for, training, answers, _grid(reading, training, weights, methods)
        )
        for name, reading in readings.items()
        for training in TRAINING
        for weights in [getattr(reading, training) or getattr(study, training)]
        for answers, methods in _rivals(study, name, training).items()
    ]


def _rivals(study: FRTrainStudy, reading: str, training: str) -> dict[int | None, dict]:
    """The methods of a grid, apart by whose rows are clean; those without a crowd come first."""
    found: dict[int | None, dict[str, Rival]] = {None: {}}
    for label, rival in study.methods.items():
        if rival is not None and reading in (rival.readings or [reading]):
            if rival.training in (training, "both"):
                found.setdefault(rival.crowd_answers, {})[label] = rival
    return found


def _grid(reading: Reading, training: str, weights: Weights, methods: dict) -> Study:
    given = reading.model_dump(include={"dataset", "profile", "trials"}, exclude_none=True)
    return Study(
        **given,
        poisoning=reading.attack if training == "poisoned" else None,
        **weights.model_dump(),
        methods={label: _entry(rival, reading) for label, rival in methods.items()},
    )


def _entry(rival: Rival, reading: Reading) -> MethodEntry:
    own = rival.model_dump(exclude={"readings", "training", "crowd_answers"}, exclude_defaults=True)
    if not reading.sees_sensitive:
        own["parameters"] = {"sees_sensitive": False} | own.get("parameters", {})
    return MethodEntry(**own)
