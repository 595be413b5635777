"""The kernel's readable twin: loss and gradient in plain numpy, a loop over active sets, a batch at once.

With X = (1, x) and θ = (b, row j of G), output j errs by φ·X with φ = e_j − s θ − c e_0 on the piece of σ with slope s
and intercept c. So everything follows from M = E[1{z > t} X Xᵀ] at every hinge t: E (x_j − x̂_j)² = Σ φᵀMφ over the
pieces, and its gradient by θ is −2 Σ s Mφ.

Less accurate than the kernel, on purpose. This form subtracts numbers of the size of E x_j², so it has an absolute
error of about 1e-14 at best. Variables whose entry is below `SMALL` of the largest one and of |b - t| are integrated by
a Gauss rule, which overlooks a hinge inside their short range; the others by the vertex formula, which cancels. With
every entry above 0.05 the error is below 1e-11, in degenerate places up to 1e-5 (tests/reference/test_exact.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import factorial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Law = Sequence[tuple[tuple[int, ...], Any]]
SMALL = 1e-3  # by trial among powers of ten: the vertex formula loses more below it, the Gauss rule above it
FACTORIAL = np.array([float(factorial(k)) for k in range(32)])
GAUSS = (0.5 - 0.5 / np.sqrt(3.0), 0.5 + 0.5 / np.sqrt(3.0))  # two nodes on [0, 1], each of weight 1/2


class Integral(NamedTuple):
    """∫ x^power G_q(u + a x) dx over [0, 1] as Σ_k factors[k] G_{q + lift + k}(u + a node), one row a node."""

    nodes: Array
    lift: Array
    factors: tuple[list[Array], ...]  # [power][node][k]


def one_variable(a: Array) -> Integral:
    """Return the rule for one variable: by vertices where its entry is large, by two Gauss nodes where it is small."""
    large = np.abs(a) > SMALL
    s = 1.0 / np.where(large, a, 1.0)
    zero = np.zeros_like(a)
    ends = (  # by parts, once a power
        ([-s, zero, zero], [s, zero, zero]),
        ([zero, s * s, zero], [s, -s * s, zero]),
        ([zero, zero, -2 * s**3], [s, -2 * s * s, 2 * s**3]),
    )
    factors = tuple(
        [
            np.array([np.where(large, end[k], 0.5 * GAUSS[node] ** power if k == 0 else 0.0) for k in range(3)])
            for node, end in enumerate(ends[power])
        ]
        for power in range(3)
    )
    nodes = np.array([np.where(large, end, gauss) for end, gauss in zip((0.0, 1.0), GAUSS, strict=True)])
    return Integral(nodes, large.astype(int), factors)


def lifted(left: Array, right: Array) -> Array:
    """Multiply two lists of factors of G_q, G_{q+1}, …: a product of polynomials in the lift."""
    out = np.zeros((len(left) + len(right) - 1, *left.shape[1:]))
    for i, x in enumerate(left):
        out[i : i + len(right)] += x * right
    return out


def cut_moments(active: tuple[int, ...], a: Array, u: Array) -> Array:
    """E[1{u + a·x >= 0} X Xᵀ], the active features uniform: shape (..., n + 1, n + 1), zero for the silent ones."""
    n = a.shape[-1]
    moments = np.zeros((*u.shape, n + 1, n + 1))
    scale = np.maximum(np.abs(u), np.abs(a[..., list(active)]).max(axis=-1, initial=0.0))
    scale = np.where(scale > 0.0, scale, 1.0)  # M does not change when z is scaled
    a, u = a / scale[..., None], u / scale
    rules = [one_variable(a[..., i]) for i in active]
    order: NDArray[np.int64] = np.sum([rule.lift for rule in rules], axis=0, dtype=np.int64) + np.zeros(
        u.shape, np.int64
    )
    for corner in product((0, 1), repeat=len(active)):
        z = u + sum(a[..., i] * rule.nodes[c] for i, rule, c in zip(active, rules, corner, strict=True))
        positive = np.maximum(z, 0.0)
        values = [np.where(z >= 0.0, positive ** (order + k) / FACTORIAL[order + k], 0.0) for k in range(5)]
        for rows, powers in entries(active):
            factors = np.ones((1, *u.shape))
            for rule, c, power in zip(rules, corner, powers, strict=True):
                factors = lifted(factors, rule.factors[power][c])[:5]
            moments[..., rows[0], rows[1]] += sum(f * v for f, v in zip(factors, values, strict=False))
    lower = np.tril_indices(n + 1, -1)
    moments[..., lower[0], lower[1]] = moments[..., lower[1], lower[0]]
    return moments


def entries(active: tuple[int, ...]) -> Iterator[tuple[tuple[int, int], list[int]]]:
    """Yield the places (r, c), r <= c, of X Xᵀ that an active set fills, and the power of each active feature there."""
    places = (-1, *active)
    for k, first in enumerate(places):
        for second in places[k:]:
            yield (first + 1, second + 1), [(i == first) + (i == second) for i in active]


def whole_moments(active: tuple[int, ...], n: int) -> Array:
    """E[X Xᵀ] of the active set: the same without a hinge."""
    moments = np.zeros((n + 1, n + 1))
    for (r, c), powers in entries(active):
        moments[r, c] = moments[c, r] = np.prod([1.0 / (power + 1) for power in powers])
    return moments


def loss_and_grad(
    law: Law, importance: Sequence[Any], activation: tuple[Sequence[Any], Sequence[Any]], weights: Any, bias: Any
) -> tuple[Array, Array, Array]:
    """Return the loss (...), and its derivatives by weights (..., m, n) and bias (..., n)."""
    weights, bias = np.asarray(weights, float), np.asarray(bias, float)
    n, hinges, slopes = bias.shape[-1], [float(t) for t in activation[0]], [float(s) for s in activation[1]]
    gram = np.swapaxes(weights, -1, -2) @ weights
    theta = np.concatenate([np.broadcast_to(bias, gram.shape[:-1])[..., None], gram], axis=-1)
    error, d_theta = np.zeros(theta.shape[:-1]), np.zeros_like(theta)
    for active, chance in law:
        above = [np.broadcast_to(whole_moments(active, n), (*theta.shape, n + 1))]
        above += [cut_moments(active, theta[..., 1:], theta[..., 0] - t) for t in hinges]
        intercept = 0.0
        for k, (slope, moments) in enumerate(zip(slopes, above, strict=True)):
            inside = moments - above[k + 1] if k < len(hinges) else moments
            intercept += (slopes[k - 1] - slope) * hinges[k - 1] if k else 0.0
            phi = np.eye(n, n + 1, 1) - slope * theta
            phi[..., 0] -= intercept
            m_phi = np.einsum("...ik,...k->...i", inside, phi)
            error += float(chance) * np.sum(phi * m_phi, axis=-1)
            d_theta -= 2.0 * float(chance) * slope * m_phi
    weight = np.array([float(i) for i in importance])
    d_gram = weight[:, None] * d_theta[..., 1:]
    return error @ weight, weights @ (d_gram + np.swapaxes(d_gram, -1, -2)), weight * d_theta[..., 0]
