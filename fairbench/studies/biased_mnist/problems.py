"""What can be wrong with the Biased-MNIST study, beyond the types of the keys."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from fairbench import methods
from fairbench.methods import Method
from fairbench.planning.complaint import Complaint
from fairbench.planning.methods import class_problems, group_problems, method_problems
from fairbench.studies.biased_mnist.section import BiasedMnist, method_of

KEY = "biased_mnist"


def biased_mnist_problems(config: Any) -> Iterator[Complaint]:
    """Give every problem of the section `biased_mnist`."""
    study = config.biased_mnist
    if study is None:
        return
    if not study.entries():
        text = "all methods are switched off"
        yield Complaint((KEY, "methods"), None, text, list(study.methods))
    for label in study.entries():
        yield from _method_problems(study, label)


def _method_problems(study: BiasedMnist, label: str) -> Iterator[Complaint]:
    key, entry = (KEY, "methods", label), study.entries()[label]
    found = _kind(entry.method or label, entry.file)
    if found is not None and not _is_shown_images(found):
        able = [name for name in methods.built_in() if _is_shown_images(methods.find(name))]
        text = "its predictor cannot be a network of convolutions, and the data are images"
        yield Complaint(key, found.name, text, able)
        return
    make = partial(method_of, study, label)
    problems = list(method_problems(key, label, entry, make, variant=entry.variant))
    yield from problems
    if problems:
        return
    method = make()
    yield from group_problems(key, type(method), many=True)
    yield from class_problems(key, type(method), 10)
    if method.uses_lambda_f and max(entry.lambda_f or study.lambda_f) >= 1 - 1e-12:
        own = (*key, "lambda_f") if entry.lambda_f else (KEY, "lambda_f")
        text = "lambda_f must stay below 1: the cross-entropy has weight 1 - lambda_f"
        yield Complaint(own, max(entry.lambda_f or study.lambda_f), text)


def _kind(name: str, file: str | None) -> type[Method] | None:
    """The class of a method, or None where `method_problems` says why there is none."""
    try:
        return methods.find(name, file)
    except (Exception, SystemExit):  # a user's file may raise anything
        return None


def _is_shown_images(kind: type[Method]) -> bool:
    return "network" in kind.Parameters.model_fields
