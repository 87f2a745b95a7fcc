"""The typed study: everything a user may say, with defaults, and messages when it is wrong.

This module is imported while Snakemake parses, so it needs pydantic and nothing heavier.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from fairbench import methods
from fairbench.base.schema import Coefficient, Label, Lambda, Rate, Strict, canonical
from fairbench.planning.data_sections import (
    DRAWN,
    LAW_KEYS,
    REAL,
    DataFiles,
    DataSetName,
    Folder,
    Rows,
)
from fairbench.studies.representations.section import Representations
from fairbench.studies.tracking.section import Alignment, Stability, Track
from fairbench.training.budget import BUDGETS, Budget


def _distinct(values: list) -> list:
    seen = [canonical(value) for value in values]
    twice = sorted({value for value in seen if seen.count(value) > 1})
    if twice:
        raise ValueError(f"values must be distinct; given twice: {', '.join(twice)}")
    return values


def _at(key: str, given: object, message: str) -> PydanticCustomError:
    """An error of one key that only the others beside it make wrong."""
    return PydanticCustomError("at_key", message, {"key": key, "given": given})


Grid = Annotated[list[Lambda], Field(min_length=1), AfterValidator(_distinct)]


class Poisoning(Strict):
    """Label flipping in the training rows."""

    rule: Literal["margin", "random"] = Field(
        "margin",
        description="margin: the rows a logistic regression gets most confidently right (the "
        "published attack); random: any rows",
    )
    rate: float = Field(0.1, ge=0, le=0.5, description="flipped share of all training rows")
    group: Literal[0, 1, "any"] = Field(1, description="sensitive group whose labels are flipped")


class MethodEntry(Strict):
    """One method of a study; its key in `methods` is its label in tables and figures."""

    method: Label | None = Field(None, description="registered method; default: the label itself")
    file: str | None = Field(None, description="Python file defining the method, if your own")
    variant: str | None = Field(
        None, description="named bundle of switches of the method, such as released or paper"
    )
    parameters: dict = Field(
        default_factory=dict, description="the method's own parameters, over those of the variant"
    )
    lambda_f: Grid | None = Field(None, description="default: the study's grid")
    lambda_r: Grid | None = Field(None, description="default: the study's grid")
    budget: str | Budget | None = Field(None, description="default: the study's budget")
    engine: Literal["auto", "fast", "reference"] = Field(
        "auto", description="auto: compiled loop where there is one, torch otherwise"
    )


class Study(Strict):
    """One experiment: a family of data sets, and the methods trained on each of them."""

    dataset: DataSetName = Field(
        description="published: the FR-Train benchmark; imbalance: the report's own draws; "
        "independent: the same law, streams of our own and a large test split; a real data set by "
        f"name ({', '.join(REAL)}) or by the path of its entry file (.yaml), see docs/datasets.md"
    )
    profile: Label | None = Field(
        None, description="which way of using a real data set; default: its entry's first"
    )
    positive_rate: Annotated[list[Rate], Field(min_length=1), AfterValidator(_distinct)] = Field(
        [0.5], description="P(Y=1) values of the grid"
    )
    group_coefficient: Annotated[
        list[Coefficient], Field(min_length=1), AfterValidator(_distinct)
    ] = Field([1.0], description="c values of the grid; P(Z=1|x) = min(1, c p_z(x))")
    rotation: float = Field(
        -45.0, ge=-180, le=180, description="rotation of the law of Z, degrees (README: the law)"
    )
    rows: Rows = Field(default_factory=Rows, description="split sizes (independent only)")
    trials: int = Field(
        10,
        ge=1,
        le=10000,
        description="data sets (published: initial seeds; real data: random divisions)",
    )
    trials_per_job: int = Field(10, ge=1, description="trials drawn and trained by one job")
    poisoning: Poisoning | None = Field(None, description="none: clean training labels")
    budget: str | Budget = Field("clean", description=f"one of {', '.join(BUDGETS)}, or its keys")
    lambda_f: Grid = Field(description="weights of the fairness term")
    lambda_r: Grid = Field([0.05], description="weights of the robustness term")
    allow_negative_cross_entropy_weight: bool = Field(
        False,
        description="accept lambda_f + lambda_r >= 1, which pays the generator for wrong labels; "
        "only the published file behind Fig. 10 needs it",
    )
    criterion: Literal["accuracy_plus_disparate_impact", "constrained", "knee"] = Field(
        "accuracy_plus_disparate_impact", description="what selection maximises"
    )
    methods: dict[Label, MethodEntry | None] = Field(
        min_length=1, description="label -> method; null leaves a method of the default out"
    )

    @model_validator(mode="after")
    def _consistent(self):
        foreign = ["profile"] if self.dataset in DRAWN else LAW_KEYS
        for key in self.model_fields_set.intersection(foreign):
            of = "real data sets" if key == "profile" else "the law of drawn data"
            raise _at(key, getattr(self, key), f"{key} belongs to {of}; {self.dataset} has none")
        for key in ("positive_rate", "group_coefficient"):
            if self.dataset == "published" and key in self.model_fields_set:
                raise _at(
                    key,
                    getattr(self, key),
                    f"{key} belongs to the imbalance and independent data sets; the published one "
                    "has a single cell",
                )
        if self.dataset != "independent" and "rows" in self.model_fields_set:
            given = self.rows.model_dump()
            raise _at("rows", given, "rows can be set for the independent data set only")
        if self.dataset == "imbalance" and self.trials > 10:
            raise _at(
                "trials",
                self.trials,
                "the report's seed rule tells 10 trials apart; use the independent data set for "
                "more",
            )
        return self

    def entries(self) -> dict[str, MethodEntry]:
        """The methods that are not switched off."""
        return {label: entry for label, entry in self.methods.items() if entry is not None}


class Panel(Strict):
    """One panel of figure 8."""

    study: Label = Field(description="a study")
    title: str = Field(description="panel title", max_length=80)
    lambda_r: dict[Label, Lambda] = Field(
        default_factory=dict, description="lambda_r drawn for a label, where it has several"
    )


class Curves(Strict):
    """What figures 9 and 10 draw."""

    study: Label = Field(description="a study")
    label: Label = Field(description="the method drawn")
    rivals: list[Label] = Field(default_factory=list, description="methods it is compared with")


class Figures(Strict):
    """Which study each figure is drawn from; a figure set to null is not drawn."""

    fig3: Annotated[int, Field(ge=10, le=100000)] | None = Field(
        1000, description="random triples in figure 3"
    )
    fig4: Annotated[int, Field(ge=10, le=100000)] | None = Field(
        2000, description="rows per panel of figure 4"
    )
    fig5: Alignment | None = Field(None, description="figure 5")
    fig6: list[Annotated[float, Field(gt=0)]] | None = Field(
        [5.0, 20.0], description="sigmoid slopes in figure 6"
    )
    fig7: Stability | None = Field(None, description="figure 7")
    fig8: list[Panel] | None = Field(None, description="panels of figure 8")
    fig9: Curves | None = Field(None, description="figure 9")
    fig10: Curves | None = Field(None, description="figure 10")
    answers: Literal[True] | None = Field(
        True, description="the picture of the answers, a forest plot of the comparisons"
    )


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


class Config(Strict):
    """The whole configuration."""

    seed: int = Field(2023, ge=0, lt=2**63, description="root of every random stream")
    results: Folder = Field("results", description="folder of everything that is made")
    limit_draws: int = Field(
        1_000_000, ge=1000, description="draws behind each cell's accuracy limit"
    )
    bootstrap: int = Field(10_000, ge=100, description="bootstrap resamples of the intervals")
    data: DataFiles = Field(default_factory=DataFiles, description="files of real data sets")
    resources: Resources = Field(default_factory=Resources, description="resources of a job")
    studies: dict[Label, Study | None] = Field(
        description="name -> study; null leaves a study of the default config out"
    )
    tracking: dict[Label, Track | None] | None = Field(
        None, description="name -> run measured along its training; null switches tracking off"
    )
    figures: Figures = Field(default_factory=Figures, description="which figures are drawn")
    representations: Representations | None = Field(
        None, description="invariant representations of real data; null: no such study"
    )

    def active(self) -> dict[str, Study]:
        """The studies that are not switched off."""
        return {name: study for name, study in self.studies.items() if study is not None}

    def tracks(self) -> dict[str, Track]:
        """The tracked runs that are not switched off."""
        return {name: track for name, track in (self.tracking or {}).items() if track is not None}


def budget_of(study: Study, entry: MethodEntry) -> tuple[str, Budget]:
    """Name ("custom" for an inline one) and numbers of the budget of a method in a study."""
    given = study.budget if entry.budget is None else entry.budget
    name = preset_of(study, entry)
    return name, given if name == "custom" else BUDGETS[name]


def preset_of(study: Study, entry: MethodEntry) -> str:
    """Name of that budget, which need not exist."""
    given = study.budget if entry.budget is None else entry.budget
    return given if isinstance(given, str) else "custom"


def method_of(label: str, study: Study, entry: MethodEntry) -> methods.Method:
    """The method of an entry, with the parameters of its variant and then its own."""
    kind = methods.find(entry.method or label, entry.file)
    bundle = {}
    if entry.variant is not None:
        by_budget = kind.variants[entry.variant]
        preset = preset_of(study, entry)
        if preset == "custom":  # the notebook that the study is nearest to
            preset = "clean" if study.poisoning is None else "poisoned"
        bundle = by_budget.get(preset.rpartition("_")[2], by_budget.get("*", {}))
    return kind(kind.Parameters(**{**bundle, **entry.parameters}))
