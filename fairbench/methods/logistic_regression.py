"""Logistic regression: cross-entropy and nothing else. Every other method's reference point."""

from fairbench.methods.base import Method


class LogisticRegression(Method):
    name = "logistic_regression"
    summary = "cross-entropy alone; does nothing about the sensitive attribute"
    uses_lambda_f = False
    kernel = "none"
