"""Measures of decisions, of scores (`ranking`) and of representations (`probes`)."""

from fairbench.metrics import decisions, probes, ranking
from fairbench.metrics.decisions import *  # noqa: F403
from fairbench.metrics.probes import *  # noqa: F403
from fairbench.metrics.ranking import *  # noqa: F403

__all__ = [*decisions.__all__, *probes.__all__, *ranking.__all__]
