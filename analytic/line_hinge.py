"""What one hinge of the activation adds to one output's error, by the Laplace line (compiled).

With v the distance of z past the hinge, h = v₊, the hinge adds -2D (E[x_j h] - σ_t E[h]) + κ E[h²] (see `rows`). As
E e^(sv) = e^(θs) Π φ_i(s), the share of active sets of two and more features is one integral, :eq:`line-hinge`,

    (1 / 2πi) ∫ e^(θs) [ (1 - p_j) k₀ (P - P₀ - P₁) + p_j q (P - P₀) ] ds,    k₀ = 2κ/s³ + 2Dσ_t/s²,
    q = ψ_j k₀ - 2D ξ_j/s²,

over the line Re s = c: P is the product of the others' factors, P₀ and P₁ what it is while none or one of them is
active. The midpoint rule takes it at s = c + i(k + 1/2)h; twice the real part stands for the other half of the line.
"""

from __future__ import annotations

import cmath
import math

import numpy as np

from .compiled import compiled, inlined
from .line_pass import (
    ALPHA,
    APART_IM,
    APART_RE,
    D1_IM,
    D1_RE,
    D2_IM,
    D2_RE,
    FEW_IM,
    FEW_RE,
    GRADIENT,
    LANES,
    MORE_IM,
    MORE_RE,
    ONE_IM,
    ONE_RE,
    PREFIX_IM,
    PREFIX_RE,
    S_IM,
    S_RE,
    SINGLE_IM,
    SINGLE_RE,
    STRIDE,
    SUFFIX_IM,
    SUFFIX_RE,
    W_IM,
    W_RE,
    backward,
    forward,
    start_lanes,
    step_only,
)

TERMS = 17  # of power series at |u| <= 1: what is left is 1 / 18!
TAIL_TERMS = 13  # of the one at |x| <= 1/2: what is left is 2^-13 / 15!
SILENT, ACTIVE, SHORTER, SHORTEST, BY_THETA, BY_OWN, SIZE = range(7)  # the sums that `hinge_line` fills
ROUNDING = 1e-14  # of what a line adds up, in absolute value: its recurrences take some ten roundings a node
SMALLEST = 1e-100  # entries below it count as it: their squares do not underflow
# Where the weights of the nodes begin to fall from 1 to 0, as a share of the last node. Two shorter rules, the second
# one in case the first agrees by chance, show what the end of the line leaves out.
TAPER = 0.7


@inlined
def exponential_tail(x):
    """(e^x - 1 - x) / x² of a real x."""
    if abs(x) > 0.5:
        return (math.exp(x) - 1.0 - x) / (x * x)
    total, term = 0.0, 0.5
    for k in range(TAIL_TERMS):
        total += term
        term *= x / (k + 3.0)
    return total


@inlined
def sine_excess(x):
    """Take x from sin x."""
    square = x * x
    if square > 0.25:
        return math.sin(x) - x
    series = 1.0 - square / 110.0 * (1.0 - square / 156.0 * (1.0 - square / 210.0))
    series = 1.0 - square / 42.0 * (1.0 - square / 72.0 * series)
    return -x * square / 6.0 * (1.0 - square / 20.0 * series)


@compiled
def psi_derivatives(u):
    """ψ(u) = (e^u - 1) / u and its first two derivatives."""
    if abs(u) > 1.0:
        e = cmath.exp(u)
        psi = (e - 1.0) / u
        xi = (e - psi) / u
        return psi, xi, (e - 2.0 * xi) / u
    psi = xi = zeta = complex(0.0, 0.0)
    term = complex(1.0, 0.0)  # u^k / k!
    for k in range(TERMS):
        psi += term / (k + 1.0)
        xi += term / (k + 2.0)
        zeta += term / (k + 3.0)
        term *= u / (k + 1.0)
    return psi, xi, zeta


@inlined
def taper(x):
    """1 up to `TAPER`, 0 from 1 on, three times differentiable between."""
    t = min(1.0, max(0.0, (1.0 - x) / (1.0 - TAPER)))
    return t * t * t * t * (35.0 + t * (-84.0 + t * (70.0 - 20.0 * t)))


@compiled
def lay_features(n, c, h, lanes, constants, firsts):
    """Fill every feature's constants for the step h from its α, and its γ at the first sixteen nodes.

    γ is real at s = c; half a step leads to the first node, and its constants, doubled, are those of a whole one.
    """
    for i in range(n):
        alpha = constants[i, ALPHA]
        if abs(alpha) < SMALLEST:
            alpha = SMALLEST
        constants[i, ALPHA] = alpha
        half = 0.5 * alpha * h
        sine, cosine = math.sin(0.5 * half), math.cos(0.5 * half)
        w = complex(1.0 - 2.0 * sine * sine, 2.0 * sine * cosine)
        d1 = complex(-2.0 * sine * sine, 2.0 * sine * cosine) / alpha
        d2 = complex(-2.0 * sine * sine, sine_excess(half)) / (alpha * alpha)
        firsts[i] = w * (c * c * exponential_tail(alpha * c)) + d2 + d1 * c
        d1, d2, w = 2.0 * d1 + alpha * (d1 * d1), d1 * d1 + 2.0 * d2, w * w
        constants[i, W_RE], constants[i, W_IM] = w.real, w.imag
        constants[i, D1_RE], constants[i, D1_IM] = d1.real, d1.imag
        constants[i, D2_RE], constants[i, D2_IM] = d2.real, d2.imag
    start_lanes(n, lanes, constants, firsts, c, h)


