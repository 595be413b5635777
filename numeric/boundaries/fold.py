"""Where a branch of local minima ends: folds, loss of stability against a broken symmetry, vanishing overlaps."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from .branch import BranchLost, State
from .continuation import Window
from .landscape import ALONG_P, ALONG_R, Landscape, Pair
from .onset import onset_at_importance, onset_point
from .symmetry import symmetric_directions
from .walk import Spot, walk

Array = NDArray[np.float64]
ZERO = 1e-3  # an overlap so small that the branch is about to merge with one that has fewer
VANISHING = 0.1  # an overlap below which a branch that cannot be followed may be about to lose it
COARSE = 1e-6  # of a bracket, before secants take over
PEAK = 1e-9  # of u at a fold: its square is what the importance errs by
SETTLED = 1e-14  # of log r or p where an eigenvalue passes 0
NUDGE, FARTHEST = 1e-4, 0.3  # the first step of secants, and the longest before they are astray
BORDER = 1e-3  # density below 1 at which a branch that cannot be followed has just met the border
EPS = 4e-16  # of log r: the last bits of the importances themselves
MAX_ROOTS = 40
EIGEN = 4e-16  # rounding of an eigenvalue of a Hessian whose entries are of order one


class Ending(StrEnum):
    """How a branch of local minima ends."""

    FOLD = "fold"  # it meets a branch of saddles, and both are gone
    SYMMETRY = "symmetry"  # it goes on, but as a saddle: equal features tend to differ
    ONSET = "onset"  # its overlaps vanish, and it merges continuously with a branch that has fewer
    WINDOW = "window"  # it does not end before the border


@dataclass(frozen=True, eq=False)
class Fold:
    """The end of a branch of local minima, along r or along p.

    Parameters
    ----------
    kind : Ending
    importance, density : float
    error : float
        Of log r along r, of p along p.
    residual : float
        The largest derivative that should vanish: the gradient's entries, and the curvature that is lost. At an onset
        the distance of the last model.
    state : State
        The model at the end; at an onset the last one that was followed.
    mode : array, shape (k,)
        Direction of θ that has lost its curvature, of length 1.
    basis : array, shape (k, j)
        Directions in which the branch lies.
    """

    kind: Ending
    importance: float
    density: float
    error: float
    residual: float
    state: State
    mode: Array
    basis: Array


def spinodal_point(
    state: State,
    *,
    density: float | None = None,
    importance: float | None = None,
    towards: int,
    window: Window | None = None,
) -> Fold:
    """Follow a branch of local minima along r, or along p, to its end.

    Parameters
    ----------
    state : State
        Where to start.
    density : float, optional
        Held, while the importance changes; by default that of the state.
    importance : float, optional
        Held instead, while the density changes.
    towards : {1, -1}
        Which way.
    window : Window, optional
        Where to stop, by default at the diagram's borders.

    Returns
    -------
    Fold
        Its `kind` tells what ends the branch.

    Raises
    ------
    BranchLost
        If the branch is lost before anything is found that explains it.
    ValueError
        If both density and importance are given, `towards` is no direction, or the state has no block.

    Examples
    --------
    >>> import numpy as np
    >>> from toytoy.numeric.boundaries.branch import Branch
    >>> pair = Branch(2, block=(0, 1), dropped=()).settle(np.array([-1.0, 0.9, 0.1, 0.1]), 0.9, 0.5)
    >>> end = spinodal_point(pair, towards=-1)
    >>> end.kind.value, round(end.importance, 12)
    ('fold', 0.48685664454)
    """
    _check_question(state, density, importance, towards)
    start = state.brought(
        state.importance if importance is None else importance,
        state.density if density is None else density,
    )
    basis = symmetric_directions(state.branch, start.theta, math.nan if importance is None else importance)
    window = Window() if window is None else window
    spots = walk(start, basis, ALONG_R if importance is None else ALONG_P, towards)
    spot = next(spots)
    while True:
        before = spot
        try:
            spot = next(spots)
        except BranchLost:
            return _stopped(before)
        if not window.holds(spot.importance, spot.density):
            return _open(before)
        if _passed_zero(before, spot):
            return _stopped(before)
        if spot.tangent[-1] * before.tangent[-1] < 0:
            return _folded(before, spot)
        if spot.softest[0] < 0:
            return _unstable(before, spot)


def _check_question(state: State, density: float | None, importance: float | None, towards: int) -> None:
    if density is not None and importance is not None:
        raise ValueError(
            f"a spinodal is sought along r or along p, got density={density!r} and importance={importance!r}: "
            "give one of them"
        )
    if towards not in (1, -1):
        raise ValueError(
            f"towards={towards!r} must be 1 or -1: a rising or falling {'r' if importance is None else 'p'}"
        )
    if not state.branch.block:
        raise ValueError(
            f"no features overlap in this state of {state.branch}: what it loses stability to is an onset, see "
            "threshold()"
        )


def fold_near(state: State, basis: Array, control: Pair) -> Fold:
    """Solve for the fold near a state, along a line in (log r, p): ∂L/∂u = ∂²L/∂u² = 0, the rest at its best.

    The curvature's zero is found by secants in u, the coordinate along the softest direction; the place is an extremum
    in u there, so that it is good to rounding long before u is.
    """
    mode = basis @ np.linalg.eigh(basis.T @ state.slopes.hessian @ basis)[1][:, 0]
    landscape = Landscape.along(state, mode, basis)
    old = landscape.stationary(0.0, state.importance, state.density, state.theta, control)
    new = landscape.stationary(NUDGE, old.importance, old.density, old.theta, control)
    for _ in range(MAX_ROOTS):
        if old.stiffness == new.stiffness:
            break
        step = -new.stiffness * (new.u - old.u) / (new.stiffness - old.stiffness)
        if abs(step) > FARTHEST:
            raise BranchLost(f"no fold near importance={state.importance!r}, density={state.density!r}")
        old, new = new, landscape.stationary(new.u + step, new.importance, new.density, new.theta, control)
        if abs(step) < PEAK:
            residual = max(float(np.abs(new.gradient).max()), abs(new.stiffness))
            error = 2 * new.noise + EPS
            return Fold(Ending.FOLD, new.importance, new.density, error, residual, new.state, mode, basis)
    raise BranchLost(f"no fold near importance={state.importance!r}, density={state.density!r}")


def instability_near(state: State, mode: Array, basis: Array, control: Pair) -> Fold:
    """Solve for the loss of stability of a symmetric branch near a state, along a line in (log r, p).

    The smallest eigenvalue of the whole Hessian, whose direction breaks the symmetry, is a smooth function along the
    symmetric branch, and passes 0 there.
    """
    landscape = Landscape(state.branch, state.theta, np.column_stack([mode, basis]))
    near, values = landscape.held(0.0, state.importance, state.density, state.theta), []
    place, step = 0.0, NUDGE
    for _ in range(MAX_ROOTS):
        eigenvalues, vectors = np.linalg.eigh(near.slopes.hessian)
        values.append((place, float(eigenvalues[0])))
        if len(values) > 1:
            (old, before), (new, now) = values[-2:]
            if abs(new - old) < SETTLED or now == before:
                slope = abs(values[1][1] - values[0][1]) / NUDGE
                residual = max(float(np.abs(near.slopes.gradient).max()), abs(now))
                point = near.importance, near.density, EIGEN / slope + EPS, residual
                return Fold(Ending.SYMMETRY, *point, near.state, vectors[:, 0], basis)
            step = -now * (new - old) / (now - before)
        if abs(step) > FARTHEST:
            break
        place += step
        importance, density = near.importance * math.exp(control[0] * step), near.density + control[1] * step
        near = landscape.held(0.0, importance, density, near.theta)
    raise BranchLost(f"no loss of stability near importance={state.importance!r}, density={state.density!r}")


def _passed_zero(before: Spot, after: Spot) -> bool:
    """Tell whether a feature's only overlaps, or its length, have vanished on a step."""
    k = len(before.branch.block)
    return after.loosest < ZERO or (
        before.loosest < VANISHING and bool((before.theta[:k] * after.theta[:k] <= 0.0).any())
    )


