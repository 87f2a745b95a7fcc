"""Runs measured along their training."""

from pydantic import Field

from fairbench.base.schema import Label
from fairbench.planning.kind import StudyKind
from fairbench.studies.tracking.plan import tracking_jobs
from fairbench.studies.tracking.problems import tracking_problems
from fairbench.studies.tracking.section import Track

TRACKING = StudyKind(
    name="tracking",
    key="tracking",
    section=dict[Label, Track | None] | None,
    field=Field(
        None, description="name -> run measured along its training; null switches tracking off"
    ),
    problems=tracking_problems,
    jobs=tracking_jobs,
)
