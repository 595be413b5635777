"""Krawczyk's proof: roots that are known, and everything that must be refused."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from toytoy.analytic.balls.flint_types import arb, arb_mat
from toytoy.analytic.balls.krawczyk import NotProvedError, prove_root
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
