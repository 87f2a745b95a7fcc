"""What the layers of a trained model know about the group."""

from __future__ import annotations

import numpy as np

from fairbench.base.randomness import seed_of
from fairbench.information import joint_information
from fairbench.information.codes import neuron_information
from fairbench.training.models import Outcome, Split

#: Draws of each row's code behind the joint information, and the pairs of a code and a row that
#: are looked at for it: fewer draws where there are many rows, which make up for them.
DRAWS, PAIRS = 64, 2 * 10**8


def information(outcome: Outcome, split: Split, *, seed: int) -> dict[str, float]:
    """Information of the binary layer about the group, in nats; NaN without such a layer.

    ``information_sum`` is the sum over the neurons, from their probabilities, and
    ``information_joint`` that of the whole code (`joint_information`), at any width.
    """
    if not hasattr(getattr(outcome, "network", None), "code"):
        return dict.fromkeys(("information_sum", "information_joint"), float("nan"))
    probability = outcome.codes(split.features, 1)[0]
    rows = len(probability)
    draws = int(np.clip(PAIRS // rows**2, 1, DRAWS))
    return {
        "information_sum": neuron_information(probability, split.sensitive),
        "information_joint": joint_information(
            probability, split.sensitive, draws=draws, seed=seed_of(seed, "codes") % 2**32
        ),
    }
