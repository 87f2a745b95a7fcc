"""Logistic regression with one threshold per group, chosen after training.

Most methods here are shown the sensitive attribute, so choosing a threshold per group is the
obvious rival of all of them (Hardt, Price and Srebro, NeurIPS 2016, for other criteria). The
thresholds need the attribute of every row that is decided on, also where the regression is not
shown it (`sees_sensitive`). One trained model gives the whole trade-off: lambda_f 0 is its most
accurate pair of thresholds, 1 the most accurate one with equal rates, and between them the
disparate impact asked for rises in equal steps.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from fairbench.methods.shared.base import Method, MethodParameters


class GroupThresholdsParameters(MethodParameters):
    rows: Literal["train", "selection"] = Field(
        "train",
        description="rows that the thresholds are fitted on; on those of selection, which are "
        "clean where the study poisons, it learns from labels that other methods never see",
    )
    points: int = Field(
        26, ge=2, le=1001, description="points of the trade-off, equally far in disparate impact"
    )


class GroupThresholds(Method):
    name = "group_thresholds"
    any_groups = True
    Parameters = GroupThresholdsParameters
    uses_lambda_f = False
    postprocess = "group_thresholds"
    kernel = "none"

    needs_sensitive_at_test = True  # to look its threshold up

    @property
    def fitted_on(self) -> tuple[str, ...]:
        return ("train",) if self.parameters.rows == "train" else ("train", "selection")
