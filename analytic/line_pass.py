"""Sixteen nodes of the Laplace line at once: the products over features, forward and backward (compiled).

At a node s feature i gives the factor φ = 1 - p + p ψ(αs), ψ(u) = (e^u - 1) / u. No exponential is taken here. What is
carried from node to node is γ = (e^u - 1 - u) / α² with u = αs: one step δ along the line takes it, without
cancellation, to

    γ' = e^(αδ) γ + (e^(αδ) - 1 - αδ) / α² + s (e^(αδ) - 1) / α,

and with η = γ / s the factor is φ = 1 + p α η, ψ = 1 + α η and its derivative ξ = ψ - η / s: all accurate to a few
roundings for every size of α, 0 included. See :eq:`line-step`.

A feature has five rows of lanes in one array, so that the compiler sees that nothing overlaps, and turns each loop over
lanes into vector instructions: γ, the product of the factors before it, and its gradient. Prefix and suffix products
need no division by a factor that may be close to 0.
"""

from __future__ import annotations

import numpy as np

from .compiled import vectorized

LANES = 16
STRIDE = 5 * LANES  # γ re, γ im, prefix re, prefix im, gradient
PREFIX_RE, PREFIX_IM, GRADIENT = 2 * LANES, 3 * LANES, 4 * LANES
# Rows of the lanes that all features share: 1 / s; parts of the product with one and with more features active, and
# with any small one; the suffix product, started with the weights of the nodes; what one silent company takes away; s;
# what small features have no part in while all larger ones are silent.
ONE_RE, ONE_IM, MORE_RE, MORE_IM, FEW_RE, FEW_IM = (k * LANES for k in range(2, 8))
SUFFIX_RE, SUFFIX_IM, SINGLE_RE, SINGLE_IM, S_RE, S_IM, APART_RE, APART_IM = (k * LANES for k in range(8, 16))
NODE_ROWS = 16 * LANES
# Columns of a feature's constants: e^(αδ); (e^(αδ) - 1) / α; (e^(αδ) - 1 - αδ) / α²; α, p, and the probability that
# all others but the output's own are silent.
W_RE, W_IM, D1_RE, D1_IM, D2_RE, D2_IM, ALPHA, DENSITY, OTHERS = range(9)
N_CONSTANTS = 9
BITS = 0x3FFFFFFFFFFF  # tells the compiler that an offset is not negative


@vectorized
def forward(first, last, lanes, constants, nodes):
    """Multiply the factors of features first … last - 1, keeping every prefix; sort the product by what is active.

    One of them, and more: each by its own recurrence, since the product less its other parts would cancel. Returns the
    part with none.
    """
    none = 1.0
    for i in range(first, last):
        p = constants[i, DENSITY]
        p_alpha, silent = p * constants[i, ALPHA], 1.0 - p
        o = (i * STRIDE) & BITS
        for k in range(LANES):
            g_re, g_im = lanes[o + k], lanes[o + LANES + k]
            x_re = p_alpha * (g_re * nodes[k] - g_im * nodes[LANES + k])
            x_im = p_alpha * (g_re * nodes[LANES + k] + g_im * nodes[k])
            f_re, t_re = 1.0 + x_re, p + x_re  # φ, and pψ
            p_re, p_im = lanes[o + PREFIX_RE + k], lanes[o + PREFIX_IM + k]
            lanes[o + STRIDE + PREFIX_RE + k] = p_re * f_re - p_im * x_im
            lanes[o + STRIDE + PREFIX_IM + k] = p_re * x_im + p_im * f_re
            one_re, one_im = nodes[ONE_RE + k], nodes[ONE_IM + k]
            more_re, more_im = nodes[MORE_RE + k], nodes[MORE_IM + k]
            nodes[MORE_RE + k] = more_re * f_re - more_im * x_im + one_re * t_re - one_im * x_im
            nodes[MORE_IM + k] = more_re * x_im + more_im * f_re + one_re * x_im + one_im * t_re
            nodes[ONE_RE + k] = silent * one_re + none * t_re
            nodes[ONE_IM + k] = silent * one_im + none * x_im
        none *= silent
    return none


