"""The part of the configuration about runs that are measured along their training."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from fairbench.base.schema import Coefficient, Label, Lambda, Rate, Strict


class Track(Strict):
    """One setting of a study's method, trained again with its parameters recorded."""

    study: Label = Field(description="a study: data, poisoning and budget are taken from it")
    label: Label = Field(description="a method of that study")
    lambda_f: Lambda = Field(description="weight of the fairness term")
    lambda_r: Lambda = Field(description="weight of the robustness term")
    positive_rate: Rate | None = Field(None, description="default: the study's only value")
    group_coefficient: Coefficient | None = Field(
        None, description="default: the study's only value"
    )
    trials: int = Field(1, ge=1, le=10000, description="trials 0, 1, ...; may exceed the study's")
    every: int = Field(1, ge=1, description="iterations from one row of the trace to the next")
    coding: list[Literal["consistent", "published"]] = Field(
        ["consistent"],
        description="codings of labels in I(V;X,Z,Yhat), one estimate each. consistent: 0/1; "
        "published: the mixture of codings behind the report's figure 5. An empty list leaves "
        "this information out",
    )
    neighbours: int = Field(8, ge=1, description="k of its nearest-neighbour estimate")
    slope: float = Field(20.0, gt=0, description="slope of the pseudo-labels that are tracked")


def runs(tracking: dict[str, Track | None] | None) -> dict[str, Track]:
    """The tracked runs that are not switched off."""
    return {name: track for name, track in (tracking or {}).items() if track is not None}
