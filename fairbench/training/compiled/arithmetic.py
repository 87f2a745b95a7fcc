"""Building blocks of the fused kernel: single-precision loops that LLVM turns into SIMD code.

Numba is told that sums may be reassociated, and nothing more: no approximate reciprocals (they
differ between processor makers) and NaN keeps its meaning, so that a diverged model shows.
`error_model="numpy"` matters for speed: the default checks every division and stops
vectorisation.
"""

from __future__ import annotations

import numpy as np
from llvmlite import ir
from numba import carray, njit, types
from numba.core import cgutils
from numba.extending import intrinsic

F = np.float32
OPTIONS = {
    "fastmath": {"reassoc", "contract", "nsz"},
    "error_model": "numpy",
    "nogil": True,
    # Else a function compiled just now runs its parts as they were compiled by themselves, and one
    # from the cache as they were compiled into it: other sums, other last bits.
    "forceinline": True,
}
LEAK = F(0.2)


@intrinsic
def _allocate(typing_context, count):
    """Memory for so many numbers, of C: numba's own would need its runtime where this runs."""

    def codegen(context, builder, signature, args):
        pointer, size = ir.IntType(8).as_pointer(), ir.IntType(64)
        malloc = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(pointer, [size]), "malloc"
        )
        found = builder.call(malloc, [builder.mul(args[0], ir.Constant(size, 4))])
        # Not to be known as memory of nobody else: LLVM would then sum in another order.
        itself = ir.InlineAsm(ir.FunctionType(pointer, [pointer]), "", "=r,0")
        return builder.bitcast(builder.call(itself, [found]), ir.FloatType().as_pointer())

    return types.CPointer(types.float32)(types.int64), codegen


@intrinsic
def release(typing_context, array):
    """Give the memory of an array of `empty` back."""

    def codegen(context, builder, signature, args):
        pointer = ir.IntType(8).as_pointer()
        free = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(ir.VoidType(), [pointer]), "free"
        )
        data = context.make_array(signature.args[0])(context, builder, args[0]).data
        builder.call(free, [builder.bitcast(data, pointer)])
        return context.get_dummy_value()

    return types.void(array), codegen


@njit(forceinline=True)
def empty(shape):
    """An array of single precision whose numbers are not set yet, to be given to `release`."""
    count = 1
    for length in shape:
        count *= length
    return carray(_allocate(count), shape)


@intrinsic
def _floor(typing_context, x):
    def codegen(context, builder, signature, args):
        floor = builder.module.declare_intrinsic("llvm.floor", [ir.FloatType()])
        return builder.call(floor, args)

    return types.float32(types.float32), codegen


@intrinsic
def _power_of_two(typing_context, n):
    """2**n of an integral float, by writing n into the exponent bits."""

    def codegen(context, builder, signature, args):
        integer = ir.IntType(32)
        exponent = builder.add(builder.fptosi(args[0], integer), ir.Constant(integer, 127))
        return builder.bitcast(builder.shl(exponent, ir.Constant(integer, 23)), ir.FloatType())

    return types.float32(types.float32), codegen


@njit(inline="always", **OPTIONS)
def sigmoid(x):
    """1 / (1 + exp(-x)) to 2e-7 relative: Cody-Waite reduction and the Cephes polynomial.

    The argument is cut at +-80, where float32 has long run out; NaN passes through.
    """
    x = F(80) if x > F(80) else x
    x = F(-80) if x < F(-80) else x
    n = _floor(x * F(-1.44269504) + F(0.5))
    r = -x - n * F(0.693359375)
    r = r + n * F(2.12194440e-4)
    p = F(1.9875691500e-4)
    p = p * r + F(1.3981999507e-3)
    p = p * r + F(8.3334519073e-3)
    p = p * r + F(4.1665795894e-2)
    p = p * r + F(1.6666665459e-1)
    p = p * r + F(5.0000001201e-1)
    return F(1) / (F(1) + (p * r * r + r + F(1)) * _power_of_two(n))


