"""The normal numbers of ``torch.manual_seed``, bit by bit and without torch.

To import torch takes more than a second, longer than many a job trains. Torch draws from the
Mersenne twister that numpy has too. Fewer than 16 numbers it transforms one by one, in double
precision; more of them by eights, in single precision, with logarithm, sine and cosine after
Cephes. The constants and the places of the fused multiplications are those of torch where the
processor has AVX2 (``ATen/native/cpu/avx_mathfun.h``); here they are the same on every processor.
"""

from __future__ import annotations

import math

import numpy as np

F = np.float32
_LOGARITHM = (
    *(7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1),
    *(-1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1),
)
_COSINE = (2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2)
_SINE = (-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1)
#: pi / 4 in three parts, and log(2) in two.
_QUARTER = (-0.78515625, -2.4187564849853515625e-4, -3.77489497744594108e-8)
_LOG_2 = (-2.12194440e-4, 0.693359375)


class TorchNormals:
    """The stream of ``torch.Generator().manual_seed(seed)``, as ``Tensor.normal_`` takes from it.

    Parameters
    ----------
    seed : int
    """

    def __init__(self, seed: int):
        self._words = np.random.RandomState(seed & 0xFFFFFFFF)
        self._second: float | None = None

    def draw(self, count: int, scale: float) -> np.ndarray:
        """Numbers of mean 0 and a standard deviation, shape (count,), float32."""
        if count < 16:
            return np.array([scale * self._one() for _ in range(count)], F)
        uniform = self._uniform(count)
        drawn = np.empty(count, F)
        whole = count - count % 16
        drawn[:whole] = _normals(uniform[:whole], F(scale))
        if whole < count:
            drawn[-16:] = _normals(self._uniform(16), F(scale))
        return drawn

    def _next(self, count: int) -> np.ndarray:
        return self._words.randint(0, 2**32, count, dtype=np.uint32)

    def _uniform(self, count: int) -> np.ndarray:
        return (self._next(count) & (2**24 - 1)).astype(F) * F(2.0**-24)

    def _one(self) -> float:
        """A standard normal number; they are made two by two."""
        if self._second is not None:
            made, self._second = self._second, None
            return made
        high, low = self._next(4).astype(object).reshape(2, 2).T
        angle, u = ((high << 32 | low) & (2**53 - 1)) * 2.0**-53
        radius = math.sqrt(-2 * math.log1p(-u))
        self._second = radius * math.sin(2 * math.pi * angle)
        return radius * math.cos(2 * math.pi * angle)


def _normals(uniform: np.ndarray, scale: np.float32) -> np.ndarray:
    """Box and Muller: of sixteen uniform numbers the first eight make radii, the others angles."""
    pairs = uniform.reshape(-1, 2, 8)
    radius = np.sqrt(F(-2) * _logarithm(F(1) - pairs[:, 0]))
    parts = _cosine_and_sine(F(2 * math.pi) * pairs[:, 1])
    # Plus zero, as torch adds the mean.
    return np.stack([radius * part * scale + F(0) for part in parts], 1).ravel()


def _fused(a, b, c) -> np.ndarray:
    """a * b + c rounded once: double precision holds the product of two single ones."""
    return (np.multiply(a, b, dtype=np.float64) + c).astype(F)


def _polynomial(x: np.ndarray, coefficients: tuple[float, ...]) -> np.ndarray:
    value = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        value = _fused(value, x, F(coefficient))
    return value


def _logarithm(x: np.ndarray) -> np.ndarray:
    part, exponent = np.frexp(x)
    low = part < F(math.sqrt(0.5))
    exponent = (exponent - low).astype(F)
    x = (part - F(1)) + np.where(low, part, F(0))
    square = x * x
    value = _polynomial(x, _LOGARITHM) * x
    value = _fused(value, square, exponent * F(_LOG_2[0]))
    return _fused(exponent, F(_LOG_2[1]), x + _fused(-square, F(0.5), value))


def _cosine_and_sine(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    octant = ((x * F(4 / math.pi)).astype(np.int32) + 1) & ~1
    for part in _QUARTER:
        x = _fused(octant.astype(F), F(part), x)
    square = x * x
    cosine = _fused(_polynomial(square, _COSINE) * square, square, -square * F(0.5)) + F(1)
    sine = _fused(_polynomial(square, _SINE) * square, x, x)
    swapped = (octant & 2) != 0
    first, second = np.where(swapped, sine, cosine), np.where(swapped, cosine, sine)
    return (
        np.where((octant - 2) & 4, first, -first),
        np.where(octant & 4, -second, second),
    )
