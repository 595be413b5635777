"""The least loss of (3,2): the region that must be searched, and rounds of branch and bound, worst boxes first."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ..model import Array
from .branching import reach, variance
from .triple_boxes import (
    BIAS,
    BOUND,
    FAR,
    IMPORTANCE,
    LOWER,
    MODEL,
    N_OUT,
    N_RULES,
    SWAP,
    TOLERANCE,
    UPPER,
    WIDTH,
    P,
    sweep,
)
from .triple_start import best_start

DONE, NEARLY = 0.9, 0.95  # shares of the width asked for at which a box goes, and at which the search ends
ROUND = 2048  # boxes of a round, at least
INWARD, OUTWARD = 1.0 - 1e-9, 1.0 + 1e-9  # on the region's ends, far above rounding
TURN = math.pi * OUTWARD


class LeastTriple(NamedTuple):
    """Bounds of the least loss, and a model that has the upper one but for roundings."""

    lower: float
    upper: float
    weights: tuple[tuple[float, float, float], tuple[float, float, float]]
    bias: tuple[float, float, float]
    n_boxes: int


def least_of_triple(p: float, importances: tuple[float, float, float], width: float, max_boxes: int) -> LeastTriple:
    """Bound the least loss of three features in two dimensions from both sides.

    The search ends at a width relative to the loss, or when the boxes allowed are used up: then the lower bound is the
    least of the boxes still open.
    """
    rules, found = np.zeros(N_RULES), np.zeros(N_OUT)
    rules[P], rules[TOLERANCE], rules[SWAP] = p, DONE * width, float(importances[0] == importances[1])
    rules[IMPORTANCE:] = importances
    start = best_start(rules)
    found[UPPER], found[LOWER] = start.loss, math.inf
    found[MODEL:] = *start.sides, *start.bias
    waiting, n_boxes = _region(p, importances, start.loss), 0
    while n_boxes < max_boxes and (waiting[:, BOUND] < found[UPPER] * (1.0 - NEARLY * width)).any():
        n = min(max(ROUND, len(waiting) // 2), len(waiting), max_boxes - n_boxes)
        order = np.argpartition(waiting[:, BOUND], n - 1)
        chosen, children = waiting[order[:n]], np.empty((2 * n, WIDTH))
        n_boxes += n
        n_children = sweep(chosen, n, children, rules, found)
        waiting = np.concatenate([waiting[order[n:]], children[:n_children]])
    lower = float(min(found[LOWER], found[UPPER], waiting[:, BOUND].min(initial=math.inf)))
    return LeastTriple(lower, float(found[UPPER]), *_model(found[MODEL:]), n_boxes)


def _region(p: float, importances: tuple[float, float, float], loss: float) -> Array:
    """Make the box that holds every model as good as a known one: beyond, one output's own entry costs more."""
    box = np.empty(WIDTH)
    for j, importance in enumerate(importances):
        short = 1.0 - math.sqrt(loss / (importance * variance(p))) * OUTWARD
        box[2 * j] = math.sqrt(max(short, 0.0)) * INWARD
        box[2 * j + 1] = reach(p, loss / importance)
    # a reflection makes the second angle non-negative
    box[6:BIAS] = 0.0, TURN, -TURN, TURN
    box[BIAS:BOUND], box[BOUND] = (-FAR, FAR) * 3, 0.0
    return box[None]


def _model(
    found: Array,
) -> tuple[tuple[tuple[float, float, float], tuple[float, float, float]], tuple[float, float, float]]:
    """Turn lengths, angles and biases into weights and biases."""
    x, y, z, alpha, beta, *bias = (float(value) for value in found)
    first = (x, y * math.cos(alpha), z * math.cos(beta))
    second = (0.0, y * math.sin(alpha), z * math.sin(beta))
    return (first, second), (bias[0], bias[1], bias[2])
