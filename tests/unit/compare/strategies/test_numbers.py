"""One number: densities, importances, entries and displacements."""

from __future__ import annotations

import pytest
from hypothesis import find, given
from toytoy.compare import strategies
from toytoy.compare.strategies.numbers import DISPLACEMENTS, SIMPLE, displacements, entries


@given(strategies.densities(0.1, 0.3))
def test_densities_lie_between(density: float) -> None:
    assert 0.1 <= density <= 0.3


@pytest.mark.parametrize("end", [0.1, 0.3])
def test_ends_are_drawn(end: float) -> None:
    find(strategies.densities(0.1, 0.3), lambda density: density == end)
    find(strategies.importances(0.1, 0.3), lambda importance: importance == end)


@given(entries(1.0))
def test_entries_are_short(entry: float) -> None:
    assert abs(entry) <= 1.0
    assert entry == round(entry, 4)


@pytest.mark.parametrize("value", [*SIMPLE, 0.3, -0.25])
def test_simple_entries_are_drawn(value: float) -> None:
    find(entries(1.0), lambda entry: entry == value)


@pytest.mark.parametrize("size", DISPLACEMENTS)
def test_displacements_reach_from_1e_9_to_1e_3(size: float) -> None:
    find(displacements(), lambda moved: moved == -size)


@pytest.mark.parametrize("ends", [(0.0, 1.0), (0.5, 1.2), (0.5, 0.2), (float("nan"), 1.0)])
def test_other_ends_are_refused(ends: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match=r"low|high"):
        strategies.densities(*ends)
