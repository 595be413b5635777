"""Branch and bound over the two weights of (2,1): one sweep over a list of boxes (compiled).

A model is w = (t, -s), t, s >= 0, with each output at its best bias, F(t, s) = φ(t², ts) + r φ(s², ts). A box goes if

- the derivatives of F, enclosed over it, can't vanish: no minimizer lies inside (F is C¹, fact 4), or
- F is at least a threshold on it, by the mean-value form: F at the middle, less radius times slope for t and for s.

Otherwise it is halved, along the side that takes more from its bound. Middles and ends are multiples of a unit of
which no number is more than 2^25, so that Gram entries are exact.
"""

from __future__ import annotations

import numpy as np

from ..compiled import compiled, inlined
from .row_bounds import EPS, row_minimum, row_slopes

LEFT, RIGHT, DOWN, UP, BIAS, OTHER_BIAS, BOUND, WIDTH = range(8)  # columns of a box: ends of t and of s, biases, bound
UPPER, AT_T, AT_S, AT_BIAS, AT_OTHER, LOWER, N_OUT = range(7)  # of what a sweep finds: the best model, the least bound
P, Q, R, EXCESS, TOLERANCE, OFFSET, EDGE, EXTRA, SOFT, UNIT, N_RULES = range(11)  # of what it is told
SLACK = 8.0 * EPS  # for the few operations that put bounds together, relative to the terms


@inlined
def times(low, high, x0, x1):
    """Multiply an interval by one of non-negative numbers."""
    return min(low * x0, low * x1), max(high * x0, high * x1)


@inlined
def never_shut(p, q, a, g):
    """Whether the best bias of an output surely keeps it open, if its feature has density q and the other one p."""
    return g * (1.0 + SLACK) < 0.5 * q * (1.0 - a) + 0.5 * p * g - SLACK * q


@inlined
def gains(p, q, a, g, low, high):
    """Bound what representing a feature of density q brings its own output, v - min_b of its loss, from both sides.

    The other feature has density p. Where the output is never shut the gain is known, however small beside v.
    """
    v, w = q * (4.0 - 3.0 * q) / 12.0, p * (4.0 - 3.0 * p) / 12.0
    if never_shut(p, q, a, g):
        gain, error = v * a * (2.0 - a) - w * g * g, SLACK * (2.0 * v * a + w * g * g)
        return gain - error, gain + error
    return v * (1.0 - SLACK) - high, v * (1.0 + SLACK) - low


@compiled
def value_bounds(t, s, bias, other, rules):
    """Bound F, or F - r v if EXCESS is set, from both sides; return the biases and curvatures as well.

    EXTRA is subtracted, softly: EXTRA (1 - (1 - s²/SOFT)₊²), as `certified_diagram` asks for.
    """
    p, q, r, grain = rules[P], rules[Q], rules[R], rules[UNIT] * rules[UNIT]
    low, high, bias, c = row_minimum(p, q, t * t, t * s, bias, grain)
    low2, high2, other, c2 = row_minimum(q, p, s * s, t * s, other, grain)
    if rules[EXCESS] > 0.0:
        least, most = gains(p, q, s * s, t * s, low2, high2)
        low2, high2 = -most, -least
    left = max(1.0 - s * s / rules[SOFT], 0.0)
    extra = rules[EXTRA] * (1.0 - left * left)
    slack = SLACK * (abs(low) + r * abs(low2) + rules[EXTRA])
    return low + r * low2 - extra - slack, high + r * high2 - extra + slack, bias, other, c, c2


@compiled
def slope_bounds(box, bias, other, c, c2, rules):
    """Enclose the derivatives of F by t and by s over a box: four ends, rounded outward."""
    p, q, r, grain = rules[P], rules[Q], rules[R], rules[UNIT] * rules[UNIT]
    t0, t1, s0, s1 = box[LEFT], box[RIGHT], box[DOWN], box[UP]
    al, ah, gl, gh = row_slopes(p, q, t0 * t0, t1 * t1, t0 * s0, t1 * s1, bias, c, grain)
    al2, ah2, gl2, gh2 = row_slopes(q, p, s0 * s0, s1 * s1, t0 * s0, t1 * s1, other, c2, grain)
    gl, gh = -(gh + r * gh2), -(gl + r * gl2)  # by g, not by the entry -g
    own, own2 = times(2.0 * al, 2.0 * ah, t0, t1), times(2.0 * r * al2, 2.0 * r * ah2, s0, s1)
    by_s, by_t = times(gl, gh, s0, s1), times(gl, gh, t0, t1)
    slack = SLACK * (max(abs(own[0]), abs(own[1])) + max(abs(by_s[0]), abs(by_s[1])))
    pull = 4.0 * rules[EXTRA] / rules[SOFT]  # the derivative of what is subtracted is pull s (1 - s²/SOFT)₊
    low = own2[0] + by_t[0] - pull * s1 * max(1.0 - s0 * s0 / rules[SOFT], 0.0)
    high = own2[1] + by_t[1] - pull * s0 * max(1.0 - s1 * s1 / rules[SOFT], 0.0)
    slack2 = SLACK * (max(abs(own2[0]), abs(own2[1])) + max(abs(by_t[0]), abs(by_t[1])) + pull * s1)
    return own[0] + by_s[0] - slack, own[1] + by_s[1] + slack, low - slack2, high + slack2


@inlined
def put(boxes, n, left, right, down, up, bias, other, bound):
    """Write box n."""
    boxes[n, LEFT], boxes[n, RIGHT], boxes[n, DOWN], boxes[n, UP] = left, right, down, up
    boxes[n, BIAS], boxes[n, OTHER_BIAS], boxes[n, BOUND] = bias, other, bound


@compiled
def sweep(boxes, n_boxes, children, rules, found):
    """Judge every box; write the halves of those that stay to `children`, and return their number.

    `found` holds the best upper bound so far with its model, and the least lower bound of boxes that went for their
    value or that are too small to halve.
    """
    n, unit = np.int64(0), rules[UNIT]
    for k in range(n_boxes):
        box = boxes[k]
        left, right, down, up = box[LEFT], box[RIGHT], box[DOWN], box[UP]
        t, s = 0.5 * (left + right), 0.5 * (down + up)
        low, high, bias, other, c, c2 = value_bounds(t, s, box[BIAS], box[OTHER_BIAS], rules)
        if high < found[UPPER]:
            found[UPPER], found[AT_T], found[AT_S], found[AT_BIAS], found[AT_OTHER] = high, t, s, bias, other
        t_low, t_high, s_low, s_high = slope_bounds(box, bias, other, c, c2, rules)
        if t_low > 0.0 or t_high < 0.0 or s_high < 0.0 or (s_low > 0.0 and down > rules[EDGE]):
            continue
        along, across = (
            0.5 * (right - left) * max(abs(t_low), abs(t_high)),
            0.5 * (up - down) * max(abs(s_low), abs(s_high)),
        )
        bound = max(box[BOUND], low - (along + across) * (1.0 + SLACK) - SLACK * abs(low))
        wide, tall = right - left >= 4.0 * unit, up - down >= 4.0 * unit
        if bound >= found[UPPER] - rules[TOLERANCE] * (found[UPPER] + rules[OFFSET]) or not (wide or tall):
            found[LOWER] = min(found[LOWER], bound)
        elif wide and (along >= across or not tall):
            put(children, n, left, t, down, up, bias, other, bound)
            put(children, n + 1, t, right, down, up, bias, other, bound)
            n += 2
        else:
            put(children, n, left, right, down, s, bias, other, bound)
            put(children, n + 1, left, right, s, up, bias, other, bound)
            n += 2
    return n
