"""All that knows a paper, one room a kind of study. This is their registry, in order of jobs."""

from fairbench.studies.grid.kind import GRID
from fairbench.studies.imbalance.kind import IMBALANCE
from fairbench.studies.representations.kind import REPRESENTATIONS
from fairbench.studies.tracking.kind import TRACKING

__all__ = ["KINDS"]

KINDS = (GRID, TRACKING, IMBALANCE, REPRESENTATIONS)
