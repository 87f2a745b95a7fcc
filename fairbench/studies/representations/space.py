"""What a search chooses for a method: what all methods share, and what its own file declares."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from fairbench.methods.shared.base import Method
from fairbench.methods.shared.space import Choice, Range

#: The size of a network, for methods whose parameters have it.
SHAPE = ("hidden_layers", "hidden_units")


def search_space(
    kind: type[Method], shared: Mapping, fixed: Collection[str]
) -> dict[str, Range | Choice]:
    """The space of one method's search.

    Parameters
    ----------
    kind : type of Method
        Its `searched` adds to what is shared, or narrows it under the same name.
    shared : mapping
        The config's `representations.search.space`.
    fixed : collection of str
        Parameters that the config gives a value: they are not searched.
    """
    offered = {
        "gamma": Range(*shared["gamma"]),
        "batch_size": Range(*shared["batch_size"]),
        "generator_rate": Range(*shared["generator_rate"], log=True),
        "hidden_layers": Range(*shared["hidden_layers"]),
        "hidden_units": Choice(tuple(shared["hidden_units"])),
    } | kind.searched
    absent = {name for name in SHAPE if name not in kind.Parameters.model_fields}
    if not kind.uses_lambda_f:
        absent.add("gamma")
    return {k: v for k, v in offered.items() if k not in absent and k not in fixed}
