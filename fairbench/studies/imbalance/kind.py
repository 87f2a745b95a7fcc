"""The report "Enhancing FR-Train in Data Imbalance": figures 3 to 10, verdicts, findings."""

from pydantic import Field

from fairbench.planning.kind import StudyKind
from fairbench.studies.imbalance.plan import imbalance_jobs
from fairbench.studies.imbalance.problems import imbalance_problems
from fairbench.studies.imbalance.section import Figures

IMBALANCE = StudyKind(
    name="imbalance",
    key="figures",
    section=Figures,
    field=Field(default_factory=Figures, description="which figures are drawn"),
    problems=imbalance_problems,
    jobs=imbalance_jobs,
)
