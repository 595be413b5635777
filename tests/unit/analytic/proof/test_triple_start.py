"""Good models of (3,2): known optima are met, and slopes are the derivatives of the loss."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from numpy.typing import NDArray
from toytoy.analytic.proof.pair_search import least_of_pair
from toytoy.analytic.proof.triple_start import ALL, STARTS, best_start, descend, evaluate

Array = NDArray[np.float64]


def rules_of(p: float, r: float) -> Array:
    return np.array([p, 0.0, 1.0, 1.0, 1.0, r])


@pytest.mark.parametrize(("p", "r"), [(0.01, 0.3), (0.1, 1.0), (0.3, 0.5), (0.05, 0.01)])
def test_low_densities_reduce_to_two_features(p: float, r: float) -> None:
    """One feature on an axis of its own, which costs nothing, and the best of two features in one dimension."""
    pair = least_of_pair(p, r, 1e-9, 1_000_000)
    assert best_start(rules_of(p, r)).loss == pytest.approx(pair.upper, rel=1e-8)


def test_the_triangle_is_met() -> None:
    found = best_start(rules_of(0.7, 1.0))
    assert 0.1022010637277116 < found.loss < 0.1022010637277117 * (1 + 1e-6)
    assert found.sides[:3] == pytest.approx([0.87975877489817233] * 3, rel=1e-4)


@pytest.mark.parametrize(("p", "r"), [(0.6, 0.7), (0.9, 0.95), (0.3, 3.0)])
def test_a_search_finds_hardly_better_ones(p: float, r: float) -> None:
    problem = tt.Problem.toy(3, importance=r, density=p)
    searched = tt.minimize(problem, tt.Multistart(n_starts=32, seed=0)).loss.value
    assert searched * (1 - 1e-9) <= best_start(rules_of(p, r)).loss <= searched * (1 + 1e-3)


def test_slopes_are_derivatives() -> None:
    sides, rules, h = np.array([0.9, 0.8, 0.7, 2.0, -2.2]), rules_of(0.6, 0.7), 1e-4
    _, slope = evaluate(rules, sides)
    for i in ALL:
        step = h * np.eye(5)[i]
        above, below = evaluate(rules, sides + step)[0].loss, evaluate(rules, sides - step)[0].loss
        assert (above - below) / (2 * h) == pytest.approx(slope[i], abs=1e-5)


def test_held_sides_stay_and_the_loss_falls() -> None:
    rules = rules_of(0.3, 0.5)
    for start in STARTS:
        sides = np.array(start.sides)
        found = descend(rules, sides, start.free)
        assert found.loss <= evaluate(rules, sides)[0].loss
        assert all(found.sides[i] == sides[i] for i in ALL if i not in start.free)
