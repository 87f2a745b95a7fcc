"""From a method's class to the class of its estimator."""

from __future__ import annotations

import inspect
import textwrap
from functools import cache
from pathlib import Path

from fairbench import methods
from fairbench.base.words import not_allowed
from fairbench.estimators import settings
from fairbench.estimators.classifier import FairClassifier
from fairbench.methods import Method

_ROOM = "fairbench.estimators"


def estimator_of(kind: type[Method]) -> type[FairClassifier]:
    """The estimator of a method's class, which has its name.

    Parameters
    ----------
    kind : type of Method
        `from_file` is for classes in a file: estimators of those can be pickled.

    Raises
    ------
    TypeError
        If a parameter of the method has the name of one that all estimators have.
    """
    known = settings.parameters_of(kind)
    body = {
        "__init__": _init(kind.__name__, known),
        "__doc__": _doc(kind, known),
        "__module__": _ROOM,
        "method": kind,
    }
    return type(kind.__name__, (FairClassifier,), body)


def from_file(path: str | Path, name: str | None = None) -> type[FairClassifier]:
    """The estimator of a method of one's own.

    Parameters
    ----------
    path : path-like
        The Python file that defines it. It is executed.
    name : str, optional
        The method's `name`, if the file has several.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file has no method of this name, or several and none is named.
    """
    path = Path(path).resolve()
    if not path.is_file():
        raise FileNotFoundError(f"no method file {path}")
    changed = path.stat().st_mtime_ns
    known = _names(path, changed)
    if name is None and len(known) == 1:
        (name,) = known
    if name not in known:
        raise ValueError(not_allowed(f"{path}: the method's name", name, known))
    return _from_file(path, name, changed)


@cache
def _names(path: Path, changed: int) -> list[str]:
    return methods.named_in(str(path))


@cache
def _from_file(path: Path, name: str, changed: int) -> type[FairClassifier]:
    made = estimator_of(methods.find(name, str(path)))
    # Not by the name of the class, as the methods of the package: its module has another.
    made.__reduce__ = lambda self: (_empty, (str(path), name), self.__getstate__())
    return made


def _empty(path: str, name: str) -> FairClassifier:
    kind = from_file(path, name)
    return kind.__new__(kind)


def _init(name: str, known: dict):
    """An ``__init__`` that scikit-learn can read the parameters from."""

    def __init__(self, **given):
        for key in given:
            if key not in known:
                raise TypeError(not_allowed(f"{name}: a parameter", key, list(known)))
        for key, (default, _) in known.items():
            setattr(self, key, given.get(key, default))

    __init__.__qualname__ = f"{name}.__init__"
    keyword = inspect.Parameter.KEYWORD_ONLY
    __init__.__signature__ = inspect.Signature(
        [inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)]
        + [inspect.Parameter(key, keyword, default=known[key][0]) for key in known]
    )
    return __init__


def _doc(kind: type[Method], known: dict) -> str:
    """The text of the method's module, its classes and its parameters, in numpydoc."""
    about = inspect.getdoc(inspect.getmodule(kind)) or inspect.getdoc(kind) or kind.__name__
    labels = "of any number of classes" if kind.knows_any_classes() else "of two classes"
    lines = [about, "", f"Labels may be {labels}.", "", "Parameters", "----------"]
    for key, (default, description) in known.items():
        lines += [f"{key} : default={default!r}", textwrap.indent(description, "    ")]
    return "\n".join(lines)
