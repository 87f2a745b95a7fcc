"""What the seed's experiments say, in words."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from fairbench.evaluation.intervals import t_intervals
from fairbench.evaluation.verdict_words import link
from fairbench.studies.individual.boston.unit import MODES

#: The one sentence that every caption of the seed's numbers needs.
WHY_NO_GUARANTEE = (
    "The seed's number (paper) is no guarantee: it looks at pairs of rows alone and not at all "
    "people, and at a stand-in for the sigmoid that begins at 0 again in each of its 16 segments."
)
_NAMES = {"released": "the released unit", "fitted": "a unit fitted to the prices"}


def boston_findings(found: Mapping[str, pd.DataFrame]) -> list[str]:
    """Two sentences: how far the three deltas lie apart, and what optimising one does."""
    curves = found["curves"]
    largest = curves[curves["unit"] == "released"].iloc[-1]
    fitted = curves[curves["unit"] == "fitted"].iloc[-1]
    gains = {judge: _gain(found["algorithm"], "paper", judge) for judge in MODES}
    own = _gain(found["algorithm"], "certified", "certified")
    return [
        f"On Boston, between people within {largest['epsilon']:g} the seed's unit may differ by "
        f"{largest['certified']:.1f} thousand dollars of 45 (certified); pairs of rows show "
        f"{largest['empirical']:.1f}, and a unit fitted to the prices has "
        f"{fitted['certified']:.1f} ({link('curves.csv')}).",
        f"The seed's Algorithm 1 lowers its own delta by {gains['paper']} and the certified one by "
        f"{gains['certified']}; run on the certified delta it lowers that by {own} "
        f"({link('algorithm.csv')}).",
    ]


def _gain(runs: pd.DataFrame, optimised: str, judge: str) -> str:
    """Mean share of the average draw's delta that a run takes away, with its interval."""
    mine = runs[(runs["optimised_on"] == optimised) & (runs["judged_by"] == judge)]
    gain = (1 - mine["selected"] / mine["average"]).to_numpy(float)
    low, high = t_intervals(gain[:, None])
    return f"{gain.mean():.0%} [{low[0]:.0%}, {high[0]:.0%}]"


def boston_answers(found: Mapping[str, pd.DataFrame]) -> str:
    """Every answer about Boston, as items of a list."""
    lines = [f"- **Is the seed's delta a guarantee?** No. {WHY_NO_GUARANTEE}"]
    for unit, words in _NAMES.items():
        rows = found["curves"][found["curves"]["unit"] == unit]
        lines.append(
            f"    - {words}, root mean square error {rows['rmse'].iloc[0]:.2f}, delta in thousand "
            f"dollars (paper / pairs of rows / certified): {_curve(rows)}."
        )
    attained = (found["curves"]["certified"] - found["curves"]["attained"]).max()
    lines.append(
        f"    - Certified deltas are those of a pair that was found, up to {attained:.1g}."
    )
    lines.append("- **What does Algorithm 1 gain over the average random draw?**")
    for optimised in MODES:
        gains = ", ".join(f"{_gain(found['algorithm'], optimised, j)} by {j}" for j in MODES)
        lines.append(f"    - run on the {optimised} delta: {gains}.")
    lines.append("- **Does the descent help by itself?** Best of its epochs, middle of the runs:")
    lines += [f"    - {line}" for line in _descents(found["descents"])]
    return "\n".join(lines) + "\n"


def _curve(rows: pd.DataFrame) -> str:
    return "; ".join(
        f"{r['epsilon']:g}: {r['paper']:.2f} / {r['empirical']:.2f} / {r['certified']:.2f}"
        for r in rows.to_dict("records")
    )


def _descents(descents: pd.DataFrame) -> list[str]:
    lines = []
    by = ["start", "resampled", "descended_on"]
    for (start, tuned, mode), rows in descents.groupby(by, sort=False):
        path = rows.pivot(index="run", columns="epoch", values=mode)
        gain = float(np.median(1 - path.min(axis=1) / path[0]))
        resampled = ", resampled rows" if tuned else ""
        lines.append(f"{start}{resampled}, down the {mode} delta: {gain:.1%} (n = {len(path)}).")
    return lines
