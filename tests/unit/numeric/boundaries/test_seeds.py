"""Where lines are first met: neighbors of a coarse map, and the crossing between them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.numeric.boundaries import seeds as module
from toytoy.numeric.boundaries.branch import Branch, State
from toytoy.numeric.boundaries.continuation import Window
from toytoy.numeric.boundaries.seeds import SUSPECT, between, candidates, reaches

from tests import traced

SMALL_MAP = 8, 10


def optimum(n: int, importance: float, density: float) -> State:
    problem = tt.Problem.toy(n, importance=importance, density=density)
    found = tt.minimize(problem, tt.Multistart(n_starts=24, seed=4))
    return Branch.at(np.asarray(found.weights), np.asarray(found.bias), importance, density)


@pytest.fixture
def coarse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "N_DENSITIES", SMALL_MAP[0])
    monkeypatch.setattr(module, "N_IMPORTANCES", SMALL_MAP[1])


@pytest.mark.usefixtures("coarse")
@pytest.mark.parametrize("n", [2, 3])
def test_neighbors_differ_and_every_change_of_branch_by_a_jump_is_among_them(n: int) -> None:
    window = Window((0.3, 2.0), (0.4, 0.5))
    found = list(candidates(n, window))
    steps = np.log(2.0 / 0.3) / SMALL_MAP[1], 0.1 / SMALL_MAP[0]
    rows = set()
    for one, other in found:
        assert np.abs(traced.gram(one) - traced.gram(other)).max() > SUSPECT / 2
        assert window.holds(one.importance, one.density)
        apart = abs(np.log(other.importance / one.importance)), abs(other.density - one.density)
        assert min(apart) == pytest.approx(0, abs=1e-12)
        assert max(apart[0] / steps[0], apart[1] / steps[1]) == pytest.approx(1, rel=1e-9)
        if one.density == other.density and one.branch != other.branch:
            rows.add(round(one.density, 9))
    assert len(rows) == SMALL_MAP[0]  # a line crosses every row: there the extra first appears


@pytest.mark.parametrize(
    ("n", "one", "other", "expected"),
    [
        (2, (0.5, 0.5), (0.6, 0.5), (traced.BOUNDARY, 0.5)),
        (2, (0.53573876406532962, 0.52), (0.53573876406532962, 0.48), (traced.BOUNDARY, 0.5)),
        (3, (0.9, 0.4), (1.2, 0.4), (1.0, 0.4)),
        (3, (1.0 - 1e-9, 0.5), (1.0 - 1e-9, 0.55), (1.0, 0.52183765907142)),
        (3, (2.0, 0.69), (2.0, 0.73), (2.0, 0.70640369267)),
    ],
)
def test_the_crossing_between_two_optima_is_found(
    n: int, one: tuple[float, float], other: tuple[float, float], expected: tuple[float, float]
) -> None:
    pair = optimum(n, *one), optimum(n, *other)
    for order in (pair, pair[::-1]):
        found = between(*order)
        assert found is not None
        assert found.importance == pytest.approx(expected[0], rel=2e-9)
        assert found.density == pytest.approx(expected[1], rel=1e-10 if expected[0] != 1.0 else 2e-9)
        assert abs(found.gap) <= found.rounding
        lower = found.shifted(np.array([-1e-3, 0.0]) if found.gradient[0] else np.array([0.0, -1e-3]))
        assert lower.below.loss < lower.above.loss


def test_a_third_branch_between_two_optima_gives_a_border_of_its_own() -> None:
    """From no extra, over a pair with it, to a dedicated one; of the line of the outer two nothing is seen."""
    one, other = optimum(2, 0.3, 0.3), optimum(2, 9.0, 0.3)
    found = between(one, other)
    assert found is not None
    assert traced.PAIR in (found.below.branch, found.above.branch)
    longer = tt.minimize(traced.toy(found.below), tt.Multistart(n_starts=32, seed=1))
    assert longer.loss.value == pytest.approx(found.below.loss, rel=1e-10)


def test_there_is_no_crossing_on_one_branch_or_where_the_passage_is_continuous() -> None:
    assert between(optimum(2, 0.8, 0.4), optimum(2, 1.4, 0.4)) is None
    assert between(optimum(2, 0.76, 0.7), optimum(2, 0.79, 0.7)) is None  # the threshold is at 0.7726


def test_a_branch_reaches_its_own_states_only() -> None:
    one, other = optimum(2, 0.8, 0.4), optimum(2, 1.4, 0.4)
    assert reaches(one, other)
    assert reaches(other, one)
    dropped = optimum(2, 0.3, 0.4)
    assert not reaches(one, dropped)
    large, small = optimum(2, 0.985, 0.72), optimum(2, 1.015, 0.72)  # both are pairs, the exchanged ones
    assert large.branch == small.branch
    assert not reaches(large, small)


def test_a_planted_sign_of_the_gap_finds_no_crossing(monkeypatch: pytest.MonkeyPatch) -> None:
    from toytoy.numeric.boundaries.crossing import Crossing

    honest: Any = Crossing.gap.fget  # type: ignore[attr-defined]
    monkeypatch.setattr(module, "MOST_HALVINGS", 3)
    monkeypatch.setattr(Crossing, "gap", property(lambda self: -honest(self)))
    with pytest.raises(AssertionError):
        test_the_crossing_between_two_optima_is_found(2, (0.5, 0.5), (0.6, 0.5), (traced.BOUNDARY, 0.5))
