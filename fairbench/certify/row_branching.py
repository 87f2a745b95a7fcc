"""Neighbourhoods of many people, split in halves and bounded again, all together.

A linear relaxation of a small part is tight. Near a person few columns matter, the free ones most
of all, so that some tens of parts close most brackets; a search for one person costs as much as
thousands of parts here.
"""

from __future__ import annotations

import time
from typing import NamedTuple

import numpy as np

from fairbench.certify.row_bounds import bounds_and_slopes
from fairbench.certify.row_reach import RowReach

#: Parts of one person's neighbourhood, after which the rest is left to the search.
_PARTS = 400
#: Parts bounded at once.
_BLOCK = 1024


class _Parts(NamedTuple):
    """Parts of neighbourhoods: whose, steps from the person, a bound, and slopes of its plane."""

    owner: np.ndarray
    low: np.ndarray
    high: np.ndarray
    bound: np.ndarray
    slopes: np.ndarray

    def of(self, chosen: np.ndarray) -> _Parts:
        return _Parts(*(each[chosen] for each in self))


def split_all(found, reach: RowReach, turned: int, *, ends: float) -> None:
    """Narrow the bounds ``found.above[turned]`` of all rows that they leave open.

    Parameters
    ----------
    found : fairbench.certify.rows._Found
        Bounds, and the pairs found on the way.
    reach : RowReach
        Of all rows.
    turned : int
        0 for the largest output among the neighbours, 1 for the least.
    ends : float
        Until when, by ``time.perf_counter``.
    """
    everybody = np.arange(len(found.rows))
    owners = everybody[found.is_open(found.above[turned], everybody)]
    if not len(owners) or time.perf_counter() > ends:
        return
    counts, done = np.zeros(len(found.rows), int), np.full(len(found.rows), -np.inf)
    parts = _bounded(
        found, reach, turned, owners, reach.low[owners], reach.high[owners],
        found.above[turned, owners],
    )  # fmt: skip
    while len(parts.owner):
        open_ = found.is_open(parts.bound, parts.owner) & (counts[parts.owner] < _PARTS)
        late = time.perf_counter() > ends
        score = np.abs(parts.slopes) * (parts.high - parts.low)
        members = np.setdiff1d(np.arange(score.shape[1]), reach.numbers)
        score[:, members] = 0
        goes_on = open_ & (score.max(1) > 0) & (not late)
        np.maximum.at(done, parts.owner[~goes_on], parts.bound[~goes_on])
        parts, score = parts.of(goes_on), score[goes_on]
        np.add.at(counts, parts.owner, 2)
        parts = _halved(found, reach, turned, parts, score.argmax(1))
    found.above[turned, owners] = np.minimum(found.above[turned, owners], done[owners])


def _halved(found, reach: RowReach, turned: int, parts: _Parts, column: np.ndarray) -> _Parts:
    """Both halves of parts along a column of each."""
    at = np.arange(len(column))
    low, high = parts.low[at, column], parts.high[at, column]
    below = above = (low + high) / 2
    whole = np.isin(column, reach.domain.integer)
    below = np.where(whole, np.floor(below), below)
    above = np.where(whole, below + 1, above)
    first_high, second_low = parts.high.copy(), parts.low.copy()
    first_high[at, column], second_low[at, column] = below, above
    return _bounded(
        found, reach, turned,
        np.tile(parts.owner, 2),
        np.concatenate([parts.low, second_low]),
        np.concatenate([first_high, parts.high]),
        np.tile(parts.bound, 2),
    )  # fmt: skip


def _bounded(found, reach: RowReach, turned: int, owner, low, high, bound) -> _Parts:
    """Parts with their bounds; the end that the plane points to is tried as a pair."""
    bound, slopes = bound.copy(), np.empty_like(low)
    for start in range(0, len(owner), _BLOCK):
        at = slice(start, start + _BLOCK)
        some = reach.part(owner[at], low[at], high[at])
        ends, planes = bounds_and_slopes(found.network, some)
        logit = ends[0] if turned else ends[1]
        bound[at] = np.minimum(bound[at], found.change(logit, owner[at], turned))
        slopes[at] = planes[:, turned]
        step = np.where(slopes[at] > 0, high[at], low[at])
        trial = some.rows.copy()
        trial[:, reach.numbers] += step[:, reach.numbers]
        found.keep_many(owner[at], some.settled(trial))
    return _Parts(owner, low, high, bound, slopes)
