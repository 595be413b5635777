"""Branch and bound over the two weights of (2,1): the region that must be searched, and the loop of sweeps."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ..model import Array
from .boxes import (
    AT_BIAS,
    AT_OTHER,
    AT_S,
    AT_T,
    BIAS,
    BOUND,
    EDGE,
    EXCESS,
    EXTRA,
    LEFT,
    LOWER,
    N_OUT,
    N_RULES,
    OFFSET,
    OTHER_BIAS,
    SOFT,
    TOLERANCE,
    UNIT,
    UPPER,
    WIDTH,
    P,
    Q,
    R,
    sweep,
)

CELL = 0.125  # side of the first boxes, a power of two
INNER = 2.0  # weights beyond are searched first, in coarser units: hardly any box is kept there
BITS = 25  # weights are multiples of 2^-BITS of the region's size, so that Gram entries are exact
OUTWARD = 1.0 + 1e-9  # on the region's size, far above rounding


class Question(NamedTuple):
    """What is searched: features of densities p and q, importances 1 and r <= 1, weights t >= 0 and -s, s >= s_min.

    With `excess` it is the least F - r v, v the variance of the second feature, else the least F. The search ends when
    all is above `upper`, the value of a known model, less the tolerance relative to F; or when a model is below
    `stop`. With `edge` the region's lower end counts as part of it, else as a place that holds no minimizer.
    `extra` is demanded beyond, less of it below s² = `soft`: `certified_diagram` says why.
    """

    p: float
    q: float
    r: float
    upper: float
    excess: bool = False
    tolerance: float = 0.0
    s_min: float = 0.0
    stop: float = -math.inf
    edge: bool = False
    extra: float = 0.0
    soft: float = 1.0
    max_boxes: int = 1_000_000


class Found(NamedTuple):
    """Bounds of the least value, the best model met, (t, -s) with its biases, and the work done."""

    lower: float
    upper: float
    t: float
    s: float
    biases: tuple[float, float]
    n_boxes: int
    complete: bool  # False where the search stopped at `stop`, or ran out of boxes


def variance(p: float) -> float:
    """Variance of a feature of density p, p / 3 - p² / 4, to 4 eps."""
    return p * (4.0 - 3.0 * p) / 12.0


def branch(question: Question) -> Found:
    """Sweep level by level until no box is left, from the largest weights inward."""
    rules, found = _rules(question), np.zeros(N_OUT)
    found[UPPER], found[LOWER] = question.upper, math.inf
    n_boxes, complete = 0, True
    for t_edges, s_edges, size in _regions(question):
        rules[UNIT] = size * 2.0**-BITS
        rules[EDGE] = s_edges[0] if question.edge else -1.0
        boxes = _boxes(t_edges, s_edges, -rules[OFFSET])
        n = len(boxes)
        while n and complete:
            n_boxes += n
            children = np.empty((2 * n, WIDTH))
            n = sweep(boxes, n, children, rules, found)
            boxes = children
            complete = found[UPPER] >= question.stop and n_boxes + n <= question.max_boxes
        if n:
            found[LOWER] = min(found[LOWER], boxes[:n, BOUND].min())
    biases = (float(found[AT_BIAS]), float(found[AT_OTHER]))
    lower = min(float(found[LOWER]), float(found[UPPER]))  # the latter where a model in the last boxes stopped it
    return Found(lower, float(found[UPPER]), float(found[AT_T]), float(found[AT_S]), biases, n_boxes, complete)


def _rules(question: Question) -> Array:
    rules = np.zeros(N_RULES)
    rules[P], rules[Q], rules[R], rules[TOLERANCE] = question.p, question.q, question.r, question.tolerance
    rules[EXCESS], rules[EXTRA], rules[SOFT] = float(question.excess), question.extra, question.soft
    rules[OFFSET] = question.r * variance(question.q) if question.excess else 0.0
    return rules


def reach(p: float, loss: float) -> float:
    """Return the largest weight with which one output alone costs no more than a loss: fact 1, η(w²) = loss.

    Examples
    --------
    >>> from toytoy.analytic.proof.branching import reach
    >>> round(reach(1.0, 1 / 12), 6)  # η(3) = (1/3) (2/4)²
    1.732051
    """
    share = math.sqrt(3.0 * loss / p) * OUTWARD
    return math.sqrt((1.0 + share) / (1.0 - share)) * OUTWARD if share < 1.0 else math.inf


def _longest_partner(p: float, q: float, loss: float, t_max: float) -> float:
    """Return the largest s with which the first output costs no more than a loss, where its entry -ts is too much.

    With nothing active it costs (1-p)(1-q) b², which bounds b. With both active it is shut, and costs x², for all
    y > (b + t²) / (ts). And t is not small: v (1 - t²)² is a cost as well, by fact 1.
    """
    silent, shut = (1.0 - p) * (1.0 - q), 3.0 * loss / (p * q)
    short = 1.0 - math.sqrt(loss / variance(p))
    if not (silent > 0.0 and shut < 1.0 and short > 0.0):
        return math.inf
    return (math.sqrt(loss / silent) + t_max * t_max) / ((1.0 - shut) * math.sqrt(short)) * OUTWARD


def _regions(question: Question) -> list[tuple[Array, Array, float]]:
    """Lay the grid of first boxes, outer parts by octaves, then the inner square; with the size of the largest weight.

    Beyond it one output alone costs more than the known model.
    """
    p, q, r = question.p, question.q, question.r
    loss = question.upper + question.extra + (r * variance(q) * OUTWARD if question.excess else 0.0)
    t_max = reach(p, loss)
    s_max = min(reach(q, loss / r), _longest_partner(p, q, loss, t_max))
    if not max(t_max, s_max) < 2.0**20:
        raise ValueError(
            f"densities p={p!r}, q={q!r} and r={r!r} leave the weights unbounded: give a better known loss"
        )
    regions = []
    t_edges = np.arange(0.0, t_max + CELL, CELL)
    s_start = min(2.0 ** math.floor(math.log2(question.s_min)), INNER / 2.0) if question.s_min > 0.0 else 0.0
    outer = INNER
    while outer < s_max:
        outer *= 2.0
        regions.append((t_edges, np.linspace(outer / 2.0, outer, 5), max(outer, _octave(t_max))))
    regions.reverse()
    small = [CELL * 2.0**-k for k in range(60, 0, -1) if s_start < CELL * 2.0**-k] if s_start else []
    cells = np.arange(max(CELL, s_start), min(s_max, INNER) + CELL, CELL)
    s_edges = cells if s_start >= CELL else np.array([s_start, *small, *cells])
    return [*regions, (t_edges, s_edges, _octave(max(t_max, min(s_max, INNER)) + CELL))]


def _octave(x: float) -> float:
    return 2.0 ** math.ceil(math.log2(x))


def _boxes(t_edges: Array, s_edges: Array, bound: float) -> Array:
    """Make the first boxes, with a bound that holds for any model."""
    boxes = np.empty(((len(t_edges) - 1) * (len(s_edges) - 1), WIDTH))
    pairs = [(*t, *s) for t in pairwise(t_edges) for s in pairwise(s_edges)]
    boxes[:, LEFT : LEFT + 4] = pairs
    boxes[:, BIAS], boxes[:, OTHER_BIAS], boxes[:, BOUND] = 0.0, 0.0, bound
    return boxes
