"""Branch and bound over the weights of (3,2): one sweep over a list of boxes (compiled).

A model is the lengths ρ of three columns and the angles α, β from the first to the others: the rotation is fixed, and
every length and angle may be negative, so that F, the loss with each output at its best bias, is stationary at its
minimizers. Pair k of features misses feature 2 - k, and row j of the Gram matrix misses pair 2 - j. A box goes if

- its outputs cost too much, each for its own entry, or for one other input of known sign;
- F's derivatives, enclosed over it, can't all vanish;
- F is at least a threshold on it: the middle's value less radius times slope, summed over the five coordinates, or the
  same over the entries of each output.

Otherwise it is halved, along the side that takes most from its bound.
"""

from __future__ import annotations

import numpy as np

from ..compiled import compiled, inlined
from .triple_bounds import DEPTH, OVER, least_loss, lone_floor, output_slopes, pair_floor

SIDES = 5  # ρ of three features, α, β: columns 2 i and 2 i + 1 of a box are the ends of side i
BIAS, BOUND, WIDTH = 10, 16, 17  # then the ends of three biases, and a bound
P, TOLERANCE, SWAP, IMPORTANCE, N_RULES = 0, 1, 2, 3, 6  # SWAP: whether features 0 and 1 may change places
UPPER, LOWER, MODEL, N_OUT = 0, 1, 2, 10  # of what a sweep finds: bounds, the best model's sides and biases
COSINE, SINE, ENTRY, OWN, BY_OWN, BY_PAIR, SLOPE, BY_FIRST, BY_SECOND, N_ROOM = range(10)  # rooms for intervals
PAD = 2.0**-50  # on a cosine
SHARP = 2.0**-17  # how well a bias is found, in units of p: the loss sees its square
ETA, SLACK = 2.0**-45, 2.0**-44  # on biases and losses, times powers of the box's size: :eq:`certificate-shift`
FAR = 9.0e9  # a bias interval to start with


@inlined
def cosines(x0, x1):
    """Enclose the cosine over an interval within ± 3 π."""
    low, high = min(np.cos(x0), np.cos(x1)) - PAD, max(np.cos(x0), np.cos(x1)) + PAD
    turn = np.ceil(x0 / np.pi - PAD)  # the first multiple of π in it
    if turn * np.pi <= x1 + PAD:
        if turn % 2.0 == 0.0:
            high = 1.0
        else:
            low = -1.0
    if (turn + 1.0) * np.pi <= x1 + PAD:
        low, high = -1.0, 1.0
    return low, high


@compiled
def product(a0, a1, b0, b1):
    """Multiply two intervals, but for rounding."""
    x, y, z, w = a0 * b0, a0 * b1, a1 * b0, a1 * b1
    return min(min(x, y), min(z, w)), max(max(x, y), max(z, w))


@inlined
def left_of(k):
    """Return the first feature of pair k; also the first pair of row k."""
    return np.int64(0) if k < 2 else np.int64(1)


@inlined
def right_of(k):
    """Return the second feature of pair k; also the second pair of row k."""
    return np.int64(1) if k == 0 else np.int64(2)


@compiled
def lay_out(box, room):
    """Enclose cosines and sines of the angles between pairs, and the Gram matrix."""
    quarter = 0.5 * np.pi
    for k in range(3):
        low, high = (box[8], box[9]) if k == 1 else (box[6], box[7])
        if k == 2:
            low, high = low - box[9], high - box[8]
        room[COSINE, k, 0], room[COSINE, k, 1] = cosines(low, high)
        room[SINE, k, 0], room[SINE, k, 1] = cosines(low - quarter, high - quarter)
        i, j = left_of(k), right_of(k)
        room[ENTRY, k, 0], room[ENTRY, k, 1] = product(
            box[2 * i] * box[2 * j], box[2 * i + 1] * box[2 * j + 1], room[COSINE, k, 0], room[COSINE, k, 1]
        )
        room[OWN, k, 0], room[OWN, k, 1] = box[2 * k] * box[2 * k], box[2 * k + 1] * box[2 * k + 1]


