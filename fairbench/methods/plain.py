"""The plain network: cross-entropy alone, gamma = 0. What the invariant ones are held against."""

from fairbench.methods.shared.images import ImageMethod


class Plain(ImageMethod):
    name = "plain"
    any_groups = any_classes = True
    uses_lambda_f = False
