"""One model for every cell: each method's map is what the method gives for the cell alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.linear import best_linear
from toytoy.analytic.published import ansatz_loss, published_phase
from toytoy.compare.maps import model_map
from toytoy.compare.toy_grid import ToyGrid

EPS = float(np.finfo(float).eps)
DENSITIES, IMPORTANCES = np.array([0.1, 0.5, 1.0]), np.array([0.3, 1.2])
CELLS = [(i, j) for i in range(3) for j in range(2)]


def made(method: Any, n: int = 2, **fields: Any) -> Any:
    return model_map(ToyGrid(tt.Problem.toy(n, density=1.0, **fields), DENSITIES, IMPORTANCES), method)


def problem(i: int, j: int, n: int = 2) -> tt.Problem:
    return tt.Problem.toy(n, density=float(DENSITIES[i]), importance=float(IMPORTANCES[j]))


@pytest.mark.parametrize("n", [2, 3])
@pytest.mark.parametrize("method", ["ansatz", "optimum", tt.Multistart(n_starts=4)], ids=str)
def test_losses_are_those_of_the_models(method: Any, n: int) -> None:
    found = made(method, n)
    assert found.weights.shape == (3, 2, n - 1, n)
    for i, j in CELLS:
        loss = tt.loss(problem(i, j, n), found.weights[i, j], found.bias[i, j])
        assert abs(found.loss[i, j] - loss) <= 64 * EPS * problem(i, j, n).null_loss
    assert (found.margin is None) == (method == "ansatz")


@pytest.mark.parametrize("n", [2, 3])
def test_the_ansatz_is_the_best_published_candidate(n: int) -> None:
    found = made("ansatz", n)
    assert (found.kind, found.method, found.seed) == ("ansatz", "ansatz", None)
    for i, j in CELLS:
        name = published_phase(n, DENSITIES[i], IMPORTANCES[j])
        assert tt.phase(found.weights[i, j]) == name
        closed = ansatz_loss(name, DENSITIES[i], IMPORTANCES[j], n)
        assert abs(found.loss[i, j] - closed) <= 64 * EPS * problem(i, j, n).null_loss


@pytest.mark.parametrize("n", [2, 3])
def test_a_multistart_map_is_its_solutions(n: int) -> None:
    solver = tt.Multistart(n_starts=4, seed=7)
    found = made(solver, n)
    assert (found.kind, found.method, found.seed) == ("optimum", repr(solver), 7)
    for i, j in CELLS:
        solution = tt.minimize(problem(i, j, n), solver)
        assert np.array_equal(found.weights[i, j], solution.weights)
        assert found.loss[i, j] == solution.loss.value
    other = made("optimum", n)
    assert np.abs(found.loss - other.loss).max() <= 1e-10
    assert np.abs(found.margin - other.margin).max() <= 2e-9  # both margins' errors, at a null loss of at most 1


def test_a_trained_map_keeps_every_instance_and_shows_the_best() -> None:
    pytest.importorskip("torch")
    trained = tt.Trained(steps=40, batch=64, lr=0.02, seed=3, n_instances=3)
    found = made(trained)
    assert (found.kind, found.method, found.seed, found.tolerance) == ("trained", repr(trained), 3, 0.01)
    assert found.instance_weights.shape == (3, 2, 3, 1, 2)
    assert np.array_equal(found.loss, found.instance_loss.min(axis=-1))
    assert len(np.unique(found.instance_loss)) == 18
    for i, j in CELLS:
        best = found.instance_loss[i, j].argmin()
        assert np.array_equal(found.weights[i, j], found.instance_weights[i, j, best])
        assert found.loss[i, j] == tt.loss(problem(i, j), found.weights[i, j], found.bias[i, j])
    assert found.margin is None
    assert (found.loss >= made("optimum").loss).all()


def test_unknown_methods() -> None:
    with pytest.raises(ValueError, match=r"did you mean 'optimum'\?; or give Multistart\(\.\.\.\)"):
        made("optimun")
    for method in (None, 3, tt.Multistart, tt.ansatz):
        with pytest.raises(TypeError, match="method must be"):
            made(method)


@pytest.mark.parametrize("method", ["optimum", tt.Multistart(n_starts=1)], ids=str)
def test_progress_counts_up_to_the_end(method: Any) -> None:
    calls: list[tuple[int, int]] = []
    template = tt.Problem.toy(2, density=1.0)
    model_map(ToyGrid(template, DENSITIES, IMPORTANCES), method, lambda done, total: calls.append((done, total)))
    assert [done for done, _ in calls] == list(range(1, calls[-1][1] + 1))
    assert {total for _, total in calls} == {calls[-1][0]}


def test_other_activations_are_passed_on() -> None:
    for method in ("ansatz", "optimum", tt.Multistart(n_starts=1)):
        found = made(method, activation="linear")
        linear = problem(1, 0).replace(activation="linear")
        assert found.loss[1, 0] == pytest.approx(tt.loss(linear, found.weights[1, 0], found.bias[1, 0]), rel=64 * EPS)
    assert found.loss[1, 0] == pytest.approx(best_linear(linear).loss.value, rel=1e-12)
