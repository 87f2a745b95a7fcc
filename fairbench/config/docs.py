"""The tables of ``config/README.md``, rendered from the models that check the config.

    python -m fairbench.config.docs

writes them anew between the markers; a test fails while they are out of date.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from fairbench import methods
from fairbench.config.root import Config
from fairbench.methods.shared.space import Choice, Range
from fairbench.training.budget import BUDGETS, Budget

_START, _END = "<!-- keys:start -->", "<!-- keys:end -->"
_README = Path(__file__).parents[2] / "config" / "README.md"
_BOUNDS = {
    "minimum": ">= {}",
    "exclusiveMinimum": "> {}",
    "maximum": "<= {}",
    "exclusiveMaximum": "< {}",
    "minItems": "at least {}",
    "maxItems": "at most {}",
    "maxLength": "at most {} characters",
}


def models() -> list[type[BaseModel]]:
    """Every model of the config, outer ones first."""
    return list(_places(Config, ""))


def describe() -> str:
    """All tables as Markdown: keys by place, parameters of methods, variants, budgets."""
    parts = [_section(model, place) for model, place in _places(Config, "").items()]
    return "\n\n".join([*parts, _parameters(), _searched(), _variants(), _budgets()])


def renewed(text: str) -> str:
    """A page with the part between the markers rendered anew."""
    head, _, rest = text.partition(_START)
    tail = rest.partition(_END)[2]
    return f"{head}{_START}\n\n{describe()}\n\n{_END}{tail}"


def _places(model: type[BaseModel], place: str) -> dict[type[BaseModel], str]:
    """Each model reached from one, with where it stands in the config."""
    found = {model: place}
    for name, field in model.model_fields.items():
        for inner, step in _inner(field.annotation, f"{place}.{name}".lstrip(".")):
            for further, where in _places(inner, step).items():
                found.setdefault(further, where)
    return found


def _inner(annotation, place: str) -> Iterator[tuple[type[BaseModel], str]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation, place
    origin, arguments = getattr(annotation, "__origin__", None), getattr(annotation, "__args__", ())
    step = {dict: ".<name>", list: "[]"}.get(origin, "")
    for argument in arguments:
        yield from _inner(argument, place + step)


def parameter_rows(model: type[BaseModel]) -> list[tuple[str, str, str, str]]:
    """The keys of a model in Markdown: name, what is allowed, default, description."""
    schema = model.model_json_schema(ref_template="{model}")["properties"]
    return [
        (f"`{name}`", _allowed(schema[name]), _default(field), field.description)
        for name, field in model.model_fields.items()
    ]


def _section(model: type[BaseModel], place: str) -> str:
    title = f"`{place}`" if place else "The top level"
    summary = (model.__doc__ or "").strip().split("\n")[0]
    rows = parameter_rows(model)
    return f"### {title}\n\n{summary}\n\n{_table(['key', 'allowed', 'default', ''], rows)}"


def _allowed(schema: dict) -> str:
    """What a key may hold, in words, from its JSON schema."""
    if "$ref" in schema:
        return "keys below"
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_allowed(choice) for choice in schema["anyOf"]))
    if "enum" in schema or "const" in schema:
        return ", ".join(f"`{value}`" for value in schema.get("enum", [schema.get("const")]))
    kind = schema.get("type", "anything")
    bounds = [text.format(schema[name]) for name, text in _BOUNDS.items() if name in schema]
    if kind == "array":
        return " ".join(["list of", _allowed(schema["items"]), *_bracketed(bounds)])
    if kind == "object":
        values = schema.get("additionalProperties")
        return f"name: {_allowed(values)}" if isinstance(values, dict) else "keys and values"
    words = {"integer": "whole number", "string": "text", "boolean": "`true`, `false`"}
    return " ".join([words.get(kind, kind), *bounds])


def _bracketed(bounds: list[str]) -> list[str]:
    return [f"({', '.join(bounds)})"] if bounds else []


def _default(field) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, BaseModel):
        return "its own defaults"
    return f"`{json.dumps(value)}`"


def _parameters() -> str:
    """Parameters of all methods in one table: most are shared."""
    takers: dict[tuple, list[str]] = {}
    for name in methods.built_in():
        for row in parameter_rows(methods.find(name).Parameters):
            takers.setdefault(row, []).append(name)
    rows = [
        (*row, "all" if len(names) == len(methods.built_in()) else ", ".join(names))
        for row, names in takers.items()
    ]
    table = _table(["parameter", "allowed", "default", "", "methods"], rows)
    return f"### Parameters of the methods\n\nThey go under `parameters` of a method.\n\n{table}"


def _searched() -> str:
    """What each method adds to the space of a search."""
    rows = [
        (name, f"`{parameter}`", _space(what))
        for name in methods.built_in()
        for parameter, what in methods.find(name).searched.items()
    ]
    table = _table(["method", "searched", "values"], rows)
    told = (
        "What a search of `representations` chooses besides `representations.search.space`: each "
    )
    told += "method's file declares its own as `searched`, with `Range` and `Choice` of\n"
    told += "`fairbench.methods`. What `parameters` of the config gives a value is not searched."
    return f"### What methods add to a search\n\n{told}\n\n{table}"


def _space(what: Range | Choice) -> str:
    if isinstance(what, Choice):
        return ", ".join(str(value) for value in what.values)
    return f"{what.low:g} to {what.high:g}{', evenly in the logarithm' if what.log else ''}"


def _variants() -> str:
    rows = []
    for name in methods.built_in():
        kind = methods.find(name)
        for variant, by_budget in kind.variants.items():
            for budget, bundle in by_budget.items():
                text = ", ".join(f"{key}: {_yaml(value)}" for key, value in bundle.items())
                shown = "any" if budget == "*" else budget
                rows.append((name, f"`{variant}`", shown, f"`{text}`" if text else "the defaults"))
    table = _table(["method", "variant", "budget", "parameters"], rows)
    told = "What a `variant` sets. `parameters` beside it win. `released` is what the published"
    return f"### Variants\n\n{told} numbers used, `paper` what the text says.\n\n{table}"


def _yaml(value) -> str:
    return json.dumps(value) if not isinstance(value, str) or value in ("on", "off") else value


def _budgets() -> str:
    given = {name: budget.model_dump() for name, budget in BUDGETS.items()}
    # A budget does not say what it does not use: a length in epochs, say, has no iterations.
    keys = [key for key in Budget.model_fields if any(key in numbers for numbers in given.values())]
    rows = [
        (f"`{name}`", *(str(numbers.get(key, "")) for key in keys))
        for name, numbers in given.items()
    ]
    return f"### Budgets\n\nWhat a preset's name stands for.\n\n{_table(['preset', *keys], rows)}"


def _table(head: list[str], rows: list[tuple]) -> str:
    """A table in Markdown; ValueError if a row has more or fewer cells than the head."""
    if any(len(row) != len(head) for row in rows):
        raise ValueError(f"rows of a table do not fit its head {head}")
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


if __name__ == "__main__":
    _README.write_text(renewed(_README.read_text(encoding="utf-8")), encoding="utf-8")
