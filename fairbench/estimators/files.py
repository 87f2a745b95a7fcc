"""A fitted estimator as one file of plain numbers and text, whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from fairbench.base.errors import DamagedFile
from fairbench.store.tables import read_columns, write_table

_FORMAT, _KIND = 1, "estimator"
_PLAIN = ("method_parameters_", "seed_", "engine_", "n_iter_", "n_features_in_")
_NAMES = ("classes_", "groups_", "feature_names_in_")


def save(estimator: BaseEstimator, path: str | Path) -> None:
    """Write a fitted estimator; a table of `fairbench.store.tables.write_table`."""
    arrays = {**estimator.weights_, "thresholds_": estimator.thresholds_}
    given = estimator.get_params(deep=False)
    if not isinstance(given["random_state"], int | np.integer | None):
        given["random_state"] = None  # of the fit, `seed_` says more
    about = {
        "format": _FORMAT,
        "method": estimator.method.name,
        "parameters": given,
        "fitted": {name: getattr(estimator, name) for name in _PLAIN},
        "names": {name: _told(estimator, name) for name in _NAMES if hasattr(estimator, name)},
        "arrays": [[name, list(each.shape), str(each.dtype)] for name, each in arrays.items()],
    }
    values = np.concatenate([each.ravel().astype(np.float64) for each in arrays.values()])
    try:
        write_table({"value": values}, path, kind=_KIND, about=about)
    except TypeError as error:
        raise ValueError(f"{path}: not written: {error}") from error


def read(path: str | Path) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """The method's name, the parameters and the fitted attributes of a file.

    Raises
    ------
    ValueError
        If it holds no estimator, or is not as it was written.
    """
    try:
        columns, about = read_columns(path, kind=_KIND, about={"format": _FORMAT})
    except DamagedFile as error:
        reason = str(error).removeprefix(f"{path}: ").rpartition("; ")[0]
        raise ValueError(f"{path}: no estimator can be read from it: {reason}") from error
    fitted, start = dict(about["fitted"]), 0
    arrays = {}
    for name, shape, kind in about["arrays"]:
        end = start + int(np.prod(shape))
        arrays[name] = columns["value"][start:end].astype(kind).reshape(shape)
        start = end
    fitted["thresholds_"] = arrays.pop("thresholds_")
    fitted["weights_"] = arrays
    for name, (values, kind) in about["names"].items():
        fitted[name] = np.array(values, dtype=kind)
    fitted["method_parameters_"] = _from_json(fitted["method_parameters_"])
    return about["method"], _from_json(about["parameters"]), fitted


def _from_json(parameters: dict[str, Any]) -> dict[str, Any]:
    """Parameters with tuples, which JSON has as lists."""
    return {k: tuple(v) if isinstance(v, list) else v for k, v in parameters.items()}


def _told(estimator: BaseEstimator, name: str) -> list:
    """Values and type of an array of names, of which JSON holds text, numbers and booleans."""
    array = getattr(estimator, name)
    values = array.tolist()
    if not all(isinstance(value, str | int | float | bool) for value in values):
        raise ValueError(f"{name} of type {array.dtype} cannot be saved: {values[:3]}")
    return [values, str(array.dtype)]
