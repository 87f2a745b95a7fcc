"""Certificates of individual fairness of a network; a library that knows no study.

``certify(network, epsilon=..., metric=..., domain=...)`` brackets delta, the largest difference
between the outputs of two inputs within epsilon of each other (Benussi et al., IJCAI 2022).
"""

from fairbench.certify.bracket import certify
from fairbench.certify.certificate import Certificate
from fairbench.certify.domain import Domain
from fairbench.certify.metric import Embedded, Mahalanobis, Metric, WeightedLp
from fairbench.certify.network import Network
from fairbench.certify.protected import ProtectedShare, protected_share
from fairbench.certify.readers import read_nnet

__all__ = [
    "Certificate",
    "Domain",
    "Embedded",
    "Mahalanobis",
    "Metric",
    "Network",
    "ProtectedShare",
    "WeightedLp",
    "certify",
    "protected_share",
    "read_nnet",
]
