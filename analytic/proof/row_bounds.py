"""One output of (2,1), features opposite: moments and loss as sums of positive terms, and bounds on them (compiled).

The output sees z = b + a x - g y with a, g >= 0; x is its own feature, of density p, and y the other one, of density q.
Given u = b - g y, the average over x is polynomial on u > 0 (open), on -a < u < 0 (cut; τ = -u/a, σ = 1 - τ) and on
u < -a (shut). A stretch of y takes two Gauss points, which are exact for cubics. Only the ends of stretches are
differences, and those are exact if a, g and b are multiples of some unit of which none of a, g, |b| is more than 2^50.
Then every result is good to ROUNDING relative to itself, whatever cancels in x - z: no error floor, at any density.
"""

from __future__ import annotations

import numpy as np

from ..compiled import compiled, inlined

EPS = float(np.finfo(np.float64).eps)
# Relative. Ends, nodes, σ and τ are good to 4 roundings of EPS / 2. The square inside a cut stretch, m² + e² / 12 with
# m = τ + e / 2, is then good to 2 (4 + 2) 3.6 = 43 of them, as |m| (τ + |e|) <= 3.6 (m² + e² / 12); products and sums
# add a dozen. That is 28 EPS; the rest is room for the operations that bounds put on top.
ROUNDING = 64 * EPS
NEAR = 0.5 - np.sqrt(1.0 / 12.0)  # the Gauss points of [0, 1] are NEAR and 1 - NEAR
STEPS = 60  # of a bracketed Newton search: it takes five, and bisection alone fifty
SHARPNESS = 2.0**-26  # how near to the best bias a search ends, in units of p g; the loss sees its square
WIDENINGS = 12  # of a bracket whose ends don't yet show a change of sign


@inlined
def snapped(b, grain):
    """Round to a multiple of the grain, a power of two."""
    return np.floor(b / grain + 0.5) * grain


@inlined
def stretches(a, g, b):
    """Where y in [0, 1] leaves the open and the cut part; and the cut part's ends as τ and σ, g > 0."""
    top, bottom = min(b, 0.0), max(b - g, -a)
    first = min(max(b / g, 0.0), 1.0)
    if not top > bottom:  # no cut part, so that the rest counts nothing: not even a division by a
        return first, first, 0.0, top, top, top, top
    second = min((a + b) / g, 1.0)
    return first, second, (top - bottom) / g, -top / a, -bottom / a, (a + top) / a, (a + bottom) / a


@inlined
def open_moments(p, a, u):
    """E z₊, E x z₊, E x 1{z>0}, E x² 1{z>0} and half the curvature by b, where z is never shut."""
    return u + 0.5 * p * a, p * (0.5 * u + a / 3.0), 0.5 * p, p / 3.0, 1.0


@inlined
def cut_moments(p, a, tau, sigma):
    """Give the same where z opens at x = tau."""
    z = 0.5 * p * a * sigma * sigma
    return (
        z,
        z * (2.0 + tau) / 3.0,
        0.5 * p * sigma * (1.0 + tau),
        p * sigma * (1.0 + tau * (1.0 + tau)) / 3.0,
        p * (sigma - tau / a),
    )


@inlined
def silent_moments(p, a, b):
    """Give the same while y is silent."""
    if b >= 0.0:
        return open_moments(p, a, b)
    if b > -a:
        return cut_moments(p, a, -b / a, (a + b) / a)
    return 0.0, 0.0, 0.0, 0.0, 0.0


@compiled
def row_moments(p, q, a, g, b):
    """E z₊, E x z₊, E y z₊, E x 1{z>0}, E x² 1{z>0}, E x y 1{z>0}, and half the loss's curvature by b.

    All but the last are nondecreasing in a, -g and b (fact 5, :eq:`certificate-monotone`).
    """
    z0, zx0, ix0, ixx0, c0 = silent_moments(p, a, b)
    if g == 0.0:
        return z0, zx0, 0.5 * q * z0, ix0, ixx0, 0.5 * q * ix0, c0
    first, second, cut, tau0, tau1, sigma0, sigma1 = stretches(a, g, b)
    low = max(b - g, 0.0)
    z, zx, zy, ix, ixx, ixy, c = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for far in (NEAR, 1.0 - NEAR):
        near = 1.0 - far
        for part in range(2):
            share = 0.5 * (first if part == 0 else cut)
            if share == 0.0:
                continue
            if part == 0:
                y = far * first
                m, mx, i, ixx1, c1 = open_moments(p, a, near * b + far * low)
            else:
                y = near * first + far * second
                m, mx, i, ixx1, c1 = cut_moments(p, a, near * tau0 + far * tau1, near * sigma0 + far * sigma1)
            z, zx, zy, c = z + share * m, zx + share * mx, zy + share * y * m, c + share * c1
            ix, ixx, ixy = ix + share * i, ixx + share * ixx1, ixy + share * y * i
    s = 1.0 - q
    return s * z0 + q * z, s * zx0 + q * zx, q * zy, s * ix0 + q * ix, s * ixx0 + q * ixx, q * ixy, s * c0 + q * c


@inlined
def open_loss(p, a, u):
    """E(x - z)² where z is never shut: a misfit of the mean, and what no bias can mend."""
    e = 1.0 - a
    misfit = u - 0.5 * p * e
    return misfit * misfit + p * (4.0 - 3.0 * p) / 12.0 * e * e


@inlined
def cut_loss(p, a, tau, sigma):
    """E(x - z₊)² where z opens at x = tau: x² before, and the square of a linear function behind it."""
    e = (1.0 - a) * sigma
    middle = tau + 0.5 * e
    return p * (tau * tau * tau / 3.0 + sigma * (middle * middle + e * e / 12.0))


