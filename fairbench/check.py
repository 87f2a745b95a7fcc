"""Reading a configuration, and saying what is wrong with it in one message.

Each complaint names the file, the key, what was given, what is allowed, and the nearest match.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import BaseModel, ValidationError

from fairbench import methods
from fairbench.check_data import data_problems
from fairbench.check_representations import representation_problems
from fairbench.check_tracking import tracking_problems
from fairbench.complaint import Complaint, ConfigError, Key, read_yaml
from fairbench.config import Config, Study, method_of
from fairbench.training.budget import BUDGETS

#: Lines of a message.
SCREEN = 20
_WITHOUT_LAMBDA_R = ("constant", "group_thresholds", "logistic_regression")


def check(raw: dict, files: Iterable[str | Path] = ()) -> Config:
    """Validate a merged configuration.

    Parameters
    ----------
    raw : dict
        What the config files say, later ones over earlier ones.
    files : iterable of path
        Those files, in that order, to name the one at fault.

    Raises
    ------
    ConfigError
        With every complaint found, or about a file that cannot be read as it stands.
    """
    files = [Path(file) for file in files]
    for file in files:
        if file.suffix != ".json":
            read_yaml(file)  # Snakemake, which merged them, does not mind a key that stands twice
    try:
        config = Config.model_validate(raw)
    except ValidationError as error:
        complaints = [_complaint(detail) for detail in error.errors() if not _beside(detail)]
    else:
        complaints = list(_cross_checks(config))
        if not complaints:
            return config
    unique = list(dict.fromkeys(complaint.text(files) for complaint in complaints[:12]))
    raise ConfigError("\n".join(["the configuration cannot be used", *_one_screen(unique)]))


def _one_screen(complaints: list[str]) -> Iterator[str]:
    """As many complaints as are read at once, and how many there are beyond them."""
    lines = 0
    for number, text in enumerate(complaints):
        lines += text.count("\n") + 1
        if number and lines > SCREEN:
            yield f"... and at least {len(complaints) - number} more"
            return
        yield text


def _beside(error: dict) -> bool:
    """Whether an error is about the other choice where a preset's name or its keys may stand."""
    return error["loc"][-1:] == ("str",) and isinstance(error["input"], dict)


def _complaint(error: dict) -> Complaint:
    key = tuple(part for part in error["loc"] if not _is_choice(part))
    kind, given, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return Complaint(key, key[-1], "unknown key", sorted(_fields_at(key[:-1])))
    if kind == "missing":
        return Complaint(key[:-1], list(given), f"the key {key[-1]} is missing")
    if kind == "literal_error":
        allowed = [part.strip(" '") for part in context["expected"].replace(" or ", ",").split(",")]
        problem = "not one of the allowed values"
        if isinstance(given, bool):
            problem += ' (YAML reads off and on as false and true: write "off" and "on")'
        return Complaint(key, given, problem, allowed)
    if kind == "unknown_name":
        return Complaint(key, given, error["msg"], context["allowed"])
    if kind == "string_pattern_mismatch":
        return Complaint(key, given, f"only text of the form {context['pattern']} will do")
    if kind in ("dict_type", "model_type"):
        return Complaint(key, given, "keys and their values are needed here")
    if kind == "at_key":
        return Complaint((*key, context["key"]), context["given"], error["msg"])
    message = error["msg"].removeprefix("Value error, ")
    return Complaint(key, given, message[0].lower() + message[1:])


def _is_choice(part: str | int) -> bool:
    """Whether pydantic put this part into a key, to say which type of several it tried."""
    names = ("[key]", "str", "Budget", "Panel")
    return part in names or str(part).startswith("function-after[")


def _fields_at(key: Key) -> list[str]:
    """Names of the keys allowed at a place of the config."""
    model: type[BaseModel] | None = Config
    for part in key:
        if isinstance(part, int) or model is None:
            continue
        if part in model.model_fields:
            model = _model_in(model.model_fields[part].annotation) or model
    return list(model.model_fields)


