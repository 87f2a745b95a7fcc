"""What can be wrong with the study of the FR-Train paper, beyond the types of the keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from fairbench.planning.complaint import Complaint, Key
from fairbench.planning.data_sections import DRAWN, entry_of, known_datasets
from fairbench.planning.datasets import entry_problems
from fairbench.studies.fr_train.section import LINKED, FRTrainStudy, Part, parts
from fairbench.studies.grid.problems import study_problems


def fr_train_problems(config: Any) -> Iterator[Complaint]:
    """Give every problem of the section `fr_train`."""
    study = config.fr_train
    if study is None:
        return
    said: list[Complaint] = []
    owners = {name: name for name in known_datasets()}
    for part in parts(study):
        for found in study_problems(("fr_train",), part.study):
            found = replace(found, key=_where(found.key, part, study))
            if found not in said:  # a method is the same on every reading
                said.append(found)
                yield found
        known = part.study.dataset, part.study.profile
        if part.crowd_answers is not None and known not in LINKED:
            yield from _crowd_problems(part)
        elif part.name == f"{part.reading}_clean" and part.study.dataset not in DRAWN:
            yield from _data_problems(part, owners)


def _where(key: Key, part: Part, study: FRTrainStudy) -> Key:
    """The place in this section of a key of the grid that is made from it."""
    section, first, *rest = key
    reading = (section, "readings", part.reading)
    if first == "methods":
        return key
    if first == "poisoning":
        return (*reading, "attack", *rest)
    own = getattr(study.readings[part.reading], part.training) is not None
    return (*(reading if own else (section,)), part.training, first, *rest)


def _crowd_problems(part: Part) -> Iterator[Complaint]:
    known = [" ".join(each) for each in LINKED]
    for label in part.study.entries():
        text = "a crowd saw rows of other data than these; name readings of data that it saw"
        yield Complaint(("fr_train", "methods", label, "readings"), part.reading, text, known)


def _data_problems(part: Part, owners: dict[str, str]) -> Iterator[Complaint]:
    where, data = ("fr_train", "readings", part.reading), part.study
    problems = list(entry_problems(where, data.dataset, data.profile, owners))
    yield from problems
    if not problems and isinstance(entry_of(data.dataset).view(data.profile).splits.test, str):
        text = "its test rows are those of a file; intervals here are about random divisions"
        yield Complaint((*where, "profile"), data.profile, text)
