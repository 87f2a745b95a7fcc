"""The model that is audited, if there is one, from a file or as it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from fairbench.auditing.coding import plain
from fairbench.auditing.errors import AuditError, unknown
from fairbench.auditing.estimator import model_of
from fairbench.auditing.model import Model, check_count
from fairbench.certify import Network, read_nnet
from fairbench.certify.converters import from_sklearn, from_torch
from fairbench.certify.onnx_files import from_onnx
from fairbench.certify.scalers import steps_of


def read_model(
    model: Any,
    features: Sequence[str],
    columns: Sequence[str],
    taken: set[str],
    sensitive: Sequence[str],
) -> Model:
    """Read a model.

    Parameters
    ----------
    model : path, Network, fitted model of scikit-learn or of `fairbench.estimators`, Sequential
    features : sequence of str
        Columns that it takes, in their order. Without any, those that it names itself, or all
        columns of the table but `taken`.
    columns : sequence of str
        Of the table.
    taken : set of str
        Label, prediction and score.
    sensitive : sequence of str
        The columns of groups: the first is what an estimator is told apart from its features.

    Raises
    ------
    AuditError
        It cannot be read, or takes other columns than there are.
    """
    found = _read(model)
    own = [str(name) for name in getattr(found, "feature_names_in_", ())]
    chosen = list(features) or own or [name for name in columns if name not in taken]
    for name in chosen:
        if name not in columns:
            raise unknown("there is no column for the feature", name, columns)
    if hasattr(steps_of(found)[-1][1], "sensitive_feature"):
        return model_of(found, chosen, sensitive)
    inputs, score, network, why = _parts(found)
    check_count(inputs, chosen, named=bool(features))
    classes = getattr(found, "classes_", None)
    about = None if classes is None else plain(classes[1])
    return Model(tuple(chosen), score, network, about=about, why=why)


def _parts(found: Any) -> tuple[int, Callable, Callable | None, str]:
    """How many inputs a model takes, its scores, and its network or why there is none."""
    try:
        network = _network(found)
    except ValueError as error:
        if len(getattr(found, "classes_", ())) != 2 or not hasattr(found, "predict_proba"):
            raise AuditError(f"the model cannot be certified: {error}") from error
        return found.n_features_in_, partial(_second, found), None, f"as {error}"
    if network.output != "sigmoid":
        raise AuditError("the model's output is linear; one with a sigmoid at its end is expected")
    return network.inputs, network, lambda domain: network, ""


def _second(classifier: Any, rows: np.ndarray) -> np.ndarray:
    """The probability of a classifier's second class, shape (rows,)."""
    names = getattr(classifier, "feature_names_in_", None)
    given = rows if names is None else pd.DataFrame(rows, columns=names)
    return classifier.predict_proba(given)[:, 1]


def _network(found: Any) -> Network:
    """A network with a probability at its end; ValueError for what is none."""
    if isinstance(found, Network):
        return found
    if "Sequential" in {kind.__name__ for kind in type(found).__mro__}:
        return from_torch(found)
    return from_sklearn(found)


#: Types of a fitted MLPClassifier that skops does not count as safe; they hold numbers alone.
_TRUSTED = [f"sklearn.neural_network._stochastic_optimizers.{k}Optimizer" for k in ("Adam", "SGD")]


def _skops(path: Path) -> Any:
    from skops.io import get_untrusted_types, load

    from fairbench.estimators import BY_METHOD

    trusted = [*_TRUSTED, *(f"fairbench.estimators.{kind.__name__}" for kind in BY_METHOD.values())]
    if found := [name for name in get_untrusted_types(file=path) if name not in trusted]:
        raise AuditError(
            f"{path}: it holds types that are not known to be safe: {', '.join(found)}"
        )
    return load(path, trusted=trusted)


def _estimator(path: Path) -> Any:
    from fairbench.estimators import load

    return load(path)


#: What reads a file, by its suffix.
READERS: dict[str, Callable[[Path], Any]] = {
    ".nnet": read_nnet,
    ".onnx": lambda path: from_onnx(path, output="sigmoid"),
    ".parquet": _estimator,
    ".skops": _skops,
}


def _read(model: Any) -> Any:
    """What a file holds; what is no path as it is."""
    if not isinstance(model, str | Path):
        return model
    path = Path(model)
    if not path.is_file():
        raise AuditError(f"{path}: there is no such model")
    if path.suffix.lower() not in READERS:
        raise unknown(f"{path}: its ending is", path.suffix, [*READERS])
    try:
        return READERS[path.suffix.lower()](path)
    except AuditError:
        raise
    except ModuleNotFoundError as error:
        raise AuditError(f"{path}: what reads it is not installed: {error}") from error
    except Exception as error:  # parsers of files raise what they like
        raise AuditError(f"{path}: it cannot be read as a model: {error}") from error
