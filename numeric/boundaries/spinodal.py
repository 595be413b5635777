"""Spinodals: the curves in (log r, p) on which branches of local minima end."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .branch import BranchLost, State
from .continuation import Window
from .fold import Ending, Fold, fold_near, instability_near
from .landscape import ALONG_P, ALONG_R, Landscape, Pair
from .symmetry import symmetric_directions
from .walk import loosest

Array = NDArray[np.float64]
FIRST, LONGEST, SHORTEST = 0.003, 0.03, 1e-7  # steps of arclength in (log r, p)
RELATIVE = 0.1  # longest step times the density
WIDEST_TURN = 0.05  # radians a step
LEAP = 0.1  # of θ in a step: at a critical point it has a square root of the distance
OFF = 0.2  # from the tangent, times the step
SHIFT = 1e-5  # of log r and p, to differentiate an eigenvalue
VANISHED = 1e-4  # an overlap with which a curve ends: nearer 0 rounding takes over
NEGATIVE = 1e-9  # an eigenvalue below minus this is not one that rounding made negative
MOST_POINTS = 2000


@dataclass(frozen=True, eq=False)
class Spinodal:
    """A curve of ends of one branch.

    Parameters
    ----------
    points : tuple of Fold
        Along the curve.
    ends : pair of str
        Why it ends at its first and at its last point: "window"; "critical", where it meets another fold (at a critical
        point, or where the curvature bends because a hinge passes a corner of the cube); "onset",
        where the overlaps vanish; "unstable", where the branch that ends there is no minimum any more; "lost".
    """

    points: tuple[Fold, ...]
    ends: tuple[str, str]

    @property
    def importance(self) -> Array:
        """Importances along the curve."""
        return np.array([point.importance for point in self.points])

    @property
    def density(self) -> Array:
        """Densities along the curve."""
        return np.array([point.density for point in self.points])


def trace_spinodal(fold: Fold, window: Window | None = None) -> Spinodal:
    """Trace the curve of ends through one of them, both ways, inside a window.

    The tangent is exact: with h the force on the softest coordinate, h = h_u = 0 on a curve of folds, so that it runs
    across the direction (∂h/∂log r, ∂h/∂p), along which each new point is solved for.

    Parameters
    ----------
    fold : Fold
        A fold, or a loss of stability against a broken symmetry.
    window : Window, optional
        By default the diagram's.

    Returns
    -------
    Spinodal

    Raises
    ------
    ValueError
        If the end is of another kind, or owes its symmetry to r = 1: then it is a point, not a curve.

    Examples
    --------
    >>> from toytoy.numeric.boundaries.branch import Branch
    >>> from toytoy.numeric.boundaries.fold import spinodal_point
    >>> pair = Branch(2, block=(0, 1), dropped=()).settle(np.array([-1.0, 0.9, 0.1, 0.1]), 0.9, 0.5)
    >>> window = Window(importance=(0.4, 0.6), density=(0.3, 0.7))
    >>> curve = trace_spinodal(spinodal_point(pair, towards=-1), window)
    >>> curve.ends, sorted(round(float(r), 12) for r in curve.importance[[0, -1]])
    (('window', 'window'), [0.4, 0.6])
    """
    if fold.kind not in (Ending.FOLD, Ending.SYMMETRY):
        raise ValueError(f"an end of kind {fold.kind.value!r} lies on no spinodal: give a fold or a lost symmetry")
    basis = symmetric_directions(fold.state.branch, fold.state.theta, math.nan)
    if fold.kind is Ending.SYMMETRY and float(np.linalg.norm(basis.T @ fold.mode)) > 0.5:
        raise ValueError(
            "this symmetry exists at r = 1 only, where the branch loses stability at one density: here at "
            f"{fold.density:.6g}"
        )
    start = fold if basis.shape == fold.basis.shape else _again(fold, fold.state, basis, ALONG_P)
    halves = [_half(start, basis, sense, Window() if window is None else window) for sense in (-1.0, 1.0)]
    points = (*halves[0][0][::-1], start, *halves[1][0])
    return Spinodal(points, (halves[0][1], halves[1][1]))


def _half(at: Fold, basis: Array, sense: float, window: Window) -> tuple[list[Fold], str]:
    points: list[Fold] = []
    step, tangent, unstable = FIRST, _tangent(at, sense), False
    while len(points) < MOST_POINTS:
        step = min(step, LONGEST, RELATIVE * at.density)
        here = np.array([math.log(at.importance), at.density])
        out = window.exit(here, here + step * tangent)
        try:
            if out is not None:
                line = ALONG_P if out[2] == 0 else ALONG_R
                points.append(_ahead(at, basis, out[0] - here, line))
                return points, "window"
            ahead = _ahead(at, basis, step * tangent, (float(tangent[1]), -float(tangent[0])))
            turned = _tangent(ahead, sense)
            turned *= math.copysign(1.0, float(turned @ tangent))
            turn = math.acos(min(1.0, float(turned @ tangent)))
            unstable = _unstable(ahead, basis)
            if turn > WIDEST_TURN or unstable:
                raise BranchLost("the curve turns more than a step should see, or ends")
        except BranchLost:
            step /= 2
            if step < SHORTEST:
                return points, "unstable" if unstable else _why(at)
            continue
        points.append(ahead)
        at, tangent, step = ahead, turned, step * (1.5 if turn < WIDEST_TURN / 3 else 1.0)
    return points, "lost"


def _ahead(at: Fold, basis: Array, shift: Array, line: Pair) -> Fold:
    """Solve for the end of the branch on a line through a place beside the last one."""
    importance, density = at.importance * math.exp(shift[0]), at.density + float(shift[1])
    if not 0.0 < density <= 1.0:
        raise BranchLost(f"a spinodal was followed out of the diagram, to density={density!r}")
    moved = State(at.state.branch, at.state.theta, importance, density, at.state.slopes)
    ahead = _again(at, moved, basis, line)
    way = np.array([math.log(ahead.importance / importance), ahead.density - density])
    gone = loosest(ahead.state.branch, ahead.state.theta) < VANISHED
    far = float(np.linalg.norm(way)) > OFF * max(float(np.linalg.norm(shift)), SHORTEST)
    k = len(at.state.branch.block)
    crossed = bool((at.state.theta[:k] * ahead.state.theta[:k] < 0).any())
    if far or crossed or gone or np.abs(ahead.state.theta - at.state.theta).max() > LEAP:
        raise BranchLost(f"another spinodal was found near importance={importance!r}, density={density!r}")
    return ahead


def _again(at: Fold, state: State, basis: Array, line: Pair) -> Fold:
    if at.kind is Ending.FOLD:
        return fold_near(state, basis, line)
    return instability_near(state, at.mode, basis, line)


def _tangent(at: Fold, sense: float) -> Array:
    state = at.state
    if at.kind is Ending.FOLD:
        landscape = Landscape.along(state, at.mode, at.basis)
        point = landscape.held(0.0, state.importance, state.density, state.theta)
        across = np.array([point.push_by_log_r, point.push_by_p])
    else:
        across = _eigenvalue_slopes(at)
    return np.asarray(sense * np.array([-across[1], across[0]]) / np.linalg.norm(across))


def _eigenvalue_slopes(at: Fold) -> Array:
    """Differentiate the eigenvalue that is 0 by log r and p, along the symmetric branch."""
    state = at.state
    landscape = Landscape(state.branch, state.theta, np.column_stack([at.mode, at.basis]))
    inside = SHIFT if state.density > 0.5 else -SHIFT  # p may be 1
    values = [
        float(np.linalg.eigvalsh(landscape.held(0.0, r, p, state.theta).slopes.hessian)[0])
        for r, p in (
            (state.importance, state.density),
            (state.importance * math.exp(SHIFT), state.density),
            (state.importance, state.density - inside),
        )
    ]
    return np.array([(values[1] - values[0]) / SHIFT, (values[0] - values[2]) / inside])


def _unstable(at: Fold, basis: Array) -> bool:
    """Tell whether the branch has lost stability in another direction before: it is no end of local minima then."""
    values = np.linalg.eigvalsh(at.state.slopes.hessian)
    within = np.linalg.eigvalsh(basis.T @ at.state.slopes.hessian @ basis)
    lost = values if at.kind is Ending.FOLD else within
    return bool(lost[0] < -NEGATIVE or (at.kind is Ending.FOLD and values[1] < -NEGATIVE))


def _why(at: Fold) -> str:
    """Tell what a curve ran into."""
    if loosest(at.state.branch, at.state.theta) < 2 * VANISHED:
        return "onset"
    return "window" if at.density > 1 - 10 * SHORTEST else "critical" if at.kind is Ending.FOLD else "unstable"
