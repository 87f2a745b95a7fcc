"""The part of the configuration about the report's figures: what each is drawn from."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from fairbench.base.schema import Label, Lambda, Strict


class Panel(Strict):
    """One panel of figure 8."""

    study: Label = Field(description="a study")
    title: str = Field(description="panel title", max_length=80)
    lambda_r: dict[Label, Lambda] = Field(
        default_factory=dict, description="lambda_r drawn for a label, where it has several"
    )


class Curves(Strict):
    """What figures 9 and 10 draw."""

    study: Label = Field(description="a study")
    label: Label = Field(description="the method drawn")
    rivals: list[Label] = Field(default_factory=list, description="methods it is compared with")


class Alignment(Strict):
    """What figure 5 draws: losses and information of one run."""

    track: Label = Field(description="the run drawn, its trial 0")
    seeds: Label | None = Field(None, description="the same setting over many trials, if tracked")
    window: int = Field(1000, ge=10, description="iterations of the rolling correlation")


class Stability(Strict):
    """What figure 7 draws: accuracy and disparate impact along training."""

    equal: Annotated[list[Label], Field(min_length=2, max_length=2)] = Field(
        description="two tracks of equal weights and budget, compared over their trials"
    )
    published: Annotated[list[Label], Field(max_length=2)] = Field(
        [], description="tracks whose trial 0 is drawn beside them"
    )


class Figures(Strict):
    """Which study each figure is drawn from; a figure set to null is not drawn."""

    fig3: Annotated[int, Field(ge=10, le=100000)] | None = Field(
        1000, description="random triples in figure 3"
    )
    fig4: Annotated[int, Field(ge=10, le=100000)] | None = Field(
        2000, description="rows per panel of figure 4"
    )
    fig5: Alignment | None = Field(None, description="figure 5")
    fig6: list[Annotated[float, Field(gt=0)]] | None = Field(
        [5.0, 20.0], description="sigmoid slopes in figure 6"
    )
    fig7: Stability | None = Field(None, description="figure 7")
    fig8: list[Panel] | None = Field(None, description="panels of figure 8")
    fig9: Curves | None = Field(None, description="figure 9")
    fig10: Curves | None = Field(None, description="figure 10")
    answers: Literal[True] | None = Field(
        True, description="the picture of the answers, a forest plot of the comparisons"
    )
