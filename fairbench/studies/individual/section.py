"""The part of the configuration about individual fairness."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from fairbench.base.schema import Label, Strict
from fairbench.planning.data_sections import DataSetName
from fairbench.studies.grid.section import Grid, MethodEntry
from fairbench.training.budget import BUDGETS, Budget


def _rising(values: list[float]) -> list[float]:
    if sorted(set(values)) != values:
        raise ValueError("values must rise, each once")
    return values


Distance = Annotated[float, Field(gt=0, le=100)]
#: A width, once for each hidden layer.
Size = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,2}(x[1-9][0-9]{0,2}){0,15}$")]
Distances = Annotated[list[Distance], Field(min_length=2), AfterValidator(_rising)]


class Boston(Strict):
    """The seed's experiments with one sigmoid unit on Boston housing."""

    dataset: DataSetName = Field("boston", description="data set with the columns of the seed")
    profile: Label | None = Field("thirteen506", description="its profile with all 13 inputs")
    epsilons: Distances = Field(
        [0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5], description="distances of figure 2"
    )
    epsilon: Distance = Field(0.3, description="distance of every other experiment")
    curves: int = Field(
        50, ge=3, le=1000, description="random units whose delta is measured at each of them"
    )
    draws: int = Field(20, ge=2, le=1000, description="random units of figure 3")
    sets: int = Field(100, ge=2, le=10000, description="sets of so many, beside the seed's one")
    epochs: int = Field(10, ge=1, le=1000, description="steps of a descent")
    rate: float = Field(0.01, gt=0, le=100, description="learning rate of a descent")
    resamplings: int = Field(
        20, ge=2, le=1000, description="seeds of the resampling before a descent"
    )
    starts: int = Field(20, ge=2, le=1000, description="good and poor draws that descents start at")
    runs: int = Field(50, ge=2, le=1000, description="runs of Algorithm 1")
    candidates: int = Field(30, ge=2, le=1000, description="random units of a run; the seed: 20-40")


class Table(Strict):
    """A real data set whose networks are certified."""

    dataset: DataSetName | None = Field(None, description="default: its key")
    profile: Label | None = Field(None, description="its profile; default: the entry's first")
    budget: str | Budget | None = Field(None, description="default: that of all data sets")


class Networks(Strict):
    """Networks trained on real data, and their certificates: what Benussi et al. look at."""

    data: Annotated[dict[Label, Table | None], Field(min_length=1)] = Field(
        description="name -> real data set; null leaves one out"
    )
    methods: Annotated[dict[Label, MethodEntry | None], Field(min_length=1)] = Field(
        description="label -> method; null leaves one out"
    )
    trials: int = Field(5, ge=1, le=1000, description="divisions of the rows")
    budget: str | Budget = Field(description=f"one of {', '.join(BUDGETS)}, or its keys")
    lambda_f: Grid = Field(description="weights of the fairness term: 1 - lambda of eq. 4")
    lambda_r: Grid = Field([0.0], description="weights of the robustness term")
    sizes: list[Size] = Field(
        [],
        description="plain networks whose certificates are timed, by the units of their hidden "
        "layers, all of one width: 64, 16x16",
    )
    epsilon: Distance = Field(0.1, description="distance of every certificate but the curves'")
    epsilons: Distances = Field(
        [0.01, 0.05, 0.1, 0.15, 0.2, 0.25], description="distances of the curves"
    )
    curves: dict[Label, float] = Field(
        {}, description="label of a curve -> the lambda_f of its networks"
    )
    gap: float = Field(0.01, gt=0, le=1, description="relative gap of a closed certificate")
    nodes: int = Field(500, ge=1, description="parts that a search may bound")
    timed_seconds: float = Field(
        10, gt=0, le=1e6, description="limit of a search, and of the solver, where both are timed"
    )
    seconds: float = Field(
        120, gt=0, le=1e6, description="limit of a search, which makes it depend on the machine"
    )

    @model_validator(mode="after")
    def _of_one_width(self):
        for size in self.sizes:
            if len(set(size.split("x"))) > 1:
                raise ValueError(f"sizes has {size}; hidden layers are of one width here")
        return self

    @model_validator(mode="after")
    def _known_curves(self):
        if missing := sorted(set(self.curves) - set(self.methods)):
            raise ValueError(f"curves names {', '.join(missing)}, which is no method here")
        return self


class Others(Strict):
    """Whether a protected attribute alone decides, in 25 networks that others trained."""

    networks: Annotated[list[str], Field(min_length=1)] | None = Field(
        None, description="such as AC-1; default: all of Fairify's"
    )
    boxes: int = Field(
        60_000, ge=1, le=10**9, description="parts of the domain that a search may bound"
    )
    work: float = Field(
        6e7, gt=0, le=1e15, description="these times the weights of the network, at most"
    )
    undecided: float = Field(
        0.001, ge=0, lt=1, description="share of the domain with which a search is content"
    )
    seconds: float = Field(
        180, gt=0, le=1e6, description="limit of a search, which makes it depend on the machine"
    )


class IndividualStudy(Strict):
    """Individual fairness, certified; docs/individual.md says what is in it."""

    boston: Boston | None = Field(
        default_factory=Boston, description="the seed's experiments; null leaves them out"
    )
    networks: Networks | None = Field(None, description="networks trained on real data; null: none")
    others: Others | None = Field(
        default_factory=Others, description="networks that others trained; null leaves them out"
    )
