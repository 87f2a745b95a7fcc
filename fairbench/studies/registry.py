"""Study kinds, one folder each. This is their registry, in the order of their jobs."""

from fairbench.studies.biased_mnist.kind import BIASED_MNIST
from fairbench.studies.fr_train.kind import FR_TRAIN
from fairbench.studies.grid.kind import GRID
from fairbench.studies.imbalance.kind import IMBALANCE
from fairbench.studies.individual.kind import INDIVIDUAL
from fairbench.studies.representations.kind import REPRESENTATIONS
from fairbench.studies.tracking.kind import TRACKING

__all__ = ["KINDS"]

KINDS = (GRID, TRACKING, IMBALANCE, REPRESENTATIONS, FR_TRAIN, INDIVIDUAL, BIASED_MNIST)
