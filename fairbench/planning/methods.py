"""What can be wrong with a method that a config names: its file, its name, what it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pydantic import ValidationError

from fairbench import methods
from fairbench.methods import Method
from fairbench.planning.complaint import Complaint, Key
from fairbench.planning.types import complaint_of

#: What a user's own file may end in while it is read: anything, `sys.exit()` among it.
_ANYTHING = (Exception, SystemExit)


def method_problems(
    key: Key,
    label: str,
    entry,
    make: Callable[[], Method],
    *,
    variant: str | None = None,
) -> Iterator[Complaint]:
    """Give every problem of one method of a config.

    Parameters
    ----------
    key : Key
        Where the method stands.
    label : str
        Its key, and its name unless `entry` has another.
    entry : MethodEntry or Representation
    make : callable
        Makes the method with the parameters of the entry.
    variant : str, optional
        A variant that it must have.
    """
    name = entry.method or label
    try:
        kind = methods.find(name, entry.file)
    except FileNotFoundError as error:
        yield Complaint((*key, "file"), entry.file, str(error))
        return
    except KeyError:
        problem = f"no method of this name in {entry.file}" if entry.file else "unknown method"
        where = (*key, "method") if entry.method else key
        yield Complaint(where, name, problem, methods.built_in())
        return
    except _ANYTHING as error:
        yield Complaint((*key, "file"), entry.file, f"cannot be imported: {error!r}")
        return
    if variant is not None and variant not in kind.variants:
        yield Complaint((*key, "variant"), variant, "unknown variant", list(kind.variants))
        return
    try:
        make()
    except ValidationError as error:
        yield from _parameter_problems(key, kind, error)
    except _ANYTHING as error:  # so may its class
        yield Complaint((*key, "file"), entry.file, f"the method cannot be made: {error!r}")


def group_problems(key: Key, kind: type[Method], many: bool) -> Iterator[Complaint]:
    """Complain of a method for two groups on data that may have more.

    Parameters
    ----------
    many : bool
        Whether the data may have more.
    """
    if many and not kind.knows_any_groups():
        text = (
            "it knows two groups, and the groups of these data are all levels of a column; its "
            "class can say any_groups = True, or the data set's entry name one group (`one`)"
        )
        yield Complaint(key, kind.name, text, _able(lambda kind: kind.knows_any_groups()))


def class_problems(key: Key, kind: type[Method], classes: int) -> Iterator[Complaint]:
    """Complain of a method for two classes on data that have more.

    Parameters
    ----------
    classes : int
        How many the data have.
    """
    if classes > 2 and not kind.knows_any_classes():
        text = (
            f"it knows two classes, and the label of these data has {classes}; its class can say "
            "any_classes = True"
        )
        yield Complaint(key, kind.name, text, _able(lambda kind: kind.knows_any_classes()))


def _able(says: Callable[[type[Method]], bool]) -> list[str]:
    """The built-in methods that say so of themselves."""
    return [name for name in methods.built_in() if says(methods.find(name))]


def _parameter_problems(key: Key, kind: type[Method], error: ValidationError):
    for detail in error.errors():
        found = complaint_of(detail, kind.Parameters)
        where = (*key, "parameters", *found.key)
        yield Complaint(where, found.given, found.problem, found.allowed)
