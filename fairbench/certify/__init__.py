"""Certificates of individual fairness of a network; a library that knows no study.

* :func:`certify`: bracket delta, the largest difference between the outputs of two people within
  epsilon of each other (Benussi et al., IJCAI 2022), by branch and bound over pairs;
* :func:`certify_rows`: the same around each of many given people;
* :func:`protected_share`: for what share of people a decision depends on a protected attribute
  alone;
* :func:`solve_milp` and :func:`closed_form`: the same bracket by a mixed-integer program, and
  exactly for one unit;
* :func:`read_nnet`, ``certify.converters`` and ``certify.onnx_files``: networks of others.
"""

from fairbench.certify.bracket import certify
from fairbench.certify.certificate import Certificate
from fairbench.certify.closed_form import closed_form
from fairbench.certify.domain import Domain
from fairbench.certify.metric import Embedded, Mahalanobis, Metric, WeightedLp
from fairbench.certify.milp import solve_milp
from fairbench.certify.network import Network
from fairbench.certify.problem import Problem
from fairbench.certify.protected import ProtectedShare, protected_share
from fairbench.certify.readers import read_nnet
from fairbench.certify.rows import RowCertificates, certify_rows

__all__ = [
    "Certificate",
    "Domain",
    "Embedded",
    "Mahalanobis",
    "Metric",
    "Network",
    "Problem",
    "ProtectedShare",
    "RowCertificates",
    "WeightedLp",
    "certify",
    "certify_rows",
    "closed_form",
    "protected_share",
    "read_nnet",
    "solve_milp",
]
