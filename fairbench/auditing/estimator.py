"""An estimator of `fairbench.estimators` as a model of rows of numbers, the group among them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from fairbench.auditing.coding import plain
from fairbench.auditing.errors import AuditError
from fairbench.auditing.model import Model, check_count
from fairbench.certify import Network
from fairbench.certify.converters import LEAK, from_leaky


def model_of(estimator, chosen: Sequence[str], sensitive: Sequence[str]) -> Model:
    """Give the model of a fitted estimator.

    Parameters
    ----------
    estimator : fairbench.estimators.FairClassifier
    chosen : sequence of str
        The columns that it was fitted on.
    sensitive : sequence of str
        The first is the group of an estimator that was fitted with ``sensitive_features``.

    Returns
    -------
    Model
        Its features are the others, then the group as a number. Its network is None where the
        estimator is none that can be certified: it draws, has thresholds of groups, or knows more
        than two of them.
    """
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
        frame = frame[list(chosen)]
        return estimator.predict_proba(frame if own else frame.to_numpy(), **told)[:, 1]

    codes = {} if group is None else {group: [plain(each) for each in estimator.groups_]}
    return Model(
        features, score, _network(estimator, features), codes, plain(estimator.classes_[1])
    )


def _network(estimator, features: tuple[str, ...]) -> Network | None:
    """The network of an estimator whose weights are plain layers of those features."""
    weights = estimator.weights_
    names = [f"{depth}.{part}" for depth in range(len(weights) // 2) for part in ("weight", "bias")]
    if not names or set(names) != set(weights) or np.any(estimator.thresholds_):
        return None
    layers = [(weights[w], weights[b]) for w, b in zip(names[::2], names[1::2], strict=True)]
    first = np.asarray(layers[0][0])
    if estimator.method.keeps_network or first.ndim != 2 or first.shape[1] != len(features):
        return None
    return from_leaky(layers, leak=LEAK)
