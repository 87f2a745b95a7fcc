"""The part of the configuration about grids: data sets by the law, and the methods on each."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_serializer, model_validator
from pydantic_core import PydanticCustomError

from fairbench import methods
from fairbench.base.paths import words_of
from fairbench.base.schema import Coefficient, Label, Lambda, Rate, Strict, distinct
from fairbench.planning.data_sections import DRAWN, LAW_KEYS, REAL, DataSetName, Rows
from fairbench.training.budget import BUDGETS, Budget


def _once(columns: list[str]) -> list[str]:
    if len(set(columns)) < len(columns):
        raise ValueError(f"columns must be distinct: {', '.join(columns)}")
    return columns


def _at(key: str, given: object, message: str) -> PydanticCustomError:
    """An error of one key that only the others beside it make wrong."""
    return PydanticCustomError("at_key", message, {"key": key, "given": given})


Grid = Annotated[list[Lambda], Field(min_length=1), AfterValidator(distinct)]


Columns = Annotated[
    list[Annotated[str, Field(pattern=r"^[^+/\x00-\x1f]+$")]],
    Field(min_length=1),
    BeforeValidator(lambda given: [given] if isinstance(given, str) else given),
    AfterValidator(_once),
]


def _group(given: object) -> object:
    if given != "any" and (isinstance(given, bool) or not isinstance(given, int) or given < 0):
        raise ValueError("not one of the allowed values: the number of a group, 0, 1, ..., or any")
    return given


class Poisoning(Strict):
    """Label flipping in the training rows."""

    rule: Literal["margin", "random"] = Field(
        "margin",
        description="margin: the rows a logistic regression gets most confidently right (the "
        "published attack); random: any rows",
    )
    rate: float = Field(0.1, ge=0, le=0.5, description="flipped share of the training rows")
    group: Annotated[int | Literal["any"], BeforeValidator(_group)] = Field(
        1, description="number of the sensitive group whose labels are flipped, or any"
    )
    label: Literal[0, 1, "any"] = Field(
        "any", description="label that is flipped: 0 for flips from 0 to 1 alone"
    )
    of: Literal["all", "group"] = Field(
        "all", description="what the rate is a share of: all training rows, or the group's"
    )
    sees_sensitive: bool = Field(
        True, description="whether the logistic regression of margin is shown the group"
    )

    @model_serializer(mode="wrap")
    def _said(self, usual):
        """Without keys that say nothing: what was made before there were these keeps its name."""
        silent = {"label": "any", "of": "all", "sees_sensitive": True}
        return {k: v for k, v in usual(self).items() if k not in silent or v != silent[k]}


class Trimming(Strict):
    """Training rows that are left out before a method learns: those that fit worst."""

    share: float = Field(
        gt=0, lt=0.5, description="share of the training rows that is left out, by their loss"
    )
    rounds: int = Field(
        20, ge=1, le=1000, description="fits of a logistic regression that choose them, at most"
    )


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
    trimming: Trimming | None = Field(
        None, description="none: the method learns from all training rows"
    )
    with_reserve: bool = Field(
        False,
        description="learn from the rows kept back too, which the published data set has: 2,000 in "
        "place of 1,800, as the FR-Train paper's baselines did",
    )
    clean_share: float = Field(
        1.0, gt=0, le=1, description="share of the clean rows that the method is given"
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
    sensitive: Columns | None = Field(
        None,
        description="column of a real data set whose values are the groups, or several columns, "
        "all that occur together in them; default: the profile's groups",
    )
    positive_rate: Annotated[list[Rate], Field(min_length=1), AfterValidator(distinct)] = Field(
        [0.5], description="P(Y=1) values of the grid"
    )
    group_coefficient: Annotated[
        list[Coefficient], Field(min_length=1), AfterValidator(distinct)
    ] = Field([1.0], description="c values of the grid; P(Z=1|x) = min(1, c p_z(x))")
    rotation: float = Field(
        -45.0, ge=-180, le=180, description="rotation of the law of Z, degrees (docs/numbers.md)"
    )
    rows: Rows = Field(default_factory=Rows, description="split sizes (independent only)")
    trials: int = Field(
        10,
        ge=1,
        le=10000,
        description="data sets (published: initial seeds; real data: random divisions)",
    )
    trials_per_job: int = Field(10, ge=1, description="trials drawn and trained by one job")
    cells_per_job: int = Field(
        3,
        ge=1,
        description="values of group_coefficient trained by one job: the first three of the list, "
        "the next three, ...; one more at the end leaves full jobs as they are",
    )
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
        foreign = ["profile", "sensitive"] if self.dataset in DRAWN else LAW_KEYS
        for key in self.model_fields_set.intersection(foreign):
            of = "the law of drawn data" if key in LAW_KEYS else "real data sets"
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


def budget_of(study: Study, entry: MethodEntry) -> tuple[str, Budget]:
    """Name ("custom" for an inline one) and numbers of the budget of a method in a study."""
    given = study.budget if entry.budget is None else entry.budget
    return (given, BUDGETS[given]) if isinstance(given, str) else ("custom", given)


def method_of(label: str, study: Study, entry: MethodEntry) -> methods.Method:
    """The method of an entry, with the parameters of its variant and then its own."""
    kind = methods.find(entry.method or label, entry.file)
    bundle = {}
    if entry.variant is not None:
        by_budget = kind.variants[entry.variant]
        preset = study.budget if entry.budget is None else entry.budget
        if not isinstance(preset, str):  # the notebook that the study is nearest to
            preset = "clean" if study.poisoning is None else "poisoned"
        bundle = by_budget.get(preset.rpartition("_")[2], by_budget.get("*", {}))
    return kind(kind.Parameters(**{**bundle, **entry.parameters}))


def active(studies: dict[str, Study | None]) -> dict[str, Study]:
    """The studies that are not switched off."""
    return {name: study for name, study in studies.items() if study is not None}


def poisoning_name(study: Study) -> str:
    """The poisoning of a study as one word for tables: ``none`` or ``rule=...,...``."""
    if study.poisoning is None or study.poisoning.rate == 0:
        return "none"
    return ",".join(words_of(study.poisoning.model_dump()))
