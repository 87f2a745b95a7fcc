"""Compiled shares of one box that a protected attribute decides. Import where it is about to run.

For all values of the attribute linear bounds say on which side of 0 the logit lies; of a box that
the bounds cut, the points on each side are counted.
"""

from __future__ import annotations

import numpy as np

from fairbench.certify.box_kernel import CONTINUOUS, extremes, measure, middle_of
from fairbench.certify.compiling import compiled
from fairbench.certify.halfspace_kernel import BINS, above
from fairbench.certify.openness_kernel import open_units, openness
from fairbench.certify.relaxation_kernel import relax

#: Bins at least. More are taken where the bounds are close, so that rounding adds little to them.
_FEWEST = 64
#: Bins a column for the distance between lower and upper bound.
_FINER = 8
#: Most of a box that cuts of ranges may leave out.
_CUT = 0.05


@compiled
def _chosen(forms, constants, side, middle):
    """The values whose bound of one side is smallest and largest in the middle of a box."""
    least, most, low, high = 0, 0, np.inf, -np.inf
    for value in range(forms.shape[0]):
        here = constants[value, side]
        for i in range(len(middle)):
            here += forms[value, side, i] * middle[i]
        if here < low:
            least, low = value, here
        if here > high:
            most, high = value, here
    return least, most


@compiled
def _excess(forms, constants, side, one, sign, lower, upper, kind, difference):
    """How far sign * (bound of ``one`` - bound of another value) gets above 0 over a box."""
    furthest = 0.0
    for value in range(forms.shape[0]):
        if value == one:
            continue
        for i in range(len(lower)):
            difference[i] = sign * (forms[one, side, i] - forms[value, side, i])
        apart = extremes(difference, lower, upper, kind)[1]
        apart += sign * (constants[one, side] - constants[value, side])
        furthest = max(furthest, apart)
    return furthest


@compiled
def _bins(upper_form, lower_form, apart, lower, upper, kind, difference):
    """Bins for a pair of bounds: so many that rounding adds little to their distance."""
    open_columns = 0
    for i in range(len(lower)):
        difference[i] = upper_form[i] - lower_form[i]
        open_columns += upper[i] > lower[i]
    loose = extremes(difference, lower, upper, kind)[1] + apart
    least, most = extremes(lower_form, lower, upper, kind)
    return int(min(max(_FINER * open_columns * (most - least) / max(loose, 1e-300), _FEWEST), BINS))


@compiled
def _column(network, lower, upper, kind, arrays, bins, score):
    """The column to split: the one that makes the bounds, or the counts, most loose; -1 if none."""
    forms = arrays[3]
    score[:] = 0.0
    openness(network, lower, upper, kind, arrays, score)
    columns = 0
    for i in range(len(lower)):
        columns += upper[i] > lower[i]
    best, highest = -1, -1.0
    for i in range(len(lower)):
        if upper[i] <= lower[i]:
            continue
        if kind[i] == CONTINUOUS and not lower[i] < 0.5 * (lower[i] + upper[i]) < upper[i]:
            continue
        reach = abs(forms[0, 0, i]) * (upper[i] - lower[i])
        total = score[i] + columns * reach / bins
        if total > highest:
            best, highest = i, total
    return best


@compiled
def _decided(forms, constants, lower, upper, kind):
    """Whether the bounds of all values say the same class for a whole box."""
    all_above = all_below = True
    for value in range(forms.shape[0]):
        if all_above:
            least = extremes(forms[value, 0], lower, upper, kind)[0]
            all_above = least + constants[value, 0] > 0
        if all_below:
            most = extremes(forms[value, 1], lower, upper, kind)[1]
            all_below = most + constants[value, 1] <= 0
    return all_above or all_below


@compiled
def _bound(network, lower, upper, kind, arrays, difference):
    """Linear bounds, cut where that leaves out few points; returns -1 if they decide a box.

    Otherwise the share of the box that the bounds may not hold for: a twentieth, at most, of what
    they leave undecided as a rule.
    """
    relax(network, lower, upper, kind, 0.0, arrays)
    bounds, forms, constants = arrays[0], arrays[3], arrays[4]
    if _decided(forms, constants, lower, upper, kind):
        return -1.0
    count = open_units(network, bounds)
    if count == 0:
        return 0.0
    for i in range(len(lower)):
        difference[i] = forms[0, 1, i] - forms[0, 0, i]
    loose = extremes(difference, lower, upper, kind)[1] + constants[0, 1] - constants[0, 0]
    least, most = extremes(forms[0, 0], lower, upper, kind)
    share = _CUT * min(2 * loose / max(most - least, 1e-300), 1.0)
    return relax(network, lower, upper, kind, share / (2 * count), arrays) * (1 + 1e-9)


@compiled
def evaluate(network, lower, upper, kind, arrays, scratch, vectors):
    """Points of a box that are certified fair and certified unfair, all, and the column to split.

    All logits are above 0 where a lower bound of the smallest is, and the largest is above 0 while
    the smallest is not at least as often as the former's lower bound says more than the latter's
    upper bound.
    """
    middle, difference, score = vectors
    total = measure(lower, upper, kind)
    beyond = total * _bound(network, lower, upper, kind, arrays, difference)
    if beyond < 0:
        return total, 0.0, total, -1
    forms, constants = arrays[3], arrays[4]
    middle_of(lower, upper, kind, middle)
    lows, ups, from_below, from_above = np.int64(0), np.int64(1), np.bool_(False), np.bool_(True)
    low_least, low_most = _chosen(forms, constants, lows, middle)
    up_least, up_most = _chosen(forms, constants, ups, middle)
    down = _excess(forms, constants, lows, low_least, 1.0, lower, upper, kind, difference)
    over = _excess(forms, constants, ups, up_most, -1.0, lower, upper, kind, difference)
    smallest, largest = constants[low_least, 0] - down, constants[up_most, 1] + over
    first, last = forms[low_least, 0], forms[up_most, 1]
    box = (lower, upper, kind, total)
    bins = _bins(last, first, largest - smallest, lower, upper, kind, difference)
    fair = max(_count(first, smallest, box, from_below, bins, scratch) - beyond, 0.0)
    fair += max(total - _count(last, largest, box, from_above, bins, scratch) - beyond, 0.0)
    least, most = constants[up_least, 1], constants[low_most, 0]
    low, high = forms[up_least, 1], forms[low_most, 0]
    for i in range(len(lower)):
        difference[i] = high[i] - low[i]
    unfair = 0.0
    if extremes(difference, lower, upper, kind)[1] + most - least > 0:
        bins = max(_bins(low, first, least - smallest, lower, upper, kind, difference), bins)
        bins = max(_bins(last, high, largest - most, lower, upper, kind, difference), bins)
        unfair = _count(high, most, box, from_below, bins, scratch)
        unfair -= _count(low, least, box, from_above, bins, scratch) + beyond
        unfair = min(max(unfair, 0.0), total - fair)
    if fair + unfair >= total:
        return fair, unfair, total, -1
    return fair, unfair, total, _column(network, lower, upper, kind, arrays, bins, score)


@compiled
def _count(form, constant, box, over, bins, scratch):
    lower, upper, kind, total = box
    return above(form, constant, lower, upper, kind, total, over, bins, scratch)