@vectorized
def backward(first, last, lanes, constants, nodes):
    """Add the gradients of features last - 1 … first, whose suffix product grows, and step their γ along the line."""
    for back in range(last - first):
        i = last - 1 - back
        w_re, w_im = constants[i, W_RE], constants[i, W_IM]
        d1_re, d1_im, d2_re, d2_im = constants[i, D1_RE], constants[i, D1_IM], constants[i, D2_RE], constants[i, D2_IM]
        alpha, others = constants[i, ALPHA], constants[i, OTHERS]
        p_alpha = constants[i, DENSITY] * alpha
        o = (i * STRIDE) & BITS
        for k in range(LANES):
            r_re, r_im = nodes[k], nodes[LANES + k]
            g_re, g_im = lanes[o + k], lanes[o + LANES + k]
            e_re, e_im = g_re * r_re - g_im * r_im, g_re * r_im + g_im * r_re
            x_re = 1.0 + alpha * e_re - (e_re * r_re - e_im * r_im)
            x_im = alpha * e_im - (e_re * r_im + e_im * r_re)
            u_re, u_im = nodes[SUFFIX_RE + k], nodes[SUFFIX_IM + k]
            p_re, p_im = lanes[o + PREFIX_RE + k], lanes[o + PREFIX_IM + k]
            v_re = u_re * p_re - u_im * p_im - others * nodes[SINGLE_RE + k]
            v_im = u_re * p_im + u_im * p_re - others * nodes[SINGLE_IM + k]
            lanes[o + GRADIENT + k] += x_re * v_re - x_im * v_im
            f_re, f_im = 1.0 + p_alpha * e_re, p_alpha * e_im
            nodes[SUFFIX_RE + k] = u_re * f_re - u_im * f_im
            nodes[SUFFIX_IM + k] = u_re * f_im + u_im * f_re
            s_re, s_im = nodes[S_RE + k], nodes[S_IM + k]
            lanes[o + k] = w_re * g_re - w_im * g_im + d2_re + d1_re * s_re - d1_im * s_im
            lanes[o + LANES + k] = w_re * g_im + w_im * g_re + d2_im + d1_re * s_im + d1_im * s_re


@vectorized
def step_only(n, lanes, constants, nodes):
    """Step γ along the line, where no gradient is asked."""
    for i in range(n):
        w_re, w_im = constants[i, W_RE], constants[i, W_IM]
        d1_re, d1_im, d2_re, d2_im = constants[i, D1_RE], constants[i, D1_IM], constants[i, D2_RE], constants[i, D2_IM]
        o = i * STRIDE
        for k in range(LANES):
            g_re, g_im = lanes[o + k], lanes[o + LANES + k]
            s_re, s_im = nodes[S_RE + k], nodes[S_IM + k]
            lanes[o + k] = w_re * g_re - w_im * g_im + d2_re + d1_re * s_re - d1_im * s_im
            lanes[o + LANES + k] = w_re * g_im + w_im * g_re + d2_im + d1_re * s_im + d1_im * s_re


@vectorized
def start_lanes(n, lanes, constants, firsts, c, h):
    """Lay γ at the first sixteen nodes c + i(k + 1/2)h from its value at the first, and make the constants' step.

    The constants hold a step h at first, and sixteen of it at last: (e^(2δ) - 1 - 2δ) = (e^δ - 1)² + 2 (e^δ - 1 - δ).
    """
    for i in range(n):
        w = complex(constants[i, W_RE], constants[i, W_IM])
        d1 = complex(constants[i, D1_RE], constants[i, D1_IM])
        d2 = complex(constants[i, D2_RE], constants[i, D2_IM])
        gamma = firsts[i]
        for k in range(LANES):
            o = i * STRIDE + k
            lanes[o], lanes[o + LANES], lanes[o + GRADIENT] = gamma.real, gamma.imag, 0.0
            gamma = w * gamma + d2 + d1 * complex(c, (k + 0.5) * h)
        alpha = constants[i, ALPHA]
        for _ in range(4):
            d1, d2, w = 2.0 * d1 + alpha * (d1 * d1), d1 * d1 + 2.0 * d2, w * w
        constants[i, W_RE], constants[i, W_IM] = w.real, w.imag
        constants[i, D1_RE], constants[i, D1_IM] = d1.real, d1.imag
        constants[i, D2_RE], constants[i, D2_IM] = d2.real, d2.imag


def lane_arrays(n_features: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Make the arrays of one thread: lanes, constants, first values of γ, nodes."""
    return (
        np.zeros((n_features + 1) * STRIDE),
        np.zeros((n_features, N_CONSTANTS)),
        np.zeros(n_features, np.complex128),
        np.zeros(NODE_ROWS),
    )
