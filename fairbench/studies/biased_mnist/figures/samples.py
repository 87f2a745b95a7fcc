"""Figure 5 of Cerrato et al.: training and test images."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fairbench.data.biased_mnist import COLOURS, painted, pixels
from fairbench.plotting.style import DOUBLE, Drawn, caption_of, look, new_figure

_ROWS = {"train": "training", "test": "test"}


@look()
def figure_samples(columns: Mapping[str, np.ndarray], correlation: float) -> Drawn:
    """Draw the first training and test image of each digit.

    Parameters
    ----------
    columns : mapping of name to array
        A trial, see `fairbench.data.biased_mnist.biased_draw`.
    correlation : float
        Of its training rows.
    """
    figure, axes = new_figure(DOUBLE, 1.7, nrows=len(_ROWS), ncols=len(COLOURS))
    grey, split = pixels(columns), np.asarray(columns["split"])
    for across, (name, words) in zip(axes, _ROWS.items(), strict=True):
        for digit, panel in enumerate(across):
            found = np.flatnonzero((split == name) & (columns["y"] == digit))[:1]
            if len(found):
                panel.imshow(painted(grey[found], columns["sensitive"][found])[0])
            panel.set(xticks=[], yticks=[])
            panel.grid(False)
        across[0].set_ylabel(words)
    seen = (
        "The first training image (top) and test image (bottom) of each digit. In training a digit "
        f"has its own colour in a share rho = {correlation:g} of its images; among test images "
        "every colour is equally frequent with every digit, so that the colour says nothing."
    )
    small = (
        "Whatever is not 0 in MNIST is white, the rest has the background's colour. Test images "
        "are also measured with other colours than their own (rho 0) and with their own (rho 1)."
    )
    return Drawn(figure, caption_of(seen, small))
