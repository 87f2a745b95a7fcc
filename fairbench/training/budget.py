"""How long and how fast to train: the published presets, and the schedule they imply."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, model_validator

#: Example weights are renewed on generator steps whose iteration is a multiple of this.
REWEIGHT_EVERY = 100


class Budget(BaseModel):
    """Iterations, update ratio and learning rates (report, Table 1)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    iterations: int = Field(ge=1, description="iterations; discriminators step in every one")
    warm_up: int = Field(ge=0, description="first iterations: the generator fits labels alone")
    update_ratio: int = Field(
        ge=1, description="after warm-up the generator steps every k-th iteration"
    )
    generator_rate: float = Field(gt=0, description="Adam learning rate of the generator")
    fairness_rate: float = Field(gt=0, description="SGD learning rate of D_F")
    robustness_rate: float = Field(gt=0, description="SGD learning rate of D_R")

    @model_validator(mode="after")
    def _warm_up_fits(self):
        if self.warm_up > self.iterations:
            raise ValueError(f"warm_up {self.warm_up} exceeds iterations {self.iterations}")
        return self


def _budget(iterations, warm_up, update_ratio, generator, fairness, robustness) -> Budget:
    return Budget(
        iterations=iterations,
        warm_up=warm_up,
        update_ratio=update_ratio,
        generator_rate=generator,
        fairness_rate=fairness,
        robustness_rate=robustness,
    )


#: `clean` and `poisoned` are the report's Table 1 with the generator rates of the released code
#: (Table 1 omits them); `naive_mi_clean` is what the published clean naive-MI curve really used.
BUDGETS: dict[str, Budget] = {
    "clean": _budget(4000, 500, 3, 0.005, 0.01, 0.001),
    "poisoned": _budget(10000, 500, 5, 0.001, 0.001, 0.001),
    "naive_mi_clean": _budget(2000, 200, 1, 0.005, 0.01, 0.001),
}
