"""Bracketed roots: away from zero and symmetric brackets, flat ends, jumps, and how many calls they take."""

import numpy as np
import pytest
from toytoy.analytic.bracket import _interpolated, _signed, bracketed_roots

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


ASKED = [  # functions, their brackets, and their roots: a root at an end, a flat third power, a jump, an easy line
    (lambda x: x - 2.0, 1.0, 2.0, 2.0),
    (lambda x: x - 1.0, 1.0, 2.0, 1.0),
    (lambda x: (x - 0.3) ** 3, -1.0, 5.0, 0.3),
    (lambda x: np.where(x < 0.4321, -1.0, 7.0), 0.0, 1.0, 0.4321),
    (lambda x: x - 0.5, 0.0, 1.0, 0.5),
    (lambda x: np.expm1(30 * (x - 0.9)), 0.0, 1.0, 0.9),
]


def test_every_question_lies_inside_the_bracket_that_is_left():
    """Never at an end again, and never outside: not even for the functions that are done while others go on."""
    low, high = (np.array([each[k] for each in ASKED]) for k in (1, 2))
    functions, asked = [each[0] for each in ASKED], []

    def function(x):
        asked.append(x.copy())
        return np.array([float(f(each)) for f, each in zip(functions, x, strict=True)])

    found = bracketed_roots(function, low, high)
    assert np.abs(found - [each[3] for each in ASKED]).max() <= 4 * EPS
    assert np.array_equal(asked[0], low)
    assert np.array_equal(asked[1], high)
    assert np.array_equal(asked[2], (low + high) / 2)  # no more is known at first
    left, right = low.copy(), high.copy()
    for x in asked[2:]:
        wide = right - left > 8 * EPS * np.abs(x)  # what is narrower is as good as found
        assert (left[wide] < x[wide]).all()
        assert (x[wide] < right[wide]).all()
        assert ((low <= x) & (x <= high)).all()
        below = np.array([f(each) < 0 for f, each in zip(functions, x, strict=True)])
        left, right = np.where(below, np.maximum(x, left), left), np.where(below, right, np.minimum(x, right))


def test_interpolation_is_exact_for_an_inverse_parabola():
    """x = 0.2 + 0.5 y + 0.1 y², y = f: three points fix it, and its root is 0.2, wherever they lie.

    As in a search, c lies beyond a, on its side of the root.
    """
    y = np.array([[-0.4, 0.7, -1.1], [0.9, -0.3, 1.3], [-1.0, 0.5, -1.2], [0.3, -0.2, 0.8]]).T
    a, b, c = 0.2 + 0.5 * y + 0.1 * y**2
    assert np.abs(a + _interpolated(a, b, c, *y) * (b - a) - 0.2).max() <= 20 * EPS


def test_where_interpolation_is_not_to_be_trusted_the_bracket_is_halved():
    """Chandrupatla's region is √ξ > φ and 1 - φ < √(1 - ξ), with ξ = (a - b) / (c - b), φ = (fa - fb) / (fc - fb)."""
    position, value = (each.ravel() for each in np.meshgrid(np.linspace(0.05, 0.95, 19), np.linspace(0.03, 0.97, 31)))
    zero, one = np.zeros_like(position), np.ones_like(position)
    b, c, fb, fc = zero, one, -0.02 * one, 0.98 * one  # a and fa follow from ξ and φ
    share = _interpolated(position, b, c, value - 0.02, fb, fc)
    trusted = (value < np.sqrt(position)) & (1 - value < np.sqrt(1 - position))
    assert trusted.any()
    assert (share[~trusted] == 0.5).all()
    assert (share[trusted] != 0.5).all()
    a, b, c, fa, fb, fc = np.array([0.25, 0.0, 1.0, 0.6e308, -0.1e308, 1.49e308])[
        :, None
    ]  # trusted, but for 3 fa, which is no number
    assert _interpolated(a, b, c, fa, fb, fc)[0] == 0.5


def test_a_zero_at_an_end_counts_as_the_sign_it_stands_for():
    values = np.array([-1.0, 0.0, 2.0, -0.0])
    tiny = np.finfo(float).tiny
    assert _signed(values, 1.0).tolist() == [tiny, tiny, 2.0, tiny]
    assert _signed(values, -1.0).tolist() == [-1.0, -tiny, -tiny, -tiny]


def test_a_root_that_is_hit_ends_the_search_at_once():
    calls = []

    def function(x):
        calls.append(1)
        return x - 0.5

    assert bracketed_roots(function, np.zeros(1), np.ones(1))[0] == 0.5
    assert len(calls) == 3


def test_the_ends_are_never_written_to_nor_handed_back():
    low, high = np.array([0, -3]), np.array([3, 0])  # whole numbers will do
    found = bracketed_roots(lambda x: x - np.array([1.25, -1.25]), low, high)
    assert np.abs(found - [1.25, -1.25]).max() <= 4 * EPS
    assert (low.tolist(), high.tolist()) == ([0, -3], [3, 0])


def test_a_root_near_zero_is_found_to_a_tiny_number():
    found = bracketed_roots(lambda x: np.arctan(x + 1e-25), np.full(1, -1.0), np.full(1, 0.75))
    assert abs(found[0] + 1e-25) <= 2 * EPS**2


@pytest.mark.parametrize(
    ("function", "low", "high", "calls", "root"),
    [
        (lambda x: x * x * x - 2.0, 0.0, 3.0, 10, 1.2599210498948732),
        (lambda x: (x - 1.0 / 3.0) ** 9, 0.0, 1.0, 54, 0.33333333333333326),
        (lambda x: np.where(x < 0.7, -1.0, 1.0), 0.0, 1.0, 53, 0.7000000000000002),
        (lambda x: np.where(x < 0.25, 0.0, x - 0.25) - 1e-12, 0.0, 1.0, 46, 0.250000000001),
        (lambda x: x - 1e-30, 0.0, 1.0, 95, 1e-30),
    ],
)
def test_a_search_takes_the_calls_that_it_took(function, low, high, calls, root):
    """Other numbers are another rule of when to stop and how near an end to ask: count what that costs."""
    asked = []

    def counted(x):
        asked.append(x)
        return function(x)

    found = bracketed_roots(counted, np.array([low]), np.array([high]))
    assert (len(asked), found.item()) == (calls, root)
