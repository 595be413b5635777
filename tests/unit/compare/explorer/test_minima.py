"""Minima of the landscape: the deepest is the map's optimum, and none of them is a slope or a saddle."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.stability import threshold
from toytoy.compare.explorer.best_bias import best_biases
from toytoy.compare.explorer.landscape import GRID, landscape_of
from toytoy.compare.explorer.minima import local_minima, tied
from toytoy.compare.explorer.shipped import shipped

PLACES = [(0.2, 0.6), (0.53, 0.6), (0.8, 0.9), (1.0, 0.5), (0.01, 0.1), (0.3, 5.0), (0.7064, 1.0), (0.51, 0.56)]
RADIUS = 1e-3  # of the circle on which nothing may lie lower


def eased(density: float, importance: float, weights: np.ndarray) -> float:
    """Give the loss of two weights with the best biases."""
    errors = best_biases(density, weights)[1]
    return float(errors[0] + importance * errors[1])


@pytest.mark.parametrize(("density", "importance"), PLACES)
def test_nothing_beside_a_minimum_lies_lower(density: float, importance: float) -> None:
    problem = tt.Problem.toy(2, density=density, importance=importance)
    for minimum in landscape_of(density, importance).minima:
        _, d_weights, d_bias = tt.loss_and_grad(problem, minimum.weights, minimum.bias)
        assert max(np.abs(d_weights).max(), np.abs(d_bias).max()) < 1e-7 * problem.null_loss
        assert minimum.loss == pytest.approx(float(tt.loss(problem, minimum.weights, minimum.bias)), rel=1e-14)
        for angle in np.linspace(0, 2 * np.pi, 24, endpoint=False):
            beside = minimum.weights[0] + RADIUS * np.array([np.cos(angle), np.sin(angle)])
            assert eased(density, importance, beside) >= minimum.loss - 1e-12


@pytest.mark.parametrize("every", [173, pytest.param(7, marks=pytest.mark.slow)])
def test_the_deepest_is_the_optimum_of_the_map(every: int) -> None:
    optimum = shipped(2)["optimum"]
    for k in range(0, optimum.data.loss.size, every):
        i, j = np.unravel_index(k, optimum.data.loss.shape)
        found = landscape_of(float(optimum.densities[i]), float(optimum.importances[j]))
        error = 10 * float(optimum.data.loss_error[i, j])
        assert abs(found.minima[0].loss - float(optimum.data.loss[i, j])) <= error


def test_both_phases_are_minima_on_their_boundary() -> None:
    edge = tt.boundary(2, 1, between=("not_represented", "antipodal"), density=0.3)
    found = landscape_of(0.3, edge.importance.value)
    assert len(found.minima) == found.n_tied == 2
    phases = {str(tt.phase(minimum.weights, 1e-6)) for minimum in found.minima}
    assert phases == {"not_represented", "antipodal"}


@pytest.mark.parametrize("side", [0.999, 1.001])
def test_a_dropped_feature_is_no_minimum_past_its_threshold(side: float) -> None:
    """Below the lower tricritical density it becomes a saddle at r_s without a trace on a coarse grid."""
    found = landscape_of(0.3, side * threshold(0.3))
    dropped = [m for m in found.minima if abs(m.weights[0, 1]) < 1e-9]
    assert len(dropped) == (side < 1)


def test_twins_at_density_one_are_tied() -> None:
    found = landscape_of(1.0, 1.0)
    problem = tt.Problem.toy(2, density=1.0, importance=1.0)
    assert found.n_tied >= 2
    assert tied(found.minima, problem) == found.n_tied
    spread = np.ptp([m.loss for m in found.minima[: found.n_tied]])
    assert spread < 1e-14


def test_minima_are_named_once_for_both_signs() -> None:
    for density, importance in PLACES:
        minima = landscape_of(density, importance).minima
        losses = [m.loss for m in minima]
        assert losses == sorted(losses)
        for k, one in enumerate(minima):
            for other in minima[:k]:
                assert min(abs(one.weights - other.weights).max(), abs(one.weights + other.weights).max()) > 1e-4


def test_a_plain_surface_still_gives_the_optimum() -> None:
    """Where the grid shows no minimum at all, the structured starts do."""
    problem = tt.Problem.toy(2, density=0.2, importance=0.6)
    (found,) = local_minima(problem, GRID, np.add.outer(GRID, 2 * GRID))
    assert found.loss == pytest.approx(landscape_of(0.2, 0.6).minima[0].loss, rel=1e-12)
