"""What can be wrong with the study of the FR-Train paper, beyond the types of the keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fairbench.planning.complaint import Complaint
from fairbench.planning.data_sections import DRAWN, known_datasets
from fairbench.planning.datasets import entry_problems
from fairbench.studies.fr_train.section import parts
from fairbench.studies.grid.problems import study_problems

__all__ = ["fr_train_problems"]


def fr_train_problems(config: Any) -> Iterator[Complaint]:
    """Give every problem of the section `fr_train`."""
    study = config.fr_train
    if study is None:
        return
    said: list[Complaint] = []
    owners = {name: name for name in known_datasets()}
    for part in parts(study):
        for found in study_problems(("fr_train",), part.study):
            if found not in said:  # a method is the same on every reading
                said.append(found)
                yield found
        if part.training == "clean" and part.study.dataset not in DRAWN:
            where = ("fr_train", "readings", part.reading)
            yield from entry_problems(where, part.study.dataset, part.study.profile, owners)
