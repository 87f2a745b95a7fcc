"""Scalers before a model, in a Pipeline of scikit-learn, as a part of the model's first layer."""

from __future__ import annotations

from typing import Any

import numpy as np


def steps_of(model) -> list[tuple[str, Any]]:
    """The named steps of a Pipeline; what is none is one step."""
    return model.steps if "Pipeline" in kinds_of(model) else [("", model)]


def unscaled(model) -> tuple[Any, np.ndarray, np.ndarray]:
    """The last step of a fitted Pipeline of scikit-learn, and what those before it do.

    Returns
    -------
    model
        The last step; what is no Pipeline, itself.
    scale, shift : array, shape (features,) or ()
        The last step gets scale x + shift.

    Raises
    ------
    ValueError
        Naming a step that is neither StandardScaler nor MinMaxScaler, or a scaler that clips or is
        not fitted.
    """
    scale, shift = np.ones(()), np.zeros(())
    *before, (_, last) = steps_of(model)
    for name, step in before:
        own, added = _affine(name, step)
        scale, shift = own * scale, own * shift + added
    return last, scale, shift


def _affine(name: str, step) -> tuple[np.ndarray, np.ndarray]:
    """The scale and the shift of a step."""
    kinds, what = kinds_of(step), f"the pipeline's step {name!r} ({type(step).__name__})"
    if not kinds & {"StandardScaler", "MinMaxScaler"} or getattr(step, "clip", False):
        raise ValueError(f"{what} is not known: StandardScaler and MinMaxScaler without clip are")
    if not hasattr(step, "scale_"):
        raise ValueError(f"{what} is not fitted")
    if "MinMaxScaler" in kinds:
        return step.scale_, step.min_
    scale = 1 / step.scale_ if step.with_std else np.ones(())
    return scale, -step.mean_ * scale if step.with_mean else np.zeros(())


def scaled(
    weight: np.ndarray, bias: np.ndarray, scale: np.ndarray, shift: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The first layer of a model of x, where the model takes scale x + shift (see `unscaled`).

    Parameters and returned arrays have the shapes (out, in) and (out,) of a layer.
    """
    return weight * scale, bias + weight @ np.broadcast_to(shift, weight.shape[1])


def kinds_of(model) -> set[str]:
    """Names of the classes that a model is of, so that no library is imported for a type."""
    return {kind.__name__ for kind in type(model).__mro__}
