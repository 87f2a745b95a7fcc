"""The model that is audited, if there is one: what reads it, and the columns that it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fairbench.auditing.errors import AuditError, unknown
from fairbench.certify import Network, read_nnet
from fairbench.certify.converters import from_sklearn, from_torch
from fairbench.certify.onnx_files import from_onnx


@dataclass(frozen=True, eq=False)
class Model:
    """A network and the columns that it takes, in their order.

    Its output has to be a probability: a sigmoid follows the last layer.
    """

    network: Network
    features: tuple[str, ...]

    def score(self, features: np.ndarray) -> np.ndarray:
        """P(1) of rows, shape (rows,), from shape (rows, inputs)."""
        return self.network(features)


def _skops(path: Path) -> Network:
    try:
        from skops.io import get_untrusted_types, load
    except ModuleNotFoundError:
        raise AuditError(
            f"{path}: skops files are read by the package skops: pip install skops"
        ) from None
    if found := get_untrusted_types(file=path):
        raise AuditError(
            f"{path}: it holds types that are not known to be safe: {', '.join(found)}"
        )
    return from_sklearn(load(path, trusted=[]))


#: What reads a file, by its suffix.
READERS = {
    ".nnet": lambda path: read_nnet(path),
    ".onnx": lambda path: from_onnx(path, output="sigmoid"),
    ".skops": _skops,
}


def read_model(
    model: Any, features: Sequence[str], columns: Sequence[str], taken: set[str]
) -> Model:
    """Read a model.

    Parameters
    ----------
    model : path, Network, fitted scikit-learn model or torch Sequential
    features : sequence of str
        Columns that it takes, in their order. Without any: all columns of the table but those that
        `taken` names, in the table's order.
    columns : sequence of str
        Of the table.
    taken : set of str
        Label, prediction and score.

    Raises
    ------
    AuditError
        It cannot be read, is no network that can be certified, or takes another number of columns.
    """
    network = _network(model)
    if network.output != "sigmoid":
        raise AuditError("the model's output is linear; one with a sigmoid at its end is expected")
    chosen = tuple(features) or tuple(name for name in columns if name not in taken)
    for name in chosen:
        if name not in columns:
            raise unknown("there is no column for the feature", name, columns)
    if len(chosen) != network.inputs:
        raise AuditError(
            f"the model takes {network.inputs} inputs, and {len(chosen)} columns are "
            f"{'named' if features else 'left for it'} ({', '.join(chosen[:12])}"
            f"{', ...' if len(chosen) > 12 else ''}): name its columns in their order (--features)"
        )
    return Model(network, chosen)


def _network(model: Any) -> Network:
    if isinstance(model, Network):
        return model
    if not isinstance(model, str | Path):
        kinds = {kind.__name__ for kind in type(model).__mro__}
        try:
            return from_torch(model) if "Sequential" in kinds else from_sklearn(model)
        except ValueError as error:
            raise AuditError(f"the model cannot be certified: {error}") from error
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
        raise AuditError(f"{path}: {error}") from error
    except Exception as error:  # parsers of files raise what they like
        raise AuditError(f"{path}: it cannot be read as a network: {error}") from error