@njit(**OPTIONS)
def mean_cross_entropy(logit, target, scale, offset, weight):
    """Weighted mean cross-entropy of sigmoid(scale * logit + offset), where a loss is wanted."""
    total = 0.0
    for i in range(logit.size):
        x = np.float64(scale * logit[i] + offset)
        total += weight[i] * (max(x, 0.0) - target[i] * x + np.log1p(np.exp(-abs(x))))
    return total / logit.size


@njit(**OPTIONS)
def linear(x, weight, bias, out):
    """out = weight . x + bias, with x of shape (3, rows)."""
    w1, w2, w3 = weight[0], weight[1], weight[2]
    x1, x2, x3 = x[0], x[1], x[2]
    for i in range(out.size):
        out[i] = w1 * x1[i] + w2 * x2[i] + w3 * x3[i] + bias


@njit(inline="always", **OPTIONS)
def hidden_forward(x1, x2, x3, x4, w, b, v, c, activation, out):
    """Logit of a 4-H-1 LeakyReLU network on one block of rows.

    LeakyReLU(a) = 0.2 a + 0.8 max(a, 0): the first part, summed over hidden units, is linear in
    the input and taken out of the loop over units. `activation` (H, rows) keeps every a.
    """
    u1, u2, u3, u4, u0 = F(0), F(0), F(0), F(0), F(0)
    for j in range(v.size):
        leaky = LEAK * v[j]
        u1 += leaky * w[j, 0]
        u2 += leaky * w[j, 1]
        u3 += leaky * w[j, 2]
        u4 += leaky * w[j, 3]
        u0 += leaky * b[j]
    u0 += c
    for i in range(out.size):
        out[i] = u1 * x1[i] + u2 * x2[i] + u3 * x3[i] + u4 * x4[i] + u0
    for j in range(v.size):
        w1, w2, w3, w4, w0 = w[j, 0], w[j, 1], w[j, 2], w[j, 3], b[j]
        slope = (F(1) - LEAK) * v[j]
        a = activation[j]
        # Two loops, each storing into one array: LLVM gives up on proving more apart.
        for i in range(out.size):
            a[i] = w1 * x1[i] + w2 * x2[i] + w3 * x3[i] + w4 * x4[i] + w0
        for i in range(out.size):
            out[i] += slope * max(a[i], F(0))


@njit(inline="always", **OPTIONS)
def hidden_backward(x1, x2, x3, x4, activation, gradient, units, shared, active):
    """Add one block's sums of gradient * input: over all rows, and over each unit's active rows.

    Those 5 + 5 H sums are all that the gradient of every weight needs, see `descend`.
    """
    s0, s1, s2, s3, s4 = F(0), F(0), F(0), F(0), F(0)
    for i in range(gradient.size):
        g = gradient[i]
        s0 += g
        s1 += g * x1[i]
        s2 += g * x2[i]
        s3 += g * x3[i]
        s4 += g * x4[i]
    shared[0] += s1
    shared[1] += s2
    shared[2] += s3
    shared[3] += s4
    shared[4] += s0
    for j in range(units):
        a = activation[j]
        s0, s1, s2, s3, s4 = F(0), F(0), F(0), F(0), F(0)
        for i in range(gradient.size):
            g = gradient[i] if a[i] > F(0) else F(0)
            s0 += g
            s1 += g * x1[i]
            s2 += g * x2[i]
            s3 += g * x3[i]
            s4 += g * x4[i]
        active[j, 0] += s1
        active[j, 1] += s2
        active[j, 2] += s3
        active[j, 3] += s4
        active[j, 4] += s0


@njit(**OPTIONS)
def descend(w, b, v, c, shared, active, rate):
    """One SGD step of a 4-H-1 network from the sums of `hidden_backward`.

    With m in {0.2, 1} the slope at each row and S = sum g m [x, 1] = 0.2 shared + 0.8 active,
    dw = v S and dv = sum g m a = [w, b] . S.
    """
    for j in range(v.size):
        gradient_v = F(0)
        for f in range(5):
            s = LEAK * shared[f] + (F(1) - LEAK) * active[j, f]
            if f < 4:
                gradient_v += w[j, f] * s
                w[j, f] -= rate * v[j] * s
            else:
                gradient_v += b[j] * s
                b[j] -= rate * v[j] * s
        v[j] -= rate * gradient_v
    c[0] -= rate * shared[4]
