"""The figures of a comparison, each drawn from its tables."""

from __future__ import annotations

from fairbench.base.call import Call
from fairbench.plotting.style import write


def ranks(call: Call) -> None:
    """Critical-difference diagrams."""
    from fairbench.plotting.many.ranks import figure_ranks

    write(figure_ranks(*_tables(call, "ranks", "pairs"), **_told(call, "title", "parts")), call)


def matrix(call: Call) -> None:
    """The multi-comparison matrix."""
    from fairbench.plotting.many.matrix import figure_matrix

    write(figure_matrix(*_tables(call, "ranks", "pairs"), **_told(call, "title")), call)


def regret(call: Call) -> None:
    """Profiles of regret."""
    from fairbench.plotting.many.regret import figure_regret

    write(figure_regret(*_tables(call, "values", "regret"), **_told(call, "title")), call)


def stability(call: Call) -> None:
    """What the ranking depends on."""
    from fairbench.plotting.many.stability import figure_stability

    (table,) = _tables(call, "rank_stability")
    write(figure_stability(table, **_told(call, "title", "parts")), call)


def _tables(call: Call, *names: str):
    """Tables of the comparison, the rows of the study that is drawn."""
    from fairbench.evaluation.selection import read_csv

    for name in names:
        table = read_csv(call.input(name))
        yield table[table["study"] == call.spec["study"]].reset_index(drop=True)


def _told(call: Call, *names: str) -> dict:
    return {name: call.spec[name] for name in names}
