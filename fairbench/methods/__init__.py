"""The registry of methods: one file each; a user's own method is a file named in the config.

Nothing here imports torch, so that the workflow can check a method's parameters while it parses.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import pkgutil
import sys
from functools import cache
from pathlib import Path

from fairbench.base.closure import closure
from fairbench.methods.shared.base import Batch, Method, MethodParameters
from fairbench.methods.shared.solved import SolvedMethod
from fairbench.methods.shared.space import Choice, Range

__all__ = ["Batch", "Choice", "Method", "MethodParameters", "Range", "SolvedMethod"]
__all__ += ["built_in", "find", "of_tables", "named_in", "source"]


@cache
def built_in() -> tuple[str, ...]:
    """Names of the methods in this folder."""
    return tuple(
        sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg)
    )


@cache
def of_tables() -> tuple[str, ...]:
    """Names of those that know tables: the others are about images alone."""
    return tuple(name for name in built_in() if not find(name).images_only)


def find(name: str, file: str | None = None) -> type[Method]:
    """The class of a method.

    Parameters
    ----------
    name : str
        The method's `name`.
    file : str, optional
        A Python file that defines it; without one it is looked for among the built-in methods.

    Raises
    ------
    KeyError
        If there is no such method.
    FileNotFoundError
        If `file` does not exist.
    """
    if file is None:
        if name not in built_in():
            raise KeyError(name)
        module = importlib.import_module(f"fairbench.methods.{name}")
    else:
        module = _load(Path(file))
    for value in vars(module).values():
        if inspect.isclass(value) and issubclass(value, Method) and value.name == name:
            return value
    raise KeyError(name)


def named_in(file: str) -> list[str]:
    """Names of the methods that a Python file defines itself; it is executed."""
    module = _load(Path(file))
    classes = (value for value in vars(module).values() if inspect.isclass(value))
    own = (each for each in classes if each.__module__ == module.__name__)
    return [each.name for each in own if issubclass(each, Method) and each.name]


def source(name: str, file: str | None = None) -> list[str]:
    """Files that define a method: its own, and all that it imports of the package.

    Relative to the working folder where they lie inside it, so that a checkout can be moved.
    """
    kind = find(name, file)
    classes = [c for c in inspect.getmro(kind) if c is not object]
    own = [Path(inspect.getsourcefile(c)) for c in classes]
    files = closure([*own, *kind.modules])
    here = Path.cwd()
    return sorted(str(f.relative_to(here) if f.is_relative_to(here) else f) for f in files)


def _load(path: Path):
    if not path.is_file():
        raise FileNotFoundError(f"no method file {path}")
    key = f"fairbench_user_{path.stem}"
    spec = importlib.util.spec_from_file_location(key, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[key] = module
    spec.loader.exec_module(module)
    return module
