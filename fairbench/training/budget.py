"""How long and how fast to train: the published presets, and the schedule they imply."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, model_serializer, model_validator

#: Learning rates of a budget that a search may choose.
RATES = ("generator_rate", "fairness_rate", "robustness_rate")
#: Example weights are renewed on generator steps whose iteration is a multiple of this.
REWEIGHT_EVERY = 100


class Budget(BaseModel):
    """Iterations (or epochs), batch size, update ratio and learning rates (report, Table 1)."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    iterations: int | None = Field(
        None, ge=1, description="iterations; discriminators step in every one"
    )
    epochs: int | None = Field(
        None, ge=1, description="passes over the training rows, in place of iterations"
    )
    batch_size: int | None = Field(
        None,
        ge=2,
        description="training rows of an iteration, drawn anew in every pass; all if null",
    )
    warm_up: int = Field(0, ge=0, description="first iterations: the generator fits labels alone")
    update_ratio: int = Field(
        1, ge=1, description="after warm-up the generator steps every k-th iteration"
    )
    generator_rate: float = Field(gt=0, description="Adam learning rate of the generator")
    fairness_rate: float = Field(
        0.001, gt=0, description="learning rate of D_F (SGD; adv_cls: Adam)"
    )
    robustness_rate: float = Field(0.001, gt=0, description="SGD learning rate of D_R")

    decay_every: int | None = Field(
        None,
        ge=1,
        description="after so many iterations, or epochs, rates are a tenth; never if null",
    )
    weight_decay: float | None = Field(
        None, ge=0, description="weight of the squared parameters, in gradients; none if null"
    )

    @property
    def is_plain(self) -> bool:
        """Whether every iteration sees all rows, at the same rates and without weight decay."""
        return (self.batch_size, self.decay_every, self.weight_decay) == (None, None, None)

    @model_validator(mode="after")
    def _one_length(self):
        if (self.iterations is None) == (self.epochs is None):
            raise ValueError("either iterations or epochs must be given")
        if self.iterations is not None and self.warm_up > self.iterations:
            both = f"warm_up {self.warm_up} exceeds iterations {self.iterations}"
            raise ValueError(f"{both}; set a smaller warm_up too")
        return self

    @model_serializer(mode="wrap")
    def _given(self, serialise):
        """Without the keys that are not used, so that they name no file."""
        return {name: value for name, value in serialise(self).items() if value is not None}

    def for_rows(self, rows: int) -> Budget:
        """The same budget in iterations, for so many training rows."""
        if self.epochs is None:
            return self
        given, batches = self.model_dump(), self.batches(rows)
        given["iterations"] = given.pop("epochs") * batches
        if self.decay_every is not None:
            given["decay_every"] = self.decay_every * batches
        return Budget(**given)

    def batches(self, rows: int) -> int:
        """Whole batches in a pass; rows beyond the last wait for another pass's order."""
        return 1 if self.batch_size is None else max(1, rows // self.batch_size)


def _budget(iterations, warm_up, update_ratio, generator, fairness, robustness) -> Budget:
    return Budget(
        iterations=iterations,
        warm_up=warm_up,
        update_ratio=update_ratio,
        generator_rate=generator,
        fairness_rate=fairness,
        robustness_rate=robustness,
    )


def _representation(batch_size: int) -> Budget:
    return Budget(epochs=100, batch_size=batch_size, generator_rate=1e-4)


#: `clean` and `poisoned` are the report's Table 1 with the generator rates of the released code
#: (Table 1 omits them); `naive_mi_clean` is what the published clean naive-MI curve really used.
#: The others are Table 2 of Cerrato et al. (AAAI 2023); width and depth are variants there.
BUDGETS: dict[str, Budget] = {
    "clean": _budget(4000, 500, 3, 0.005, 0.01, 0.001),
    "poisoned": _budget(10000, 500, 5, 0.001, 0.001, 0.001),
    "naive_mi_clean": _budget(2000, 200, 1, 0.005, 0.01, 0.001),
    "binary_mi_compas": _representation(242),
    "binary_mi_bank": _representation(153),
    "binary_mi_adult": _representation(228),
    "binary_bernoulli_compas": _representation(175),
    "binary_bernoulli_bank": _representation(240),
    "binary_bernoulli_adult": _representation(225),
}
