"""The least error of an output of (2,1) over its bias, for every pair of weights of a grid (compiled)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...analytic.activation import resolve
from ...analytic.compiled import compiled, inlined
from ...analytic.pair import pair_error
from ...analytic.tables import activation_table

Array = NDArray[np.float64]

SCAN = 6  # steps on each of the error's four polynomials in the bias, of the fourth degree at most
NARROWINGS = 30  # golden sections: to 1e-6 of a step of the scan, which leaves the error right to 1e-12
GOLDEN = 0.6180339887498949
RELU = activation_table(resolve("relu"))


@compiled
def pair(t1, t2, a1, a2, b, act):
    """Return the error alone, as a kernel of its own: written out four times over it would compile for a minute."""
    return pair_error(t1, t2, a1, a2, b, act)[0]


@compiled
def output_error(a, c, p, b, act):
    """E[(x_j - σ(a x_j + c x_i + b))²], both features active with probability p each, :eq:`cube-residual`."""
    silent = max(b, 0.0)
    own = pair(1.0, 0.0, a, 0.0, b, act)
    other = pair(0.0, 0.0, c, 0.0, b, act)
    both = pair(1.0, 0.0, a, c, b, act) if abs(a) >= abs(c) else pair(0.0, 1.0, c, a, b, act)
    s = 1.0 - p
    return s * s * silent * silent + p * s * (own + other) + p * p * both


@inlined
def corner(k, a, c):
    """Return the k-th of five biases, ascending, between which the error is a polynomial: z = 0 at a corner there.

    Below the first the output is shut for every input, above the last never below 1: neither is ever better.
    """
    if k == 0:
        return -(a + max(c, 0.0))
    if k == 4:
        return 1.0 + max(-c, 0.0)
    if c >= 0.0:
        return -max(a, c) if k == 1 else (-min(a, c) if k == 2 else 0.0)
    return min(-a - c, 0.0) if k == 1 else (max(-a - c, 0.0) if k == 2 else -c)


@inlined
def narrowed(left, right, a, c, p, act):
    """Close in on a minimum between two biases by golden sections; return the error there and the bias."""
    u, v = right - GOLDEN * (right - left), left + GOLDEN * (right - left)
    at_u, at_v = output_error(a, c, p, u, act), output_error(a, c, p, v, act)
    for _ in range(NARROWINGS):
        if at_u < at_v:
            right, v, at_v = v, u, at_u
            u = right - GOLDEN * (right - left)
            at_u = output_error(a, c, p, u, act)
        else:
            left, u, at_u = u, v, at_v
            v = left + GOLDEN * (right - left)
            at_v = output_error(a, c, p, v, act)
    return (at_u, u) if at_u < at_v else (at_v, v)


@compiled
def least_error(a, c, p, act):
    """Return the least error over the bias, and the bias: on each piece scanned, then narrowed."""
    best, at = output_error(a, c, p, corner(0, a, c), act), corner(0, a, c)
    for piece in range(4):
        low, high = corner(piece, a, c), corner(piece + 1, a, c)
        step = (high - low) / SCAN
        if step <= 0.0:
            continue
        least, middle = np.inf, low
        for k in range(SCAN + 1):
            value = output_error(a, c, p, low + k * step, act)
            if value < least:
                least, middle = value, low + k * step
        if least < best:
            best, at = least, middle
        value, b = narrowed(max(middle - step, low), min(middle + step, high), a, c, p, act)
        if value < best:
            best, at = value, b
    return best, at


@compiled
def least_errors(grid, p, act, errors):
    """Fill errors[i, j], the first output's at weights (grid[i], grid[j]); the second's is errors[j, i].

    The grid is symmetric about 0, and a change of both signs changes nothing: half of it is computed.
    """
    n = grid.size
    for i in range((n + 1) // 2):
        for j in range(n):
            errors[i, j] = least_error(grid[i] * grid[i], grid[i] * grid[j], p, act)[0]
            errors[n - 1 - i, n - 1 - j] = errors[i, j]


def surface(density: float, grid: Array) -> Array:
    """Return the first output's least errors over the grid, shape (k, k): first by its own weight, then the other's."""
    errors = np.empty((len(grid), len(grid)))
    least_errors(grid, density, RELU, errors)
    return errors


def best_biases(density: float, weights: Array) -> tuple[Array, Array]:
    """Return the best bias of both outputs and their errors, for weights of shape (2,)."""
    rows = [least_error(weights[j] ** 2, weights[j] * weights[1 - j], density, RELU) for j in range(2)]
    return np.array([at for _, at in rows]), np.array([error for error, _ in rows])
