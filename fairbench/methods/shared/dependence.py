"""The Hilbert-Schmidt independence criterion of stacked models, with tensor methods only."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def gaussian_kernel(x: Tensor, sigma: float = 1.0) -> Tensor:
    """exp(-|x_i - x_j|^2 / (2 sigma^2)), shape (models, rows, rows), of (models, rows, units)."""
    square = x.square().sum(-1)
    distance = square[..., None] + square[..., None, :] - 2 * x @ x.mT
    return (-distance.clamp(min=0) / (2 * sigma**2)).exp()


def hsic(first: Tensor, second: Tensor) -> Tensor:
    r"""HSIC of two kernel matrices, unbiased (Song et al., JMLR 2012, eq. 5).

    .. math:: \frac{1}{n (n - 3)} \Big[ \mathrm{tr}(K L) + \frac{1^T K 1 \; 1^T L 1}{(n-1)(n-2)}
       - \frac{2}{n-2} 1^T K L 1 \Big]

    with the diagonals of K and L set to zero.

    Parameters
    ----------
    first, second : Tensor, shape (models, rows, rows)
        Symmetric, of at least 4 rows.

    Returns
    -------
    Tensor, shape (models,)
        It may fall below 0, as an unbiased estimate of what is never negative must.

    Notes
    -----
    The released code of ReBias takes the diagonal from every row in place of setting it to zero.
    For a Gaussian kernel that is 1 from every entry; the diagonal is then 0, and the same constant
    in all other entries changes nothing: it computes the same number.
    """
    k, second = map(_without_diagonal, (first, second))
    n = k.shape[-1]
    if n < 4:
        raise ValueError(f"HSIC needs at least 4 rows, not {n}")
    rows, others = k.sum(-1), second.sum(-1)
    together = (k * second).sum((-2, -1))
    apart = rows.sum(-1) * others.sum(-1) / ((n - 1) * (n - 2))
    return (together + apart - 2 / (n - 2) * (rows * others).sum(-1)) / (n * (n - 3))


def _without_diagonal(kernel: Tensor) -> Tensor:
    return kernel - kernel.diagonal(dim1=-2, dim2=-1).diag_embed()
