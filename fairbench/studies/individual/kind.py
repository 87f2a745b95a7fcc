"""Individual fairness: the seed's experiments, and certificates of networks."""

from pydantic import Field

from fairbench.planning.kind import StudyKind
from fairbench.studies.individual.plan import individual_jobs
from fairbench.studies.individual.problems import individual_problems
from fairbench.studies.individual.section import IndividualStudy

INDIVIDUAL = StudyKind(
    name="individual",
    key="individual",
    section=IndividualStudy | None,
    field=Field(None, description="certificates of individual fairness; null: no such study"),
    problems=individual_problems,
    jobs=individual_jobs,
    by_default=False,
)
