"""Entropies and mutual information, in nats, of arrays. Knows nothing of models.

Estimators, each for its situation:

* :func:`entropy` and :func:`mutual_information`: plug-in values of discrete variables;
* :func:`smooth_mutual_information`: the plug-in value with a soft binary variable, the quantity
  that the naive mutual-information penalty minimises;
* :func:`knn_cmi`: nearest-neighbour (conditional) mutual information of mixed discrete and
  continuous variables, and :class:`ConditionalTracker`, the same value along a training run;
* :func:`joint_information`: the joint information of a layer of stochastic binary units.
"""

from fairbench.information.discrete import entropy, mutual_information, smooth_mutual_information
from fairbench.information.joint import joint_information
from fairbench.information.knn import knn_cmi
from fairbench.information.tracker import ConditionalTracker

__all__ = [
    "ConditionalTracker",
    "entropy",
    "joint_information",
    "knn_cmi",
    "mutual_information",
    "smooth_mutual_information",
]
