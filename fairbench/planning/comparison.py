"""The jobs that compare many methods on many data sets, for every kind of study alike.

A kind says once where its test values lie and which groups of rows belong together; each group of
three methods or more is then ranked, compared pair by pair and drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from fairbench.planning.job import Job, Shown, figure_job
from fairbench.planning.shared import Shared

PAPER = "Many methods on many data sets"
FEWEST = 3
_TABLES = {
    "values": Shown("table", "Values compared", row="a method on a trial of a data set"),
    "ranks": Shown("table", "Methods ranked", row="a method's average rank by a quantity"),
    "pairs": Shown("table", "Every two methods", row="two methods on all data sets of a study"),
    "regret": Shown(
        "table", "Distance to the limit", row="a method's regret over the data sets of a study"
    ),
    "rank_stability": Shown(
        "table", "Rankings with something left out", row="a method's rank without something"
    ),
}
#: Title, and the tables that it is drawn from.
_FIGURES = {
    "ranks": ("Average ranks", ("ranks", "pairs")),
    "matrix": ("Every two methods", ("ranks", "pairs")),
    "regret": ("What is missing to the limit", ("values", "regret")),
    "stability": ("What the ranking depends on", ("rank_stability",)),
}


@dataclass(frozen=True)
class TestValues:
    """Where the test values of a kind of study lie.

    Attributes
    ----------
    table : str
        A CSV table with a row a method, data set and trial.
    data_set, trial : tuple of str
        Columns that tell data sets, and trials within one, from each other.
    label : str
        Column with the methods' labels.
    quantities : mapping of quantity -> column
        See `fairbench.evaluation.many.quantities`.
    criterion : tuple of str
        Those that the criterion is the sum of; default: all.
    fits : str
        A Parquet table of fits with the same columns, for the hypervolume; empty: none.
    limits : tuple of str
        The accuracy limits of the laws; with `fits`, for the distance to them.
    """

    table: str
    data_set: tuple[str, ...]
    trial: tuple[str, ...]
    label: str = "label"
    quantities: Mapping[str, str] = field(
        default_factory=lambda: {"accuracy": "accuracy", "disparate_impact": "disparate_impact"}
    )
    criterion: tuple[str, ...] = ()
    fits: str = ""
    limits: tuple[str, ...] = ()

    __test__ = False  # the name begins as pytest's classes do


class Group(NamedTuple):
    """Methods that are compared with each other: a study, or one way in which it trains.

    `where` says which rows of the table are meant, and `methods` and `data_sets` how many there
    are of each.
    """

    name: str
    title: str
    where: Mapping[str, str | bool]
    methods: int
    data_sets: int


def comparison_jobs(
    shared: Shared, folder: str, values: TestValues, groups: Sequence[Group]
) -> Iterator[Job]:
    """The tables of all groups of three methods or more, and the figures of each.

    Parameters
    ----------
    shared : Shared
    folder : str
        Of the kind's results; empty for the root.
    values : TestValues
    groups : sequence of Group
        One data set alone is in the tables, where nothing is decided, and not drawn.
    """
    groups = [group for group in groups if group.methods >= FEWEST]
    if not groups:
        return
    place = "/".join(filter(None, [shared.root, folder, "tables"]))
    made = {name: f"{place}/{name}.csv" for name in _TABLES}
    columns = {"data_set": list(values.data_set), "trial": list(values.trial)}
    columns |= {"label": values.label, "quantities": dict(values.quantities)}
    columns["criterion"] = list(values.criterion or values.quantities)
    told = [{"name": group.name, "where": dict(group.where)} for group in groups]
    read = {"table": (values.table,)}
    if values.fits:
        read |= {"fits": (values.fits,), "limits": values.limits}
    yield Job(
        "compare",
        "fairbench.evaluation.many.steps:compare",
        "/".join(filter(None, [folder, "compare"])),
        made,
        "tables",
        "compare",
        {"seed": shared.seed, "columns": columns, "groups": told},
        read,
        shown=_TABLES,
        is_result=True,
    )
    for group in groups:
        if group.data_sets > 1:
            yield from _figures(shared.root, folder, group, made, values)


def _figures(
    root: str, folder: str, group: Group, made: Mapping[str, str], values: TestValues
) -> Iterator[Job]:
    spec = {"study": group.name, "title": group.title}
    spec["parts"] = list(values.criterion or values.quantities)
    for name, (title, tables) in _FIGURES.items():
        if name != "regret" or values.limits:
            step = f"fairbench.plotting.many.steps:{name}"
            shown = Shown("figure", f"{title}: {group.title}", PAPER, group.title)
            read = {table: (made[table],) for table in tables}
            file = f"many_{name}_{group.name}"
            yield figure_job(root, folder, file, step, shown, spec=spec, inputs=read)
