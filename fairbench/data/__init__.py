"""Data sets: draws, splits and label poisoning.

The draw functions return labels in the released coding -1/+1, so that they can be compared with
the released arrays bit by bit. A data set file (`build`), and everything after it, has labels and
groups as 0/1.
"""

from fairbench.data.build import DATASETS, SPLITS, build, resolve
from fairbench.data.imbalance import imbalance_draw
from fairbench.data.independent import independent_draw
from fairbench.data.poisoning import flip_labels
from fairbench.data.published import published_draw, released_arrays

__all__ = [
    "DATASETS",
    "SPLITS",
    "build",
    "flip_labels",
    "imbalance_draw",
    "independent_draw",
    "published_draw",
    "released_arrays",
    "resolve",
]