@compiled
def out_of_order(room):
    """Whether the third feature surely overlaps more with the first than with the second: then they change places."""
    first = max(room[ENTRY, 1, 0], -room[ENTRY, 1, 1])  # not positive: less than any overlap
    return first > max(abs(room[ENTRY, 2, 0]), abs(room[ENTRY, 2, 1])) * OVER


@compiled
def enclose_slopes(box, rules, room, eta):
    """Enclose the loss's derivatives by the Gram matrix, row by row and summed over the two rows of a pair."""
    p = rules[P]
    for k in range(3):
        room[BY_PAIR, k, 0], room[BY_PAIR, k, 1] = 0.0, 0.0
    for j in range(3):
        first, second, weight = left_of(j), right_of(j), rules[IMPORTANCE + j]
        own, c, d = room[OWN, j], room[ENTRY, first], room[ENTRY, second]
        low, high, a0, a1, c0, c1, d0, d1 = output_slopes(
            p, own[0], own[1], c[0], c[1], d[0], d[1], box[BIAS + 2 * j], box[BIAS + 2 * j + 1], eta, SHARP * p
        )
        box[BIAS + 2 * j], box[BIAS + 2 * j + 1] = low, high
        room[BY_OWN, j, 0], room[BY_OWN, j, 1] = weight * a0, weight * a1
        room[BY_FIRST, j, 0], room[BY_FIRST, j, 1] = weight * c0, weight * c1
        room[BY_SECOND, j, 0], room[BY_SECOND, j, 1] = weight * d0, weight * d1
        room[BY_PAIR, first, 0], room[BY_PAIR, first, 1] = (
            room[BY_PAIR, first, 0] + weight * c0,
            room[BY_PAIR, first, 1] + weight * c1,
        )
        room[BY_PAIR, second, 0], room[BY_PAIR, second, 1] = (
            room[BY_PAIR, second, 0] + weight * d0,
            room[BY_PAIR, second, 1] + weight * d1,
        )


@inlined
def add(slope, low, high):
    """Add to an interval."""
    slope[0], slope[1] = slope[0] + low, slope[1] + high


@compiled
def chain(box, room):
    """Enclose the derivatives by lengths and angles: the chain rule through the Gram matrix."""
    slope = room[SLOPE]
    slope[3, 0], slope[3, 1], slope[4, 0], slope[4, 1] = 0.0, 0.0, 0.0, 0.0
    for j in range(3):
        by = room[BY_OWN, j]
        slope[j, 0], slope[j, 1] = product(2.0 * box[2 * j], 2.0 * box[2 * j + 1], by[0], by[1])
    for k in range(3):
        i, j, by, cosine, sine = left_of(k), right_of(k), room[BY_PAIR, k], room[COSINE, k], room[SINE, k]
        x0, x1 = product(cosine[0], cosine[1], by[0], by[1])
        low, high = product(box[2 * j], box[2 * j + 1], x0, x1)
        add(slope[i], low, high)
        low, high = product(box[2 * i], box[2 * i + 1], x0, x1)
        add(slope[j], low, high)
        x0, x1 = product(sine[0], sine[1], by[0], by[1])
        low, high = product(box[2 * i] * box[2 * j], box[2 * i + 1] * box[2 * j + 1], x0, x1)
        if k != 1:
            add(slope[3], -high, -low)
        if k == 1:
            add(slope[4], -high, -low)
        if k == 2:
            add(slope[4], low, high)


@compiled
def value_bounds(sides, biases, rules, found, values, stack):
    """Bound F at a point from below, output by output in `values`; note its model if it is the best one yet."""
    p, size = rules[P], 1.0 + max(sides[0], max(sides[1], sides[2]))
    high, eta, slack = 0.0, ETA * size * size, SLACK * p * size * size * size * size
    for j in range(3):
        first, second = left_of(j), right_of(j)
        c, d = overlap(sides, first), overlap(sides, second)
        values[j], most, values[3 + j] = least_loss(
            p, sides[j] * sides[j], c, d, biases[2 * j], biases[2 * j + 1], eta, SHARP * p, slack, stack
        )
        high += rules[IMPORTANCE + j] * most
    high *= OVER
    if high < found[UPPER]:
        found[UPPER] = high
        for k in range(SIDES):
            found[MODEL + k] = sides[k]
        for j in range(3):
            found[MODEL + SIDES + j] = values[3 + j]
    return high


