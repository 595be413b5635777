"""One output of (3,2) over a box of its entries: its best biases, the slopes of its least loss, its value (compiled).

A box is a <= own entry <= a1, and so on, for the other two, c and d. Moments are computed at biases moved by `eta`, so
that they bound the exact ones, :eq:`certificate-shift`. Nothing here supposes that the best bias is unique.
"""

from __future__ import annotations

import numpy as np

from ..compiled import compiled, inlined
from .row_bounds import ROUNDING, lone_bias
from .triple_rows import triple_loss, triple_moments

OVER, UNDER = 1.0 + ROUNDING, 1.0 - ROUNDING
TINY = 2.0**-44  # of moments, times p: room for what ROUNDING and eta don't cover, such as underflow
STEPS = 4  # of shrinking the biases of a box
FINE_STEPS = 40  # and those of a point
GAIN = 0.9  # a step that leaves more than this share of an interval is slow
PATIENCE = 10  # more than one slow step in so many ends it
DOUBT = 0.02  # share of a loss that the width of the bias may cost where there may be several best ones
DEPTH = 64  # of the stack of bias intervals


@inlined
def slope_signs(p, a0, a1, c0, c1, d0, d1, low, high, eta):
    """Bound half the slope by b: at `low` from above, and at `high` from below with P(z > 0) there, over a box."""
    zh, _, _, _, _, _, _, _, _ = triple_moments(p, a1, c1, d1, low + eta)
    _, _, _, _, il, _, _, _, _ = triple_moments(p, a0, c0, d0, low - eta)
    zl, _, _, _, _, _, _, _, _ = triple_moments(p, a0, c0, d0, high - eta)
    _, _, _, _, ih, _, _, _, chance = triple_moments(p, a1, c1, d1, high + eta)
    return zh * OVER - il * UNDER + TINY * p, zl * UNDER - ih * OVER - TINY * p, chance


@compiled
def bias_hull(p, a0, a1, c0, c1, d0, d1, low, high, eta, sharp, steps):
    """Shrink an interval that holds every stationary bias of every point of a box.

    Half the slope rises no faster than P(z > 0), :eq:`certificate-pace`: where it is -f, it stays negative over
    f / P(z > 0); likewise leftward of a point where it is positive.
    """
    slow = np.int64(0)
    for k in range(steps):
        width = high - low
        if width <= sharp:
            return low, high
        f, g, chance = slope_signs(p, a0, a1, c0, c1, d0, d1, low, high, eta)
        if not (f < 0.0 or g > 0.0):
            return low, high
        middle = 0.5 * (low + high)
        if f < 0.0 and g > 0.0 and k % 2 == 0:
            middle = low - f / (g - f) * width
        if f < 0.0:
            _, _, _, _, _, _, _, _, near = triple_moments(p, a1, c1, d1, middle + eta)
            low = min(low - f / (near * OVER) * UNDER, middle)
        if g > 0.0:
            high = max(high - g / (chance * OVER) * UNDER, middle)
        slow += 1 if high - low > GAIN * width else 0
        if slow * PATIENCE > steps:
            return low, high
    return low, high


@inlined
def first_hull(p, a0, a1, c0, c1, d0, d1, low, high, eta):
    """Cut a bias interval to where h_a may turn: between the lone bias less what is written on it, and more."""
    least = lone_bias(p, a1) - max(c1, 0.0) - max(d1, 0.0) - eta
    most = lone_bias(p, a0) - min(c0, 0.0) - min(d0, 0.0) + eta
    return max(low, least), min(high, most)


