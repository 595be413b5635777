"""Models at any points of a diagram, from models known on both sides."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from numpy.typing import NDArray
from toytoy.analytic.ansatz import CANDIDATES
from toytoy.analytic.published import ansatz_loss, published_phase
from toytoy.compare.locate import AnsatzLocator, OptimumLocator, ansatz_losses, best_ansatz

Array = NDArray[np.float64]
EPS = float(np.finfo(float).eps)
DENSITIES, IMPORTANCES = np.array([0.1, 0.5, 0.9, 0.5]), np.array([0.5, 0.2, 1.5, 0.6])


def template(n: int) -> tt.Problem:
    return tt.Problem.toy(n, density=1.0)


def far(n: int) -> Array:
    """Models that are no help: everything dropped, and a bias that is off."""
    sides = np.zeros((2, len(DENSITIES), n * (n - 1) + n))
    sides[..., -n:] = 0.9
    return sides


@pytest.mark.parametrize("n", [2, 3])
@pytest.mark.parametrize("density", [0.05, 0.5, 1.0])
def test_losses_by_output_add_up_to_the_closed_forms(n: int, density: float) -> None:
    vectors, outputs = ansatz_losses(tt.Problem.toy(n, density=density))
    assert vectors.shape == (len(CANDIDATES[n]), n * (n - 1) + n)
    for r in (0.1, 1.0, 4.0):
        losses = outputs[:, :-1].sum(axis=1) + r * outputs[:, -1]
        closed = [ansatz_loss(name, density, r, n) for name in CANDIDATES[n]]
        assert np.abs(losses - closed).max() <= 64 * EPS * density * (n - 1 + r)


def test_the_best_is_picked_for_each_importance() -> None:
    vectors, outputs = np.eye(2), np.array([[1.0, 0.0], [0.0, 1.0]])
    found, losses = best_ansatz(vectors, outputs, np.array([0.5, 2.0]))
    assert losses.tolist() == [0.5, 1.0]
    assert found.tolist() == [[0.0, 1.0], [1.0, 0.0]]


@pytest.mark.parametrize("n", [2, 3])
def test_the_ansatz_is_that_of_each_point(n: int) -> None:
    locate = AnsatzLocator(template(n))
    for _ in range(2):  # the second time from what it kept
        found = locate(DENSITIES, IMPORTANCES, far(n), False)
        weights = found[:, : n * (n - 1)].reshape(-1, n - 1, n)
        assert tt.phase(weights).tolist() == published_phase(n, DENSITIES, IMPORTANCES).tolist()


@pytest.mark.parametrize("n", [2, 3])
def test_a_thorough_search_does_not_need_the_sides(n: int) -> None:
    found = OptimumLocator(template(n))(DENSITIES, IMPORTANCES, far(n), True)
    for vector, p, r in zip(found, DENSITIES, IMPORTANCES, strict=True):
        problem = tt.Problem.toy(n, density=float(p), importance=float(r))
        loss = tt.loss(problem, vector[: n * (n - 1)].reshape(n - 1, n), vector[n * (n - 1) :])
        optimum = tt.minimize(problem, tt.Multistart(n_starts=16))
        assert abs(loss - optimum.loss.value) <= 64 * EPS * problem.null_loss


def test_otherwise_the_better_of_the_two_sides_wins() -> None:
    """Just above the jump at p = 0.5: from the dropped side descent stays, from the other side it is better."""
    density, importance = np.array([0.5]), np.array([0.54])
    dropped, pair = np.array([[1.0, 0.0, 0.0, 0.25]]), np.array([[1.05, -0.75, 0.05, 0.15]])
    locate = OptimumLocator(template(2))
    problem = tt.Problem.toy(2, density=0.5, importance=0.54)

    def loss(found: Array) -> float:
        return float(tt.loss(problem, found[:, :2].reshape(1, 2), found[0, 2:]))

    both = loss(locate(density, importance, np.array([dropped, pair]), False))
    swapped = loss(locate(density, importance, np.array([pair, dropped]), False))
    only = loss(locate(density, importance, np.array([dropped, dropped]), False))
    assert both == swapped
    assert only > both + 1e-5
