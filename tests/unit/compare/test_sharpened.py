"""Triple points beyond doubles: against thirty digits, and without the library."""

from __future__ import annotations

import dataclasses
import importlib.util

import pytest
from toytoy.analytic.enclosure import NotProvedError
from toytoy.compare import sharpened as module
from toytoy.compare.sharpened import sharpened
from toytoy.numeric.boundaries.branch import State
from toytoy.numeric.boundaries.crossing import meet
from toytoy.numeric.boundaries.slice import passages

# by mpmath, ten equations in ten unknowns, residuals 1e-43
IMPORTANCE, DENSITY = 0.564131365347666, 0.511738032117600


@pytest.fixture(scope="module")
def states() -> tuple[State, ...]:
    """Nothing, a small extra, and a large one, where doubles find them equally good."""
    first, second = [each.crossing for each in passages(2, density=0.5122) if each.crossing][:2]
    return meet((first.below, first.above, second.above))


def test_the_digits_are_those_of_an_independent_solve(states: tuple[State, ...]) -> None:
    found = sharpened(states)
    assert found is not None
    density, importance = found
    assert abs(density.value - DENSITY) < 2e-15
    assert abs(importance.value - IMPORTANCE) < 2e-15
    assert max(density.error, importance.error) < 2e-16


def test_it_gains_digits(states: tuple[State, ...]) -> None:
    assert abs(states[0].density - DENSITY) > 1e-13


def test_without_python_flint_there_is_none(states: tuple[State, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert sharpened(states) is None


@pytest.mark.parametrize("error", [NotProvedError, ValueError, ZeroDivisionError])
def test_what_cannot_be_enclosed_is_none(
    error: type[Exception], states: tuple[State, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise error("not proved")

    monkeypatch.setattr(module, "_importance", refuse)
    assert sharpened(states) is None


@pytest.mark.parametrize("away", [1e-6, -1e-6])
def test_it_ends_at_the_same_floats_from_elsewhere(states: tuple[State, ...], away: float) -> None:
    """At a density a millionth away one secant is not enough; the branches may come in any order."""
    moved = [dataclasses.replace(state, density=state.density + away) for state in states]
    assert sharpened(moved[::-1]) == sharpened(states)
