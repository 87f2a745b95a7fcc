"""How the three ways to measure a delta look in every figure."""

from __future__ import annotations

from fairbench.plotting.style import OKABE_ITO, Look

MODE_LOOKS = {
    "paper": Look(OKABE_ITO["vermillion"], "s", "paper: lower_sigmoid, pairs of rows"),
    "empirical": Look(OKABE_ITO["orange"], "o", "empirical: sigmoid, pairs of rows"),
    "certified": Look(OKABE_ITO["blue"], "D", "certified: sigmoid, all people"),
}
#: Label of an axis.
DELTA = r"$\delta$ (thousand dollars)"
