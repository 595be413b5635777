"""Bracketed roots: away from zero and symmetric brackets, flat ends, jumps, and how many calls they take."""

import numpy as np
import pytest
from toytoy.analytic.bracket import bracketed_roots

EPS = np.finfo(float).eps
SHIFTS = [0.0, 3.7, -250.0]


@pytest.mark.parametrize("shift", SHIFTS)
@pytest.mark.parametrize("scale", [1.0, 1e-3, 40.0])
def test_roots_of_many_functions_shifted_and_scaled(shift, scale):
    """(x - root)(1 + (x - root)²), a third power and an exponential, at brackets that straddle no special point."""
    root = shift + scale * np.array([0.3, -0.7, 0.123])

    def function(x):
        u = (x - root) / scale
        return np.array([u[0] * (1 + u[0] ** 2), u[1] ** 3, np.expm1(5 * u[2])])

    found = bracketed_roots(
        function, root - scale * np.array([1.0, 0.2, 2.0]), root + scale * np.array([0.1, 3.0, 1.0])
    )
    spacing = 8 * EPS * (abs(shift) + scale)  # of the numbers themselves, and of the difference x - root
    assert np.abs(found - root)[[0, 2]].max() <= spacing
    assert abs(found[1] - root[1]) <= spacing


def test_a_jump_is_found_like_a_root():
    found = bracketed_roots(lambda x: np.where(x < 0.4321, -1.0, 7.0), np.zeros(1), np.ones(1))
    assert abs(found[0] - 0.4321) <= 4 * EPS


def test_a_flat_end_is_no_root_as_long_as_the_function_falls_and_rises_inside():
    """Zero up to 0.1, then negative, then positive from 0.6 on: a silent output's loss looks like this."""

    def function(x):
        return np.where(x <= 0.1, 0.0, (x - 0.1) * (x - 0.6))

    found = bracketed_roots(function, np.array([0.0]), np.array([1.0]))
    assert abs(function(found)[0]) <= EPS
    assert abs(found[0] - 0.6) <= 4 * EPS or found[0] <= 0.1


def test_roots_at_the_ends_are_reached():
    found = bracketed_roots(lambda x: x - np.array([1.0, 2.0]), np.array([1.0, 1.0]), np.array([2.0, 2.0]))
    assert np.abs(found - [1.0, 2.0]).max() <= 4 * EPS


def test_smooth_roots_take_few_calls():
    calls = []

    def function(x):
        calls.append(1)
        return x - np.cos(x)

    bracketed_roots(function, np.full(5, -1.0), np.linspace(1, 2, 5))
    assert len(calls) <= 15  # bisection would take 54


def test_nothing_to_do():
    assert bracketed_roots(np.sin, np.empty(0), np.empty(0)).shape == (0,)