@compiled
def output_slopes(p, a0, a1, c0, c1, d0, d1, low, high, eta, sharp):
    """Enclose the loss's derivatives by a, c and d over a box, at every bias that may be best there.

    Returns the interval of such biases, then three pairs of ends.
    """
    low, high = first_hull(p, a0, a1, c0, c1, d0, d1, low, high, eta)
    low, high = bias_hull(p, a0, a1, c0, c1, d0, d1, low, high, eta, sharp, np.int64(STEPS))
    _, xl, yl, wl, _, xxl, xyl, xwl, _ = triple_moments(p, a0, c0, d0, low - eta)
    _, xh, yh, wh, _, xxh, xyh, xwh, _ = triple_moments(p, a1, c1, d1, high + eta)
    slack = TINY * p
    return (
        low,
        high,
        2.0 * (xl * UNDER - xxh * OVER) - slack,
        2.0 * (xh * OVER - xxl * UNDER) + slack,
        2.0 * (yl * UNDER - xyh * OVER) - slack,
        2.0 * (yh * OVER - xyl * UNDER) + slack,
        2.0 * (wl * UNDER - xwh * OVER) - slack,
        2.0 * (wh * OVER - xwl * UNDER) + slack,
    )


@compiled
def several(p, a, c, d, low, high, eta, sharp, stack):
    """Bound the least loss over all stationary biases of an interval from below, however many there are.

    As the loss's curvature is at most 2, the middle of an interval of half width δ costs at most δ² more than any
    stationary bias in it.
    """
    n, least = np.int64(1), np.inf
    stack[0, 0], stack[0, 1] = low, high
    while n > 0:
        n -= 1
        x, y = stack[n, 0], stack[n, 1]
        zl, _, _, _, il, _, _, _, _ = triple_moments(p, a, c, d, x - eta)
        zh, _, _, _, ih, _, _, _, _ = triple_moments(p, a, c, d, y + eta)
        if zh * OVER - il * UNDER + TINY * p < 0.0 or zl * UNDER - ih * OVER - TINY * p > 0.0:
            continue
        b, delta = 0.5 * (x + y), 0.5 * (y - x) + eta
        loss = triple_loss(p, a, c, d, b)
        if delta * delta <= DOUBT * loss or delta <= sharp or n + 2 >= DEPTH:
            least = min(least, loss * UNDER - delta * delta)
        else:
            stack[n, 1], stack[n + 1, 0], stack[n + 1, 1] = b, b, y  # from x on, as it was
            n += 2
    return least


@compiled
def least_loss(p, a, c, d, low, high, eta, sharp, slack, stack):
    """Bound min_b of the loss at a point, given an interval of biases: from below; the loss at a bias; that bias."""
    low, high = first_hull(p, a, a, c, c, d, d, low, high, eta)
    low, high = bias_hull(p, a, a, c, c, d, d, low, high, eta, sharp, np.int64(FINE_STEPS))
    b, delta = 0.5 * (low + high), 0.5 * (high - low) + eta
    loss = triple_loss(p, a, c, d, b)
    least = loss * UNDER - delta * delta
    if delta > 2.0 * sharp:
        least = max(least, several(p, a, c, d, low, high, eta, sharp, stack))
    return least - slack, loss * OVER + slack, b


@compiled
def pair_floor(p, a0, a1, c0, c1, eta, sharp, slack, stack):
    """Bound the least loss over a box from below, all but one of the other inputs left out, :eq:`certificate-drop`."""
    c = max(c0, 0.0) + min(c1, 0.0)
    low, high, down, up, _, _, _, _ = output_slopes(p, a0, a1, 0.0, 0.0, c, c, -np.inf, np.inf, eta, sharp)
    least, _, _ = least_loss(p, 0.5 * (a0 + a1), 0.0, c, low, high, eta, sharp, slack, stack)
    return least - 0.5 * (a1 - a0) * max(-down, up) * OVER


@inlined
def lone_floor(p, a0, a1):
    """Bound the least loss by what the output's own entry costs, η of :eq:`certificate-floor`."""
    if a1 < 1.0:
        return p * (4.0 - 3.0 * p) / 12.0 * (1.0 - a1) * (1.0 - a1) * UNDER
    share = max(a0 - 1.0, 0.0) / (a0 + 1.0)
    return p / 3.0 * share * share * UNDER
