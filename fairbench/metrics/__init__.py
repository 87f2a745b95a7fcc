"""Measures of decisions (`decisions`) and of scores (`ranking`): arrays in, numbers out."""

from fairbench.metrics import decisions, ranking
from fairbench.metrics.decisions import *  # noqa: F403
from fairbench.metrics.ranking import *  # noqa: F403

__all__ = [*decisions.__all__, *ranking.__all__]
