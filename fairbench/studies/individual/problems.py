"""What can be wrong with the study of individual fairness, beyond the types of the keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fairbench.planning.complaint import Complaint, Key
from fairbench.planning.data_sections import entry_of, known_datasets
from fairbench.planning.datasets import entry_problems
from fairbench.studies.grid.problems import study_problems
from fairbench.studies.individual.networks.plan import SIZES, studies_of
from fairbench.studies.individual.others.files import FILES

#: What the released unit takes in, and what it predicts.
_COLUMNS = "CRIM ZN INDUS CHAS NOX RM AGE DIS RAD TAX PTRATIO B LSTAT MEDV".split()


def individual_problems(config: Any) -> Iterator[Complaint]:
    """Give every problem of the section `individual`."""
    study = config.individual
    if study is None:
        return
    owners = {name: name for name in known_datasets()}
    if study.boston is not None:
        yield from _boston_problems(study.boston, owners)
    if study.networks is not None:
        yield from _network_problems(study.networks, owners)
    known = [source.file.removesuffix(".nnet") for source in FILES.sources]
    for name in (study.others and study.others.networks) or ():
        if name not in known:
            yield Complaint(("individual", "others", "networks"), name, "no such network", known)


def _network_problems(networks: Any, owners: dict[str, str]) -> Iterator[Complaint]:
    """Those of the data, and of the grids that are made from it, at the keys of this section."""
    section: Key = ("individual", "networks")
    said: list[Complaint] = []
    for name, study in studies_of(networks).items():
        if name.endswith(SIZES):
            continue
        where = (*section, "data", name)
        problems = list(entry_problems(where, study.dataset, study.profile, owners))
        yield from problems
        for found in () if problems else study_problems(section, study):
            if found not in said:  # a method is the same on every data set
                said.append(found)
                yield found


def _boston_problems(boston: Any, owners: dict[str, str]) -> Iterator[Complaint]:
    where = ("individual", "boston")
    problems = list(entry_problems(where, boston.dataset, boston.profile, owners))
    yield from problems
    if problems:
        return
    used = entry_of(boston.dataset).view(boston.profile).columns()
    if missing := [name for name in _COLUMNS if name not in used]:
        text = f"the released unit needs the columns {', '.join(missing)}, which it does not use"
        yield Complaint((*where, "dataset"), boston.dataset, text)
