"""Krawczyk's proof: roots that are known, and everything that must be refused."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from toytoy.analytic.balls.flint_types import arb, arb_mat
from toytoy.analytic.balls.krawczyk import NotProvedError, _newton, prove_root
from toytoy.analytic.balls.numbers import enclosure, precision

F = Fraction


def circle_and_line(x: list[Any]) -> tuple[list[Any], Any]:
    """x² + y² = 25 and 3 y = 4 x: (3, 4)."""
    return [x[0] ** 2 + x[1] ** 2 - 25, 3 * x[1] - 4 * x[0]], arb_mat([[2 * x[0], 2 * x[1]], [-4, 3]])


def wrong_sign(x: list[Any]) -> tuple[list[Any], Any]:
    values, jacobian = circle_and_line(x)
    return values, -jacobian


@pytest.mark.equation("enclosure-krawczyk")
@pytest.mark.parametrize("digits", [10, 50, 1000])
def test_a_known_root_is_enclosed_to_the_digits(digits: int) -> None:
    with precision(digits):
        root = prove_root(circle_and_line, [3.0001, 3.9999], 1e-2)
        x, y = map(enclosure, root.box)
    assert F(3) in x
    assert F(4) in y
    assert min(x.digits, y.digits) >= digits
    assert root.unique_within == 1e-3


@pytest.mark.equation("enclosure-krawczyk")
def test_two_roots_are_never_in_one_box() -> None:
    """(x - 1)(x - 1 - d) = 0: the box that is proved is smaller than the distance d."""
    for d in (1e-2, 1e-5, 1e-8):

        def product(x: list[Any], d: float = d) -> tuple[list[Any], Any]:
            return [(x[0] - 1) * (x[0] - 1 - d)], arb_mat([[2 * x[0] - 2 - d]])

        with precision(30):
            root = prove_root(product, [1.0], d / 3)
        assert root.unique_within < d


@pytest.mark.parametrize("guess", [[3.5, 4.5], [-3.0, 4.0], [0.0, 0.0]])
def test_a_wrong_guess_is_refused(guess: list[float]) -> None:
    with pytest.raises(NotProvedError):
        prove_root(circle_and_line, guess, 1e-2)


def test_a_jacobian_of_the_wrong_sign_is_refused() -> None:
    with pytest.raises(NotProvedError):
        prove_root(wrong_sign, [3.0001, 3.9999], 1e-2)


def test_a_double_root_and_none_are_refused() -> None:
    with pytest.raises(NotProvedError):
        prove_root(lambda x: ([x[0] ** 2], arb_mat([[2 * x[0]]])), [0.0], 1e-2)
    with pytest.raises(NotProvedError):
        prove_root(lambda x: ([x[0] ** 2 + 1e-6], arb_mat([[2 * x[0]]])), [0.001], 1e-2)


def test_a_kink_in_the_box_is_refused() -> None:
    """|x| + x = 0 on one side only: the slope's hull holds 0."""

    def kinked(x: list[Any]) -> tuple[list[Any], Any]:
        slope = arb(2) if x[0] > 0 else arb(0) if x[0] < 0 else arb(1, 1)
        return [abs(x[0]) + x[0]], arb_mat([[slope]])

    with pytest.raises(NotProvedError):
        prove_root(kinked, [1e-9], 1e-3)


def test_boxes_are_tried_from_a_thousandth_down_and_never_beyond_the_neighborhood() -> None:
    def line(x: list[Any]) -> tuple[list[Any], Any]:
        return [3 * x[0] - 1], arb_mat([[3]])

    with precision(40):
        guess: list[Any] = [arb(1) / 3]
        for within, radius in ((1.0, 1e-3), (1e-3, 1e-3), (9e-4, 1e-6), (1e-6, 1e-6), (1e-29, 1e-30)):
            assert prove_root(line, guess, within).unique_within == pytest.approx(radius, rel=1e-12)
        with pytest.raises(NotProvedError, match="no box around"):
            prove_root(line, guess, 1e-31)


def test_newton_goes_as_far_as_the_neighborhood() -> None:
    def line(x: list[Any]) -> tuple[list[Any], Any]:
        return [x[0] - 1, x[1] + 2 * x[0]], arb_mat([[1, 0], [2, 1]])

    with precision(20):
        root = prove_root(line, [1.25, -2.0], 0.25)
        assert [float(x.mid()) for x in root.box] == [1.0, -2.0]
        for guess in ([1.26, -2.0], [1.0, -1.74], [0.74, -2.0], [1.0, -2.26]):
            with pytest.raises(NotProvedError, match=r"within 0\.25 of the guess"):
                prove_root(line, guess, 0.25)


def test_singular_equations_are_named() -> None:
    with pytest.raises(NotProvedError, match="singular"):
        prove_root(lambda x: ([x[0] + x[1], x[0] + x[1]], arb_mat([[1, 1], [1, 1]])), [0.0, 0.0], 1e-2)


def test_a_root_in_the_middle_is_a_point() -> None:
    """Nothing is left to shrink: x = 1/2 is a number of the working precision, and the map's middle."""
    with precision(20):
        (box,) = prove_root(lambda x: ([2 * x[0] - 1], arb_mat([[2]])), [0.5], 1e-2).box
        assert box.contains(arb(0.5))
        assert box.rad() == 0


def steps(function: Any, guess: float, within: float, digits: int) -> int:
    """How many steps Newton's method takes, counted by the values that it asks for."""
    seen: list[Any] = []

    def counted(x: list[Any]) -> tuple[list[Any], Any]:
        seen.append(x)
        value, slope = function(x[0])
        return [value], arb_mat([[slope]])

    with precision(digits):
        _newton(counted, [arb(guess)], within)
    return len(seen)


def test_newton_takes_as_many_steps_as_it_did() -> None:
    """Numbers found by trial: more of them change how long a proof takes, fewer whether it is found."""
    assert steps(lambda x: (x**3 - 2 * x + 2, 3 * x**2 - 2), 0.0, 2.0, 20) == 60  # 0, 1, 0, 1, ... for ever
    assert steps(lambda x: (x**2, 2 * x), 0.5, 1.0, 1) == 35  # halves until a step is below 2^-(43 - 8)
    assert steps(lambda x: (x**2, 2 * x), 0.5, 1.0, 50) == 40  # or, with more digits, below 1e-12 for the second time
    assert steps(lambda x: (x, arb(1.75)), 0.5, 1.0, 50) == 60  # more than halves, which is no stall
    assert steps(lambda x: (x**2 - 2, 2 * x), 1.4, 0.1, 50) == 6  # doubles its digits


def test_a_root_beside_the_middle_is_in_the_box() -> None:
    """Newton with a slope that is too steep stops beside the root, and all of the box lies on the root's side."""
    with precision(20):
        (box,) = prove_root(lambda x: ([x[0] - arb(1) / 3], arb_mat([[arb(1.5, 0.5)]])), [0.3333], 1e-2).box
        assert F(1, 3) in enclosure(box)
    assert float(box.rad()) == pytest.approx(2.76e-31, rel=0.01, abs=0)  # a map halves it no more


def test_equations_singular_only_where_newton_ends_are_named_too() -> None:
    with precision(1), pytest.raises(NotProvedError, match=r"singular at .*; a fold, or a flat direction"):
        prove_root(lambda x: ([x[0]], arb_mat([[int(x[0] != 0)]])), [2.0**-40], 1e-2)
