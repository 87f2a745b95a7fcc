"""One answer for everybody: what any classifier has to beat before it is of use.

To accept all gives an accuracy of P(Y = 1) and a disparate impact of 1, to refuse all 1 - P(Y = 1)
and, by the convention of this project, 0. Both are fits of every data set, lambda_f 0 for refusing
and 1 for accepting, so that the study's criterion chooses between them as it does for any method.
"""

from fairbench.methods.shared.base import Method


class Constant(Method):
    name = "constant"
    any_groups = True
    uses_lambda_f = False
    fitting = "none"
    postprocess = "constant"
    fitted_on = ()
    needs_sensitive_at_test = False
