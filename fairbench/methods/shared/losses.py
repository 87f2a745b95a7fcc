"""Losses of stacked models, written with tensor methods only.

Every loss reduces the last axis (rows) and keeps the leading one (models), so a batch of models
trains as if each were alone. Using methods of the tensors, rather than torch functions, keeps
this module (and so every method's parameters) importable without torch: Snakemake reads them
while it parses, and torch costs two seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def softplus(x: Tensor) -> Tensor:
    """log(1 + exp(x)), without overflow."""
    return x.clamp(min=0) + (-x.abs()).exp().log1p()


def binary_cross_entropy(logit: Tensor, target, weight: Tensor | None = None) -> Tensor:
    """Mean cross-entropy in nats of ``sigmoid(logit)`` against a target in [0, 1].

    Parameters
    ----------
    logit : Tensor, shape (models, rows)
    target : Tensor of the same shape, or a number
    weight : Tensor, shape (models, rows), optional
        Example weights; they multiply each row's loss and are *not* normalised (as in the
        released FR-Train code).

    Returns
    -------
    Tensor, shape (models,)
    """
    loss = softplus(logit) - target * logit
    return (loss if weight is None else loss * weight).mean(-1)


def not_below_zero(share: Tensor) -> Tensor:
    """A share of rows that rounding may have put below zero; its gradient is untouched."""
    return share - share.detach().clamp(max=0)


def binary_entropy(p: Tensor, epsilon: float = 0.0) -> Tensor:
    """H(p) = -p log p - (1-p) log(1-p), in nats; ``epsilon`` keeps the logarithms finite."""
    rest = not_below_zero(1 - p)
    return -(p * (p + epsilon).log() + rest * (rest + epsilon).log())


def smooth_mutual_information(
    pseudo_label: Tensor, sensitive: Tensor, *, epsilon: float = 1e-10, weight: Tensor | None = None
) -> tuple[Tensor, Tensor, Tensor]:
    """Mutual information of a soft prediction and a binary attribute (report, Algorithm 1).

    The 2 x 2 table of a hard prediction is replaced by its soft twin,
    ``P(Z=1, Yhat=1) = mean(z q)``, and I(Z; Yhat) = H(Z) - H(Z | Yhat) is read off it.

    Parameters
    ----------
    pseudo_label : Tensor, shape (models, rows)
        q, the soft prediction in [0, 1].
    sensitive : Tensor, shape (models, rows)
        0/1.
    epsilon : float
        Added inside each logarithm.
    weight : Tensor, shape (models, rows), optional
        Example weights, normalised here to sum to one.

    Returns
    -------
    information, entropy_sensitive, entropy_prediction : Tensor, shape (models,)
        In nats.
    """
    share = 1.0 / pseudo_label.shape[-1] if weight is None else weight / weight.sum(-1, True)
    positive = (share * pseudo_label).sum(-1)
    group = (share * sensitive).sum(-1) if weight is not None else sensitive.mean(-1)
    both = (share * sensitive * pseudo_label).sum(-1)
    table = (both, group - both, positive - both, 1 - positive - group + both)
    marginal = (positive, 1 - positive, positive, 1 - positive)
    # A share near zero is a difference of nearly equal sums and may round to below zero.
    conditional = sum(
        -joint * (joint / (given + epsilon) + epsilon).log()
        for joint, given in zip(
            map(not_below_zero, table), map(not_below_zero, marginal), strict=True
        )
    )
    entropy = binary_entropy(group, epsilon)
    return entropy - conditional, entropy, binary_entropy(positive, epsilon)
