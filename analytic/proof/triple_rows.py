"""One output of (3,2): moments and loss as sums of positive terms (compiled).

The output sees z = b + a x + c y + d w with a >= 0 and c, d of any sign; x is its own feature, y and w are the two
others, all of density p. Given u = b + c y + d w, the average over x is polynomial on u > 0 (open), on -a < u < 0 (cut)
and on u < -a (shut). A stretch of y takes two Gauss points, exact for cubics, and then a stretch of w three, exact for
degree five: |d| >= |c| there. Every moment is nondecreasing in a, c, d and b (:eq:`certificate-monotone`).
"""

from __future__ import annotations

import numpy as np

from ..compiled import compiled, inlined
from .row_bounds import cut_loss, cut_moments, open_loss, open_moments

NEAR = 0.5 - np.sqrt(1.0 / 12.0)  # two Gauss points of [0, 1]: NEAR, 1 - NEAR
THREE = ((0.5 - np.sqrt(0.15), 5.0 / 18.0), (0.5, 8.0 / 18.0), (0.5 + np.sqrt(0.15), 5.0 / 18.0))  # with weights


@inlined
def own_moments(p, a, u):
    """E z₊, E x z₊, E x 1{z>0}, E x² 1{z>0} and P(z > 0) over x alone."""
    if u > 0.0:
        z, zx, i, ixx, _ = open_moments(p, a, u)
        return z, zx, i, ixx, 1.0
    if u > -a:
        sigma = (a + u) / a
        z, zx, i, ixx, _ = cut_moments(p, a, -u / a, sigma)
        return z, zx, i, ixx, p * sigma
    return 0.0, 0.0, 0.0, 0.0, 0.0


@inlined
def own_loss(p, a, u):
    """E(x - z₊)² over x alone."""
    if u >= 0.0:
        return open_loss(p, a, u)
    if u > -a:
        return cut_loss(p, a, -u / a, (a + u) / a)
    return p / 3.0


@inlined
def crossing(level, start, rise):
    """Where start + rise y passes a level, within [0, 1]."""
    return min(max((level - start) / rise, 0.0), 1.0) if rise != 0.0 else 0.0


@inlined
def ordered(x, y):
    """Sort two numbers."""
    return min(x, y), max(x, y)


@compiled
def line_moments(p, a, u, c):
    """E z₊, E x z₊, E y z₊, E x 1{z>0}, E x² 1{z>0}, E x y 1{z>0} and P(z > 0) where z = u + a x + c y, y active."""
    first, second = ordered(crossing(0.0, u, c), crossing(-a, u, c))
    z, zx, zy, i, ixx, ixy, chance = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for part in range(3):
        low = 0.0 if part == 0 else (first if part == 1 else second)
        high = first if part == 0 else (second if part == 1 else 1.0)
        size = high - low
        if not size > 0.0:
            continue
        for node in (NEAR, 1.0 - NEAR):
            y = low + size * node
            m, mx, n, nxx, k = own_moments(p, a, u + c * y)
            share = 0.5 * size
            z, zx, zy = z + share * m, zx + share * mx, zy + share * y * m
            i, ixx, ixy, chance = i + share * n, ixx + share * nxx, ixy + share * y * n, chance + share * k
    return z, zx, zy, i, ixx, ixy, chance


@compiled
def line_loss(p, a, u, c):
    """Average E(x - z₊)² over y in [0, 1]."""
    first, second = ordered(crossing(0.0, u, c), crossing(-a, u, c))
    loss = 0.0
    for part in range(3):
        low = 0.0 if part == 0 else (first if part == 1 else second)
        size = (first if part == 0 else (second if part == 1 else 1.0)) - low
        if size > 0.0:
            near, far = low + size * NEAR, low + size * (1.0 - NEAR)
            loss += 0.5 * size * (own_loss(p, a, u + c * near) + own_loss(p, a, u + c * far))
    return loss


@inlined
def corners(a, c, d, b):
    """Where w in [0, 1] moves an end of the stretch of y past a hinge: four points, sorted."""
    x0, x1 = ordered(crossing(0.0, b, d), crossing(-a, b, d))
    x2, x3 = ordered(crossing(0.0, b + c, d), crossing(-a, b + c, d))
    x0, x2 = ordered(x0, x2)
    x1, x3 = ordered(x1, x3)
    x1, x2 = ordered(x1, x2)
    return x0, x1, x2, x3


