"""Label bias correction: weights for which an ordinary fit is fair.

Jiang and Nachum (AISTATS 2020), algorithm 1. The labels are taken for biased versions of fair ones;
a row of group k counts by a weight that grows with the multiplier of its group if its label is 1
and falls if it is 0. Multipliers move by what the fit of the last round violates,

    multiplier_k += rate * (positive rate of all - positive rate of group k),

and lambda_f says how many rounds there are, up to `rounds` at lambda_f = 1. For equal opportunity
the rates are those among rows with label 1. Equalized odds has multipliers from these for rows with
label 1, and from the rates among rows with label 0 for those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from fairbench.methods.shared.linear import LinearMethod, LinearParameters

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np


class LabelBiasCorrectionParameters(LinearParameters):
    criterion: Literal["demographic_parity", "equal_opportunity", "equalized_odds"] = Field(
        "demographic_parity", description="what is to be equal in all groups"
    )
    rounds: int = Field(20, ge=1, le=10_000, description="rounds at lambda_f = 1")
    rate: float = Field(1.0, gt=0, description="how far a violation moves a multiplier")


class LabelBiasCorrection(LinearMethod):
    name = "label_bias_correction"
    any_groups = True
    Parameters = LabelBiasCorrectionParameters

    def solve_path(self, train, clean, *, lambda_f: Sequence[float], seed: int) -> list:
        """One way through the rounds, on which every model is a stop."""
        import numpy as np

        from fairbench.methods.shared.logistic import fit_logistic, with_intercept

        rows, y = with_intercept(train.features), train.y.astype(float)
        member = train.sensitive[:, None] == np.unique(train.sensitive)  # (rows, groups)
        base, how = self.row_weights(train, clean, seed), {"ridge": self.parameters.ridge}
        stops = [round(each * self.parameters.rounds) for each in lambda_f]
        exponent, found = np.zeros(len(y)), []
        for number in range(max(stops) + 1):
            last = found[-1] if found else None
            if number:
                exponent += self.parameters.rate * self._violation(rows @ last > 0, member, y)
            # Rows with label 1 count by 1 - w and the others by w, where w = e^-u / (e^-u + e^u).
            weight = base / (1 + np.exp(np.where(y == 1, -2, 2) * exponent))
            found.append(fit_logistic(rows, y, weight=weight, start=last, **how))
        return [(found[stop][:-1], float(found[stop][-1])) for stop in stops]

    def _violation(self, decision: np.ndarray, member: np.ndarray, y: np.ndarray) -> np.ndarray:
        """By how much each row's group falls short of the rate of all; 0 where nothing is asked."""
        every, one, zero = y >= 0, y == 1, y == 0
        among = {  # where rates are compared, and which rows are weighed for it
            "demographic_parity": [(every, every)],
            "equal_opportunity": [(one, every)],
            "equalized_odds": [(one, one), (zero, zero)],
        }
        found = 0 * y
        for rows, weighed in among[self.parameters.criterion]:
            inside = member & rows[:, None]
            rate = inside[decision].sum(0) / inside.sum(0).clip(min=1)
            found += weighed * (member @ (decision[rows].mean() - rate))
        return found
