"""Methods on grids of laws, trials and weights."""

from pydantic import Field

from fairbench.base.schema import Label
from fairbench.planning.kind import StudyKind
from fairbench.studies.grid.plan import grid_jobs
from fairbench.studies.grid.problems import grid_problems
from fairbench.studies.grid.section import Study

GRID = StudyKind(
    name="grid",
    key="studies",
    section=dict[Label, Study | None],
    field=Field(description="name -> study; null leaves a study of the default config out"),
    problems=grid_problems,
    jobs=grid_jobs,
)
