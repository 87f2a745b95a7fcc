"""The estimator that all methods have; `fairbench.estimators.build` gives it their parameters."""

from __future__ import annotations

import warnings
from typing import Any, ClassVar

import numpy as np
from scipy.special import expit, softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.metrics import accuracy_score
from sklearn.utils import check_array, check_X_y
from sklearn.utils.validation import check_is_fitted, validate_data

from fairbench.base.words import not_allowed
from fairbench.data.groups import with_groups
from fairbench.estimators import files, fitting, given, predictor, settings
from fairbench.methods import Method
from fairbench.metrics.checked import one_column, places_of
from fairbench.training.budget import BUDGETS, Budget
from fairbench.training.models import Model, Split


class NoCleanRows(UserWarning):
    """A method that learns from clean rows was given none, and trusts the training rows."""


class FairClassifier(ClassifierMixin, BaseEstimator):
    """A method as a scikit-learn classifier, of as many classes as the method knows.

    Attributes
    ----------
    classes_ : array, shape (C,)
        The labels; of two, decisions are about the second.
    groups_ : array, shape (groups,)
        Values of the sensitive attribute in `fit`; one, ``all``, if it was given none.
    weights_ : dict of str to array
    thresholds_ : array
        What the logit of a row of each group must exceed; of more than two classes 0, unused.
    """

    method: ClassVar[type[Method]]
    #: Without these, a user would have to ask for each by `set_fit_request`.
    __metadata_request__fit = {"sensitive_features": True, "clean": True}
    __metadata_request__predict = {"sensitive_features": True}
    __metadata_request__predict_proba = {"sensitive_features": True}
    __metadata_request__decision_function = {"sensitive_features": True}
    __metadata_request__score = {"sensitive_features": True}

    @classmethod
    def preset(cls, budget: str = settings.DEFAULT_BUDGET, variant: str | None = None, **given_):
        """An estimator with a published budget, and with a variant of its method.

        Parameters
        ----------
        budget : str
            A name in `fairbench.training.budget.BUDGETS`, such as ``clean`` or ``poisoned``.
        variant : str, optional
            A name in the method's `variants`, such as ``released`` or ``paper``.
        **given_
            Further parameters, which go before these.
        """
        for what, name, known in (
            ("budget", budget, BUDGETS),
            ("variant", variant, cls.method.variants),
        ):
            if name is not None and name not in known:
                raise ValueError(not_allowed(f"{cls.__name__}: {what}", name, list(known)))
        bundle: dict[str, Any] = {}
        if cls.method.fitting == "trained":
            bundle = {name: getattr(BUDGETS[budget], name) for name in Budget.model_fields}
        if variant is not None:
            of_budget = cls.method.variants[variant]
            bundle |= of_budget.get(budget.rpartition("_")[2], of_budget.get("*", {}))
        return cls(**(bundle | given_))

    def fit(self, X, y, *, sensitive_features=None, clean=None):
        """Learn from rows.

        Parameters
        ----------
        X : frame or array, shape (rows, columns)
            Numbers; the column `sensitive_feature`, if that is set, may hold anything.
        y : array, shape (rows,)
            Labels: of two classes, or of more if the method's class says `any_classes`.
        sensitive_features : array, shape (rows,), optional
            The group of each row. Without it and without a column of X all rows are one group,
            between which and itself no method can be unfair: its lambda_f is then 0.
        clean : array of bool, shape (rows,), or tuple, optional
            Rows whose labels are trusted, for methods that are robust with their help: either which
            of these rows (they are then not trained on), or rows of their own, ``(X, y)`` or
            ``(X, y, sensitive_features)``. Without it, such a method trusts the training rows,
            which says that nobody poisoned them, and warns.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            What is given is not of this form, or a parameter is not allowed.
        RuntimeError
            The method found no predictor; the message has its reason.
        """
        told = self.get_params(deep=False)
        method, budget = (
            settings.method_of(self.method, told),
            settings.budget_of(self.method, told),
        )
        lambda_f, lambda_r = settings.weights_of(self.method, told)
        features, group = self._read(X, sensitive_features, reset=True)
        features, y = check_X_y(features, y, dtype=np.float32, estimator=self)
        self.classes_, label = given.labels(y, self.method)
        self.groups_ = np.array(["all"]) if group is None else np.unique(group)
        method = method.for_data(max(2, len(self.groups_)), len(self.classes_))
        train = self._split(method, features, group, label)
        train, clean = self._divide(method, train, clean)
        self.seed_ = fitting.seed_of_state(self.random_state)
        if len(self.groups_) == 1 and method.about_groups and not method.postprocess:
            lambda_f = 0.0
        how = settings.engine_of(self.method, told)
        model = Model(0, lambda_f, lambda_r, self.seed_)
        found = fitting.fit_one(type(self).__name__, method, model, train, clean, budget, how)
        self.weights_, self.thresholds_, self.engine_, self.n_iter_ = found
        self.method_parameters_ = method.parameters.model_dump()
        return self

    def decision_function(self, X, *, sensitive_features=None) -> np.ndarray:
        """Logit of each row less the threshold of its group, shape (rows,); above 0 is class 1.

        Of more than two classes it is the logit of each, (rows, C), and the largest is predicted.

        Parameters
        ----------
        X : frame or array, shape (rows, columns)
        sensitive_features : array, shape (rows,), optional
            Needed if `fit` was given them and the predictor is shown the group or has a threshold
            for each (`sees_sensitive` and the method say so).
        """
        check_is_fitted(self)
        method = settings.fitted_method(self)
        features, group = self._read(X, sensitive_features, reset=False)
        if not method.needs_sensitive_at_test:
            group = None
        elif group is None and len(self.groups_) > 1:
            raise ValueError(
                f"{type(self).__name__} decides with the group: give sensitive_features here too, "
                "name a column of X (sensitive_feature), or fit with sees_sensitive=False if that "
                "is a parameter of the method's that helps"
            )
        rows = self._split(method, features, group, np.zeros(len(features)))
        told = predictor.logits(method, self.weights_, rows.features, self.seed_)
        return told if told.ndim == 2 else told - self.thresholds_[rows.sensitive.astype(int)]

    def predict(self, X, *, sensitive_features=None) -> np.ndarray:
        """Class of each row, shape (rows,); as for `decision_function`."""
        decision = self.decision_function(X, sensitive_features=sensitive_features)
        return self.classes_[decision.argmax(1) if decision.ndim == 2 else (decision > 0) * 1]

    def predict_proba(self, X, *, sensitive_features=None) -> np.ndarray:
        """Probability of each class, shape (rows, C); as for `decision_function`.

        Where groups have thresholds it is moved with them, so that 1/2 is where decisions change.
        """
        decision = self.decision_function(X, sensitive_features=sensitive_features)
        if decision.ndim == 2:
            return softmax(decision, axis=1)
        return np.stack([expit(-decision), expit(decision)], axis=1)

    def score(self, X, y, sample_weight=None, *, sensitive_features=None) -> float:
        """Accuracy, 0 to 1; as for `decision_function`."""
        prediction = self.predict(X, sensitive_features=sensitive_features)
        return accuracy_score(y, prediction, sample_weight=sample_weight)

    def save(self, path) -> None:
        """Write the fitted estimator to a file without pickle, see `fairbench.estimators.load`.

        It is a Parquet file: `fairbench audit` knows it by the suffix ``.parquet``.

        Raises
        ------
        ValueError
            A parameter, a class or a group that such a file cannot hold.
        """
        check_is_fitted(self)
        files.save(self, path)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "weights_")

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = self.method.knows_any_classes()
        tags.classifier_tags.poor_score = self.method.fitting == "none"
        return tags

    def _read(self, X, sensitive_features, *, reset: bool):
        """Features without the group, (rows, width) float32, and the group of each row or None."""
        X = table = given.collected(X)
        if self.sensitive_feature is None:
            features = validate_data(self, X, reset=reset, dtype=np.float32)
            values = sensitive_features
        else:
            if sensitive_features is not None:
                name = self.sensitive_feature
                raise ValueError(f"the group is the column {name!r} of X: no sensitive_features")
            table, values = given.without_column(X, self.sensitive_feature)
            validate_data(self, X, reset=reset, skip_check_array=True)
            features = check_array(table, dtype=np.float32, estimator=self)
        if reset and self.method.fitting == "trained":
            given.warn_of_scale(type(self).__name__, features, table)
        if values is None:
            return features, None
        return features, one_column(values, "the sensitive attribute", len(features))

    def _split(self, method: Method, features, group, label) -> Split:
        """Rows as the engines take them."""
        place = np.zeros(len(features), int)
        if group is not None:
            place = places_of(group, self.groups_, "the sensitive attribute")
        sensitive = place.astype(np.float32)
        features = with_groups(features, sensitive, method.groups)
        return Split(features, sensitive, np.asarray(label, np.float32))

    def _divide(self, method: Method, rows: Split, clean) -> tuple[Split, Split]:
        """The rows to train on, and the clean ones."""
        if clean is None:
            if method.uses_clean_rows:
                text = (
                    f"{type(self).__name__} learns from clean rows and was given none: it trusts "
                    "the labels of all training rows (fit(..., clean=) says which to trust)"
                )
                warnings.warn(text, NoCleanRows, stacklevel=3)
            return rows, rows
        if given.is_mask(clean, len(rows.y)):
            chosen = np.asarray(clean, bool)
            if chosen.all() or not chosen.any():
                raise ValueError(f"clean marks {chosen.sum()} of {len(chosen)} rows")
            parts = [(rows.features[k], rows.sensitive[k], rows.y[k]) for k in (~chosen, chosen)]
            return Split(*parts[0]), Split(*parts[1])
        return rows, self._clean_split(method, clean)

    def _clean_split(self, method: Method, clean: tuple) -> Split:
        if len(clean) not in (2, 3):
            raise ValueError(f"clean has {len(clean)} parts; (X, y) or (X, y, sensitive_features)")
        X, y, *sensitive = clean
        features, group = self._read(X, *(sensitive or [None]), reset=False)
        if group is None and len(self.groups_) > 1:
            raise ValueError("clean rows need their sensitive_features: (X, y, sensitive_features)")
        values = one_column(y, "the label of clean rows", len(features))
        label = places_of(values, self.classes_, "the label of clean rows")
        return self._split(method, features, group if len(self.groups_) > 1 else None, label)
