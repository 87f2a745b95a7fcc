"""The source files that a job stands on: what its modules import, directly or behind that.

An edit of a file is a reason to run again what was computed with it and nothing else, and a list
kept by hand forgets. So the files are read from the code: every ``import`` of the package, those
within functions included, for types alone aside. Nothing is imported for it: the workflow asks
while it parses.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
#: What jobs get, read and write files with. The content is checked against its checksum when it
#: is read; an edit there changes no number, and would train everything again.
_PLUMBING = ("store/", "data/real/download", "base/closure", "base/errors")


def closure(roots: Iterable[str | Path]) -> list[Path]:
    """The files of some modules and of all that they import of the package, sorted.

    Parameters
    ----------
    roots : iterable of str or Path
        Modules named without the package, such as ``"training/cell"``; steps, such as
        ``"fairbench.studies.grid.steps:train"``; or Python files anywhere. A step stands on what
        its module imports at the top, in its own function and in those that this one names: the
        other steps of its module have theirs.
    """
    return list(_closure(tuple(roots)))


@cache
def _closure(roots: tuple[str | Path, ...]) -> tuple[Path, ...]:
    waiting: list[Path] = []
    found: set[Path] = set()
    for root in roots:
        if isinstance(root, Path):
            waiting.append(root)
        elif ":" in root:
            file, imported = _of_step(root)
            found.add(file)
            waiting += imported
        else:
            waiting.append(PACKAGE / f"{root}.py")
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _imported(path)
    return tuple(sorted(found))


def _of_step(step: str) -> tuple[Path, tuple[Path, ...]]:
    """The file of a step, and the files that it imports without those of other steps."""
    module, _, function = step.partition(":")
    file = PACKAGE.parent.joinpath(*module.split(".")).with_suffix(".py")
    body = _parsed(file).body
    functions = {node.name: node for node in body if isinstance(node, ast.FunctionDef)}
    reached, waiting = set(), {function} & functions.keys()
    while waiting:
        name = waiting.pop()
        reached.add(name)
        named = {node.id for node in ast.walk(functions[name]) if isinstance(node, ast.Name)}
        waiting |= (named & functions.keys()) - reached
    kept = [node for node in body if getattr(node, "name", None) not in functions.keys() - reached]
    return file, _files(ast.Module(kept, []))


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_bytes(), filename=str(path))


@cache
def _imported(path: Path) -> tuple[Path, ...]:
    """Files of the package that a file imports."""
    return _files(_parsed(path))


def _files(tree: ast.Module) -> tuple[Path, ...]:
    return tuple(sorted(filter(None, set(map(_file, set(_names(tree)))))))


def _names(node: ast.AST) -> Iterator[str]:
    """Names imported below a node: ``fairbench.data.law``, ``fairbench.data.law.posterior``."""
    if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
        return
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        # Ours are absolute.
        yield from (f"{node.module}.{alias.name}" for alias in node.names)
    elif not isinstance(node, ast.expr):  # no import stands within an expression
        for inner in ast.iter_child_nodes(node):
            yield from _names(inner)


def _file(name: str) -> Path | None:
    """The file of a module, or of that from which something is taken.

    The packages on the way to it are left out: theirs only hand on what others define, and would
    make every figure stand on all figures.
    """
    first, *parts = name.split(".")
    if first != PACKAGE.name:
        return None
    for number in range(len(parts), -1, -1):
        place = PACKAGE.joinpath(*parts[:number])
        for file in (place.with_suffix(".py"), place / "__init__.py"):
            if file.is_relative_to(PACKAGE) and file.is_file():
                return None if _named(file).startswith(_PLUMBING) else file
    return None


def _named(file: Path) -> str:
    return file.relative_to(PACKAGE).with_suffix("").as_posix()
