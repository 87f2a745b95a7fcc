"""A table of people, with scores that lean."""

import numpy as np
import pandas as pd
import pytest

from fairbench.auditing import audit


@pytest.fixture(scope="session")
def people():
    """Four groups, of which d has three rows; scores are probabilities."""
    generator = np.random.default_rng(3)
    rows = 603
    group = generator.choice(["a", "b", "c"], rows, p=[0.5, 0.3, 0.2])
    group[:3] = "d"
    sex = generator.choice(["f", "m"], rows)
    logit = generator.normal(0.8 * (group == "a") - 0.4 * (sex == "f"), 1.2)
    y = generator.random(rows) < 1 / (1 + np.exp(-logit))
    # Twice the logit promises too much.
    score = 1 / (1 + np.exp(-2 * logit - 0.3 * (group == "b")))
    frame = {"y": y.astype(int), "group": group, "sex": sex, "score": score}
    return pd.DataFrame(frame | {"yhat": (score > 0.5).astype(int)})


@pytest.fixture(scope="session")
def found(people):
    return audit(people, label="y", sensitive=["group", "sex"], prediction="yhat", score="score")
