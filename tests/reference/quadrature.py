"""The population loss by adaptive quadrature of its defining integral, with the quadrature's own error; n <= 3.

Imports nothing of the library, and nothing of the other references. The last variable is integrated exactly (between
two hinges the integrand is a square of a linear function), the others adaptively, piece by piece.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import quad

Array = NDArray[np.float64]
Activation = tuple[Sequence[float], Sequence[float]]
NODES, WEIGHTS = (0.5 + 0.5 * np.polynomial.legendre.leggauss(2)[0], 0.5 * np.polynomial.legendre.leggauss(2)[1])
ASKED = 1e-9  # absolute error asked of the adaptive rule; the error that it reports is returned
ROUNDING = 1e-15  # of one evaluation of the integrand, which is of order one


def activate(activation: Activation, z: Array) -> Array:
    """σ(z), piece by piece."""
    hinges, slopes = activation
    out = slopes[0] * z
    for k, t in enumerate(hinges):
        out = np.where(z > t, out + (slopes[k + 1] - slopes[k]) * (z - t), out)
    return out


def cuts(z0: float, a: Sequence[float], activation: Activation) -> list[float]:
    """Ends of the pieces of [0, 1] between which the integral over the later variables is a polynomial in the first.

    It changes where a hinge passes a vertex of the cube of the later variables.
    """
    first, *later = a
    vertices = [z0 + sum(x for x, on in zip(later, corner, strict=True) if on) for corner in corners(len(later))]
    passed = [(t - z) / first for z in vertices for t in activation[0]] if first else []
    return [0.0, *sorted(x for x in passed if 0.0 < x < 1.0), 1.0]


def corners(dimension: int) -> Iterator[tuple[int, ...]]:
    """Yield the vertices of the unit cube."""
    yield from product((0, 1), repeat=dimension)


def last_variable(z0: float, a: float, x0: float, slope: float, activation: Activation) -> float:
    """∫₀¹ (x0 + slope x − σ(z0 + a x))² dx, exact between the hinges."""
    ends = np.array(cuts(z0, [a], activation))
    lengths = np.diff(ends)
    x = ends[:-1, None] + lengths[:, None] * NODES
    squares = (x0 + slope * x - activate(activation, z0 + a * x)) ** 2
    return float(lengths @ squares @ WEIGHTS)


def integral(
    z0: float, a: Sequence[float], x0: float, slopes: Sequence[float], activation: Activation
) -> tuple[float, float]:
    """∫ (x0 + slopes·x − σ(z0 + a·x))² dx over the unit cube, and its error."""
    if not a:
        return (x0 - float(activate(activation, np.array(z0)))) ** 2, ROUNDING
    if len(a) == 1:
        return last_variable(z0, a[0], x0, slopes[0], activation), ROUNDING
    inner_error = 0.0

    def section(x: float) -> float:
        nonlocal inner_error
        value, error = integral(z0 + a[0] * x, a[1:], x0 + slopes[0] * x, slopes[1:], activation)
        inner_error = max(inner_error, error)
        return value

    pieces = [quad(section, low, high, epsabs=ASKED, epsrel=0.0) for low, high in pairwise(cuts(z0, a, activation))]
    return sum(value for value, _ in pieces), sum(error for _, error in pieces) + inner_error


def error(j: int, active: tuple[int, ...], a: Array, b: float, activation: Activation) -> tuple[float, float]:
    """E (x_j − σ(b + a·x))² given the active set, and its error."""
    return integral(b, [float(a[i]) for i in active], 0.0, [float(i == j) for i in active], activation)


def loss(
    law: Sequence[tuple[tuple[int, ...], Any]],
    importance: Sequence[float],
    activation: Activation,
    weights: Array,
    bias: Array,
) -> tuple[float, float]:
    """Return the loss and its error."""
    total = gap = 0.0
    gram = weights.T @ weights
    for j, weight in enumerate(importance):
        for active, chance in law:
            value, missing = error(j, active, gram[j], float(bias[j]), activation)
            total, gap = total + weight * float(chance) * value, gap + weight * float(chance) * missing
    return total, gap
