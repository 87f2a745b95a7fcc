"""A page for each built-in method, from its class: objective, parameters, what it sees."""

from __future__ import annotations

import inspect
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fairbench import methods
from fairbench.config.docs import parameter_rows
from fairbench.methods import Method, SolvedMethod
from fairbench.planning.board import assumed_by
from fairbench.site.boards import Ranked, wins

_PACKAGE = Path(inspect.getsourcefile(methods)).parents[1]
_FORMULA = "(1 - lambda_f - lambda_r) cross_entropy + lambda_f fairness + lambda_r robustness"


@dataclass(frozen=True)
class Term:
    """A part of what a method minimises or solves: its name, its words and its code."""

    name: str
    text: str
    code: str


@dataclass(frozen=True)
class Win:
    """Where a method is first: the leaderboard, the data sets, and on how many it was tried."""

    title: str
    first: list[str]
    tried: int


@dataclass(frozen=True)
class MethodPage:
    """What a page says of a method."""

    name: str
    title: str
    told: str
    formula: str
    terms: list[Term]
    seen: dict[str, str]
    parameters: list[tuple]
    variants: list[tuple[str, str, str]]
    file: str
    source: str
    wins: list[Win] = field(default_factory=list)


def method_pages(ranked: Sequence[Ranked]) -> list[MethodPage]:
    """The pages of all built-in methods, by name."""
    return [method_page(methods.find(name), ranked) for name in methods.built_in()]


def method_page(kind: type[Method], ranked: Sequence[Ranked] = ()) -> MethodPage:
    """The page of a method, from its class and its module's docstring."""
    told = inspect.cleandoc(inspect.getmodule(kind).__doc__ or kind.__doc__ or "")
    title, *more = re.split(r"(?<=\.)(?:\n\n|\s+(?=[A-Z]))", told, maxsplit=1)
    rest = "".join(more)
    file = Path(inspect.getsourcefile(kind))
    return MethodPage(
        kind.name,
        " ".join(title.split()).rstrip("."),
        rest,
        _FORMULA if kind.fitting == "trained" else "",
        terms_of(kind),
        seen_by(kind),
        parameter_rows(kind.Parameters),
        _variants(kind),
        file.relative_to(_PACKAGE.parent).as_posix(),
        file.read_text(encoding="utf-8"),
        [_win(each, kind.name) for each in ranked if _labels(each, kind.name)],
    )


def terms_of(kind: type[Method]) -> list[Term]:
    """What a class or one of its parents adds to the objective, or how it is solved."""
    names = ("solve",) if issubclass(kind, SolvedMethod) else ("fairness", "robustness")
    names += () if issubclass(kind, SolvedMethod) else ("objective",)
    found = []
    for name in names:
        owner = next(each for each in kind.__mro__ if name in vars(each))
        if owner not in (Method, SolvedMethod):
            code = inspect.cleandoc("\n" + inspect.getsource(vars(owner)[name]))
            text = inspect.cleandoc(vars(owner)[name].__doc__ or "").partition("\n\n")[0]
            found.append(Term(name, text, code))
    return found


def seen_by(kind: type[Method]) -> dict[str, str]:
    """What the class declares of what it learns from and needs, at its default parameters."""
    made = kind()
    assumed = assumed_by(made)
    answers = {
        "labels learnt from": ", ".join(made.fitted_on) or "none",
        "needs clean rows": _yes(assumed.clean_rows),
        "needs z at test time": _yes(assumed.sensitive_at_test),
        "knows the noise rate": "only with `trimming` beside it",
        "any number of groups": _yes(kind.knows_any_groups()),
        "uses lambda_f, lambda_r": f"{_yes(made.uses_lambda_f)}, {_yes(made.uses_lambda_r)}",
        "fitted by": {
            "trained": "the training loop",
            "solved": "a solver of its own",
            "none": "nothing is trained",
        }[kind.fitting],
    }
    if kind.fitting == "trained":
        answers["compiled loop"] = _yes(bool(kind.own_kernel()))
    return answers


def _yes(answer: bool) -> str:
    return "yes" if answer else "no"


def _variants(kind: type[Method]) -> list[tuple[str, str, str]]:
    return [
        (name, "any" if budget == "*" else budget, _settings(bundle))
        for name, by_budget in kind.variants.items()
        for budget, bundle in by_budget.items()
    ]


def _settings(bundle: dict[str, Any]) -> str:
    return ", ".join(f"{key}: {value}" for key, value in bundle.items()) or "the defaults"


def _labels(ranked: Ranked, name: str) -> set[str]:
    return {label for label, each in ranked.board.assumed.items() if each.method == name}


def _win(ranked: Ranked, name: str) -> Win:
    return Win(ranked.title, *wins(ranked, _labels(ranked, name)))
