"""What every plan that trains needs: how a setting is called, where it lies, how long it takes."""

from __future__ import annotations

from collections.abc import Mapping

from fairbench import methods
from fairbench.base.paths import folders_of, joined
from fairbench.methods import Method
from fairbench.planning.shared import Data
from fairbench.training.budget import Budget

#: Training rows taken for granted where a budget in epochs does not say how many there are.
TYPICAL_ROWS = 5000


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


def made_folder(root: str, what: str, *data: Data) -> str:
    """Folder of fits or traces of some data sets: ``.../group_coefficient=0.6+1/...``."""
    inner = (each.path.removeprefix(f"{root}/").split("/")[1:-1] for each in data)
    folder = "/".join([root, what, *map(_in_one, zip(*inner, strict=True))])
    return folder if data[0].about["poisoning"] else f"{folder}/clean"


def _in_one(words: tuple[str, ...]) -> str:
    """One folder for those of some data sets: their values joined where they differ."""
    if len(set(words)) == 1:
        return words[0]
    key, _, _ = words[0].partition("=")
    return folders_of({key: "+".join(word.removeprefix(f"{key}=") for word in words)})


def size_of(spec: Mapping) -> tuple[int, int]:
    """Models and iterations of a job that trains, by its spec."""
    models = len(spec.get("trials") or sum((each["trials"] for each in spec["data"]), []))
    fitting = methods.find(spec["method"], spec["file"]).fitting
    if fitting == "none":
        return 1, 1
    for name in ("lambda_f", "lambda_r"):
        models *= len(spec[name]) if isinstance(spec[name], list) else 1
    if fitting == "solved":
        return models, 1
    budget = spec["budget"]
    if budget.get("iterations"):
        return models, budget["iterations"]
    # The rows are in the data, which may not be there yet.
    batches = max(1, TYPICAL_ROWS // (budget.get("batch_size") or TYPICAL_ROWS))
    return models, budget["epochs"] * batches


def is_compiled(spec: Mapping) -> bool:
    """Whether the speed of what a spec says is known: nothing is trained, or the compiled engine
    trains it, for which the class itself declares a kernel.
    """
    method = methods.find(spec["method"], spec["file"])
    compiled = spec["engine"] != "reference" and method.own_kernel()
    return method.fitting != "trained" or bool(compiled)
