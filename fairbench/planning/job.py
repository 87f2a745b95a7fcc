"""A job: what a study kind says of one call of a rule. Everything else is computed from it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

from fairbench import methods
from fairbench.base.closure import closure
from fairbench.planning.board import Board
from fairbench.store.stamps import beside

#: Rows of `fairbench status` in the order in which they run; a kind may add its own.
STAGES = (
    "download", "data", "poisoning", "limits", "training", "tracking", "tables", "figures"
)  # fmt: skip


@dataclass(frozen=True)
class MethodRef:
    """A method by name; `file` defines it if it is the user's own."""

    name: str
    file: str | None = None


@dataclass(frozen=True)
class Shown:
    """An output that the report shows.

    Attributes
    ----------
    kind : str
        What it is; tables of verdicts are gathered over all studies.
    title : str
        Of a figure, without its number, or of a table.
    paper, topic : str
        Of a figure: where it stands in the report.
    row : str
        Of a table: what one row is.
    board : Board, optional
        Of a table that ranks methods: how it is read.
    """

    kind: Literal["figure", "picture", "table", "verdicts", "findings"]
    title: str
    paper: str = ""
    topic: str = ""
    row: str = ""
    board: Board | None = None


@dataclass(frozen=True, eq=False)
class Job:
    """One call of a rule.

    Attributes
    ----------
    rule : str
        The rule of the workflow that runs it.
    step : str
        The function that does it, ``package.module:function``.
    name : str
        Names its log and benchmark: a path without suffix.
    outputs : mapping of name -> path
    spec : mapping
        Settings: what, with the inputs, decides the outputs.
    inputs : mapping of name -> paths
    listed : tuple of str
        Inputs that the step finds by its spec: they may be too many for a command line.
    method : MethodRef, optional
        Its source counts among the job's.
    shown : mapping of output -> Shown
    settings : str
        Checksum that the tables carry, for readers that must not take another run's.
    stage : str
        Row of `fairbench status`.
    what : str
        Within it: the method, the data set, the table's rule, the figure.
    models, iterations : int
        How many models are trained and for how long; 1 and 1 for a job that trains none.
    has_fits : bool
        Whether its file says of each fit what became of it.
    trains : bool
        Whether it takes the resources and the device of training.
    is_result : bool
        Whether its outputs are what the study is for: tables and figures.
    is_compiled : bool
        Whether its speed is known beforehand: the compiled engine trains it, or nothing is trained.
    root, kind : str
        Folder of the results, and the study kind that asked for it; the plan sets both.
    users : tuple of str
        Files that are made from this one; where they are all there, it is not needed again.
    """

    rule: str
    step: str
    name: str
    outputs: Mapping[str, str]
    stage: str
    what: str
    spec: Mapping = field(default_factory=dict)
    inputs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    listed: tuple[str, ...] = ()
    method: MethodRef | None = None
    shown: Mapping[str, Shown] = field(default_factory=dict)
    settings: str = ""
    models: int = 1
    iterations: int = 1
    has_fits: bool = False
    trains: bool = False
    is_result: bool = False
    is_compiled: bool = False
    root: str = ""
    kind: str = ""
    users: tuple[str, ...] = ()

    @cached_property
    def files(self) -> tuple[str, ...]:
        """Every file that it makes, those beside tables in CSV among them."""
        return (*self.outputs.values(), *self.beside(self.outputs.values()))

    @property
    def first(self) -> str:
        """Its first output."""
        return next(iter(self.outputs.values()))

    @property
    def log(self) -> str:
        return f"{self.root}/logs/{self.name}.log"

    @property
    def benchmark(self) -> str:
        return f"{self.root}/benchmarks/{self.name}.tsv"

    @property
    def work(self) -> int:
        """Model-iterations."""
        return self.models * self.iterations

    @property
    def is_data(self) -> bool:
        """Whether it makes data, which nobody misses once all that is made of them is there."""
        return self.stage in ("download", "data", "poisoning")

    def beside(self, paths) -> tuple[str, ...]:
        """What lies beside tables in CSV; a download is a stranger's, and has nothing there."""
        csv = (path for path in paths if path.endswith(".csv"))
        return () if self.stage == "download" else tuple(map(beside, csv))

    def sources(self) -> list[str]:
        """Source files that it stands on: an edit of one is a reason to do it again."""
        return list(_sources(self.step, self.method, os.getcwd()))

    def command(self, device: str) -> str:
        """The argument of `fairbench run`."""
        given = {name: list(p) for name, p in self.inputs.items() if name not in self.listed}
        words = {"step": self.step, "spec": self.spec, "inputs": given}
        # Snakemake runs a job again whose parameter differs. Thirty source files as inputs of each
        # job say the same, and a dry run then looks at thousands of them.
        words["code"] = _checksum(tuple(self.sources()))
        if self.trains:
            words["device"] = device
        # In the order of the config, which is that of the rows. Snakemake's own report puts it into
        # a script: nothing may end that there.
        text = json.dumps(words | {"outputs": dict(self.outputs)})
        return text.replace("<", "\\u003c")


@cache
def _sources(step: str, method: MethodRef | None, folder: str) -> tuple[str, ...]:
    """Once for all jobs of a step and a method, as seen from a working folder."""
    found = {str(path) for path in closure([step])} if step else set()
    if method is not None:
        found.update(methods.source(method.name, method.file))
    return tuple(sorted(found))


@cache
def _checksum(sources: tuple[str, ...]) -> str:
    """Of the content of source files; where they lie is no matter."""
    return hashlib.sha256(b"".join(sorted(map(_digest, sources)))).hexdigest()[:16]


@cache
def _digest(path: str) -> bytes:
    return hashlib.sha256(Path(path).read_bytes()).digest()


def table_job(steps: str, rule: str, made: Mapping, spec: Mapping, read: Mapping, **given) -> Job:
    """The job of a rule that makes tables, by the function of the same name."""
    given = {"is_result": True} | given
    return Job(rule, f"{steps}:{rule}", rule, made, "tables", rule, spec, read, **given)


def figure_job(root: str, folder: str, name: str, step: str, shown: Shown, **given) -> Job:
    """A figure as PDF and PNG with its caption, in ``ROOT/FOLDER/figures``."""
    place = "/".join(filter(None, [folder, "figures", name]))
    outputs = {
        key: f"{root}/{place}.{suffix}"
        for key, suffix in (("caption", "md"), ("pdf", "pdf"), ("png", "png"))
    }
    given = {"shown": {"png": shown}, "is_result": True} | given
    return Job("figure", step, place, outputs, "figures", name, **given)
