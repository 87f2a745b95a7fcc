"""A piecewise-linear function on or above the sigmoid, as near to it as is asked for.

Over an interval [low, high] the sigmoid is convex below 0 and concave above. Chords bound the
convex part, tangents the concave one. Both reach the ends of the interval, so that there is no tail
in which the bound is a guess: a sigmoid with such tails reports an optimum that is loose.
The sigmoid of b from below is 1 minus this function of -b.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: Lines are raised by so much: their values are rounded.
_LIFT = 1e-12


@dataclass(frozen=True)
class Piece:
    """An interval and lines (slope, intercept); the bound there is the least of the lines."""

    low: float
    high: float
    lines: tuple[tuple[float, float], ...]


def sigmoid(z):
    """1 / (1 + exp(-z)) without overflow."""
    return 0.5 * (1 + np.tanh(np.asarray(z, float) / 2))


def logit(p: float) -> float:
    """The inverse of the sigmoid; infinite at 0 and below, and at 1 and above."""
    if p <= 0 or p >= 1:
        return -np.inf if p <= 0 else np.inf
    return float(np.log(p) - np.log1p(-p))


def upper_pieces(low: float, high: float, error: float) -> list[Piece]:
    """Pieces that cover [low, high], their bound within ``error`` of the sigmoid.

    One piece a chord of the convex part, and one for all tangents of the concave part.
    """
    pieces, left = [], low
    convex = min(high, 0.0)
    while left < convex:
        right = _chord_end(left, convex, error)
        slope, intercept = _chord(left, right)
        pieces.append(Piece(left, right, ((slope, intercept + _LIFT),)))
        left = right
    if high > 0 or not pieces:
        pieces.append(Piece(left, high, _tangents(left, high, error)))
    return pieces


def bound_of(pieces: list[Piece], z: np.ndarray) -> np.ndarray:
    """The bound at z, shape of z; minus infinity outside of all pieces."""
    z = np.asarray(z, float)
    found = np.full(z.shape, -np.inf)
    for piece in pieces:
        inside = (z >= piece.low) & (z <= piece.high)
        value = np.min([slope * z + intercept for slope, intercept in piece.lines], axis=0)
        found = np.where(inside, np.maximum(found, value), found)
    return found


def _chord(left: float, right: float) -> tuple[float, float]:
    one, two = float(sigmoid(left)), float(sigmoid(right))
    slope = (two - one) / (right - left)
    return slope, max(one - slope * left, two - slope * right)


def _chord_error(left: float, right: float) -> float:
    """Most that the chord lies above the sigmoid, where that has the chord's slope."""
    slope, intercept = _chord(left, right)
    s = (1 - np.sqrt(max(1 - 4 * slope, 0.0))) / 2
    return slope * logit(s) + intercept - s if 0 < s < 1 else 0.0


def _chord_end(left: float, limit: float, error: float) -> float:
    """How far a chord from ``left`` may go."""
    if _chord_error(left, limit) <= error:
        return limit
    near, far = left, limit
    for _ in range(60):
        middle = (near + far) / 2
        near, far = (middle, far) if _chord_error(left, middle) <= error else (near, middle)
    return near if near > left else limit


def _tangents(low: float, high: float, error: float) -> tuple[tuple[float, float], ...]:
    """Tangents of the concave part, each as far from the one before as the error lets it be."""
    at, lines = low, [_tangent(low)]
    while _at_end(lines[-1], high) > error:
        near, far = at, high
        for _ in range(60):
            middle = (near + far) / 2
            fits = _crossing_error(lines[-1], _tangent(middle)) <= error
            near, far = (middle, far) if fits else (near, middle)
        if not near > at:
            break
        at = near
        lines.append(_tangent(at))
    return tuple(lines)


def _tangent(at: float) -> tuple[float, float]:
    value = float(sigmoid(at))
    slope = value * (1 - value)
    return slope, value - slope * at + _LIFT


def _at_end(line: tuple[float, float], high: float) -> float:
    return line[0] * high + line[1] - float(sigmoid(high))


def _crossing_error(one: tuple[float, float], two: tuple[float, float]) -> float:
    """How far the crossing of two tangents lies above the sigmoid."""
    apart = one[0] - two[0]
    return _at_end(one, (two[1] - one[1]) / apart) if apart > 1e-14 else 0.0
