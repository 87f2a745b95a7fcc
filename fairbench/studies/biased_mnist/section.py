"""The part of the configuration about Biased-MNIST."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from fairbench import methods
from fairbench.base.schema import Label, Lambda, Strict, distinct
from fairbench.data.file_sets import IMAGES
from fairbench.training.budget import Budget

Correlation = Annotated[float, Field(ge=0, le=1)]
Lambdas = Annotated[list[Lambda], Field(min_length=1), AfterValidator(distinct)]
Rates = Annotated[
    list[Annotated[float, Field(gt=0)]], Field(min_length=1), AfterValidator(distinct)
]


class Rows(Strict):
    """Rows of each split; MNIST has 60,000 training images and 10,000 test images."""

    train: int = Field(20_000, ge=100, description="training rows")
    clean: int = Field(100, ge=10, description="rows for methods that are given trusted ones")
    selection: int = Field(
        2_000, ge=10, description="rows with the bias of the training rows, by which to choose"
    )
    unbiased_selection: int = Field(
        2_000, ge=10, description="rows without it, by which nobody could choose: to show the leak"
    )
    test: int = Field(10_000, ge=100, description="test rows, each coloured in three ways")

    @model_validator(mode="after")
    def _are_there(self):
        wanted = {"train": sum(self.model_dump().values()) - self.test, "test": self.test}
        for name, count in wanted.items():
            if count > IMAGES[name]:
                kind = "test" if name == "test" else "training, clean and selection"
                there = f"{count:,} {kind} rows are asked for, of {IMAGES[name]:,} images"
                given = {"key": name, "given": getattr(self, name)}
                raise PydanticCustomError("at_key", there, given)
        return self


class Schedule(Strict):
    """How long and how fast every fit trains."""

    epochs: int = Field(ge=1, description="passes over the training rows (paper: 80)")
    batch_size: int = Field(256, ge=4, description="rows of a batch (ReBias: 256)")
    generator_rate: float = Field(0.001, gt=0, description="Adam learning rate (ReBias: 0.001)")
    fairness_rate: float = Field(
        0.001, gt=0, description="Adam learning rate of a second network or discriminator"
    )
    decay_every: int | None = Field(
        None, ge=1, description="epochs after which rates are a tenth (ReBias: 20); null: never"
    )
    weight_decay: float | None = Field(
        None, ge=0, description="weight of the squared parameters (ReBias: 0.0001); null: none"
    )
    colour_epochs: int = Field(
        1, ge=1, description="passes in which a second network learns before the first (ReBias: 5)"
    )


class Rival(Strict):
    """A method of the study; its key in `methods` is its label in tables and figures."""

    method: Label | None = Field(None, description="registered method; default: the label itself")
    file: str | None = Field(None, description="Python file defining the method, if your own")
    variant: str | None = Field(None, description="named bundle of switches of the method")
    parameters: dict = Field(
        default_factory=dict, description="the method's own parameters, over those of the variant"
    )
    lambda_f: Lambdas | None = Field(
        None, description="weights of the fairness term among which is chosen; default: the study's"
    )
    generator_rate: Rates | None = Field(
        None, description="learning rates among which is chosen; default: the schedule's"
    )


class BiasedMnist(Strict):
    """Digits whose background colour nearly gives them away; docs/biased_mnist.md."""

    correlations: Annotated[list[Correlation], Field(min_length=1), AfterValidator(distinct)] = (
        Field([0.99, 0.995], description="rho: shares of training rows that have their own colour")
    )
    trials: int = Field(3, ge=1, le=1000, description="draws of the rows and initial weights")
    rows: Rows = Field(default_factory=Rows, description="rows of each split")
    network: Literal["pooled", "rebias"] = Field(
        "pooled", description="convolutions of every method; its parameter `network` says of which"
    )
    hidden_layers: int = Field(1, ge=0, le=16, description="hidden layers behind the convolutions")
    hidden_units: int = Field(
        64, ge=1, le=1024, description="units of each; the last one is the representation"
    )
    schedule: Schedule = Field(description="length and learning rates of every fit")
    lambda_f: Lambdas = Field([0.5], description="weights of the fairness term")
    methods: Annotated[dict[Label, Rival | None], Field(min_length=1)] = Field(
        description="label -> method; null leaves one out"
    )
    probe_trees: int = Field(
        100, ge=10, description="trees of the forest that looks for the colour in a representation"
    )
    probe_rows: int = Field(
        3_000, ge=100, description="test rows in which the colour is looked for in the layer"
    )

    def entries(self) -> dict[str, Rival]:
        """The methods that are not switched off."""
        return {label: entry for label, entry in self.methods.items() if entry is not None}


def method_of(study: BiasedMnist, label: str) -> methods.Method:
    """The method of a label: the study's network, its variant's switches, its own parameters."""
    entry = study.entries()[label]
    kind = methods.find(entry.method or label, entry.file)
    shared = {name: getattr(study, name) for name in ("network", "hidden_layers", "hidden_units")}
    bundle = kind.variants[entry.variant].get("*", {}) if entry.variant else {}
    return kind(kind.Parameters(**{**shared, **bundle, **entry.parameters}))


def budget_of(study: BiasedMnist, method: methods.Method) -> Budget:
    """How a method trains: one that has its second network learn first has as long after that."""
    schedule = study.schedule
    given = schedule.model_dump(exclude={"colour_epochs"}, exclude_none=True)
    if method.discriminators_first:
        given["epochs"] += schedule.colour_epochs
        warm_up = schedule.colour_epochs * Budget(**given).batches(study.rows.train)
        given["warm_up"] = warm_up
    return Budget(**given)


def settings_of(study: BiasedMnist, label: str) -> dict[str, list[float]]:
    """The settings of a method among which is chosen."""
    entry, method = study.entries()[label], method_of(study, label)
    lambda_f = (entry.lambda_f or study.lambda_f) if method.uses_lambda_f else [0.0]
    rates = entry.generator_rate or [study.schedule.generator_rate]
    return {"lambda_f": lambda_f, "generator_rate": rates}
