"""The boundary of "not represented" in (2,1), certified: the importance at which, at one density, the extra appears."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from .certificate import MAX_BOXES
from .certificate import WIDTH as RELATIVE_WIDTH
from .domain import DENSITY
from .estimate import Estimate
from .fraction import exact_loss, exactly
from .interval import Enclosure
from .model import Array
from .problem import Problem
from .proof.boxes import BIAS, EXCESS, N_RULES, OTHER_BIAS, SOFT, UNIT, WIDTH, P, Q, R, slope_bounds, value_bounds
from .proof.branching import BITS, Question, branch
from .proof.onset_bound import onset_bound
from .proof.onset_minimum import least_ratio
from .stability import threshold

__all__ = ["certified_boundary"]

LEAST_DENSITY = 2e-5  # below, it takes half a minute to prove less and less
SIZE = 4.0  # no weight of a model that is polished is larger
NEWTON_STEPS = 30
DIFFERENCE = 1e-4  # of slopes, relative to s: the slope is only continuous, and Newton's method need not be exact
GROW = 3.0  # what the width is multiplied by where it could not be shown
OVER, UNDER = 1.0 + 2.0**-48, 1.0 - 2.0**-48  # some roundings


class Boundary(NamedTuple):
    """Ends of the interval; the model of the upper one, or None where that is the loss of stability; the work done."""

    lower: float
    upper: float
    model: Model | None
    n_boxes: int


class Model(NamedTuple):
    """Weights (t, -s), the best biases, and the least importance from which on it beats dropping the extra."""

    t: float
    s: float
    biases: tuple[float, float]
    importance: float


def certified_boundary(density: float, relative_width: float = 1e-10, max_boxes: int = 1_000_000) -> Estimate:
    """Compute an interval for r_b: the extra is dropped by every optimum for r < r_b, by none for r_b < r < 1 / r_b.

    By fact 6 r_b = min ℓ_1 / (v - ℓ_2) over all models. Any model bounds it from above, and so does
    the loss of stability at r_s. From below it is bounded by branch and bound for `|w_2|` above some
    radius, and below that by the lemma in blown-up coordinates (docs/derivations, "certificate").

    Parameters
    ----------
    density : float
        p, from 2e-5 to 1.
    relative_width : float in (0, 1)
        Where it can't be shown the interval is wider: 1e-10 down to a density of 0.01, 2.7e-10 at 0.001, 2.4e-9 at
        0.0001.
    max_boxes : int
        Work allowed for one attempt.

    Returns
    -------
    Estimate
        Relative importance, of kind "certified".

    Raises
    ------
    TypeError, ValueError
        If a number is out of range.

    Examples
    --------
    >>> from toytoy.analytic.certified_boundary import certified_boundary
    >>> low, high = certified_boundary(0.5).interval
    >>> low < 0.53573876406532962 < high, high / low - 1 < 1e-10
    (True, True)
    """
    if not DENSITY.check(density) >= LEAST_DENSITY:
        raise ValueError(
            f"density must be at least {LEAST_DENSITY:g} for a certified boundary, got density={density!r}"
        )
    found = boundary_of_pair(float(density), float(RELATIVE_WIDTH.check(relative_width)), max_boxes)
    return Enclosure(exactly(found.lower), exactly(found.upper)).estimate()


def boundary_of_pair(p: float, width: float = 1e-10, max_boxes: int = 1_000_000) -> Boundary:
    """Bound r_b from both sides, as `certified_boundary` does, and return the best model as well."""
    MAX_BOXES.check(max_boxes)
    lemma, upper, model, work, wide = onset_bound(p, p), threshold(p) * OVER, None, 0, width
    if lemma.ratio < upper * (1.0 - width):  # a small second feature pays before the loss of stability
        model, upper = _better(_small(p, lemma.radius), model, upper)
    while lemma.radius > 0.0 and wide < 1.0:
        # beyond the lemma's ratio the least F may lie inside its radius, and outside nothing be stationary
        target = min(upper * (1.0 - 0.9 * wide), lemma.ratio)
        question = Question(p, p, target, 0.0, True, s_min=lemma.radius, stop=0.0, max_boxes=max_boxes)
        found = branch(question)
        work += found.n_boxes
        if found.upper < 0.0:
            before = upper
            model, upper = _better(polished(p, _model(p, found.t, found.s)), model, upper)
            wide = width if upper < before else wide * GROW  # a model met may be no better once its weights are rounded
        elif found.complete and found.lower >= 0.0:
            return Boundary(target, upper, model, work)
        else:
            wide *= GROW
    return Boundary(0.0, upper, model, work)


def _small(p: float, radius: float) -> Model:
    """Give the best model with a small second feature, in the lemma's coordinates; its importance is exact."""
    _, (s, beta, slope) = least_ratio(p, radius)
    t = 1.0 + s * slope
    bias, other = beta * s * t, p / 2.0 * (1.0 - s * s + t * s)
    problem, model = Problem.toy(2, importance=0, density=p), ([[t, -s]], [bias, other])
    cost = exact_loss(problem, *model)
    gain = exact_variance(p) - exact_loss(problem.replace(importance=(0, 1)), *model)
    return Model(float(t), float(s), (bias, other), math.nextafter(float(cost / gain), 2.0) if gain > 0 else math.inf)


