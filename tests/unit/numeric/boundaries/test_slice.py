"""Boundaries along one line through a diagram: they are where the traced curves pass, and none is missed."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.stability import threshold
from toytoy.numeric.boundaries import slice as module
from toytoy.numeric.boundaries.branch import Branch, State
from toytoy.numeric.boundaries.crossing import Crossing
from toytoy.numeric.boundaries.slice import Passage, passages

from tests import traced

SLOW = pytest.mark.slow


@cache
def at_density(n: int, density: float) -> tuple[Passage, ...]:
    return tuple(passages(n, density=density))


@cache
def at_importance(n: int, importance: float) -> tuple[Passage, ...]:
    return tuple(passages(n, importance=importance))


def optimum(n: int, importance: float, density: float) -> State:
    problem = tt.Problem.toy(n, importance=importance, density=density)
    found = tt.minimize(problem, tt.Multistart(n_starts=32, seed=21))
    return Branch.at(np.asarray(found.weights), np.asarray(found.bias), importance, density)


def check_sides(found: tuple[Passage, ...], by_importance: bool) -> None:
    """Halfway between two neighboring passages a search finds the model that both name; nothing lies in between."""
    for before, after in pairwise(found):
        ends = [_where(before, by_importance)[1], _where(after, by_importance)[0]]
        middle = float(np.sqrt(ends[0] * ends[1])) if by_importance else sum(ends) / 2
        r, p = (middle, before.one.density) if by_importance else (before.one.importance, middle)
        best = optimum(before.one.branch.n_features, r, p)
        named = _second(before, by_importance), _first(after, by_importance)
        assert {best.branch} == {state.branch for state in named}
        if ends[1] / ends[0] > 1 + 1e-4:
            assert best.loss == pytest.approx(named[0].brought(r, p).loss, rel=1e-11)


def _where(passage: Passage, by_importance: bool) -> tuple[float, float]:
    """From where to where the optimum changes."""
    states = passage.crossing if passage.crossing is not None else passage[:2]
    first, second = (s.importance if by_importance else s.density for s in states)
    return first, second


def _second(passage: Passage, by_importance: bool) -> State:
    return passage.other if passage.crossing is None else _sides(passage.crossing, by_importance)[1]


def _first(passage: Passage, by_importance: bool) -> State:
    return passage.one if passage.crossing is None else _sides(passage.crossing, by_importance)[0]


def _sides(crossing: Crossing, by_importance: bool) -> tuple[State, State]:
    below, above = crossing
    rising = crossing.gradient[0 if by_importance else 1] > 0
    return (below, above) if rising else (above, below)


@pytest.mark.parametrize("density", [0.5, 0.31, 0.08])
def test_at_moderate_density_two_features_have_two_boundaries_and_are_symmetric(density: float) -> None:
    first, second = at_density(2, density)
    assert first.crossing is not None
    assert second.crossing is not None
    assert first.crossing.importance * second.crossing.importance == pytest.approx(1.0, rel=1e-12)
    assert first.crossing.below.branch == traced.NONE
    assert second.crossing.above.branch == Branch(2, (), (0,))
    check_sides(at_density(2, density), True)
    if density == 0.5:
        assert first.crossing.importance == pytest.approx(traced.BOUNDARY, rel=1e-14)


def test_three_features_have_the_boundary_of_two_and_r_1() -> None:
    first, second = at_density(3, 0.31)
    assert first.crossing is not None
    assert second.crossing is not None
    two = at_density(2, 0.31)[0].crossing
    assert two is not None
    assert first.crossing.importance == pytest.approx(two.importance, rel=1e-13)
    assert second.crossing.importance == pytest.approx(1.0, rel=1e-13)
    check_sides(at_density(3, 0.31), True)


@pytest.mark.parametrize(
    ("n", "importance"),
    [(2, 0.6), (2, 1.0), (3, 2.0), pytest.param(3, 0.8, marks=SLOW), pytest.param(3, 1.0, marks=SLOW)],
)
def test_at_given_importance_passages_rise_by_density(n: int, importance: float) -> None:
    found = at_importance(n, importance)
    places = [place for passage in found for place in _where(passage, False)]
    assert places == sorted(places)
    assert all(state.importance == importance for passage in found for state in passage[:2])
    check_sides(found, False)
    known = {(2, 1.0): 0.70640369267, (3, 2.0): 0.70640369267, (3, 1.0): 0.52183765907}
    if (n, importance) in known:
        assert min(abs(place - known[n, importance]) for place in places) < 2e-11


@pytest.mark.parametrize("density", [0.503425966685745, 0.22, 0.4, 0.41])
def test_a_line_through_a_point_of_the_slice_is_met_once(density: float) -> None:
    """By symmetry the middle of a slice of an odd number of points is r = 1, on the line to rounding."""
    _, second = at_density(3, density)
    assert second.crossing is not None
    assert second.crossing.importance == pytest.approx(1.0, rel=1e-13)
    assert second.crossing.below.branch == traced.PAIR_3
    assert second.crossing.above.branch == traced.OTHERS


def test_a_continuous_passage_has_no_crossing_and_holds_the_threshold() -> None:
    first = at_density(2, 0.7)[0]
    assert first.crossing is None
    assert first.one.branch == traced.NONE
    assert first.one.importance < threshold(0.7) < first.other.importance


def test_at_density_one_there_are_boundaries_too() -> None:
    found = [passage.crossing for passage in at_density(2, 1.0) if passage.crossing is not None]
    assert [crossing.density for crossing in found] == [1.0] * len(found)
    assert found[0].importance == pytest.approx(0.9888464823, abs=1e-9)
    for crossing in found:
        assert abs(crossing.gap) <= crossing.rounding
        best = tt.minimize(traced.toy(crossing.below), tt.Multistart(n_starts=32, seed=2)).loss.value
        assert best >= crossing.below.loss - 1e-10


def test_a_coarse_slice_that_skips_a_phase_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: neighbors of different branches are taken for a passage without a look between them."""
    monkeypatch.setattr(module, "passages_between", lambda one, other, *_: iter([Passage(one, other, None)]))
    monkeypatch.setitem(globals(), "at_density", lambda n, p: tuple(passages(n, density=p)))
    with pytest.raises((AssertionError, ValueError)):
        test_three_features_have_the_boundary_of_two_and_r_1()
