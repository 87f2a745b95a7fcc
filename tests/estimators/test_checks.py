"""scikit-learn's own suite, for every estimator, of which nothing is expected to fail."""

import os

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from fairbench import estimators

#: One of each way to be fitted and to predict; the others differ from these in their loss alone.
#: All of them: FAIRBENCH_TEST_ESTIMATORS=all, some minutes.
REPRESENTATIVE = ("binary_mi", "constant", "fairness_constraints", "fr_train", "group_thresholds")
ALL = os.environ.get("FAIRBENCH_TEST_ESTIMATORS") == "all"
CHOSEN = estimators.BY_METHOD if ALL else REPRESENTATIVE
BRIEF = {
    "iterations": 25,
    "warm_up": 5,
    "update_ratio": 1,
    "generator_rate": 0.1,
    "draws": 2,
    "hidden_layers": 1,
    "hidden_units": 4,
    "epochs": 3,
    "passes": 20,
    "rounds": 3,
    "batch_size": 20,
}


def brief(kind):
    """An estimator that is done soon; a method that is solved for has no iterations."""
    known = kind().get_params()
    trained = kind.method.fitting == "trained"
    left = ("epochs", "batch_size") if trained else ()
    return kind(**{k: v for k, v in BRIEF.items() if k in known and k not in left})


@parametrize_with_checks([brief(estimators.BY_METHOD[name]) for name in CHOSEN])
@pytest.mark.filterwarnings("ignore::fairbench.estimators.NoCleanRows")
def test_scikit_learns_checks(estimator, check):
    check(estimator)


def test_the_suite_is_run_for_all_ways_to_be_fitted():
    kinds = [each.method for each in estimators.BY_METHOD.values()]
    ways = {(kind.fitting, kind.postprocess, kind.keeps_network) for kind in kinds}
    chosen = [estimators.BY_METHOD[name].method for name in CHOSEN]
    assert {(kind.fitting, kind.postprocess, kind.keeps_network) for kind in chosen} == ways
