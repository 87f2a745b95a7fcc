"""What the settings of a trained model are called in paths."""

from __future__ import annotations

from fairbench.base.paths import folders_of, joined
from fairbench.methods import Method
from fairbench.training.budget import Budget

__all__ = ["setting_folders"]


def setting_folders(method: Method, preset: str, budget: Budget, engine: str) -> str:
    """A method with its budget and with whatever is not at its default, as folders."""
    shown: dict = {"method": method.name, "budget": preset}
    if preset == "custom":
        unit = "" if budget.epochs is None else "+epochs"
        shown["budget"] = joined(list(budget.model_dump().values())) + unit
    if engine != "auto":
        shown["engine"] = engine
    defaults = type(method).Parameters().model_dump()
    given = method.parameters.model_dump()
    return folders_of(shown | {k: value for k, value in given.items() if value != defaults[k]})