def _model_in(annotation) -> type[BaseModel] | None:
    """The first model inside an annotation such as dict[str, Study | None]."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in getattr(annotation, "__args__", ()):
        found = _model_in(part)
        if found:
            return found
    return None


def _cross_checks(config: Config) -> Iterator[Complaint]:
    active = config.active()
    if not active:
        yield Complaint(("studies",), None, "every study is switched off", list(config.studies))
    for name, study in active.items():
        yield from _study_checks(("studies", name), study)
    yield from _name_checks(active)
    yield from _figure_checks(config, active)
    yield from itertools.starmap(Complaint, data_problems(config))
    yield from itertools.starmap(Complaint, tracking_problems(config))
    yield from itertools.starmap(Complaint, representation_problems(config))


def _study_checks(key: Key, study: Study) -> Iterator[Complaint]:
    yield from _budget_check((*key, "budget"), study.budget)
    if not study.entries():
        yield Complaint(
            (*key, "methods"), None, "every method is switched off", list(study.methods)
        )
    for label, entry in study.entries().items():
        here = (*key, "methods", label)
        yield from _budget_check((*here, "budget"), entry.budget)
        yield from _method_checks(here, label, study, entry)
        if (entry.method or label) in _WITHOUT_LAMBDA_R:
            continue  # nothing there takes weight from the cross-entropy while training
        # The grid is the study's unless the method has its own: one complaint then for all methods.
        own = entry.lambda_f is not None or entry.lambda_r is not None
        largest = max(entry.lambda_f or study.lambda_f) + max(entry.lambda_r or study.lambda_r)
        if largest >= 1 - 1e-12 and not study.allow_negative_cross_entropy_weight:
            yield Complaint(
                (*(here if own else key), "lambda_f"),
                f"largest lambda_f + largest lambda_r = {largest:.10g}",
                "lambda_f + lambda_r must stay below 1: the cross-entropy has weight "
                "1 - lambda_f - lambda_r (allow_negative_cross_entropy_weight lifts this)",
            )


def _name_checks(active: dict[str, Study]) -> Iterator[Complaint]:
    """Paths carry a method's name, so that two methods of one name would share their fits."""
    files = dict.fromkeys(methods.built_in())
    for name, study in active.items():
        for label, entry in study.entries().items():
            method = entry.method or label
            if files.setdefault(method, entry.file) != entry.file and entry.file:
                other = files[method] or "a method of fairbench"
                problem = f"the name {method} belongs to {other} already: give this one another"
                yield Complaint(("studies", name, "methods", label, "file"), entry.file, problem)


def _budget_check(key: Key, budget) -> Iterator[Complaint]:
    if isinstance(budget, str) and budget not in BUDGETS:
        yield Complaint(key, budget, "no such budget preset", list(BUDGETS))


def _method_checks(key: Key, label: str, study: Study, entry) -> Iterator[Complaint]:
    name = entry.method or label
    try:
        kind = methods.find(name, entry.file)
    except FileNotFoundError as error:
        yield Complaint((*key, "file"), entry.file, str(error))
        return
    except KeyError:
        problem = f"no method of this name in {entry.file}" if entry.file else "unknown method"
        yield Complaint(
            (*key, "method") if entry.method else key, name, problem, methods.built_in()
        )
        return
    except (Exception, SystemExit) as error:  # a user's file may fail in any way
        yield Complaint((*key, "file"), entry.file, f"cannot be imported: {error!r}")
        return
    if entry.variant is not None and entry.variant not in kind.variants:
        yield Complaint((*key, "variant"), entry.variant, "unknown variant", list(kind.variants))
        return
    try:
        method_of(label, study, entry)
    except ValidationError as error:
        for detail in error.errors():
            found = _complaint(detail)
            allowed = found.allowed
            if detail["type"] == "extra_forbidden":
                allowed = sorted(kind.Parameters.model_fields)
            yield Complaint((*key, "parameters", *found.key), found.given, found.problem, allowed)
    except (Exception, SystemExit) as error:  # so may its class
        preset = study.budget if entry.budget is None else entry.budget
        if not isinstance(preset, str) or preset in BUDGETS:  # else it was complained of already
            yield Complaint((*key, "file"), entry.file, f"the method cannot be made: {error!r}")


def _figure_checks(config: Config, active: dict[str, Study]) -> Iterator[Complaint]:
    figures = config.figures
    used = [(("figures", "fig8", i), panel, []) for i, panel in enumerate(figures.fig8 or [])]
    for name in ("fig9", "fig10"):
        curves = getattr(figures, name)
        if curves:
            used.append((("figures", name), curves, [curves.label, *curves.rivals]))
    for key, figure, labels in used:
        if figure.study not in active:
            problem = "no such study, or it is switched off (null leaves the figure out)"
            yield Complaint((*key, "study"), figure.study, problem, list(active))
            continue
        for label in labels:
            there = list(active[figure.study].entries())
            if label not in there:
                problem = f"study {figure.study} has no method with this label"
                yield Complaint((*key, "label"), label, problem, there)
