"""Good models of (3,2), each output at its best bias: descents from the known phases."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ..model import Array
from .triple_bounds import DEPTH
from .triple_boxes import (
    BIAS,
    BOUND,
    FAR,
    IMPORTANCE,
    MODEL,
    N_OUT,
    N_ROOM,
    SIDES,
    SLOPE,
    UPPER,
    WIDTH,
    P,
    chain,
    enclose_slopes,
    lay_out,
    value_bounds,
)

RIGHT, THIRD = math.pi / 2.0, 2.0 * math.pi / 3.0
ALL = (0, 1, 2, 3, 4)
STEPS = 100
HALVINGS = 30
ARMIJO = 1e-4


class Start(NamedTuple):
    """Lengths and angles, with the sides that may change."""

    sides: tuple[float, float, float, float, float]
    free: tuple[int, ...]


# One feature on an axis of its own and two opposite on the other one, or one of these dropped; and three in the plane.
STARTS = (
    *(Start((1.0, 1.0, 1.0, a, b), free) for a, b, free in ((RIGHT, -RIGHT, (1, 2)), (RIGHT, math.pi, (0, 2)))),
    Start((1.0, 1.0, 1.0, math.pi, RIGHT), (0, 1)),
    *(Start(sides, ()) for sides in ((1.0, 1.0, 0.0, RIGHT, -RIGHT), (1.0, 0.0, 1.0, RIGHT, RIGHT))),
    Start((0.0, 1.0, 1.0, RIGHT, 0.0), ()),
    *(Start((0.9, 0.9, length, THIRD, -THIRD), ALL) for length in (0.9, 0.4)),
)


class Model(NamedTuple):
    """A model, and its loss rounded up."""

    loss: float
    sides: Array
    bias: Array


def best_start(rules: Array) -> Model:
    """Descend from every start; return the best model."""
    return min((descend(rules, np.array(start.sides), start.free) for start in STARTS), key=lambda found: found.loss)


def descend(rules: Array, sides: Array, free: tuple[int, ...]) -> Model:
    """Quasi-Newton steps (BFGS) on the free sides, as long as the loss falls."""
    index = list(free)
    inverse = np.eye(len(index)) / (rules[P] * rules[IMPORTANCE:].max())
    best, slope = evaluate(rules, sides)
    for _ in range(STEPS if free else 0):
        step, size = -inverse @ slope[index], 1.0
        fall = float(step @ slope[index])
        for _ in range(HALVINGS):
            moved = best.sides.copy()
            moved[index] += size * step
            new, new_slope = evaluate(rules, moved)
            if new.loss < best.loss + ARMIJO * size * fall:
                break
            size /= 2.0
        else:
            break
        bend, step = (new_slope - slope)[index], size * step
        best, slope = new, new_slope
        if (along := float(bend @ step)) > 0.0:
            turn = np.eye(len(index)) - np.outer(step, bend) / along
            inverse = turn @ inverse @ turn.T + np.outer(step, step) / along
    return best


def evaluate(rules: Array, sides: Array) -> tuple[Model, Array]:
    """Return the model of these sides with its best biases, and the slopes of the loss by the sides."""
    box, room, found = np.empty(WIDTH), np.zeros((N_ROOM, SIDES, 2)), np.zeros(N_OUT)
    found[UPPER] = math.inf
    value_bounds(sides, np.array((-FAR, FAR) * 3), rules, found, np.empty(6), np.empty((DEPTH, 2)))
    bias = found[MODEL + SIDES :].copy()
    box[0:BIAS:2], box[1:BIAS:2], box[BIAS:BOUND:2], box[BIAS + 1 : BOUND : 2] = sides, sides, bias, bias
    lay_out(box, room)
    enclose_slopes(box, rules, room, 0.0)
    chain(box, room)
    return Model(float(found[UPPER]), sides, bias), room[SLOPE].mean(axis=1)
