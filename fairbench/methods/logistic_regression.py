"""Logistic regression: cross-entropy and nothing else. Every other method's reference point."""

from fairbench.methods.shared.base import Method


class LogisticRegression(Method):
    name = "logistic_regression"
    any_groups = any_classes = True
    uses_lambda_f = False
    kernel = "none"
