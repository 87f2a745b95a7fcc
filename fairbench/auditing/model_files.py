"""The model that is audited, if there is one, from a file or as it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from fairbench.auditing.coding import plain
from fairbench.auditing.errors import AuditError, unknown
from fairbench.auditing.estimator import model_of
from fairbench.auditing.model import Model, check_count
from fairbench.certify import Network, read_nnet
from fairbench.certify.converters import from_sklearn, from_torch
from fairbench.certify.onnx_files import from_onnx


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
    if hasattr(found, "sensitive_feature"):
        return model_of(found, chosen, sensitive)
    network, about = _network(found), getattr(found, "classes_", None)
    check_count(network.inputs, chosen, named=bool(features))
    about = None if about is None else plain(about[1])
    return Model(tuple(chosen), network, lambda domain: network, about=about)


def _network(found: Any) -> Network:
    """A network with a probability at its end."""
    try:
        if isinstance(found, Network):
            network = found
        elif "Sequential" in {kind.__name__ for kind in type(found).__mro__}:
            network = from_torch(found)
        else:
            network = from_sklearn(found)
    except ValueError as error:
        raise AuditError(f"the model cannot be certified: {error}") from error
    if network.output != "sigmoid":
        raise AuditError("the model's output is linear; one with a sigmoid at its end is expected")
    return network


#: Types of a fitted MLPClassifier that skops does not count as safe; they hold numbers alone.
_TRUSTED = [f"sklearn.neural_network._stochastic_optimizers.{k}Optimizer" for k in ("Adam", "SGD")]


def _skops(path: Path) -> Any:
    from skops.io import get_untrusted_types, load

    if found := [name for name in get_untrusted_types(file=path) if name not in _TRUSTED]:
        raise AuditError(
            f"{path}: it holds types that are not known to be safe: {', '.join(found)}"
        )
    return load(path, trusted=_TRUSTED)


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
        raise unknown(f"{path}: a model is read from files that end in", path.suffix, [*READERS])
    try:
        return READERS[path.suffix.lower()](path)
    except AuditError:
        raise
    except ModuleNotFoundError as error:
        raise AuditError(f"{path}: what reads it is not installed: {error}") from error
    except Exception as error:  # parsers of files raise what they like
        raise AuditError(f"{path}: it cannot be read as a model: {error}") from error
