"""Jumps to a small extra: before the threshold, inside certified intervals, and best for an independent search."""

from __future__ import annotations

from functools import cache

import pytest
import toytoy as tt
from toytoy.analytic.certified_boundary import certified_boundary
from toytoy.analytic.stability import kappa, onset_window, threshold
from toytoy.numeric.boundaries import small_extra as module
from toytoy.numeric.boundaries.crossing import Crossing
from toytoy.numeric.boundaries.small_extra import SMALL, small_pairs

from tests import traced

ROUNDED = 1e-12


@cache
def found(n: int) -> tuple[Crossing, ...]:
    return tuple(small_pairs(n))


@pytest.mark.parametrize("n", [2, 3])
def test_one_jump_is_met_on_each_side_of_the_continuous_window(n: int) -> None:
    low, high = onset_window()
    below, above = found(n)
    assert below.density < low
    assert above.density > high
    for crossing in found(n):
        assert kappa(crossing.density) < 0
        assert crossing.importance < threshold(crossing.density)  # a jump comes before stability is lost
        assert crossing.importance > 0.99 * threshold(crossing.density)
        assert crossing.below.branch == (traced.NONE if n == 2 else traced.NONE_3)
        assert crossing.above.branch == (traced.PAIR if n == 2 else traced.PAIR_3)
        assert 0 < crossing.above.size < SMALL
        assert abs(crossing.gap) <= crossing.rounding
        assert max(traced.steepest(state) for state in crossing) < ROUNDED
        assert crossing.above.softest > 0


@pytest.mark.parametrize("which", [0, 1])
def test_they_lie_in_the_certified_interval(which: int) -> None:
    crossing = found(2)[which]
    low, high = certified_boundary(crossing.density).interval
    error = crossing.error[0] * crossing.importance
    assert low - error <= crossing.importance <= high + error
    assert error < 1e-6
    assert high < threshold(crossing.density)


@pytest.mark.parametrize("which", [0, 1])
def test_both_toys_have_one_jump(which: int) -> None:
    two, three = found(2)[which], found(3)[which]
    assert three.density == two.density
    assert three.importance == pytest.approx(two.importance, rel=1e-15)
    assert three.above.loss == pytest.approx(two.above.loss, rel=1e-14)


@pytest.mark.parametrize("which", [0, 1])
def test_no_search_finds_less_on_it(which: int) -> None:
    crossing = found(2)[which]
    solution = tt.minimize(traced.toy(crossing.below), tt.Multistart(n_starts=32, seed=9))
    assert solution.loss.value >= crossing.below.loss - 1e-13


@pytest.mark.parametrize(("name", "value"), [("BELOW", -0.05), ("ABOVE", -0.05), ("SMALL", 0.0)])
def test_planted_densities_and_sizes_are_noticed(name: str, value: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside the window the extra appears without a jump; and no pair is smaller than nothing."""
    monkeypatch.setattr(module, name, value)
    monkeypatch.setitem(globals(), "found", lambda n: tuple(small_pairs(n)))
    with pytest.raises((AssertionError, ValueError)):
        test_one_jump_is_met_on_each_side_of_the_continuous_window(2)