def _folded(before: Spot, after: Spot) -> Fold:
    """Bracket the fold between two stationary models on its two sides, then solve for it."""
    from scipy.optimize import brentq

    mode = after.theta - before.theta
    far = float(np.linalg.norm(mode))
    landscape = Landscape.along(before.state, mode / far, before.basis)
    point = landscape.stationary(0.0, before.importance, before.density, before.theta, before.control)

    def stiffness(u: float) -> float:
        nonlocal point
        point = landscape.stationary(u, point.importance, point.density, point.theta, before.control)
        return point.stiffness

    if stiffness(0.0) * stiffness(far) > 0:
        raise BranchLost(f"a fold near importance={after.importance!r}, density={after.density!r} was not resolved")
    brentq(stiffness, 0.0, far, xtol=COARSE * far)
    return fold_near(point.state, before.basis, before.control)


def _unstable(before: Spot, after: Spot) -> Fold:
    """Start from the one of two symmetric models, stable and unstable, that is nearer to the change."""
    nearer = min(before, after, key=lambda spot: abs(spot.softest[0]))
    mode = nearer.softest[1] - nearer.basis @ (nearer.basis.T @ nearer.softest[1])
    if np.linalg.norm(mode) < 0.9:
        raise BranchLost(f"stability is lost in no known way near importance={after.importance!r}, {after.density=!r}")
    return instability_near(nearer.state, mode / np.linalg.norm(mode), nearer.basis, nearer.control)


def _stopped(last: Spot) -> Fold:
    """Tell what a branch ran into that cannot be followed: density 1, or a vanishing overlap, where the onset is."""
    if last.control[1] and last.density > 1 - BORDER:
        return _open(last)
    coordinate = int(np.argmin(np.abs(last.theta[: len(last.branch.block)])))
    if last.loosest > VANISHING:
        raise BranchLost(f"the branch is lost near importance={last.importance!r}, density={last.density!r}")
    if last.control[1]:
        onset = onset_at_importance(last.state, coordinate, last.importance)
        error = onset.density_error
    else:
        onset = onset_point(last.state, coordinate)
        error = onset.error
    mode, overlap = np.eye(last.theta.size)[coordinate], float(abs(onset.state.theta[coordinate]))
    return Fold(Ending.ONSET, onset.importance, onset.density, error, overlap, onset.state, mode, last.basis)


def _open(last: Spot) -> Fold:
    """Report that the branch goes on to the border of the window."""
    value, mode = last.softest
    return Fold(Ending.WINDOW, last.importance, last.density, 0.0, value, last.state, mode, last.basis)