@inlined
def stretch(k, x0, x1, x2, x3):
    """Return the ends of stretch k of five."""
    low = 0.0 if k == 0 else (x0 if k == 1 else (x1 if k == 2 else (x2 if k == 3 else x3)))
    high = x0 if k == 0 else (x1 if k == 1 else (x2 if k == 2 else (x3 if k == 3 else 1.0)))
    return low, high


@compiled
def triple_moments(p, a, c, d, b):
    """E z₊, E x z₊, E y z₊, E w z₊, E x 1, E x² 1, E x y 1, E x w 1, P(z > 0), where 1 is 1{z>0}.

    All are nondecreasing in a, c, d and b.
    """
    if abs(c) > abs(d):
        z, zx, zw, zy, i, ixx, ixw, ixy, chance = sorted_moments(p, a, d, c, b)
    else:
        z, zx, zy, zw, i, ixx, ixy, ixw, chance = sorted_moments(p, a, c, d, b)
    return z, zx, zy, zw, i, ixx, ixy, ixw, chance


@inlined
def single_moments(p, a, d, b):
    """Give `triple_moments` for c = 0: y does nothing."""
    s = 1.0 - p
    z, zx, i, ixx, chance = own_moments(p, a, b)
    m, mx, mw, n, nxx, nxw, k = line_moments(p, a, b, d)
    z, i = s * z + p * m, s * i + p * n
    return (
        z,
        s * zx + p * mx,
        0.5 * p * z,
        p * mw,
        i,
        s * ixx + p * nxx,
        0.5 * p * i,
        p * nxw,
        s * chance + p * k,
    )


@compiled
def sorted_moments(p, a, c, d, b):
    """Give `triple_moments` for |c| <= |d|."""
    if c == 0.0:
        return single_moments(p, a, d, b)
    s = 1.0 - p
    none, one, two = s * s, s * p, p * p
    z, zx, i, ixx, chance = own_moments(p, a, b)
    z, zx, i, ixx, chance = none * z, none * zx, none * i, none * ixx, none * chance
    m, mx, my, n, nxx, nxy, k = line_moments(p, a, b, c)
    z, zx, i, ixx, chance = z + one * m, zx + one * mx, i + one * n, ixx + one * nxx, chance + one * k
    zy, ixy = one * my, one * nxy
    m, mx, my, n, nxx, nxy, k = line_moments(p, a, b, d)
    z, zx, i, ixx, chance = z + one * m, zx + one * mx, i + one * n, ixx + one * nxx, chance + one * k
    zw, ixw = one * my, one * nxy
    x0, x1, x2, x3 = corners(a, c, d, b)
    for part in range(5):
        low, high = stretch(part, x0, x1, x2, x3)
        size = high - low
        if not size > 0.0:
            continue
        for node, weight in THREE:
            w, share = low + size * node, two * size * weight
            m, mx, my, n, nxx, nxy, k = line_moments(p, a, b + d * w, c)
            z, zx, zy, zw = z + share * m, zx + share * mx, zy + share * my, zw + share * w * m
            i, ixx, ixy, ixw = i + share * n, ixx + share * nxx, ixy + share * nxy, ixw + share * w * n
            chance += share * k
    return z, zx, zy, zw, i, ixx, ixy, ixw, chance


@compiled
def triple_loss(p, a, c, d, b):
    """E(x - z₊)²."""
    if abs(c) > abs(d):
        c, d = d, c
    s = 1.0 - p
    if c == 0.0:
        return s * own_loss(p, a, b) + p * line_loss(p, a, b, d)
    loss = s * s * own_loss(p, a, b) + s * p * (line_loss(p, a, b, c) + line_loss(p, a, b, d))
    x0, x1, x2, x3 = corners(a, c, d, b)
    for part in range(5):
        low, high = stretch(part, x0, x1, x2, x3)
        size = high - low
        if size > 0.0:
            for node, weight in THREE:
                loss += p * p * size * weight * line_loss(p, a, b + d * (low + size * node), c)
    return loss
