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


def members(number: Tensor, count: int) -> Tensor:
    """1 where a row is of a group or class, shape (models, rows, count)."""
    # Counted where the rows lie: a list would be copied to a GPU in every iteration.
    every = number.new_ones(count).cumsum(0) - 1
    return (number[..., None] == every).to(number.dtype)


def outputs_for(count: int) -> int:
    """Outputs of a network that guesses one of so many: of two, one logit is enough."""
    return 1 if count == 2 else count


def cross_entropy(logit: Tensor, number: Tensor, weight: Tensor | None = None) -> Tensor:
    """Mean cross-entropy in nats of a guess of the class, or of the group.

    Parameters
    ----------
    logit : Tensor, shape (models, rows), or of more than two (models, rows, count)
        Of number 1, or of each.
    number : Tensor, shape (models, rows)
        What is guessed, 0 to count - 1.
    weight : Tensor, shape (models, rows), optional
        As for `binary_cross_entropy`, which this is of two.

    Returns
    -------
    Tensor, shape (models,)
    """
    loss = row_cross_entropy(logit, number)
    return (loss if weight is None else loss * weight).mean(-1)


def row_cross_entropy(logit: Tensor, number: Tensor) -> Tensor:
    """The same of each row, shape (models, rows)."""
    if logit.dim() == number.dim():
        return softplus(logit) - number * logit
    return -(logit.log_softmax(-1) * members(number, logit.shape[-1])).sum(-1)


def not_below_zero(share: Tensor) -> Tensor:
    """A share of rows that rounding may have put below zero; its gradient is untouched."""
    return share - share.detach().clamp(max=0)


def binary_entropy(p: Tensor, epsilon: float = 0.0) -> Tensor:
    """H(p) = -p log p - (1-p) log(1-p), in nats; ``epsilon`` keeps the logarithms finite."""
    rest = not_below_zero(1 - p)
    return -(p * (p + epsilon).log() + rest * (rest + epsilon).log())


def guess_entropy(logit: Tensor) -> Tensor:
    """Mean entropy in nats of a guess of the class, shape (models,); `cross_entropy` has shapes."""
    if logit.dim() == 2:
        return (softplus(logit) - logit.sigmoid() * logit).mean(-1)
    guess = logit.log_softmax(-1)
    return -(guess.exp() * guess).sum(-1).mean(-1)


def smooth_mutual_information(
    pseudo_label: Tensor,
    sensitive: Tensor,
    *,
    epsilon: float = 1e-10,
    weight: Tensor | None = None,
    groups: int = 2,
) -> tuple[Tensor, Tensor, Tensor]:
    """Mutual information of a soft prediction and the groups (report, Algorithm 1).

    The K x 2 table of a hard prediction is replaced by its soft twin,
    ``P(Z=k, Yhat=1) = mean(1[z=k] q)``, and I(Z; Yhat) = H(Z) - H(Z | Yhat) is read off it.

    Parameters
    ----------
    pseudo_label : Tensor, shape (models, rows)
        q, the soft prediction in [0, 1].
    sensitive : Tensor, shape (models, rows)
        Groups 0 to K - 1.
    epsilon : float
        Added inside each logarithm.
    weight : Tensor, shape (models, rows), optional
        Example weights, normalised here to sum to one.
    groups : int
        K.

    Returns
    -------
    information, entropy_sensitive, entropy_prediction : Tensor, shape (models,)
        In nats.
    """
    share = 1.0 / pseudo_label.shape[-1] if weight is None else weight / weight.sum(-1, True)
    if groups > 2:
        return _information_of_many(share, pseudo_label, members(sensitive, groups), epsilon)
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


def _information_of_many(share, pseudo_label: Tensor, member: Tensor, epsilon: float):
    """The same of K groups, from the soft K x 2 table."""
    if not isinstance(share, float):
        share = share[..., None]
    group = (share * member).sum(-2)  # (models, groups)
    both = (share * member * pseudo_label[..., None]).sum(-2)
    positive = both.sum(-1, keepdim=True)
    conditional = 0
    for joint, given in ((both, positive), (group - both, 1 - positive)):
        joint, given = not_below_zero(joint), not_below_zero(given)
        conditional = conditional - (joint * (joint / (given + epsilon) + epsilon).log()).sum(-1)
    entropy = -(group * (group + epsilon).log()).sum(-1)
    return entropy - conditional, entropy, binary_entropy(positive[..., 0], epsilon)
