"""The terms of the published audit (figure 5 of the FR-Train report) that no training changes."""

import numpy as np
import pytest

from fairbench.data.published import published_draw
from fairbench.information import knn_cmi


@pytest.mark.parametrize(
    ("x", "given", "value"),
    [
        (["x1"], None, 0.0074),
        (["x2"], ["x1"], 0.0065),
        # The published script conditioned the feature on itself here, and so lost the term above.
        (["x2"], ["x2"], 0.0),
        (["sensitive"], ["x1", "x2"], 0.0008),
    ],
)
def test_constant_terms(x, given, value):
    rows = published_draw().iloc[np.r_[0:1800, 2000:2200]]
    is_clean = np.arange(len(rows)) >= 1800
    estimate = knn_cmi(rows[x], is_clean, rows[given] if given else None, k=8, clip=False)
    assert estimate == pytest.approx(value, abs=5e-5)
