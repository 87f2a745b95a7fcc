"""The command by which every rule of the workflow does its job."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Annotated

import typer

from fairbench.base.call import Call


def run(
    job: Annotated[str, typer.Argument(help="step, spec, inputs and outputs, as JSON")],
    threads: Annotated[int, typer.Option(min=1)] = 1,
    fit_seconds: Annotated[int, typer.Option(min=0, help="limit on a batch of fits; 0: none")] = 0,
) -> None:
    """Do a job of the workflow, as the plan wrote it."""
    given = json.loads(job)
    call = Call(
        given["spec"],
        {name: tuple(map(Path, paths)) for name, paths in given["inputs"].items()},
        {name: Path(path) for name, path in given["outputs"].items()},
        threads,
        given.get("device", "cpu"),
        fit_seconds / 60,
    )
    module, _, function = given["step"].partition(":")
    getattr(importlib.import_module(module), function)(call)