def exact_variance(p: float) -> Fraction:
    """P / 3 - p² / 4."""
    return exactly(p) / 3 - exactly(p) ** 2 / 4


def _better(new: Model, model: Model | None, upper: float) -> tuple[Model | None, float]:
    return (new, new.importance) if new.importance < upper else (model, upper)


def polished(p: float, best: Model) -> Model:
    """Lower ℓ_1 / (v - ℓ_2) from a model met, by Newton's method on F at the importance where it is on a par."""
    for _ in range(NEWTON_STEPS):
        step = _newton(p, best)
        for shrink in (1.0, 0.25, 2.0**-5, 2.0**-10):
            t, s = (best.t, best.s) + shrink * step
            trial = _model(p, t, s) if 0.0 < t < SIZE and 0.0 < s < SIZE else best
            if trial.importance < best.importance:
                break
        else:
            return best
        best = trial
    return best


def _rules(p: float, r: float) -> Array:
    rules = np.zeros(N_RULES)
    rules[P], rules[Q], rules[R], rules[UNIT] = p, p, r, SIZE * 2.0**-BITS
    rules[EXCESS] = rules[SOFT] = 1.0  # SOFT divides, but nothing is demanded beyond
    return rules


def _value(t: float, s: float, rules: Array) -> tuple[float, ...]:
    """Bound F at one model, and give its best biases; it hardly matters where their search starts."""
    bounds: tuple[float, ...] = value_bounds(t, s, 0.0, rules[P] / 2.0, rules)
    return bounds


def _model(p: float, t: float, s: float) -> Model:
    """Give the model at the nearest multiples of the unit; an importance of at most 1 is rounded upward."""
    unit = SIZE * 2.0**-BITS
    t, s = round(t / unit) * unit, max(round(s / unit), 1) * unit
    cost = _value(t, s, _rules(p, 0.0))[1]
    _, excess, bias, other, _, _ = _value(t, s, _rules(p, 1.0))
    gain = (cost - excess) * UNDER
    return Model(t, s, (bias, other), cost / gain * OVER if gain > 0.0 else math.inf)


def _newton(p: float, model: Model) -> Array:
    """Solve for the step to where the slopes of F vanish, by differences; where that fails step down the slope."""
    rules = _rules(p, model.importance)
    h = DIFFERENCE * model.s
    here, along, across = (_slope(rules, model.t + dt, model.s + ds) for dt, ds in ((0.0, 0.0), (h, 0.0), (0.0, h)))
    hessian = np.array([along - here, across - here]) / h
    hessian = (hessian + hessian.T) / 2.0
    if hessian[0, 0] <= 0.0 or np.linalg.det(hessian) <= 0.0:
        return -model.s * here / np.abs(here).max() if here.any() else here
    return np.asarray(-np.linalg.solve(hessian, here), np.float64)


def _slope(rules: Array, t: float, s: float) -> Array:
    """Give the derivatives of F by t and s."""
    box = np.zeros(WIDTH)
    box[:4] = t, t, s, s
    _, _, box[BIAS], box[OTHER_BIAS], c, c2 = _value(t, s, rules)
    ends = slope_bounds(box, box[BIAS], box[OTHER_BIAS], c, c2, rules)
    return np.array([ends[0] + ends[1], ends[2] + ends[3]]) / 2.0
