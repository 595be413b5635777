"""The front of all enclosures: what it offers, and that its answers hold each other."""

from __future__ import annotations

from fractions import Fraction

import toytoy as tt
from toytoy.analytic import enclosure


def test_it_offers_what_it_names() -> None:
    assert all(hasattr(enclosure, name) for name in enclosure.__all__)


def test_the_loss_of_an_enclosed_point_holds_its_enclosed_loss() -> None:
    """Two routes: the loss over the box of the proved model, and the loss that came with the proof."""
    problem = tt.Problem.toy(2, density=0.5)
    point = enclosure.enclose_stationary(problem, [[0.96897, -0.96897]], [0.09768, 0.09768])
    again = enclosure.enclose_loss(problem, point.weights, point.bias, digits=60)
    assert abs(again.middle - point.loss.middle) <= again.radius + point.loss.radius
    assert again.radius < Fraction(1, 10**50)


def test_the_crossing_lies_below_the_threshold() -> None:
    """At p = 1/2 the extra feature jumps before "not represented" loses stability: outside the tricritical window."""
    guess, pair = tt.Problem.toy(2, importance=0.5357, density=0.5), ([[1.0295, -0.7563]], [0.0606, 0.1966])
    crossing = enclosure.enclose_boundary(guess, ([[1, 0]], [0, 0.25]), pair)
    assert crossing.importance.upper < enclosure.enclose_threshold(Fraction(1, 2)).lower
    assert Fraction(1, 2) < enclosure.enclose_tricritical()[0].density.lower
