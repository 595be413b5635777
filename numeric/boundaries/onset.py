"""Where a feature begins to overlap others continuously, by extrapolation to a vanishing overlap.

The loss of the whole toy has a kink where an overlap vanishes, so no Hessian tells when a new one may grow. The branch
on which it has grown tells: with the overlap u held, the importance at which the model is stationary is a smooth
function of u > 0, and the onset is its limit as u goes to 0. Its slope there tells a continuous onset from a jump.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

from .branch import BranchLost, State
from .landscape import Held, Landscape

Array = NDArray[np.float64]
REACHES = (
    0.0005,
    0.003,
    0.01,
    0.025,
    0.05,
    0.1,
    0.2,
)  # of u: it is not known where the next hinge passes and the law bends
NEAR = 0.01  # of u: where a branch is followed to another density
NODES, DEGREES = 16, range(2, 14)
GOOD = 1e-10  # an error of log r after which longer reaches are tried only as long as they are better
NUDGE, FARTHEST = 1e-4, 0.05  # steps of p in search of an importance: the first, and the longest
SETTLED, MAX_ROOTS = 1e-12, 40
SAFETY, STRAY = 3, 10  # times an error estimated
LEAST = 0.4  # of the rounding assumed: few values that happen to fit do not show that there is less
EPS = 4e-16  # of log r: the last bits of the importances themselves
LONGEST_SHIFT, MAX_DEPTH = 0.2, 8  # of what is predicted by the slopes in one step, and how often it is halved


@dataclass(frozen=True, eq=False)
class Onset:
    """Where an overlap may begin to grow from 0 at a given density, and how.

    Parameters
    ----------
    importance, density : float
        The place.
    error : float
        Of log r, that is the relative error of the importance; for a tricritical point see its `density_error`.
    slope, slope_error : float
        Of log r by the overlap's size |u|, where it vanishes.
    growth : {-1, 1}
        1 if a rising importance favors the overlap, -1 if a falling one does.
    state : State
        A model on the branch that grows, near the onset.
    density_error : float
        0 where the density was given.
    """

    importance: float
    density: float
    error: float
    slope: float
    slope_error: float
    growth: int
    state: State
    density_error: float = 0.0

    @property
    def order(self) -> str:
        """How the overlap appears: "continuous" if it grows into the side that favors it, else by a "jump" before."""
        return "continuous" if self.slope * self.growth > 0 else "jump"


def onset_point(state: State, coordinate: int, density: float | None = None) -> Onset:
    """Find the onset from which a branch grows, by extrapolation to a vanishing overlap: :eq:`boundary-onset-law`.

    Parameters
    ----------
    state : State
        On the branch that has the overlap.
    coordinate : int
        Entry u of θ that vanishes at the onset, with its sign kept: entry k - 1 of a block of k features is the length
        of the last column, entry 0 the first feature's overlap with its direction.
    density : float, optional
        Where to look; by default the density of the state.

    Returns
    -------
    Onset
        Its error is what the law's next degrees would change, and rounding carried through the fit.

    Raises
    ------
    BranchLost
        If the branch cannot be followed down to a vanishing overlap.
    ValueError
        If the coordinate is no overlap.

    Examples
    --------
    >>> from toytoy.numeric.boundaries.branch import Branch
    >>> pair = Branch(2, block=(0, 1), dropped=()).settle(np.array([-1.0, 0.15, 0.03, 0.39]), 0.8, 0.7)
    >>> onset = onset_point(pair, 1)  # where the length of the second column vanishes
    >>> onset.order, round(onset.importance, 11)
    ('continuous', 0.77257953048)
    """
    if not 0 <= coordinate < len(state.branch.block):
        raise ValueError(
            f"coordinate={coordinate!r} is no overlap of {state.branch}: give 0 <= coordinate < its features"
        )
    landscape = Landscape.coordinate(state.branch, coordinate)
    here = landscape.stationary(float(state.theta[coordinate]), state.importance, state.density, state.theta)
    near = math.copysign(min(abs(here.u), NEAR), here.u)  # further away other branches join
    here = _moved(_moved(here, near, here.density), near, state.density if density is None else density)
    laws: list[_Law] = []
    for reach in REACHES:  # from below, where no other branch joins
        try:
            laws.append(_Law.solved(laws[-1].points[0] if laws else here, reach))
        except BranchLost:
            break
        if len(laws) > 1 and laws[-1].contradicts(laws[-2]):  # the way up led past a bend, or to another branch
            laws.pop()
            break
        if GOOD > min(law.value[1] for law in laws) < laws[-1].value[1] / STRAY:
            break
    if not laws:
        raise BranchLost(f"the overlap does not vanish on this branch at density={here.density!r}")
    best = min(laws, key=lambda law: law.value[1])
    (value, error), (slope, slope_error) = best.value, best.slope
    model = best.points[NODES // 2]
    growth = -int(math.copysign(1.0, model.push_by_log_r * model.u))
    return Onset(math.exp(value), here.density, error, slope, slope_error, growth, model.state)


def onset_at_importance(state: State, coordinate: int, importance: float) -> Onset:
    """Find the density at which an onset has a given importance, by secants; see `onset_point`.

    Returns
    -------
    Onset
        With `density_error`.

    Raises
    ------
    BranchLost
        If none is found near the density of the state.
    """
    target, old = math.log(importance), onset_point(state, coordinate)
    step = NUDGE if old.density < 0.5 else -NUDGE
    for _ in range(MAX_ROOTS):
        new = onset_point(old.state, coordinate, old.density + step)
        slope = math.log(new.importance / old.importance) / step
        old, step = new, (target - math.log(new.importance)) / slope
        if abs(step) < SETTLED:
            return replace(old, importance=importance, density_error=(old.error + abs(step)) / min(1.0, abs(slope)))
        step = math.copysign(min(abs(step), FARTHEST), step)
    raise BranchLost(f"no onset of importance={importance!r} near density={state.density!r}")


def trace_onset(state: State, coordinate: int, densities: Sequence[float]) -> tuple[Onset, ...]:
    """Find the onset at several densities, each from the one before; see `onset_point`.

    It ends early where the branch that grows is lost.
    """
    found: list[Onset] = []
    for density in densities:
        try:
            found.append(onset_point(found[-1].state if found else state, coordinate, density))
        except BranchLost:
            break
    return tuple(found)


def tricritical_point(state: State, coordinate: int, bracket: tuple[float, float]) -> Onset:
    """Find the density between two at which an onset turns from continuous to a jump: its slope vanishes.

    Parameters
    ----------
    state, coordinate
        As in `onset_point`.
    bracket : tuple of float
        Densities at which the slope has different signs.

    Returns
    -------
    Onset
        With `density_error`: the slope's error over its own slope by the density.

    Raises
    ------
    BranchLost
        If the branch cannot be followed over the bracket.
    ValueError
        If the slope has one sign at both ends.
    """
    from scipy.optimize import root_scalar

    onsets = {p: onset_point(state, coordinate, p) for p in bracket}
    if onsets[bracket[0]].slope * onsets[bracket[1]].slope > 0:
        raise ValueError(f"the onset has the same order at both densities of {bracket}: give two that differ")

    def slope(density: float) -> float:
        if density not in onsets:
            nearest = min(onsets, key=lambda p: abs(p - density))
            onsets[density] = onset_point(onsets[nearest].state, coordinate, density)
        return onsets[density].slope

    density = float(root_scalar(slope, bracket=bracket, xtol=1e-13).root)
    slope(density)
    width = 1e-3
    steepness = (slope(density + width) - slope(density - width)) / (2 * width)
    found = onsets[density]
    return replace(found, density_error=(found.slope_error + abs(found.slope)) / abs(steepness))


@dataclass(frozen=True, eq=False)
class _Law:
    """The law log r(|u|) at a density, for 0 < |u| < reach, from a few values of it."""

    reach: float
    points: tuple[Held, ...]  # by falling |u|

    @classmethod
    def solved(cls, start: Held, reach: float) -> _Law:
        """Solve at Chebyshev's nodes."""
        points = [start]
        for size in reach * (1 + np.cos(np.pi * (np.arange(NODES) + 0.5) / NODES)) / 2:
            points.append(_moved(points[-1], math.copysign(size, start.u), start.density))
        return cls(reach, tuple(points[1:]))

    @property
    def value(self) -> tuple[float, float]:
        """Log r at u = 0, with its error."""
        return self._limits[0]

    @property
    def slope(self) -> tuple[float, float]:
        """Its slope there, with its error."""
        return self._limits[1]

    def contradicts(self, other: _Law) -> bool:
        """Tell whether two laws differ by more than their errors."""
        return abs(self.value[0] - other.value[0]) > STRAY * (self.value[1] + other.value[1])

    @cached_property
    def _limits(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Polynomials of every degree are fitted, and the one taken whose error is least: truncation and rounding."""
        x = np.array([abs(point.u) / self.reach for point in self.points])
        y = np.array([math.log(point.importance) for point in self.points])
        noise = np.array([point.noise for point in self.points])
        fits = [_fitted(x, y, noise, degree) for degree in DEGREES]
        best = []
        for k, unit in ((0, 1.0), (1, 1 / self.reach)):
            errors = [abs(fit[k][0] - lower[k][0]) + fit[k][1] for lower, fit in pairwise(fits)]
            least = int(np.argmin(errors))
            best.append((fits[least + 1][k][0] * unit, errors[least] * unit))
        return best[0], best[1]


def _fitted(x: Array, y: Array, noise: Array, degree: int) -> tuple[tuple[float, float], tuple[float, float]]:
    """Value and slope at x = 0 of the polynomial that fits best, each with what the noise does to it."""
    basis = chebyshev.chebvander(2 * x - 1, degree)
    solve = np.linalg.pinv(basis / noise[:, None], rcond=1e-14) / noise
    signs = (-1.0) ** np.arange(degree + 1)
    slopes = -2 * signs * np.arange(degree + 1) ** 2  # of T_k(2 x - 1) at x = 0
    value, slope = signs @ solve, slopes @ solve
    spread = y - y[-1]  # digits are kept for the slope
    misfit = (spread - basis @ (solve @ spread)) / noise  # in units of the rounding assumed: less, or a law that bends
    noise = noise * max(LEAST, SAFETY * math.sqrt(float(misfit @ misfit) / (len(x) - degree - 1)))
    at_zero = y[-1] + float(value @ spread), float(np.linalg.norm(value * noise)) + EPS
    return at_zero, (float(slope @ spread), float(np.linalg.norm(slope * noise)))


def _moved(point: Held, u: float, density: float, depth: int = 0) -> Held:
    """Follow the stationary models to another u and density, in steps so short that each ends where it should."""
    landscape = point.landscape
    change = u - point.u, density - point.density
    right = point.jacobian[:, 0] * change[0] + landscape.frame.T @ point.slopes.gradient_by_p * change[1]
    shift = np.linalg.solve(point.jacobian[:, 1:], -right)
    theta = point.theta + landscape.frame @ np.append(change[0], shift[:-1])
    if abs(shift).max() < LONGEST_SHIFT:
        try:
            found = landscape.stationary(u, point.importance * math.exp(shift[-1]), density, theta)
            if abs(found.theta - theta).max() < LONGEST_SHIFT / 5:  # else it may be another branch
                return found
        except BranchLost:
            pass
    if depth == MAX_DEPTH:
        raise BranchLost(f"the branch ends near importance={point.importance!r}, density={point.density!r}")
    middle = _moved(point, math.copysign(math.sqrt(u * point.u), u), (density + point.density) / 2, depth + 1)
    return _moved(middle, u, density, depth + 1)
