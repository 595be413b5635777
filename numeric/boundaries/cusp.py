"""Critical points: where a jump between two models of one branch shrinks to nothing, and two folds meet.

With one coordinate u held, log r(u) of the stationary models rises, falls and rises again across a jump. At the
critical point the falling part has shrunk to a level inflection: the slope of log r and the slope of that slope vanish.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

from .branch import BranchLost, State
from .landscape import Held, Landscape
from .symmetry import symmetric_directions

Array = NDArray[np.float64]
NODES = 14  # of Chebyshev, in an interval of u: enough for rounding where no hinge passes
WIDTHS = (0.06, 0.04, 0.025)  # half lengths of that interval; they agree where no hinge passes
NUDGE = 1e-4  # first step in p
CONVERGED = 1e-12  # of p
MAX_ROOTS = 30
LONGEST, FARTHEST = 0.03, 0.2  # a step of p, and the way from the jump
REAL = 1e-9  # imaginary part of a root that is real
CURVATURE = 1e-15  # rounding of ∂²L/∂u²


@dataclass(frozen=True, eq=False)
class CriticalPoint:
    """Where a jump ends because its two models have become one.

    Parameters
    ----------
    importance, density : float
    error_importance, error_density : float
        The first relative: from rounding, and from other intervals and degrees of the interpolation.
    residual : float
        Largest of the gradient's entries, ∂²L/∂u² and ∂³L/∂u³, the rest following u.
    state : State
    mode : array, shape (k,)
        The direction u of θ in which the two models differ.
    """

    importance: float
    density: float
    error_importance: float
    error_density: float
    residual: float
    state: State
    mode: Array


def critical_point(lower: State, upper: State) -> CriticalPoint:
    """Find the critical point at which a jump between two local minima of one branch ends: :eq:`boundary-critical`.

    Parameters
    ----------
    lower, upper : State
        The two minima, at about one importance and density, where the jump is small.

    Returns
    -------
    CriticalPoint

    Raises
    ------
    BranchLost
        If the two models are not joined by a smooth curve, or no critical point is within 0.2 of their density.
    ValueError
        If the two models are the same, or of different branches.

    Examples
    --------
    >>> from toytoy.numeric.boundaries.branch import Branch
    >>> triangle, p = Branch(3, block=(0, 1, 2), dropped=()), 0.7
    >>> small = triangle.settle(np.array([-0.65, -0.65, 0.46, 0.74, -0.74, 0.13, 0.13, 0.48]), 0.87, p)
    >>> comparable = triangle.settle(np.array([-0.62, -0.62, 0.6, 0.75, -0.75, 0.18, 0.18, 0.48]), 0.873, p)
    >>> end = critical_point(small, comparable)
    >>> round(end.importance, 11), round(end.density, 11)
    (0.88933228241, 0.71709582878)
    """
    if lower.branch != upper.branch:
        raise ValueError(
            f"{lower.branch} and {upper.branch} differ: only minima of one branch meet at a critical point"
        )
    mode = upper.theta - lower.theta
    far = float(np.linalg.norm(mode))
    if far < 1e-9:
        raise ValueError(
            f"the two minima at density {lower.density:.6g} are one, {far:.0e} apart: give two from a density at which "
            "there is a jump"
        )
    bases = (symmetric_directions(state.branch, state.theta, math.nan) for state in (lower, upper))
    basis = max(bases, key=lambda directions: directions.shape[1])
    landscape = Landscape.along(lower, mode / far, basis)
    at = landscape.stationary(0.0, lower.importance, lower.density, lower.theta)
    for u in np.linspace(0.0, far / 2, 6)[1:]:
        at = landscape.stationary(float(u), at.importance, at.density, at.theta)
    return _refined(_solved(at, max(far / 2, WIDTHS[0])), basis)


def critical_near(state: State, basis: Array) -> CriticalPoint:
    """Find the critical point next to a fold that is about to meet another: see `critical_point`.

    Parameters
    ----------
    state : State
        At the fold.
    basis : array, shape (k, j)
        Directions in which the branch lies.
    """
    mode = basis @ np.linalg.eigh(basis.T @ state.slopes.hessian @ basis)[1][:, 0]
    landscape = Landscape.along(state, mode, basis)
    at = landscape.stationary(0.0, state.importance, state.density, state.theta)
    return _refined(_solved(at, WIDTHS[0]), basis)


def _refined(near: _Inflection, basis: Array) -> CriticalPoint:
    """Solve again along the softest direction, with several intervals that must agree."""
    at = near.model
    mode = basis @ np.linalg.eigh(basis.T @ at.slopes.hessian @ basis)[1][:, 0]
    landscape = Landscape.along(at.state, mode, basis)
    start = landscape.stationary(0.0, at.importance, at.density, at.theta)
    found = [_solved(start, width) for width in WIDTHS]
    best, model = found[1], found[1].model
    places = np.array([[one.model.importance, one.model.density] for one in found])
    spread = np.abs(places - places[1]).max(axis=0)
    third = abs(best.bend * model.push_by_log_r)
    return CriticalPoint(
        model.importance,
        model.density,
        spread[0] / model.importance + 2 * model.noise,
        spread[1] + CURVATURE / abs(model.push_by_log_r * best.steepness),
        max(float(np.abs(model.gradient).max()), abs(model.stiffness), third),
        model.state,
        mode,
    )


@dataclass(frozen=True, eq=False)
class _Inflection:
    """The stationary model at which the slope of log r(u) is an extremum, at one density.

    `bend` is the slope's own slope, 0 but for rounding; `steepness` how fast the slope changes with p.
    """

    model: Held
    bend: float
    steepness: float = math.nan


def _solved(at: Held, width: float) -> _Inflection:
    """Find the density at which the extremum of the slope is 0, by secants."""
    old = _inflection(at, width)
    start, step = old.model.density, NUDGE if old.model.density < 0.5 else -NUDGE
    steepness = math.nan
    for _ in range(MAX_ROOTS):
        ahead = old.model
        ahead = ahead.landscape.stationary(ahead.u, ahead.importance, ahead.density + step, ahead.theta)
        new = _inflection(ahead, width)
        change = new.model.lean - old.model.lean
        if abs(step) < CONVERGED or change == 0.0:
            return replace(new, steepness=steepness)
        if abs(step) > CONVERGED**0.5:
            steepness = change / step
        step = -new.model.lean * step / change
        step = math.copysign(min(abs(step), LONGEST), step)
        old = new
        if abs(old.model.density + step - start) > FARTHEST:
            break
    raise BranchLost(f"no critical point within {FARTHEST} of density={start!r}")


def _inflection(at: Held, width: float) -> _Inflection:
    """Find the extremum of d log r/du, whose values are exact, by differentiating their interpolation.

    If there is none inside the interval, it is looked for on the side where the slope changes less.
    """
    nodes = np.cos(np.pi * (np.arange(NODES) + 0.5) / NODES)
    for _ in range(MAX_ROOTS):
        points = _around(at, width * nodes)
        bend = chebyshev.chebder(chebyshev.chebfit(nodes, [point.lean for point in points], NODES - 1))
        roots = chebyshev.chebroots(bend)
        roots = roots[(np.abs(roots.imag) < REAL) & (np.abs(roots.real) < 1.0)].real
        if len(roots):
            nearest = float(roots[np.argmin(np.abs(roots))])
            u = at.u + width * nearest
            model = at.landscape.stationary(u, at.importance, at.density, at.theta)
            return _Inflection(model, float(chebyshev.chebval(nearest, bend)) / width)
        first, last = np.abs(chebyshev.chebval(nodes[[0, -1]], bend))
        at = points[0] if first < last else points[-1]
    raise BranchLost(f"no inflection of log r near importance={at.importance!r}, density={at.density!r}")


def _around(at: Held, shifts: Array) -> list[Held]:
    """Solve for the stationary models at shifts of u, falling ones, each from its neighbor nearer to the middle."""
    up, down = [at], [at]
    for shift in shifts[shifts > 0][::-1]:
        up.append(at.landscape.stationary(at.u + float(shift), up[-1].importance, at.density, up[-1].theta))
    for shift in shifts[shifts < 0]:
        down.append(at.landscape.stationary(at.u + float(shift), down[-1].importance, at.density, down[-1].theta))
    return up[:0:-1] + down[1:]
