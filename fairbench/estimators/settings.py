"""The parameters of an estimator: those of its method, of the weights, and of the budget."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np
from pydantic import BaseModel, ValidationError

from fairbench.base.words import not_allowed
from fairbench.methods import Method
from fairbench.planning.types import complaint_of
from fairbench.training.budget import BUDGETS, Budget

#: The budget that an estimator has if nothing is said.
DEFAULT_BUDGET = "clean"

_WORDS = {
    "initial": ("numpy", "torch"),
    "engine": ("auto", "fast", "reference"),
    "device": ("cpu", "cuda"),
}
_LAMBDA_F = (
    "what fairness weighs, 0 to 1; a method that is trained has "
    "1 - lambda_f - lambda_r for the labels, and one that is solved for gives as much fairness "
    "as it can at 1"
)
_TRAINED = {
    "engine": ("auto", "auto: the compiled loop where there is one, torch otherwise; or one of "
               "fast and reference"),
    "device": ("cpu", "of torch"),
    "n_jobs": (None, "threads of torch; None is one"),
    "initial": ("numpy", "generator of the initial weights: numpy, or torch as the published "
                "numbers had it"),
}  # fmt: skip
_SHARED = {
    "sensitive_feature": (None, "name or place of the column of X that says the group; the model "
                          "is then told it as its last input, and X keeps the column in predict"),
    "random_state": (None, "seed of a fit, an int or a RandomState; initial_seed of a study's fit "
                     "gives that fit"),
}  # fmt: skip


def parameters_of(kind: type[Method]) -> dict[str, tuple[Any, str]]:
    """Default and description of each parameter of a method's estimator, by name.

    Raises
    ------
    TypeError
        If a parameter of the method has the name of one that all estimators have.
    """
    ours: dict[str, tuple[Any, str]] = {}
    if kind.uses_lambda_f or kind.postprocess:
        ours["lambda_f"] = (0.0 if kind.postprocess == "constant" else 0.5, _LAMBDA_F)
    if kind.uses_lambda_r:
        ours["lambda_r"] = (0.1, "what robustness weighs, 0 to 1")
    own = {
        name: (field.get_default(call_default_factory=True), field.description or "")
        for name, field in kind.Parameters.model_fields.items()
    }
    shared = dict(_SHARED)
    if kind.fitting == "trained":
        budget = BUDGETS[DEFAULT_BUDGET]
        shared = {
            name: (getattr(budget, name), field.description or "")
            for name, field in Budget.model_fields.items()
        } | shared
        shared |= _TRAINED
    both = own.keys() & (ours | shared).keys()
    if both:
        raise TypeError(f"{kind.__name__}.Parameters has {sorted(both)}, which estimators have too")
    return ours | own | shared


def method_of(kind: type[Method], given: Mapping[str, Any]) -> Method:
    """The method with its part of the parameters; ValueError for what it does not allow."""
    return kind(_made(kind.Parameters, given, kind.__name__))


def fitted_method(estimator) -> Method:
    """The method of a fitted estimator, told how many groups and classes it was shown."""
    method = estimator.method(estimator.method.Parameters(**estimator.method_parameters_))
    return method.for_data(len(estimator.thresholds_), len(estimator.classes_))


def budget_of(kind: type[Method], given: Mapping[str, Any]) -> Budget:
    """The budget; that of a method without training is of no effect."""
    if kind.fitting != "trained":
        return BUDGETS[DEFAULT_BUDGET]
    told = {name: given[name] for name in Budget.model_fields}
    if told["epochs"] is not None:
        told["iterations"] = None
    return _made(Budget, told, kind.__name__)


def engine_of(kind: type[Method], given: Mapping[str, Any]) -> dict[str, Any]:
    """What `fairbench.training.fit.fit_models` is told of how to train."""
    if kind.fitting != "trained":
        return {"generator": "numpy"}
    for name, known in _WORDS.items():
        if given[name] not in known:
            raise ValueError(not_allowed(f"{kind.__name__}: {name}", given[name], known))
    jobs = given["n_jobs"] or 1
    threads = jobs if jobs > 0 else max(1, (os.cpu_count() or 1) + 1 + jobs)
    told = {"engine": given["engine"], "device": given["device"]}
    return {"generator": given["initial"], "threads": threads, **told}


def weights_of(kind: type[Method], given: Mapping[str, Any]) -> tuple[float, float]:
    """lambda_f and lambda_r, 0 where the method has none; ValueError unless labels count too."""
    found = []
    for name in ("lambda_f", "lambda_r"):
        value = given.get(name, 0.0)
        number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
        if not number or not 0 <= value <= 1:
            raise ValueError(f"{kind.__name__}: {name} is {value!r}; allowed: numbers from 0 to 1")
        found.append(float(value))
    if kind.fitting == "trained" and not kind.postprocess and sum(found) > 1:
        raise ValueError(
            f"{kind.__name__}: lambda_f + lambda_r is {sum(found):g}; allowed: at most 1, as wrong "
            "labels would be rewarded"
        )
    return found[0], found[1]


def _made(model: type[BaseModel], given: Mapping[str, Any], name: str) -> Any:
    told = {key: _plain(given[key]) for key in model.model_fields if key in given}
    try:
        return model(**told)
    except ValidationError as error:
        texts = []
        for detail in error.errors():
            wrong = complaint_of(detail, model)
            key = ".".join(map(str, wrong.key))
            text = f"{name}: {key}: {wrong.problem}" if key else f"{name}: {wrong.problem}"
            texts.append(not_allowed(text, wrong.given, wrong.allowed) if wrong.allowed else text)
        raise ValueError("; ".join(texts)) from error


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
