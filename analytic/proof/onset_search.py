"""Where the blown-up loss can fall to r v, and whether it is convex there: sweeps over boxes (compiled).

A box is a row (ε, ε, β, β, ω, ω) of lower and upper ends. None has β = 0 inside, where second derivatives jump.
"""

from __future__ import annotations

import numpy as np

from ..compiled import compiled
from .onset_form import growth, second, value_and_slope
from .outward import add, divide, multiply, square, subtract

ENDS = 6  # columns of a box


@compiled
def least(box, p, r):
    """Bound F from below over a box, and tell along which axis (0, 1, 2) it varies most.

    The better of the plain bound and of F(middle) - Σ |derivative| × half the width.
    """
    below = box[3] <= 0.0
    e, b, w = (box[0], box[1]), (box[2], box[3]), (box[4], box[5])
    value, by_e, by_b, by_w = value_and_slope(e, b, w, p, r, below)
    i, j, k = 0.5 * (e[0] + e[1]), 0.5 * (b[0] + b[1]), 0.5 * (w[0] + w[1])
    middle, _, _, _ = value_and_slope((i, i), (j, j), (k, k), p, r, below)
    half_e, half_b, half_w = reach(e, i), reach(b, j), reach(w, k)
    in_e, in_b, in_w = multiply(by_e, half_e), multiply(by_b, half_b), multiply(by_w, half_w)
    low, _ = add(add(add(middle, in_e), in_b), in_w)
    axis = np.int64(0)
    if in_b[1] > in_e[1] and in_b[1] >= in_w[1]:
        axis = np.int64(1)
    elif in_w[1] > in_e[1]:
        axis = np.int64(2)
    return max(value[0], low), axis


@compiled
def reach(side, middle):
    """Bound how far an interval reaches from its middle, to both sides."""
    left, right = subtract(side, (middle, middle))
    far = max(-left, right)
    return -far, far


@compiled
def sweep(p, r, boxes, count, halves, hull):
    """Drop the boxes on which F > 0, halve the others into `halves`; -1 where these are too many.

    In an interval of densities F is taken at its lower end, with what it may fall from there; boxes on which it does
    not fall at all are dropped too: F >= 0 at the lower end is known there.
    Leaves the smallest box around all that are left in `hull`. Returns the number of halves.
    """
    for axis in range(3):
        hull[2 * axis], hull[2 * axis + 1] = np.inf, -np.inf
    left = np.int64(0)
    for n in range(count):
        low, axis = least(boxes[n], (p[0], p[0]), r)
        if p[0] < p[1]:
            fall = growth_at_least(boxes[n], p, r)
            if fall >= 0.0:
                continue
            low, _ = add((low, low), multiply((fall, fall), subtract(p, p)))
        if low > 0.0:
            continue
        if left + 2 > halves.shape[0]:
            return np.int64(-1)
        for i in range(ENDS):
            halves[left, i] = halves[left + 1, i] = boxes[n, i]
        for i in range(3):
            hull[2 * i] = min(hull[2 * i], boxes[n, 2 * i])
            hull[2 * i + 1] = max(hull[2 * i + 1], boxes[n, 2 * i + 1])
        middle = 0.5 * (boxes[n, 2 * axis] + boxes[n, 2 * axis + 1])
        halves[left, 2 * axis + 1] = halves[left + 1, 2 * axis] = middle
        left += 2
    return left


@compiled
def growth_at_least(box, p, r):
    """Bound from below how F grows with the density, over a box and an interval of densities."""
    return growth((box[0], box[1]), (box[2], box[3]), (box[4], box[5]), p, r, box[3] <= 0.0)[0]


@compiled
def bends_up(box, p, r):
    """Tell whether the second derivatives are positive definite all over a box: all three pivots are positive.

    Dividing by one that is not gives no number, and none is positive from there on.
    """
    e, b, w = (box[0], box[1]), (box[2], box[3]), (box[4], box[5])
    ee, eb, ew, bb, bw, ww = second(e, b, w, p, r, box[3] <= 0.0)
    ww = subtract(ww, divide(square(bw), bb))
    ew, ee = subtract(ew, divide(multiply(eb, bw), bb)), subtract(ee, divide(square(eb), bb))
    return subtract(ee, divide(square(ew), ww))[0] > 0.0


@compiled
def convex(p, r, stack, count):
    """Tell whether F is convex on a box cut into the first `count` rows of `stack`; halves them where in doubt.

    False where the stack, or four times as many boxes, do not suffice.
    """
    tried = np.int64(0)
    while count > 0:
        tried += 1
        box = stack[count - 1]
        if bends_up(box, p, r):
            count -= 1
            continue
        if count == stack.shape[0] or tried > 4 * stack.shape[0]:
            return False
        axis = widest(box, p)
        middle = 0.5 * (box[2 * axis] + box[2 * axis + 1])
        for i in range(ENDS):
            stack[count, i] = box[i]
        stack[count, 2 * axis] = box[2 * axis + 1] = middle
        count += 1
    return True


@compiled
def widest(box, p):
    """Choose the axis to halve: the widest, in the units in which F bends alike along all three."""
    in_e, in_b, in_w = (box[1] - box[0]) * p[1], box[3] - box[2], (box[5] - box[4]) * np.sqrt(p[1])
    if in_b >= in_e and in_b >= in_w:
        return np.int64(1)
    return np.int64(0) if in_e >= in_w else np.int64(2)


@compiled
def tangent(p, r, at, hull):
    """Bound F from below over a box, where it is convex, by its tangent plane at a point: :eq:`certificate-tangent`."""
    e, b, w = (at[0], at[0]), (at[1], at[1]), (at[2], at[2])
    value, by_e, by_b, by_w = value_and_slope(e, b, w, p, r, at[1] < 0.0)
    for axis, slope in enumerate((by_e, by_b, by_w)):
        value = add(value, multiply(slope, subtract((hull[2 * axis], hull[2 * axis + 1]), (at[axis], at[axis]))))
    return value[0]
