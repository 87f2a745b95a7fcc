"""Information of a stochastic binary layer about the group, in bits, for stacks of models.

Cerrato et al. (AAAI 2023) add bits of information to nats of cross-entropy, and so do we; the
names here say it. Tensor methods only, as in `fairbench.methods.shared.losses`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from fairbench.methods.shared.losses import members

if TYPE_CHECKING:
    from torch import Tensor

#: Rows of a batch whose codes are scored, against all of its rows.
CODES = 105
#: Rows that are held against each other at once; a larger batch is cut into parts.
LARGEST = 256
#: Rows for each possible code from which a narrow layer is summed over all of them.
ROWS_A_CODE = 32
#: Exponents of a wide layer's mixtures, each the fourth power of the one before.
EXPONENTS = (1 / 16, 1 / 4, 1.0)
#: Least exponent of the gradient: a smaller one finds nothing to push against near independence.
LEAST = 1 / 4
#: Weight of the groups' shares beside that of the row that explains a code best, which is 1.
PRIOR = 0.2


def neuron_bits(probability: Tensor, sensitive: Tensor, groups: int = 2) -> Tensor:
    """Sum over binary neurons of I(T_i; S), in bits (Cerrato et al., AAAI 2023, eq. 5 and 9).

    Parameters
    ----------
    probability : Tensor, shape (models, rows, units)
        P(T_i = 1) of each row, between 0 and 1.
    sensitive : Tensor, shape (models, rows)
        Groups 0 to K - 1. One without rows contributes nothing.
    groups : int
        K.

    Returns
    -------
    Tensor, shape (models,)
    """
    share, mean = _by_group(probability, members(sensitive, groups))
    share = share[..., None]
    return (_entropy((share * mean).sum(1)) - (share * _entropy(mean)).sum(1)).sum(-1)


def counted_bits(code: Tensor, sensitive: Tensor, groups: int = 2) -> Tensor:
    """I(T; S) from the frequencies of a batch's codes, in bits (supplement, eq. 14).

    The paper's own estimator. It says something where codes repeat, with 2^units well below the
    rows. Where nearly every row has a code of its own it is H(S), whatever the layer knows.

    Parameters
    ----------
    code : Tensor, shape (models, rows, units)
        What was drawn, 0/1. A count has no gradient; this one is given the gradient of the
        product over units that marks a row as having a code (straight through).
    sensitive, groups
        As for `neuron_bits`.

    Returns
    -------
    Tensor, shape (models,)
    """
    seen = code.detach()
    ones, bits = code.sum(-1), seen.sum(-1)
    different = ones[..., None] + bits[:, None] - 2 * code @ seen.mT  # (models, rows, codes)
    equal = (1 - different).clamp(min=0)
    return _summed(equal, members(sensitive, groups), once=1 / equal.detach().sum(1))


def joint_bits(probability: Tensor, code: Tensor, sensitive: Tensor, groups: int = 2) -> Tensor:
    r"""I(T; S) in the population that a batch was drawn from, in bits, at any width.

    Row j explains code t with the weight :math:`E_j \propto \prod_u P(T_u = t_u | j)^\tau`, the
    largest of which is 1, and the group is guessed from the code by

    .. math:: r(s | t) = \Big( \sum_{j: s_j = s} E_j + a P(s) \Big) \Big/ \Big( \sum_j E_j + a \Big)

    without the row that the code was drawn from (r'), and with it. The information is H(S) plus
    the mean of (log r' + log r) / 2 over rows, weighed so that groups count by their shares.

    At tau = 1 the sums are the mixtures q(t|s) of the batch. With many units each row alone
    explains its own code: r' then fails by more the longer the codes are, and r finds the group of
    every row, whatever the layer knows of the population. So tau is what guesses best without the
    own row, and there the errors of r' and r are small and nearly opposite. A layer that knows
    nothing gets about 0 and not much less: a network gains nothing by making its codes misleading.
    A layer with few codes for its rows (`ROWS_A_CODE`) is summed over all of them at tau = 1.

    **Bias and deviation.** Held against exact values where rows depend on one or two hidden
    numbers, in batches of 150 to 250 rows, with 7 to 50 units, diffuse or nearly certain: mean
    within 0.05 bits, standard deviation at most 0.1 of one draw with `CODES` codes scored; of ten
    groups 0.08 and 0.2 (tests/methods/test_joint_information.py, test_classes.py).
    `fairbench.information.joint_information` scores every row many times and has 0.07.
    Where rows depend on many hidden numbers no estimator can be unbiased at such sizes. With five
    and ten of them and 20 units this one was between 0.03 bits too little (an exclusive or of two
    of the ten, truth 0.10) and 0.02 too much.

    **Gradient.** At the chosen tau, or `LEAST` where that is larger; the likelihood of the row that
    explains a code best is held. Through E it is the usual one. Through the draw it is the
    difference that flipping a bit of the code makes, for every bit of every scored code: exact for
    a mean over draws of that bit given the others, where a score function has the noise of all.
    Within a tenth of the slope of the exact value where layers are not saturated; in a nearly
    certain layer of 50 units it was twice as large, of the right sign.

    Parameters
    ----------
    probability, code : Tensor, shape (models, rows, units)
        P(T_u = 1) of each row, and the draw (0/1). The codes of the first `CODES` rows are scored,
        in each part of at most `LARGEST` rows: batches come in random order.
    sensitive, groups
        As for `neuron_bits`.

    Returns
    -------
    Tensor, shape (models,)
    """
    rows, units = probability.shape[-2:]
    member = members(sensitive, groups)
    if ROWS_A_CODE * 2**units <= rows:
        return _summed(_likelihood(probability, _every_code(units, probability)), member)
    count = -(-rows // LARGEST)
    parts = zip(*(x.chunk(count, 1) for x in (probability, code, member)), strict=True)
    return sum((m.shape[1] / rows) * _wide(p, t.detach(), m) for p, t, m in parts)


def _wide(probability: Tensor, code: Tensor, member: Tensor) -> Tensor:
    """`joint_bits` of a part. Its gradient is worked out here: autograd takes twice as long."""
    p = probability.detach().clamp(1e-6, 1 - 1e-6)
    code = code[:, :CODES]
    own, share = member[:, :CODES], member.mean(-2)
    prior = PRIOR * (own @ share[..., None])[..., 0]
    zero = (1 - p).log()
    odds = p.log() - zero
    fit = code @ odds.mT + zero.sum(-1)[:, None]  # log P(code | row), (models, codes, rows)
    diagonal = fit.diagonal(dim1=-2, dim2=-1)
    itself = diagonal.clone()
    diagonal.fill_(-1e30)  # a weight of 0: the row itself stands apart
    top = fit.amax(-1, keepdim=True)
    fit -= top
    itself = itself - top[..., 0]
    tau, found = _best(fit, itself, member, own, prior)
    # Shares over the codes scored, so that each group counts as it does in the batch.
    spoken = (own * (share / own.sum(-2).clamp(min=1))[:, None]).sum(-1)
    value = (spoken * (found - (prior / PRIOR).log())).sum(-1)

    tau = tau.clamp(min=LEAST)[:, None, None]
    weight = (tau * fit).exp_()
    itself = _own_weight(tau[..., 0], itself)
    groups = weight @ member
    same, every = (groups * own).sum(-1), groups.sum(-1)
    guess = _log_guess(same, every, itself, prior)

    # Through the weights: d guess / d log-weight, for the rows of the own group and for all rows.
    inverse = 1 / (same + prior), 1 / (same + itself + prior)
    total = 1 / (every + PRIOR), 1 / (every + itself + PRIOR)
    gained, lost = 0.5 * spoken * sum(inverse), 0.5 * spoken * sum(total)
    ours = weight * (own @ member.mT)
    slope = ours * gained[..., None] - weight * lost[..., None]
    slope.diagonal(dim1=-2, dim2=-1).copy_(0.5 * spoken * itself * (inverse[1] - total[1]))
    slope *= tau
    moved, least = slope.mT @ code, slope.sum(-2)[..., None]
    gradient = (moved - least * p) / (p * (1 - p))

    # Through the draw: a flipped bit multiplies the weights by the rows' odds, or divides.
    up = (tau * odds).exp_()
    both = up.new_empty(*up.shape[:2], 2 * up.shape[-1])
    both[..., : up.shape[-1]], both[..., up.shape[-1] :] = up, 1 / up
    flipped = [_chosen(code, part @ both) for part in (ours, weight)]
    flipped.append(itself[..., None] * _chosen(code, both[:, :CODES]))
    change = (_log_guess(*flipped, prior[..., None]) - guess[..., None]) * (1 - 2 * code)
    gradient[:, :CODES] += spoken[..., None] * change
    moving = (gradient * (probability - probability.detach())).sum((-2, -1))
    return (value + moving) / math.log(2)


def _best(fit: Tensor, itself: Tensor, member: Tensor, own: Tensor, prior: Tensor):
    """The tau of each model that guesses best without the own row, (models,), and its guesses."""
    weight = (EXPONENTS[0] * fit).exp_()
    best = None
    for tau in EXPONENTS:
        if best is not None:
            weight = weight.square_().square_()
        groups = weight @ member
        same, every = (groups * own).sum(-1), groups.sum(-1)
        score = ((same + prior) / (every + PRIOR)).log().mean(-1)
        guess = _log_guess(same, every, _own_weight(tau, itself), prior)
        if best is None:
            best, chosen, found = score, score * 0 + tau, guess
        else:
            better = score > best
            best = best.maximum(score)
            chosen = (score * 0 + tau).where(better, chosen)
            found = guess.where(better[:, None], found)
    return chosen, found


def _own_weight(tau: Tensor | float, fit: Tensor) -> Tensor:
    """Weight of the row that a code came from, beside the best other; kept from overflow."""
    return (tau * fit).clamp(max=60).exp()


def _log_guess(same: Tensor, every: Tensor, itself: Tensor, prior: Tensor) -> Tensor:
    """Mean of the log-probabilities that r' and r give to a code's own group."""
    without = (same + prior) / (every + PRIOR)
    return 0.5 * (without * ((same + itself + prior) / (every + itself + PRIOR))).log()


def _chosen(code: Tensor, up_and_down: Tensor) -> Tensor:
    """The first half where a bit is 0 and goes up, the second where it is 1 and goes down."""
    up, down = up_and_down.chunk(2, -1)
    return down.where(code > 0.5, up)


def _likelihood(probability: Tensor, codes: Tensor) -> Tensor:
    """P(code | row), shape (models, rows, codes)."""
    p = probability.clamp(1e-6, 1 - 1e-6)
    zero = (1 - p).log()
    return ((p.log() - zero) @ codes.mT + zero.sum(-1, True)).exp()


def _summed(likelihood: Tensor, member: Tensor, once: Tensor | float = 1.0) -> Tensor:
    """Sum over codes of q(c, s) log q(c|s) / q(c), in bits, each weighed by `once`."""
    share, given = _by_group(likelihood, member)
    total = (share[..., None] * given).sum(1)
    ratio = (given + 1e-30).log2() - (total + 1e-30).log2()[:, None]
    return (once * (share[..., None] * given * ratio).sum(1)).sum(-1)


def _by_group(values: Tensor, member: Tensor) -> tuple[Tensor, Tensor]:
    """P(S = s), (models, groups), and the means of columns in each, (models, groups, columns)."""
    count = member.sum(-2)
    mean = (member.mT @ values) / count.clamp(min=1)[..., None]
    return count / member.shape[-2], mean


def _entropy(p: Tensor) -> Tensor:
    """Entropy of Bernoulli(p) in bits, 0 at both ends."""
    return -(p * (p + 1e-20).log2() + (1 - p) * (1 - p + 1e-20).log2())


def _every_code(units: int, like: Tensor) -> Tensor:
    """All 2^units codes, shape (codes, units)."""
    number = like.new_ones(2**units).cumsum(0) - 1
    return (number[:, None] / (like.new_full((units,), 2.0).cumprod(0) / 2)).floor() % 2
