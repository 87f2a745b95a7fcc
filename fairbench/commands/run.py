"""The command by which every rule of the workflow does its job.

Hundreds of jobs call it, so it reads its words by argparse: typer, for people, takes longer to
import than many a job to work.
"""

from __future__ import annotations

import argparse
import importlib
import json
from collections.abc import Sequence
from pathlib import Path

from fairbench.base.call import Call


def run(words: Sequence[str]) -> None:
    """Do a job of the workflow, as the plan wrote it."""
    asked = _parser().parse_args(words)
    given = json.loads(asked.job)
    call = Call(
        given["spec"],
        {name: tuple(map(Path, paths)) for name, paths in given["inputs"].items()},
        {name: Path(path) for name, path in given["outputs"].items()},
        asked.threads,
        given.get("device", "cpu"),
        asked.fit_seconds / 60,
    )
    module, _, function = given["step"].partition(":")
    getattr(importlib.import_module(module), function)(call)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("fairbench run", description=run.__doc__)
    parser.add_argument("job", metavar="JOB", help="step, spec, inputs and outputs, as JSON")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument(
        "--fit-seconds", type=int, default=0, help="limit on a batch of fits; 0: none"
    )
    return parser