@inlined
def lay_block(block, c, h, lanes, nodes):
    """Write the nodes of a block, and start their products and sums over features."""
    for k in range(LANES):
        s = complex(c, (block * LANES + k + 0.5) * h)
        inverse = 1.0 / s
        nodes[k], nodes[LANES + k] = inverse.real, inverse.imag
        nodes[S_RE + k], nodes[S_IM + k] = s.real, s.imag
        nodes[ONE_RE + k] = nodes[ONE_IM + k] = nodes[MORE_RE + k] = nodes[MORE_IM + k] = 0.0
        lanes[PREFIX_RE + k], lanes[PREFIX_IM + k] = 1.0, 0.0


@inlined
def set_small_apart(nodes):
    """Keep what small features do, and begin anew with the larger ones."""
    for k in range(LANES):
        nodes[FEW_RE + k], nodes[FEW_IM + k] = (
            nodes[ONE_RE + k] + nodes[MORE_RE + k],
            nodes[ONE_IM + k] + nodes[MORE_IM + k],
        )
        nodes[ONE_RE + k] = nodes[ONE_IM + k] = nodes[MORE_RE + k] = nodes[MORE_IM + k] = 0.0


@compiled
def weigh_block(own, own_apart, hinge, last, shares, nodes, sums):
    """Add a block's integrands to the sums, and leave what the way back multiplies gradients by."""
    own_alpha, own_density = own
    theta, kappa, change, level = hinge
    none_small, none_large = shares
    for k in range(LANES):
        s, inverse = complex(nodes[S_RE + k], nodes[S_IM + k]), complex(nodes[k], nodes[LANES + k])
        few = complex(nodes[FEW_RE + k], nodes[FEW_IM + k])
        one, more = complex(nodes[ONE_RE + k], nodes[ONE_IM + k]), complex(nodes[MORE_RE + k], nodes[MORE_IM + k])
        any_small = few + none_small
        several = few * one + any_small * more
        company = any_small * (one + more)
        if not own_apart:
            company += few * none_large
        psi, xi, zeta = psi_derivatives(own_alpha * s)
        square = inverse * inverse
        kernel = (2.0 * kappa * inverse + 2.0 * change * level) * square
        owned = own_density * (psi * kernel - 2.0 * change * xi * square)
        by_own = own_density * s * (xi * kernel - 2.0 * change * zeta * square)
        factor = cmath.exp(theta * s)
        silent, active = factor * (1.0 - own_density) * kernel * several, factor * owned * company
        weight = taper(s.imag / last)
        shorter, shortest = taper(s.imag / (TAPER * last)), taper(s.imag / (TAPER * TAPER * last))
        sums[SILENT] += weight * silent.real
        sums[ACTIVE] += weight * active.real
        sums[SHORTER] += shorter * (silent + active).real
        sums[SHORTEST] += shortest * (silent + active).real
        sums[BY_THETA] += weight * (s * (silent + active)).real
        sums[BY_OWN] += weight * (factor * by_own * company).real
        sums[SIZE] += abs(silent) + abs(active)
        single = weight * s * factor * (1.0 - own_density) * kernel
        suffix = single + weight * s * factor * owned
        apart = suffix if own_apart else single
        nodes[SINGLE_RE + k], nodes[SINGLE_IM + k] = single.real, single.imag
        nodes[APART_RE + k], nodes[APART_IM + k] = apart.real, apart.imag
        nodes[SUFFIX_RE + k], nodes[SUFFIX_IM + k] = suffix.real, suffix.imag


@compiled
def hinge_line(small, own_apart, n, own, hinge, rule, with_gradient, arrays, sums):
    """Integrate along the line; features 0 … n - 1 are the others, their α, p and OTHERS in the constants.

    What the first `small` of them do while all larger ones are silent is left out, if the own one is silent too or
    `own_apart` counts it among the small; their OTHERS are 0. It has a line of its own scale (see `line_levels`).

    Fills sums: the share of sets without and with the own feature, both together by two shorter rules, the derivatives
    by θ and by the own α, and the size of what was added up. The others' gradient, without p, is left in the lanes.
    """
    lanes, constants, firsts, nodes = arrays
    c, h, blocks = rule
    lay_features(n, c, h, lanes, constants, firsts)
    for k in range(sums.size):
        sums[k] = 0.0
    for block in range(blocks):
        lay_block(block, c, h, lanes, nodes)
        none_small = forward(np.int64(0), small, lanes, constants, nodes)
        set_small_apart(nodes)
        none_large = forward(small, n, lanes, constants, nodes)
        weigh_block(own, own_apart, hinge, blocks * LANES * h, (none_small, none_large), nodes, sums)
        if with_gradient:
            backward(small, n, lanes, constants, nodes)
            for k in range(LANES):
                nodes[SUFFIX_RE + k] -= none_large * nodes[APART_RE + k]
                nodes[SUFFIX_IM + k] -= none_large * nodes[APART_IM + k]
            backward(np.int64(0), small, lanes, constants, nodes)
        else:
            step_only(n, lanes, constants, nodes)
    for k in range(sums.size):
        sums[k] *= h / math.pi


@inlined
def lane_sum(i, lanes):
    """Add up the lanes of feature i's gradient."""
    total = 0.0
    for k in range(LANES):
        total += lanes[i * STRIDE + GRADIENT + k]
    return total


@inlined
def sum_error(sums):
    """Estimate what the end of the line and rounding do to the sums: by what shorter rules make a difference."""
    total = sums[SILENT] + sums[ACTIVE]
    return 2.0 * abs(total - sums[SHORTER]) + abs(sums[SHORTER] - sums[SHORTEST]) / 4.0 + ROUNDING * sums[SIZE]
