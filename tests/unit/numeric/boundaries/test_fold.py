"""Ends of branches: folds to thirty digits, laws of symmetry, and what happens on the two sides."""

from __future__ import annotations

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.stability import threshold
from toytoy.numeric.boundaries.branch import Branch, BranchLost, State
from toytoy.numeric.boundaries.continuation import Window
from toytoy.numeric.boundaries.fold import Ending, Fold, spinodal_point

from tests.reference import stationary

PAIR, OTHERS, TRIANGLE = Branch(2, (0, 1), ()), Branch(3, (0, 1), ()), Branch(3, (0, 1, 2), ())
NEAR = 1e-6  # relative: distance from an end to its two sides
ROUNDED = 1e-12


def pair(density: float = 0.5, importance: float = 0.9) -> State:
    return PAIR.settle(np.array([-1.0, 0.8, 0.1, 0.15]), importance, density)


def small() -> State:
    return TRIANGLE.settle(np.array([-0.65, -0.65, 0.46, 0.74, -0.74, 0.13, 0.13, 0.48]), 0.87, 0.7)


def comparable() -> State:
    return TRIANGLE.settle(np.array([-0.62, -0.62, 0.6, 0.75, -0.75, 0.18, 0.18, 0.48]), 0.873, 0.7)


def isosceles() -> State:
    return TRIANGLE.settle(np.array([-0.36, -0.36, 0.91, 0.74, -0.74, 0.42, 0.42, 0.31]), 1.05, 0.8)


FOLDS = [
    (pair, -1, 1, Fraction(1, 2)),
    (pair, 1, 0, Fraction(1, 2)),
    (small, 1, 2, Fraction(0.7)),
    (comparable, -1, 2, Fraction(0.7)),
]


@pytest.mark.parametrize(("make", "towards", "held", "density"), FOLDS)
def test_a_fold_is_that_of_exact_fractions(make: object, towards: int, held: int, density: Fraction) -> None:
    fold = spinodal_point(make(), towards=towards)  # type: ignore[operator]
    assert fold.kind is Ending.FOLD
    with mpmath.workdps(stationary.DIGITS):
        truth = stationary.extremum(fold.state.theta.tolist(), held, fold.importance, density)
        error = abs(mpmath.mpf(fold.importance) / truth - 1)
    assert error < fold.error < ROUNDED
    assert fold.residual < 1e-13


@pytest.mark.parametrize(("make", "towards"), [(make, towards) for make, towards, _, _ in FOLDS])
def test_the_branch_exists_before_the_fold_and_is_gone_behind_it(make: object, towards: int) -> None:
    state = make()  # type: ignore[operator]
    fold = spinodal_point(state, towards=towards)
    before = fold.importance * (1 - towards * NEAR)
    side = fold.state.branch.settle(fold.state.theta + _towards(fold, state), before, fold.density)
    assert side.softest > 0
    assert np.abs(side.theta - fold.state.theta).max() < 0.02  # the square root of the distance, and a factor
    try:
        beyond = fold.state.branch.settle(fold.state.theta, fold.importance * (1 + towards * NEAR), fold.density)
    except BranchLost:
        return
    assert np.abs(beyond.theta - fold.state.theta).max() > 0.03


def _towards(fold: Fold, state: State) -> np.ndarray:
    """A step of 2e-3 to where the branch comes from."""
    return fold.mode * math.copysign(2e-3, float(fold.mode @ (state.theta - fold.state.theta)))


@pytest.mark.parametrize("density", [0.3, 0.5])
def test_folds_keep_the_symmetry_of_exchanged_features(density: float) -> None:
    """The toy of two features at r is that at 1/r with its features exchanged."""
    low, high = (spinodal_point(pair(), density=density, towards=towards) for towards in (-1, 1))
    assert low.importance * high.importance == pytest.approx(1.0, rel=1e-13)
    assert np.allclose(low.state.theta, -high.state.theta[[1, 0, 3, 2]] * [1, 1, -1, -1], atol=1e-7)


def test_along_p_and_along_r_lead_to_one_curve() -> None:
    along_r = spinodal_point(pair(), towards=-1)
    along_p = spinodal_point(pair(), importance=along_r.importance * 1.02, towards=1)
    assert along_p.kind is Ending.FOLD
    back = spinodal_point(pair(), density=along_p.density, towards=-1)
    assert back.importance == pytest.approx(along_p.importance, rel=1e-12)


@pytest.mark.parametrize(
    ("make", "importance", "towards"), [(lambda: pair(importance=1.0), 1.0, 1), (isosceles, None, 1)]
)
def test_a_lost_symmetry_is_where_the_curvature_changes_sign(
    make: object, importance: float | None, towards: int
) -> None:
    end = spinodal_point(make(), importance=importance, towards=towards)  # type: ignore[operator]
    assert end.kind is Ending.SYMMETRY
    assert end.error < ROUNDED
    assert np.abs(end.basis.T @ end.mode).max() < 1e-12  # twins move apart
    signs = []
    for shift in (-NEAR, NEAR):
        r = end.importance * (1 + shift) if importance is None else importance
        p = end.density + (0.0 if importance is None else shift)
        theta = end.state.theta
        for _ in range(5):  # Newton's method among symmetric models
            slopes = end.state.branch.slopes(theta, r, p)
            inner = end.basis.T @ slopes.hessian @ end.basis
            theta = theta - end.basis @ np.linalg.solve(inner, end.basis.T @ slopes.gradient)
        weights, bias = end.state.branch.model(theta, p)
        problem = tt.Problem.toy(weights.shape[1], importance=r, density=p)
        signs.append(np.sign(tt.curvature(problem, weights, bias).eigenvalues.min()))
    assert sorted(signs) == [-1, 1]


def test_a_vanishing_overlap_is_told_from_a_fold() -> None:
    state = PAIR.settle(np.array([-1.0, 0.15, 0.03, 0.39]), 0.8, 0.7)
    end = spinodal_point(state, towards=-1)
    assert end.kind is Ending.ONSET
    assert abs(end.importance / threshold(0.7) - 1) < end.error < ROUNDED
    along_p = spinodal_point(state, importance=0.8, towards=1)
    assert along_p.kind is Ending.ONSET
    assert threshold(along_p.density) == pytest.approx(0.8, rel=1e-11)


def test_a_branch_that_leaves_the_window_has_no_end_inside() -> None:
    others = OTHERS.settle(np.array([-0.93, 0.45, 0.2, 0.48]), 1.3, 0.8)
    end = spinodal_point(others, towards=1, window=Window(importance=(0.5, 2.0)))
    assert end.kind is Ending.WINDOW
    assert 1.8 < end.importance <= 2.0
    assert spinodal_point(others, importance=1.3, towards=1).kind is Ending.WINDOW  # p = 1


def test_bad_questions_are_refused() -> None:
    with pytest.raises(ValueError, match=r"density=0\.5 and importance=0\.9"):
        spinodal_point(pair(), density=0.5, importance=0.9, towards=1)
    with pytest.raises(ValueError, match="towards=0"):
        spinodal_point(pair(), towards=0)
    nothing = Branch(2, (), (1,)).settle(np.empty(0), 0.3, 0.5)
    with pytest.raises(ValueError, match=r"no features overlap in this state of Branch\("):
        spinodal_point(nothing, towards=1)
