"""Adversarial debiasing with a projected gradient, of a linear predictor.

Zhang, Lemoine and Mitchell (AIES 2018). An adversary guesses the group from the prediction, for
equalized odds also from the label, and the predictor's weights follow

    g = grad L_P - proj(grad L_P onto grad L_A) - alpha grad L_A,

so that no step helps the adversary. alpha is `alpha` at lambda_f = 1 and falls with lambda_f. The
projection is over all parameters of the predictor; other codes project layer by layer.
`projection: false` leaves it out, with which FR-Train's numbers on poisoned labels fit better.
Both learn by Adam. A slow adversary (0.01) is fooled early, and little comes of it on FR-Train's
clean benchmark; a faster one is followed closely, and alpha then matters less than the projection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from fairbench.methods.shared.linear import LinearMethod, LinearParameters

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np


class AdversarialDebiasingParameters(LinearParameters):
    criterion: Literal["demographic_parity", "equalized_odds"] = Field(
        "demographic_parity", description="whether the adversary is shown the label too"
    )
    alpha: float = Field(2.0, gt=0, description="weight of the adversary at lambda_f = 1")
    projection: bool = Field(True, description="leave out of a step what helps the adversary")
    passes: int = Field(100, ge=1, le=10_000, description="passes over the training rows")
    rows_a_step: int = Field(200, ge=2, description="rows of a batch")
    rate: float = Field(0.01, gt=0, description="the predictor's step of Adam")
    adversary_rate: float = Field(0.1, gt=0, description="the adversary's step of Adam")


class AdversarialDebiasing(LinearMethod):
    name = "adversarial_debiasing"
    any_groups = True
    Parameters = AdversarialDebiasingParameters

    def solve_path(self, train, clean, *, lambda_f: Sequence[float], seed: int) -> list:
        """All models side by side, on the same batches."""
        import numpy as np

        from fairbench.methods.shared.adversary import Adam, against
        from fairbench.methods.shared.logistic import with_intercept

        given = self.parameters
        x = with_intercept(train.features)
        y, z = train.y.astype(float), train.sensitive.astype(float)
        weight = self.row_weights(train, clean, seed)
        alpha = given.alpha * np.array(lambda_f)[:, None]
        generator = np.random.default_rng([seed, 0xAD])
        at, penalty = np.zeros((len(alpha), x.shape[1])), np.full(x.shape[1], given.ridge)
        penalty[-1] = 0
        adversary = self._adversary(generator, len(alpha))
        steps = Adam(given.rate, at.shape), Adam(given.adversary_rate, adversary.parameters.shape)
        batches = max(1, round(len(y) / given.rows_a_step))
        for _ in range(given.passes):
            for rows in np.array_split(generator.permutation(len(y)), batches):
                here, count = x[rows], len(rows)
                logit = _times(here, at)
                error = weight[rows] * (1 / (1 + np.exp(-np.clip(logit, -500, 500))) - y[rows])
                labels = _times(here.T, error) / count + penalty * at
                slope, own = adversary.slopes(logit, y[rows], z[rows])
                group = _times(here.T, slope) / count
                step = against(labels, group) if given.projection else labels
                at -= steps[0].step(step - alpha * group)
                adversary.parameters -= steps[1].step(own)
        return [(found[:-1], float(found[-1])) for found in at]

    def _adversary(self, generator: np.random.Generator, models: int):
        from fairbench.methods.shared.adversary import Adversary, GroupAdversary

        shown_label = self.parameters.criterion == "equalized_odds"
        if self.groups == 2:
            return Adversary(shown_label, generator, models)
        return GroupAdversary(shown_label, self.groups, generator, models)


def _times(matrix: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """A matrix times each of some vectors, by itself: one product rounds as its company does."""
    import numpy as np

    return np.matmul(matrix, vectors[:, :, None])[:, :, 0]
