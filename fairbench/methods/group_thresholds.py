"""Logistic regression with one threshold per group, chosen after training.

Every method here is shown the sensitive attribute, so choosing a threshold per group on the
selection split is the obvious rival of all of them (Hardt, Price and Srebro, NeurIPS 2016, for
other criteria). lambda_f plays the part it has elsewhere: it picks the point of the trade-off,
maximising (1 - lambda_f) accuracy + lambda_f disparate impact on the selection split.
"""

from fairbench.methods.base import Method


class GroupThresholds(Method):
    name = "group_thresholds"
    postprocess = "group_thresholds"
    kernel = "none"
