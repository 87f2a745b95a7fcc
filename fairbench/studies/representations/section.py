"""The part of the configuration about invariant representations of real data."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import Field, model_validator

from fairbench.base.schema import Label, Lambda, Strict

Item = TypeVar("Item")
Width = Annotated[int, Field(ge=1, le=1024)]
Ends = Annotated[list[Item], Field(min_length=2, max_length=2)]


class Table(Strict):
    """A real data set of the study; its key in `datasets` is its name in tables and figures."""

    dataset: str | None = Field(
        None, description="shipped data set or entry file; default: the key"
    )
    profile: str | None = Field(None, description="profile of the data set; default: its first")


class Representation(Strict):
    """A method of the study; its key in `methods` is its label in tables and figures."""

    method: Label | None = Field(None, description="registered method; default: the label itself")
    file: str | None = Field(None, description="Python file defining the method, if your own")
    parameters: dict = Field(default_factory=dict, description="parameters; these are not searched")
    lambda_r: Lambda = Field(0.05, description="weight of the robustness term, where there is one")


class Space(Strict):
    """What a search may choose, for every method that has it; a method adds knobs of its own."""

    gamma: Ends[Lambda] = Field(
        [0.0, 0.95], description="smallest and largest weight of the invariance term (lambda_f)"
    )
    batch_size: Ends[Annotated[int, Field(ge=2)]] = Field(
        [100, 256], description="smallest and largest batch"
    )
    generator_rate: Ends[Annotated[float, Field(gt=0)]] = Field(
        [1e-4, 1e-2], description="smallest and largest Adam learning rate (paper: 1e-4)"
    )
    hidden_layers: Ends[Width] = Field([1, 5], description="fewest and most hidden layers")
    hidden_units: Annotated[list[Width], Field(min_length=1)] = Field(
        [10, 20, 30, 40, 50], description="widths of a hidden layer"
    )

    @model_validator(mode="after")
    def _low_first(self):
        for key in ("gamma", "batch_size", "generator_rate", "hidden_layers"):
            low, high = getattr(self, key)
            if low > high:
                raise ValueError(f"{key}: the smallest value {low} exceeds the largest {high}")
        return self


class Search(Strict):
    """Bayesian optimisation of AUC + (1 - GPA) + (1 - AUDC) on the inner folds."""

    trials: int = Field(200, ge=1, description="settings tried on each outer fold (paper: 200)")
    trials_per_round: int = Field(
        10, ge=1, description="settings proposed together, from all rounds before"
    )
    trials_per_job: int = Field(5, ge=1, description="settings of a round trained by one job")
    random_first: int = Field(10, ge=1, description="settings drawn at random before it learns")
    space: Space = Field(default_factory=Space, description="what may be chosen")


class Shape(Strict):
    """What a method of the sweep has of its own."""

    batch_size: int | None = Field(None, ge=2, description="default: the sweep's")
    hidden_layers: Width | None = Field(None, description="default: the sweep's")
    hidden_units: Width | None = Field(None, description="default: the sweep's")


class Sweep(Strict):
    """gamma from end to end with everything else fixed (figure 3 of the paper)."""

    dataset: Label = Field("compas", description="one of the study's data sets")
    methods: Annotated[dict[Label, Shape | None], Field(min_length=1)] = Field(
        description="labels of the study, each with what it does not share; null leaves one out"
    )
    gamma: Annotated[list[Lambda], Field(min_length=3)] = Field(description="values of gamma")
    seeds: int = Field(1, ge=1, description="initial seeds on each outer fold")
    batch_size: int = Field(200, ge=2, description="rows of a batch")
    hidden_layers: Width = Field(2, description="hidden layers")
    hidden_units: Width = Field(20, description="units of a hidden layer")

    def swept(self) -> list[str]:
        """The labels that are not switched off."""
        return [label for label, shape in self.methods.items() if shape is not None]

    def of(self, label: str) -> dict:
        """Everything about the sweep of one method."""
        shared = self.model_dump(exclude={"dataset", "methods"})
        return shared | self.methods[label].model_dump(exclude_none=True)


class Schedule(Strict):
    """How long and how fast every fit of the study trains."""

    iterations: int | None = Field(None, ge=1, description="batches of a fit")
    epochs: int | None = Field(None, ge=1, description="or passes over its rows (paper: 100)")
    generator_rate: float = Field(
        1e-3, gt=0, description="Adam learning rate of the sweep; a search chooses its own"
    )
    fairness_rate: float = Field(
        1e-3, gt=0, description="learning rate of a discriminator where none is searched"
    )

    @model_validator(mode="after")
    def _one_length(self):
        if (self.iterations is None) == (self.epochs is None):
            raise ValueError("either iterations or epochs must be given")
        return self


class Representations(Strict):
    """Nested folds: hyper-parameters searched on the inner ones, models measured on the outer."""

    datasets: Annotated[dict[Label, Table | None], Field(min_length=1)] = Field(
        description="name -> data set; null leaves one out"
    )
    methods: Annotated[dict[Label, Representation | None], Field(min_length=1)] = Field(
        description="label -> method; null leaves one out"
    )
    outer_folds: int = Field(3, ge=2, le=20, description="folds on which models are reported")
    inner_folds: int = Field(3, ge=2, le=20, description="folds of the rest, for the search")
    schedule: Schedule = Field(description="length and learning rates of every fit")
    search: Search = Field(default_factory=Search, description="the search")
    probe_trees: int = Field(1000, ge=10, description="trees of the random-forest probe")
    sweep: Sweep | None = Field(None, description="the sweep of gamma; null leaves it out")

    def tables(self) -> dict[str, Table]:
        """The data sets that are not switched off."""
        return {name: table for name, table in self.datasets.items() if table is not None}

    def entries(self) -> dict[str, Representation]:
        """The methods that are not switched off."""
        return {label: entry for label, entry in self.methods.items() if entry is not None}
