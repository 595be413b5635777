"""The least loss of (3,2): known minima inside the bounds, budgets, the region, changes of places."""

from __future__ import annotations

import math

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.proof.pair_search import least_of_pair
from toytoy.analytic.proof.triple_boxes import BIAS
from toytoy.analytic.proof.triple_search import _region, least_of_triple


@pytest.mark.parametrize(("p", "r"), [(0.01, 0.3), (0.03, 3.0)])
def test_low_densities_reduce_to_two_features(p: float, r: float) -> None:
    """Proved, not assumed: no use of all three in the plane is better than a pair and a feature on its own axis."""
    found = least_of_triple(p, (1.0, 1.0, r), 1e-6, 400_000)
    pair = least_of_pair(p, min(r, 1.0), 1e-9, 1_000_000)
    assert found.lower <= pair.lower
    assert pair.upper <= found.upper * (1 + 1e-9)
    assert found.upper - found.lower <= 1e-6 * found.upper


@pytest.mark.slow
@pytest.mark.parametrize("p", [0.01, 0.03, 0.1])
@pytest.mark.parametrize("r", [0.02, 0.3, 1.0, 3.0])
def test_it_holds_what_a_search_finds(p: float, r: float) -> None:
    found = least_of_triple(p, (1.0, 1.0, r), 1e-6, 1_000_000)
    searched = tt.minimize(tt.Problem.toy(3, importance=r, density=p), tt.Multistart(n_starts=32, seed=0)).loss
    assert searched.interval[1] >= found.lower
    assert searched.interval[0] <= found.upper
    assert found.upper - found.lower <= 1e-6 * found.upper


@pytest.mark.parametrize(("p", "r"), [(0.7, 1.0), (0.5, 0.6), (1.0, 0.9), (0.1, 0.3)])
@pytest.mark.parametrize("budget", [1, 100, 20_000])
def test_a_budget_leaves_a_wider_bound_that_still_holds(p: float, r: float, budget: int) -> None:
    found = least_of_triple(p, (1.0, 1.0, r), 1e-9, budget)
    searched = tt.minimize(tt.Problem.toy(3, importance=r, density=p), tt.Multistart(n_starts=16, seed=0)).loss
    assert found.n_boxes <= budget
    assert 0.0 <= found.lower <= searched.interval[1]
    assert searched.interval[0] <= found.upper <= 1.001 * searched.value


def test_a_larger_budget_narrows() -> None:
    lower = [least_of_triple(0.01, (1.0, 1.0, 0.3), 1e-9, budget).lower for budget in (1_000, 30_000, 42_000)]
    assert lower[0] < lower[1] < lower[2]


def test_without_a_change_of_places_the_same_interval() -> None:
    """Importances a hair apart are searched without it, over twice the boxes or so."""
    one, other = (least_of_triple(0.01, (1.0, second, 0.3), 1e-5, 200_000) for second in (1.0, math.nextafter(1.0, 0)))
    assert other.n_boxes > 1.3 * one.n_boxes
    assert max(one.lower, other.lower) <= min(one.upper, other.upper)
    assert other.upper - other.lower <= 1e-5 * other.upper


@pytest.mark.parametrize(("p", "r"), [(0.7, 1.0), (0.1, 0.3), (0.05, 0.01)])
def test_models_beyond_the_region_cost_more(p: float, r: float) -> None:
    """One output alone already does: with nothing written on it, and its best bias."""
    problem = tt.Problem(n_features=1, n_hidden=1, density=p)
    importances, loss = (1.0, 1.0, r), 0.9 * r * (p / 3 - p * p / 4)
    box = _region(p, importances, loss)[0]
    for j, importance in enumerate(importances):
        for length in (box[2 * j] * 0.999, box[2 * j + 1] * 1.001):
            biases = np.linspace(-2.0 * length**2, 1.0, 20_001)
            losses = tt.loss(problem, np.full((len(biases), 1, 1), length), biases[:, None])
            assert importance * losses.min() > loss or length == 0.0
    assert box[6] <= 0.0
    assert box[7] > math.pi
    assert -box[8] == box[9] > math.pi
    assert all(box[1:BIAS:2] > box[0:BIAS:2])
