"""Figure 1: ten people, two thresholds, and two flipped labels."""

from __future__ import annotations

import numpy as np

from fairbench.plotting.style import DOUBLE, OKABE_ITO, Drawn, caption_of, letter, look, new_figure
from fairbench.studies.fr_train.toy import FEMALE, POISONED, Y, thresholds

_LINES = {"non-fair": (OKABE_ITO["vermillion"], "--"), "fair": (OKABE_ITO["blue"], "-")}


@look()
def figure_toy() -> Drawn:
    """Draw the people with clean and with poisoned labels, and the thresholds fitted to each."""
    figure, axes = new_figure(DOUBLE, 2.4, nrows=2, sharex=True)
    for position, (axis, labels, title) in enumerate(
        zip(axes, (Y, POISONED), ("clean labels", "labels 5 and 7 flipped"), strict=True)
    ):
        for person, (female, label, clean) in enumerate(zip(FEMALE, labels, Y, strict=True)):
            box = {"boxstyle": "round", "facecolor": "none", "edgecolor": "black"}
            axis.text(
                person + 1, 0, "F" if female else "M", ha="center", va="center",
                bbox=box if label else None,
                color=OKABE_ITO["vermillion"] if label != clean else "black",
            )  # fmt: skip
        for height, (name, found) in enumerate(thresholds(labels).items()):
            colour, line = _LINES[name]
            axis.axvline(found.place + 0.5, color=colour, linestyle=line)
            words = f"{name}: DI {found.disparate_impact:.2f}, accuracy {found.accuracy:.1f}"
            axis.text(11.2, 0.35 - 0.7 * height, words, color=colour, va="center", clip_on=False)
        axis.set_xlim(0.2, 16)
        axis.set_ylim(-1, 1)
        axis.set_yticks([])
        axis.set_xticks(np.arange(1, 11))
        axis.grid(False)
        letter(axis, position, title)
    axes[-1].set_xlabel("person, by the one feature")
    seen = (
        "Five women (F) and five men (M) who need loans; a box is a label of 1. Whoever stands "
        "right of a line is given one. With clean labels the non-fair threshold is right for "
        "everybody and the fair one for eight of ten. With two labels flipped the fair threshold "
        "gets worse in accuracy and no fairer, while the non-fair one gets fairer. Accuracy is of "
        "clean labels."
    )
    return Drawn(
        figure, caption_of(seen, "DI: disparate impact. Ties go to the leftmost threshold.")
    )
