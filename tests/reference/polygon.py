"""The loss of two features in one dimension, ReLU, by cutting the square of inputs into polygons; in mpmath.

Imports nothing of the library. Errors are squares of linear functions on each side of a hinge, so Simpson's rule on
segments and the midpoints of a triangle's edges integrate them without error.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import mpmath

Point = tuple[Any, Any]
DIGITS = 150  # of the work; a root comes out with more than 75
STEP = mpmath.mpf(10) ** -40  # of central differences: off by its square


def open_side(polygon: list[Point], z: Callable[[Any, Any], Any]) -> list[Point]:
    """Cut off the part of a convex polygon where a linear function is negative."""
    kept: list[Point] = []
    for (x0, y0), (x1, y1) in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
        here, there = z(x0, y0), z(x1, y1)
        if here >= 0:
            kept.append((x0, y0))
        if here * there < 0:
            s = here / (here - there)
            kept.append((x0 + s * (x1 - x0), y0 + s * (y1 - y0)))
    return kept


def over_polygon(polygon: list[Point], f: Callable[[Any, Any], Any]) -> Any:
    """Integrate a quadratic function over a convex polygon."""
    total = mpmath.mpf(0)
    for b, c in pairwise(polygon[1:]):
        a = polygon[0]
        area = abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2
        total += area / 3 * sum(f((u[0] + v[0]) / 2, (u[1] + v[1]) / 2) for u, v in ((a, b), (b, c), (c, a)))
    return total


def over_segment(f: Callable[[Any], Any], z: Callable[[Any], Any]) -> Any:
    """Integrate over [0, 1] a function that is a quadratic on either side of the zero of z."""
    start, slope = z(mpmath.mpf(0)), z(mpmath.mpf(1)) - z(mpmath.mpf(0))
    cut = -start / slope if slope and 0 < -start / slope < 1 else mpmath.mpf(0)
    ends = ((mpmath.mpf(0), cut), (cut, mpmath.mpf(1)))
    return sum((b - a) / 6 * (f(a) + 4 * f((a + b) / 2) + f(b)) for a, b in ends)


def row(a: Any, c: Any, b: Any, p: Any) -> Any:
    """E (x - (a x + c y + b)₊)² where x is the output's own input and y the other one."""
    square = [(mpmath.mpf(x), mpmath.mpf(y)) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))]

    def z(x: Any, y: Any) -> Any:
        return a * x + c * y + b

    def shut(x: Any, y: Any) -> Any:
        return -z(x, y)

    none = max(b, 0) ** 2
    own = over_segment(lambda x: (x - max(z(x, 0), 0)) ** 2, lambda x: z(x, 0))
    other = over_segment(lambda y: max(z(0, y), 0) ** 2, lambda y: z(0, y))
    both = over_polygon(open_side(square, z), lambda x, y: (x - z(x, y)) ** 2)
    both += over_polygon(open_side(square, shut), lambda x, y: x**2)
    return (1 - p) ** 2 * none + p * (1 - p) * (own + other) + p**2 * both


def pair_loss(model: Sequence[Any], p: Any, r: Any) -> Any:
    """Loss of w_1, w_2, b_1, b_2."""
    w, v, b, d = model
    return row(w * w, w * v, b, p) + r * row(v * v, w * v, d, p)


def gradient(model: Sequence[Any], p: Any, r: Any) -> list[Any]:
    """Central differences of the loss."""
    slopes = []
    for k in range(4):
        up, down = ([x + sign * STEP * (i == k) for i, x in enumerate(model)] for sign in (1, -1))
        slopes.append((pair_loss(up, p, r) - pair_loss(down, p, r)) / (2 * STEP))
    return slopes


def crossing(p: Any, r: Any, model: Sequence[Any], dropped: Callable[[Any], Any]) -> tuple[Any, list[Any]]:
    """Solve for the r and the model at which the best pair's loss equals that of a model without the other feature."""
    with mpmath.workdps(DIGITS):

        def equations(*x: Any) -> list[Any]:
            return [*gradient(x[:4], p, x[4]), pair_loss(x[:4], p, x[4]) - dropped(x[4])]

        root = mpmath.findroot(equations, [*map(mpmath.mpf, model), mpmath.mpf(r)], maxsteps=12, verify=False)
        return root[4], list(root[:4])
