"""scikit-learn's own suite, for every estimator, of which nothing is expected to fail."""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from fairbench import estimators

from .brief import brief

#: Enough for its data, which lines divide well.
SOONER = {"iterations": 20, "warm_up": 2, "generator_rate": 0.2, "passes": 8}


def sooner(kind):
    known = kind().get_params()
    return brief(kind, **{name: value for name, value in SOONER.items() if name in known})


@parametrize_with_checks([sooner(kind) for kind in estimators.BY_METHOD.values()])
@pytest.mark.filterwarnings("ignore::fairbench.estimators.NoCleanRows")
def test_scikit_learns_checks(estimator, check, monkeypatch):
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")  # else one of them is left out
    check(estimator)
