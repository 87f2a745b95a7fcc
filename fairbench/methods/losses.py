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


def binary_entropy(p: Tensor, epsilon: float = 0.0) -> Tensor:
    """H(p) = -p log p - (1-p) log(1-p), in nats; ``epsilon`` keeps the logarithms finite."""
    return -(p * (p + epsilon).log() + (1 - p) * (1 - p + epsilon).log())


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
    conditional = sum(
        -joint * (joint / (given + epsilon) + epsilon).log()
        for joint, given in zip(table, marginal, strict=True)
    )
    entropy = binary_entropy(group, epsilon)
    return entropy - conditional, entropy, binary_entropy(positive, epsilon)


def neuron_information(probability: Tensor, sensitive: Tensor) -> Tensor:
    """Sum over binary neurons of I(T_i; S), in bits (Cerrato et al., AAAI 2023, eq. 5 and 9).

    Parameters
    ----------
    probability : Tensor, shape (models, rows, units)
        P(T_i = 1) of each row, between 0 and 1.
    sensitive : Tensor, shape (models, rows)
        0/1. A group without rows contributes nothing.

    Returns
    -------
    Tensor, shape (models,)
    """
    share, mean = _by_group(probability, sensitive)  # (models, 2), (models, 2, units)
    total = (share[..., None] * mean).sum(1)
    lost = (share[..., None] * _bits(mean)).sum(1)
    return (_bits(total) - lost).sum(-1)


def code_information(probability: Tensor, code: Tensor, sensitive: Tensor) -> Tensor:
    """Joint information I(T; S) of a binary layer, in bits, over the codes seen in a batch.

    The probability of a code is its mean over the rows, q(c) = mean_j prod_i P(T_i = c_i | row
    j), and likewise within each group; I is summed over the codes. A layer of m units with 2^m
    codes no more than the rows is summed over all of them, which is exact; otherwise over the
    codes that were drawn, each once, which leaves out what the unseen ones hold.

    Parameters
    ----------
    probability, code : Tensor, shape (models, rows, units)
        P(T_i = 1) of each row, and the draw (0/1).
    sensitive : Tensor, shape (models, rows)
        0/1. A group without rows contributes nothing.

    Returns
    -------
    Tensor, shape (models,)
    """
    rows, units = probability.shape[-2:]
    p = probability.clamp(1e-6, 1 - 1e-6)
    if 2**units <= rows:
        codes, once = _every_code(units, p), 1.0
    else:
        codes = code
        ones = codes.sum(-1)
        different = ones[..., None] + ones[..., None, :] - 2 * codes @ codes.mT  # Hamming distance
        once = 1.0 / (different < 0.5).to(p.dtype).sum(-1)
    # P(code | row), shape (models, rows, codes)
    zero = (1 - p).log()
    likelihood = ((p.log() - zero) @ codes.mT + zero.sum(-1, True)).exp()
    share, given = _by_group(likelihood, sensitive)
    total = (share[..., None] * given).sum(1)
    ratio = (given + 1e-30).log2() - (total + 1e-30).log2()[:, None]
    return (once * (share[..., None] * given * ratio).sum(1)).sum(-1)


def _by_group(values: Tensor, sensitive: Tensor) -> tuple[Tensor, Tensor]:
    """P(S = s), (models, 2), and the mean of each column in each group, (models, 2, columns)."""
    member = sensitive[:, None]
    member = member.new_tensor([[1.0], [0.0]]) + member.new_tensor([[-1.0], [1.0]]) * member
    count = member.sum(-1)
    mean = (member @ values) / count.clamp(min=1)[..., None]
    return count / sensitive.shape[-1], mean


def _bits(p: Tensor) -> Tensor:
    """Entropy of Bernoulli(p) in bits, 0 at both ends."""
    return -(p * (p + 1e-20).log2() + (1 - p) * (1 - p + 1e-20).log2())


def _every_code(units: int, like: Tensor) -> Tensor:
    """All 2^units codes, shape (codes, units)."""
    number = like.new_ones(2**units).cumsum(0) - 1
    return (number[:, None] / like.new_tensor([2.0**k for k in range(units)])).floor() % 2
