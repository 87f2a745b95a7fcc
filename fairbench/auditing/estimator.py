"""An estimator of `fairbench.estimators` as a model of rows of numbers, the group among them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd

from fairbench.auditing.coding import plain
from fairbench.auditing.errors import AuditError
from fairbench.auditing.model import Model, check_count
from fairbench.certify import Domain, Network
from fairbench.certify.converters import LEAK, from_leaky
from fairbench.certify.scalers import scaled, unscaled


def model_of(model, chosen: Sequence[str], sensitive: Sequence[str]) -> Model:
    """Give the model of a fitted estimator.

    Parameters
    ----------
    model : fairbench.estimators.FairClassifier, or a Pipeline of scalers and one
    chosen : sequence of str
        The columns that it was fitted on.
    sensitive : sequence of str
        The first is the group of an estimator that was fitted with ``sensitive_features``.

    Returns
    -------
    Model
        Its features are the others, then the group as a number. Its network is None where the
        estimator is none that can be certified: it draws, has thresholds of groups, or knows more
        than two of them. It says which.
    """
    try:
        estimator, scale, shift = unscaled(model)
    except ValueError as error:
        raise AuditError(f"the model cannot be read: {error}") from error
    if estimator is not model and estimator.sensitive_feature is not None:
        raise AuditError(
            "the pipeline scales the column of groups too: fit its last step without "
            "sensitive_feature, and tell it the groups as sensitive_features"
        )
    if not hasattr(estimator, "classes_"):
        raise AuditError(f"the {type(estimator).__name__} is not fitted")
    if (count := len(estimator.classes_)) > 2:
        raise AuditError(f"the {type(estimator).__name__} tells {count} classes apart, not two")
    check_count(estimator.n_features_in_, chosen, named=True)
    group = estimator.sensitive_feature
    inside = group is not None
    if inside and not isinstance(group, str):
        group = chosen[group]
    elif not inside and len(estimator.groups_) > 1:
        group = sensitive[0]
    others = [name for name in chosen if name != group]
    features = (*others, group) if group is not None else tuple(others)

    def score(rows: np.ndarray) -> np.ndarray:
        frame, told = pd.DataFrame(rows, columns=list(features)), {}
        if group is not None:
            groups = estimator.groups_[frame.pop(group).to_numpy().astype(int)]
            if inside:
                frame[group] = groups
            else:
                told["sensitive_features"] = groups
        own = hasattr(estimator, "feature_names_in_")
        frame = frame[list(chosen)] if inside else frame[list(chosen)] * scale + shift
        return estimator.predict_proba(frame if own else frame.to_numpy(), **told)[:, 1]

    network, why = None, ""
    try:
        layers, leaks = _layers(estimator, len(features))
        # The group, where it is an input beside the columns, is not scaled.
        wide, moved = np.ones(len(features)), np.zeros(len(features))
        wide[: len(chosen)], moved[: len(chosen)] = scale, shift
        layers[0] = scaled(*layers[0], wide, moved)
        network = partial(_on, layers, leaks)
    except ValueError as error:
        why = str(error)
    codes = {} if group is None else {group: [plain(each) for each in estimator.groups_]}
    return Model(features, score, network, codes, plain(estimator.classes_[1]), why)


def _layers(estimator, inputs: int) -> tuple[list[tuple[np.ndarray, np.ndarray]], bool]:
    """Layers of those inputs, the group last if it is one of them, and whether they leak.

    Raises
    ------
    ValueError
        Saying why there are none.
    """
    # Here, as all methods are imported with them.
    from fairbench.estimators.predictor import perceptron
    from fairbench.estimators.settings import fitted_method

    if (groups := len(estimator.groups_)) > 2:
        raise ValueError(f"as it knows {groups} groups")
    method = fitted_method(estimator)
    width = estimator.n_features_in_ + (estimator.sensitive_feature is None)
    layers, leaks = perceptron(method, estimator.weights_, width)
    threshold, *others = estimator.thresholds_[:groups]
    if any(other != threshold for other in others):
        raise ValueError("as it has thresholds of groups")
    layers[-1] = layers[-1][0], layers[-1][1] - threshold
    (first, bias), *more = layers
    if not method.needs_sensitive_at_test:
        first = np.hstack([first[:, :-1], np.zeros((len(first), 1))])  # it is shown 0 there
    # The only group of an estimator is 0 too, and then no input of the model.
    return [(first[:, :inputs], bias), *more], leaks


def _on(layers: list[tuple[np.ndarray, np.ndarray]], leaks: bool, domain: Domain) -> Network:
    if leaks:
        return from_leaky(layers, leak=LEAK, domain=domain)
    return Network(*(list(each) for each in zip(*layers, strict=True)))
