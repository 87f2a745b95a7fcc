"""Bounds of a pair of copies of a network: six of each variable, and how they pass the layers.

Two copies run side by side, on x' and on x''. Of each pair (a, b) of the same variable are kept
a in [l1, u1], b in [l2, u2] and a - b in [dl, du]: a hexagon. Plain encodings of two copies lack
the third pair of bounds, and with it what epsilon says.

``box`` has the shape (6, variables): rows l1, u1, l2, u2, dl, du; variables are the inputs, then
the pre-activations layer by layer, the logit last. All kernels are compiled.
"""

from __future__ import annotations

import numpy as np

from fairbench.certify.compiling import compiled

#: Points at which a function that is linear where no sign changes has its maximum over a hexagon.
POINTS = 13
#: Outward margin of a sum, relative to the sum of its summands' sizes.
_MARGIN = 1e-13
#: Bounds that cross by no more than this, relative, are one value and not an empty hexagon.
_CROSSED = 1e-9


@compiled
def meet(box, j):
    """Let the three pairs of bounds of one variable tighten each other; False if none is left."""
    for _ in range(2):
        box[0, j] = max(box[0, j], box[2, j] + box[4, j])
        box[1, j] = min(box[1, j], box[3, j] + box[5, j])
        box[2, j] = max(box[2, j], box[0, j] - box[5, j])
        box[3, j] = min(box[3, j], box[1, j] - box[4, j])
        box[4, j] = max(box[4, j], box[0, j] - box[3, j])
        box[5, j] = min(box[5, j], box[1, j] - box[2, j])
    for k in (0, 2, 4):
        low, high = box[k, j], box[k + 1, j]
        if low > high:
            none = low == np.inf or high == -np.inf  # no pair of categories is allowed
            if none or low - high > _CROSSED * (1 + abs(low) + abs(high)):
                return False
            box[k, j], box[k + 1, j] = high, low
    return True


@compiled
def corners(box, first, last, va, vb):
    """Fill ``va`` and ``vb``, shape (POINTS, variables), with the points of each hexagon."""
    for j in range(first, last):
        l1, u1, l2, u2, dl, du = box[0, j], box[1, j], box[2, j], box[3, j], box[4, j], box[5, j]
        for k, a in ((0, l1), (2, u1)):
            va[k, j] = va[k + 1, j] = a
            vb[k, j] = max(l2, min(u2, a - du))
            vb[k + 1, j] = max(l2, min(u2, a - dl))
        for k, b in ((4, l2), (6, u2)):
            vb[k, j] = vb[k + 1, j] = b
            va[k, j] = max(l1, min(u1, b + dl))
            va[k + 1, j] = max(l1, min(u1, b + du))
        for k in range(8, POINTS):
            va[k, j], vb[k, j] = va[0, j], vb[0, j]
        if l1 < 0 < u1:
            va[8, j] = va[9, j] = 0.0
            vb[8, j], vb[9, j] = max(l2, min(u2, -du)), max(l2, min(u2, -dl))
        if l2 < 0 < u2:
            vb[10, j] = vb[11, j] = 0.0
            va[10, j], va[11, j] = max(l1, min(u1, dl)), max(l1, min(u1, du))
        if l1 <= 0 <= u1 and l2 <= 0 <= u2 and dl <= 0 <= du:
            va[12, j] = vb[12, j] = 0.0


@compiled
def activated(box, j, is_input, va, vb, out):
    """Six bounds of the activations of variable j, into ``out``; an input passes as it is."""
    if is_input:
        for k in range(6):
            out[k] = box[k, j]
        return
    for k in range(4):
        out[k] = max(box[k, j], 0.0)
    low, high = np.inf, -np.inf
    for k in range(POINTS):
        apart = max(va[k, j], 0.0) - max(vb[k, j], 0.0)
        low, high = min(low, apart), max(high, apart)
    out[4], out[5] = low, high


@compiled
def add_group(row, members, near, box, sums):
    """Add what a one-hot group contributes to a unit: its best and worst allowed categories."""
    a_low, a_high, b_low, b_high = np.inf, -np.inf, np.inf, -np.inf
    d_low, d_high, size = np.inf, -np.inf, 0.0
    for s in range(len(members)):
        i = members[s]
        size = max(size, abs(row[i]))
        if box[3, i] >= 1:
            b_low, b_high = min(b_low, row[i]), max(b_high, row[i])
        if box[1, i] < 1:
            continue
        a_low, a_high = min(a_low, row[i]), max(a_high, row[i])
        for t in range(len(members)):
            k = members[t]
            if box[3, k] >= 1 and near[s, t]:
                d_low, d_high = min(d_low, row[i] - row[k]), max(d_high, row[i] - row[k])
    sums[0] += a_low
    sums[1] += a_high
    sums[2] += b_low
    sums[3] += b_high
    sums[4] += d_low
    sums[5] += d_high
    return 2 * size


@compiled
def unit_bounds(row, bias, start, box, z, grouped, groups, sizes, near, sums):
    """Six bounds of one unit's pre-activation, into ``sums``, rounded outwards."""
    for k in range(4):
        sums[k] = bias
    sums[4] = sums[5] = 0.0
    size = abs(bias)
    for i in range(len(row)):
        if start == 0 and grouped[i]:
            continue
        w = row[i]
        size += abs(w) * max(abs(z[0, i]), abs(z[1, i]), abs(z[2, i]), abs(z[3, i]))
        for k in (0, 2, 4):
            low, high = w * z[k, i], w * z[k + 1, i]
            sums[k] += min(low, high)
            sums[k + 1] += max(low, high)
    if start == 0:
        for g in range(len(sizes)):
            members = groups[g, : sizes[g]]
            size += add_group(row, members, near[g], box, sums)
    for k in (0, 2, 4):
        sums[k] -= _MARGIN * size
        sums[k + 1] += _MARGIN * size


@compiled
def propagate(net, box, first_layer):
    """Pass bounds through the layers from ``first_layer`` on, in place; False if empty.

    What is known of a variable already is kept: bounds only tighten.
    """
    offsets, weights, biases, starts, grouped, groups, sizes, near, _ = net
    layers = len(offsets) - 2
    width = box.shape[1]
    z = np.empty((6, width))
    sums, out = np.empty(6), np.empty(6)
    va, vb = np.empty((POINTS, width)), np.empty((POINTS, width))
    for layer in range(first_layer, layers + 1):
        before, start, end = offsets[layer - 1], offsets[layer], offsets[layer + 1]
        count = start - before
        if layer > 1:
            corners(box, before, start, va, vb)
        for i in range(count):
            activated(box, before + i, layer == 1, va, vb, out)
            z[:, i] = out
        for j in range(start, end):
            at = starts[layer] + (j - start) * count
            unit_bounds(
                weights[at : at + count],
                biases[j],
                before,
                box,
                z,
                grouped,
                groups,
                sizes,
                near,
                sums,
            )
            for k in (0, 2, 4):
                box[k, j] = max(box[k, j], sums[k])
                box[k + 1, j] = min(box[k + 1, j], sums[k + 1])
            if not meet(box, j):
                return False
    return True
