"""The FR-Train paper: its methods and rivals on synthetic and real data, clean and poisoned."""

from pydantic import Field

from fairbench.planning.kind import StudyKind
from fairbench.studies.fr_train.plan import fr_train_jobs
from fairbench.studies.fr_train.problems import fr_train_problems
from fairbench.studies.fr_train.section import FRTrainStudy

FR_TRAIN = StudyKind(
    name="fr_train",
    key="fr_train",
    section=FRTrainStudy | None,
    field=Field(None, description="the tables of the FR-Train paper; null: no such study"),
    problems=fr_train_problems,
    jobs=fr_train_jobs,
    by_default=False,
)
