"""Estimators in scikit-learn's own tools, with the group as metadata and as a column."""

import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.compose import make_column_transformer
from sklearn.metrics import make_scorer
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from fairbench.metrics.scoring import disparate_impact

from .brief import brief, people

X, Y, Z = people()
CLEAN = np.arange(len(Y)) % 5 == 0
FOLDS = [(np.arange(0, 160), np.arange(160, 240)), (np.arange(80, 240), np.arange(0, 80))]


@pytest.fixture
def routed():
    with sklearn.config_context(enable_metadata_routing=True):
        yield


def by_hand(train, test, **given):
    """Accuracy on one fold, scaled and fitted without scikit-learn's tools."""
    scaler = StandardScaler().fit(X[train])
    told = brief("fr_train", **given)
    rows = {"sensitive_features": Z[train], "clean": CLEAN[train]}
    told.fit(scaler.transform(X[train]), Y[train], **rows)
    return told.score(scaler.transform(X[test]), Y[test], sensitive_features=Z[test])


def test_a_pipeline_hands_on_groups_and_clean_rows(routed):
    pipeline = make_pipeline(StandardScaler(), brief("fr_train"))
    pipeline.fit(X, Y, sensitive_features=Z, clean=CLEAN)
    alone = brief("fr_train").fit(
        StandardScaler().fit_transform(X), Y, sensitive_features=Z, clean=CLEAN
    )
    assert pipeline[-1].weights_["0.weight"].tobytes() == alone.weights_["0.weight"].tobytes()
    told = pipeline.predict_proba(X, sensitive_features=Z)
    expected = alone.predict_proba(pipeline[0].transform(X), sensitive_features=Z)
    assert told.tobytes() == expected.tobytes()


def test_a_grid_search_divides_groups_and_clean_rows_among_the_folds(routed):
    pipeline = make_pipeline(StandardScaler(), brief("fr_train"))
    search = GridSearchCV(pipeline, {"frtrain__lambda_f": [0.1, 0.7]}, cv=FOLDS)
    search.fit(X, Y, sensitive_features=Z, clean=CLEAN)
    for number, weight in enumerate([0.1, 0.7]):
        for fold, parts in enumerate(FOLDS):
            found = search.cv_results_[f"split{fold}_test_score"][number]
            assert found == by_hand(*parts, lambda_f=weight)
    best = search.best_estimator_  # its own predict takes no metadata
    assert len(best.predict(X, sensitive_features=Z)) == len(Y)


def test_cross_validation_measures_fairness_with_the_groups_of_each_fold(routed):
    blind = brief("fr_train", sees_sensitive=False)  # a scorer predicts without the group
    scorer = make_scorer(disparate_impact, pos_label="yes").set_score_request(
        sensitive_features=True
    )
    rows = {"sensitive_features": Z, "clean": CLEAN}
    found = cross_validate(
        blind, X, Y, cv=FOLDS, params=rows, scoring=scorer, return_estimator=True
    )
    for told, (_, test), score in zip(found["estimator"], FOLDS, found["test_score"], strict=True):
        prediction = told.predict(X[test])
        how = {"sensitive_features": Z[test], "pos_label": "yes"}
        assert score == disparate_impact(Y[test], prediction, **how)
        assert 0 < score < 1


def test_what_is_not_asked_for_is_not_handed_on(routed):
    told = make_pipeline(StandardScaler(), brief("fr_train").set_fit_request(clean=False))
    with pytest.raises(TypeError, match="clean"):
        told.fit(X, Y, sensitive_features=Z, clean=CLEAN)


@pytest.mark.parametrize("name", ["group_thresholds", "adversarial_debiasing"])
def test_with_a_column_all_of_it_works_without_routing(name):
    frame = pd.DataFrame({"sex": Z, "first": X[:, 0], "second": X[:, 1]})
    scaled = make_column_transformer(
        (StandardScaler(), ["first", "second"]),
        remainder="passthrough",
        verbose_feature_names_out=False,
    ).set_output(transform="pandas")
    pipeline = make_pipeline(scaled, brief(name, sensitive_feature="sex"))
    step = pipeline.steps[-1][0]

    def impact(estimator, x, y):
        prediction = estimator.predict(x)
        return disparate_impact(y, prediction, sensitive_features=x["sex"], pos_label="yes")

    scoring = {"impact": impact, "accuracy": "accuracy", "auc": "roc_auc"}
    search = GridSearchCV(
        pipeline, {f"{step}__lambda_f": [0.0, 1.0]}, cv=FOLDS, scoring=scoring, refit="accuracy"
    )
    search.fit(frame, Y)
    fair = search.cv_results_["mean_test_impact"]
    assert np.isfinite(fair).all() and fair[1] > fair[0] + 0.1
    assert (search.cv_results_["mean_test_auc"] > 0.6).all()
    shuffled = frame[["second", "sex", "first"]]
    assert (search.predict(shuffled) == search.predict(frame)).all()
