"""Landscapes of one held coordinate, against exact fractions and difference quotients."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from toytoy.numeric.boundaries.branch import Branch, BranchLost, State
from toytoy.numeric.boundaries.landscape import ALONG_P, Landscape

from tests.reference import stationary

PAIR = Branch(2, (0, 1), ())
TRIANGLE = Branch(3, (0, 1, 2), ())
STEP = 1e-4
QUOTIENT = 1e-9  # relative error of central differences of fourth order with this step, with rounding 1e-16 / step


def pair() -> State:
    return PAIR.settle(np.array([-1.0, 0.8, 0.1, 0.15]), 0.9, 0.5)


def triangle() -> State:
    return TRIANGLE.settle(np.array([-0.2, -0.12, 0.99, 0.49, -0.91, 0.53, 0.26, 0.12]), 1.115, 0.8)


STATES = [(pair, 1), (pair, 0), (triangle, 0), (triangle, 3)]


def quotient(values: list[float]) -> float:
    """Derivative from values at -2, -1, 1, 2 steps."""
    return (values[0] - 8 * values[1] + 8 * values[2] - values[3]) / (12 * STEP)


@pytest.mark.parametrize(("make", "index"), STATES)
def test_the_held_derivatives_are_those_of_the_push(make: object, index: int) -> None:
    state = make()  # type: ignore[operator]
    landscape = Landscape.coordinate(state.branch, index)
    u = float(state.theta[index]) * 1.01
    at = landscape.held(u, state.importance, state.density, state.theta)
    places: dict[str, Callable[[int], tuple[float, float, float]]] = {
        "stiffness": lambda k: (u + k * STEP, state.importance, state.density),
        "push_by_log_r": lambda k: (u, state.importance * math.exp(k * STEP), state.density),
        "push_by_p": lambda k: (u, state.importance, state.density + k * STEP),
    }
    for name, place in places.items():
        pushes = [landscape.held(*place(k), at.theta).push for k in (-2, -1, 1, 2)]
        assert getattr(at, name) == pytest.approx(quotient(pushes), abs=QUOTIENT)
    assert np.abs(at.gradient[1:]).max() < 1e-15  # rounding of a sum of terms below 1
    assert abs(at.push) > 1e-5


@pytest.mark.parametrize("control", [(1.0, 0.0), ALONG_P, (0.6, 0.8)])
@pytest.mark.parametrize(("make", "index"), STATES)
def test_the_lean_is_the_slope_of_the_control(make: object, index: int, control: tuple[float, float]) -> None:
    state = make()  # type: ignore[operator]
    landscape = Landscape.coordinate(state.branch, index)
    at = landscape.stationary(float(state.theta[index]), state.importance, state.density, state.theta, control)
    assert at.importance == pytest.approx(state.importance, rel=1e-13)  # it was stationary
    moved = [
        landscape.stationary(at.u + k * STEP, at.importance, at.density, at.theta, control) for k in (-2, -1, 1, 2)
    ]
    along = [math.log(m.importance / at.importance) if control[0] else m.density - at.density for m in moved]
    assert at.lean * (control[0] or control[1]) == pytest.approx(quotient(along), abs=10 * QUOTIENT)


@pytest.mark.parametrize(("make", "index"), STATES)
def test_the_importance_found_is_exact_to_its_noise(make: object, index: int) -> None:
    state = make()  # type: ignore[operator]
    u = float(state.theta[index]) * 0.98
    landscape = Landscape.coordinate(state.branch, index)
    at = landscape.stationary(u, state.importance, state.density, state.theta)
    with mpmath.workdps(stationary.DIGITS):
        truth = stationary.importance_at(at.theta.tolist(), index, Fraction(u), at.importance, Fraction(at.density))
        error = abs(mpmath.mpf(at.importance) / truth - 1)
    assert error < 3 * at.noise + 2e-16
    assert at.noise < 1e-12


def test_a_direction_is_as_good_as_a_coordinate() -> None:
    state, direction = triangle(), np.arange(1.0, 9.0)
    direction /= np.linalg.norm(direction)
    landscape = Landscape.along(state, direction)
    assert np.allclose(landscape.frame.T @ landscape.frame, np.eye(8), atol=1e-14)
    assert np.allclose(landscape.frame[:, 0], direction, atol=1e-14)
    at = landscape.stationary(0.003, state.importance, state.density, state.theta)
    again = Landscape.coordinate(state.branch, 0).stationary(
        float(at.theta[0]), state.importance, state.density, state.theta
    )
    assert again.importance == pytest.approx(at.importance, rel=1e-13)
    assert np.allclose(again.theta, at.theta, atol=1e-11)  # rounding over the smallest eigenvalue
    assert at.state.loss == at.loss


def test_a_model_that_is_not_there_is_refused() -> None:
    state = pair()
    with pytest.raises(BranchLost, match="no stationary model"):
        Landscape.coordinate(PAIR, 1).stationary(3.0, 0.9, 0.5, state.theta)