@inlined
def overlap(sides, k):
    """Return the Gram entry of pair k."""
    angle = sides[3] if k == 0 else (sides[4] if k == 1 else sides[3] - sides[4])
    return sides[left_of(k)] * sides[right_of(k)] * np.cos(angle)


@compiled
def floors(room, rules, eta, slack, floor, stack):
    """Bound what each output costs from below by its own entry, then by one other input; return the sum."""
    p, total = rules[P], 0.0
    for j in range(3):
        own = room[OWN, j]
        for entry in (room[ENTRY, left_of(j)], room[ENTRY, right_of(j)]):
            least = pair_floor(p, own[0], own[1], entry[0], entry[1], eta, SHARP * p, slack, stack)
            floor[j] = max(floor[j], least)
        total += rules[IMPORTANCE + j] * floor[j]
    return total


@inlined
def reach_of(slope):
    """Return the largest size of an interval's numbers."""
    return max(-slope[0], slope[1])


@compiled
def judge(box, rules, found, room, work, stack):
    """Bound F over a box from below: infinity if no minimizer that counts lies inside. Leaves what each side takes."""
    takes, sides, floor, values = work[0], work[1], work[2], work[3]
    p, size = rules[P], 1.0 + max(box[1], max(box[3], box[5]))
    eta, slack, known = ETA * size * size, SLACK * p * size * size * size * size, found[UPPER] * OVER
    lay_out(box, room)
    total = 0.0
    for j in range(3):
        floor[j] = lone_floor(p, room[OWN, j, 0], room[OWN, j, 1]) - slack
        total += rules[IMPORTANCE + j] * floor[j]
    if (
        total > known
        or (rules[SWAP] > 0.0 and out_of_order(room))
        or floors(room, rules, eta, slack, floor, stack) > known
    ):
        return np.inf
    enclose_slopes(box, rules, room, eta)
    chain(box, room)
    total = 0.0
    for i in range(SIDES):
        slope = room[SLOPE, i]
        if slope[0] > slack or slope[1] < -slack:
            return np.inf
        takes[i] = 0.5 * (box[2 * i + 1] - box[2 * i]) * (reach_of(slope) + slack)
        sides[i] = 0.5 * (box[2 * i] + box[2 * i + 1])
        total += takes[i] * OVER
    value_bounds(sides, box[BIAS:BOUND], rules, found, values, stack)
    whole, parts = -total, 0.0
    for j in range(3):
        first, second, weight = room[ENTRY, left_of(j)], room[ENTRY, right_of(j)], rules[IMPORTANCE + j]
        cost = (room[OWN, j, 1] - room[OWN, j, 0]) * reach_of(room[BY_OWN, j])
        cost += (first[1] - first[0]) * reach_of(room[BY_FIRST, j])
        cost += (second[1] - second[0]) * reach_of(room[BY_SECOND, j])
        whole += weight * values[j]
        parts += max(weight * floor[j], weight * values[j] - 0.5 * cost * OVER)
    return max(whole, parts) - slack


@compiled
def sweep(boxes, n_boxes, children, rules, found):
    """Judge every box; write the halves of those that stay to `children`, and return their number.

    `found` holds the best upper bound so far with its model, and the least bound of boxes that went for their value.
    """
    n, room = np.int64(0), np.empty((np.int64(N_ROOM), np.int64(SIDES), np.int64(2)))
    work, stack = np.empty((np.int64(4), np.int64(6))), np.empty((np.int64(DEPTH), np.int64(2)))
    for k in range(n_boxes):
        box = boxes[k]
        bound = max(judge(box, rules, found, room, work, stack), box[BOUND])
        if bound >= found[UPPER] * (1.0 - rules[TOLERANCE]):
            found[LOWER] = min(found[LOWER], bound)
            continue
        side = np.int64(0)
        for i in range(SIDES):
            if work[0, i] > work[0, side]:
                side = i
        middle = 0.5 * (box[2 * side] + box[2 * side + 1])
        for half in range(2):
            for column in range(WIDTH):
                children[n, column] = box[column]
            children[n, 2 * side + 1 - half], children[n, BOUND] = middle, bound
            n += 1
    return n
