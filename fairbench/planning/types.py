"""What pydantic finds wrong with the types of a config, in the words of a complaint."""

from __future__ import annotations

from pydantic import BaseModel

from fairbench.planning.complaint import Complaint, Key


def is_beside(error: dict) -> bool:
    """Whether an error is about the other choice where a preset's name or its keys may stand."""
    return error["loc"][-1:] == ("str",) and isinstance(error["input"], dict)


def complaint_of(error: dict, root: type[BaseModel]) -> Complaint:
    """One of pydantic's errors about a model, with what would be allowed in its place."""
    key = tuple(part for part in error["loc"] if not _is_choice(part))
    kind, given, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return Complaint(key, key[-1], "unknown key", sorted(_fields_at(root, key[:-1])))
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


def _fields_at(root: type[BaseModel], key: Key) -> list[str]:
    """Names of the keys allowed at a place of the config."""
    model: type[BaseModel] | None = root
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
