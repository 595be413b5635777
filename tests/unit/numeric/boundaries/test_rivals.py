"""Is a traced state the optimum? Longer searches, on lines that are boundaries and on ones that are not."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import toytoy as tt
from toytoy.numeric.boundaries import rivals as module
from toytoy.numeric.boundaries.branch import Branch
from toytoy.numeric.boundaries.crossing import Crossing, solve
from toytoy.numeric.boundaries.rivals import Rivals, check, search

from tests import traced

MISSED = 1e-9  # times the null loss: above what convergence leaves, below gaps between minima


def longer(n: int, importance: float, density: float, seed: int) -> float:
    problem = tt.Problem.toy(n, importance=importance, density=density)
    return float(tt.minimize(problem, tt.Multistart(n_starts=48, seed=seed)).loss.value)


@pytest.mark.parametrize("n", [2, 3])
def test_no_longer_search_finds_less(n: int) -> None:
    rng = np.random.default_rng(n)
    r, p = np.exp(rng.uniform(-1, 1, 16)), rng.uniform(0.05, 1.0, 16)
    found = search(n, list(r), list(p))
    for k in range(16):
        assert found.losses[k] <= longer(n, r[k], p[k], 100 + k) + MISSED * found.cells.null_loss[k]
        assert found.losses[k] == pytest.approx(found.state(k).loss, abs=MISSED * found.cells.null_loss[k])


def test_less_is_told_from_the_same_by_the_errors_of_both() -> None:
    found = search(2, [0.9, 1.1], [0.5, 0.5])
    assert isinstance(found, Rivals)
    for k in range(2):
        loss, unit = found.losses[k], found.cells.null_loss[k]
        assert not found.beat(k, loss)
        assert not found.beat(k, loss * (1 + 1e-15))
        assert found.beat(k, loss + 1e-12 * unit)
        assert not found.beat(k, loss - 1e-10 * unit)


@cache
def metastable(density: float = 0.6) -> Crossing:
    """Where the larger toy's two antipodal phases have equal loss, but a triangle is better: r = 1 above p = 0.5218."""
    pair = np.array([-0.97, 0.97, 0.09, 0.09])
    below = traced.PAIR_3.settle(pair, 1.0, 0.4).brought(1.0, density)
    return Crossing.ordered(below, traced.OTHERS.settle(below.theta, 1.0, density))


def test_a_boundary_has_no_rival() -> None:
    found = check([traced.half(), traced.half().moved(0.5357, 0.5)])
    assert found.optimal == [True, True]
    assert found.better == [None, None]
    assert found.narrow == [False, False]
    assert check([traced.symmetric()]).optimal == [True]


@pytest.mark.parametrize("mirrored", [False, True])
def test_low_down_a_line_is_not_beaten_by_its_own_models(mirrored: bool) -> None:
    """The smaller toy's line is a boundary at every density below one half, and so is its image r -> 1/r."""
    found = check(traced.falling(mirrored)[::3])
    assert all(found.optimal)
    assert not any(found.narrow)


def test_a_line_that_a_third_model_beats_is_marked_and_the_model_shown() -> None:
    crossing = metastable()
    assert abs(crossing.gap) < crossing.rounding
    found = check([crossing, traced.symmetric()])
    assert found.optimal == [False, True]
    better = found.better[0]
    assert better is not None
    assert better.branch == traced.TRIANGLE
    assert better.loss < crossing.below.loss - 1e-5
    assert better.loss == pytest.approx(longer(3, 1.0, 0.6, 7), rel=1e-9)


def test_points_of_one_phase_of_the_pair_are_beaten_beside_a_sliver() -> None:
    """The larger toy near p = 0.88: a triangle wins 1e-4 aside of the line between no extra and a pair."""
    low = search(2, [0.9296], [0.88]).state(0)
    assert low.branch == traced.PAIR
    pair = solve(Crossing(traced.NONE.settle(traced.NOTHING, 0.9296, 0.88), low), traced.AT_DENSITY)
    beside = Crossing(
        traced.NONE_3.settle(traced.NOTHING, pair.importance, 0.88),
        traced.PAIR_3.settle(pair.above.theta, pair.importance, 0.88),
    )
    found = check([beside])
    assert found.optimal == [True]
    assert found.narrow == [True]
    assert (
        longer(3, pair.importance * (1 + 3e-4), 0.88, 3) < beside.above.moved(pair.importance * (1 + 3e-4), 0.88).loss
    )


def test_nothing_to_check_is_nothing() -> None:
    assert check([]).optimal == []


def test_a_search_that_sees_nothing_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: only the model without an extra is a start, so that no line is ever beaten."""
    monkeypatch.setattr(module, "all_starts", lambda cells: _only_nothing(len(cells)))
    monkeypatch.setattr(module, "random_starts", lambda problem, count, seed: _same(problem, count))
    with pytest.raises(AssertionError):
        test_no_longer_search_finds_less(3)
    with pytest.raises(AssertionError):
        test_a_line_that_a_third_model_beats_is_marked_and_the_model_shown()


def _only_nothing(cells: int) -> np.ndarray:
    weights, bias = Branch(3, (), (2,)).model(traced.NOTHING, 0.5)
    return np.broadcast_to(np.concatenate([weights.ravel(), bias]), (1, cells, 9)).copy()


def _same(problem: tt.Problem, count: int) -> tuple[np.ndarray, np.ndarray]:
    weights, bias = Branch(3, (), (2,)).model(traced.NOTHING, 0.5)
    return np.array([weights] * count), np.array([bias] * count)