@compiled
def row_loss(p, q, a, g, b):
    """E(x - z₊)², :eq:`certificate-row`, to ROUNDING."""
    if b >= 0.0:
        alone = open_loss(p, a, b)
    elif b > -a:
        alone = cut_loss(p, a, -b / a, (a + b) / a)
    else:
        alone = p / 3.0
    if g == 0.0:
        return alone
    first, _, cut, tau0, tau1, sigma0, sigma1 = stretches(a, g, b)
    low, far, near = max(b - g, 0.0), NEAR, 1.0 - NEAR
    together = min(max((g - b - a) / g, 0.0), 1.0) * (p / 3.0)
    pair = open_loss(p, a, near * b + far * low) + open_loss(p, a, far * b + near * low)
    together += 0.5 * first * pair
    pair = cut_loss(p, a, near * tau0 + far * tau1, near * sigma0 + far * sigma1)
    pair += cut_loss(p, a, far * tau0 + near * tau1, far * sigma0 + near * sigma1)
    return (1.0 - q) * alone + q * (together + 0.5 * cut * pair)


@inlined
def lone_bias(p, a):
    """Give the bias that is best if y is never active, u* of :eq:`certificate-floor` (fact 1): it falls as a grows."""
    return 0.5 * p * (1.0 - a) if a <= 1.0 else a * (1.0 - a) / (a + 1.0)


@inlined
def bias_range(p, a, g):
    """Give the lone bias, g above it, and ends beyond both by their roundings: fact 2, :eq:`certificate-bias`."""
    low = lone_bias(p, a)
    high = low + g
    return low, high, low - 4.0 * EPS * abs(low), high + 4.0 * EPS * (abs(low) + g)


@compiled
def row_minimum(p, q, a, g, start, grain):
    """Bound min_b of the loss from below; return it with the loss at the best bias found, that bias, its curvature.

    By fact 2, :eq:`certificate-bias`, there is one stationary bias, between the lone bias and g above it. The
    loss's curvature is at most 2, so a bias within δ of the best costs at most δ² more; δ is shown by the slope's
    signs at both sides.
    """
    low, high, floor, ceiling = bias_range(p, a, g)
    b, c, sharp = min(max(start, low), high), start, SHARPNESS * p * g  # c is set by the first step
    for _ in range(STEPS):
        z, _, _, i, _, _, c = row_moments(p, q, a, g, b)
        if z > i:
            high = b
        else:
            low = b
        new = b + (i - z) / c if c > 0.0 else low
        if not low < new < high:
            new = 0.5 * (low + high)
        step = abs(new - b)
        b = new
        if step <= sharp:
            break
    b = snapped(b, grain)
    delta = sharp + 2.0 * grain
    for _ in range(WIDENINGS):
        below, above = snapped(b - delta, grain), snapped(b + delta, grain)
        z, _, _, i, _, _, _ = row_moments(p, q, a, g, below)
        left = below <= floor or z * (1.0 + ROUNDING) < i * (1.0 - ROUNDING)
        z, _, _, i, _, _, _ = row_moments(p, q, a, g, above)
        if left and (above >= ceiling or z * (1.0 - ROUNDING) > i * (1.0 + ROUNDING)):
            break
        delta *= 8.0
    else:
        delta = ceiling - floor + 2.0 * grain
    loss = row_loss(p, q, a, g, b)
    spread = delta + grain
    return loss * (1.0 - ROUNDING) - spread * spread, loss * (1.0 + ROUNDING), b, c


@compiled
def row_slopes(p, q, a0, a1, g0, g1, b, c, grain):
    """Enclose the derivatives of min_b of the loss by a and by -g, over a box of both: four ends.

    By the envelope theorem (fact 4, :eq:`certificate-slope`) they are those of the loss at the best bias, itself
    enclosed first: a bias where the slope is negative over the whole box lies below it. `b` and `c` are the best
    bias at the middle, its curvature.
    """
    over, under = 1.0 + ROUNDING, 1.0 - ROUNDING
    floor, ceiling = lone_bias(p, a1) - 2.0 * grain, lone_bias(p, a0) + g1 + 2.0 * grain
    zh, _, _, ih, _, _, _ = row_moments(p, q, a1, g0, b)
    zl, _, _, il, _, _, _ = row_moments(p, q, a0, g1, b)
    xl = yl = xxl = xyl = xh = yh = xxh = xyh = b  # set by the first attempts
    pace = 1.1 / max(c, 0.05 * p)
    step = pace * max(zh - il, 0.0) + 2.0 * grain
    for attempt in range(WIDENINGS):
        below = snapped(max(b - step, floor) if attempt < WIDENINGS - 1 else floor, grain)
        zl0, xl, yl, il0, xxl, xyl, _ = row_moments(p, q, a0, g1, below)
        zh0, _, _, _, _, _, _ = row_moments(p, q, a1, g0, below)
        if below <= floor + grain or zh0 * over < il0 * under:
            break
        step *= 1.5 if attempt < 4 else 8.0
    step = pace * max(ih - zl, 0.0) + 2.0 * grain
    for attempt in range(WIDENINGS):
        above = snapped(min(b + step, ceiling) if attempt < WIDENINGS - 1 else ceiling, grain)
        _, xh, yh, ih0, xxh, xyh, _ = row_moments(p, q, a1, g0, above)
        zl0, _, _, _, _, _, _ = row_moments(p, q, a0, g1, above)
        if above >= ceiling - grain or zl0 * under > ih0 * over:
            break
        step *= 1.5 if attempt < 4 else 8.0
    return (
        2.0 * (xl * under - xxh * over),
        2.0 * (xh * over - xxl * under),
        2.0 * (yl * under - xyh * over),
        2.0 * (yh * over - xyl * under),
    )
