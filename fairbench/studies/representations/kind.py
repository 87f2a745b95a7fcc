"""Invariant representations of real data: searches on nested folds, and a sweep of gamma."""

from pydantic import Field

from fairbench.planning.kind import StudyKind
from fairbench.studies.representations.plan import representation_jobs
from fairbench.studies.representations.problems import representation_problems
from fairbench.studies.representations.section import Representations

REPRESENTATIONS = StudyKind(
    name="representations",
    key="representations",
    section=Representations | None,
    field=Field(None, description="invariant representations of real data; null: no such study"),
    problems=representation_problems,
    jobs=representation_jobs,
    by_default=False,
)
