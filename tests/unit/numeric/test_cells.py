"""Cells of a diagram as one batch: each is the problem that it stands for."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from numpy.typing import NDArray
from toytoy.numeric.cells import Cells
from toytoy.numeric.polish import polish
from toytoy.numeric.starts import random_starts

Array = NDArray[np.float64]
EPS = float(np.finfo(float).eps)
DENSITIES, IMPORTANCES = np.array([0.5, 1.0, 0.02, 0.5]), np.array([0.4, 2.0, 1.0, 3.0])


def cells(n: int, activation: object = "relu") -> Cells:
    template = tt.Problem.toy(n, density=1.0, activation=activation)  # type: ignore[arg-type]
    return Cells.make(template, DENSITIES, IMPORTANCES)


def problems(n: int, activation: object = "relu") -> list[tt.Problem]:
    return [
        tt.Problem.toy(n, density=float(p), importance=float(r), activation=activation)  # type: ignore[arg-type]
        for p, r in zip(DENSITIES, IMPORTANCES, strict=True)
    ]


def thetas(n: int) -> Array:
    weights, bias = random_starts(tt.Problem.toy(n, density=0.5), len(DENSITIES), seed=2)
    return np.concatenate([weights.reshape(len(bias), -1), bias], axis=1)


@pytest.mark.parametrize("n", [2, 3])
@pytest.mark.parametrize("activation", ["relu", "linear", tt.ClippedReLU(0.8)], ids=str)
def test_each_cell_has_the_loss_of_its_problem(n: int, activation: object) -> None:
    some = cells(n, activation)
    unmoved, out = some.descend(thetas(n), max_steps=0)
    assert np.array_equal(unmoved, thetas(n))
    weights, bias = some.split(unmoved)
    for i, problem in enumerate(problems(n, activation)):
        loss, d_weights, d_bias = tt.loss_and_grad(problem, weights[i], bias[i])
        # sets of probability zero are kept, so that sums are taken in another order
        assert abs(out[i, 0] - loss) <= 16 * EPS * problem.null_loss
        assert abs(out[i, 1] - max(np.abs(d_weights).max(), np.abs(d_bias).max())) <= 64 * EPS * problem.null_loss
        assert some.null_loss[i] == pytest.approx(problem.null_loss, rel=4 * EPS)


@pytest.mark.parametrize("n", [2, 3])
def test_descent_ends_where_it_ends_for_the_problem_alone(n: int) -> None:
    some = cells(n)
    _, out = some.descend(thetas(n))
    weights, bias = some.split(thetas(n))
    for i, problem in enumerate(problems(n)):
        alone = polish(problem, weights[i : i + 1], bias[i : i + 1])[2]
        assert abs(out[i, 0] - alone[0, 0]) <= 64 * EPS * problem.null_loss


def test_the_start_is_left_as_it_was() -> None:
    start = thetas(2)
    ends, _ = cells(2).descend(start)
    assert np.array_equal(start, thetas(2))
    assert not np.array_equal(ends, start)


def test_take_picks_in_order_and_repeats() -> None:
    some = cells(2)
    part = some.take(np.array([2, 0, 2]))
    assert len(part) == 3
    assert part.densities.tolist() == [0.02, 0.5, 0.02]
    assert part.importances.tolist() == [1.0, 0.4, 1.0]
    assert np.array_equal(part.probabilities, some.probabilities[[2, 0, 2]])


def test_probabilities_belong_to_densities_in_any_order() -> None:
    some = cells(2)
    assert np.abs(some.probabilities.sum(axis=1) - 1).max() <= 4 * EPS
    assert some.probabilities[1].tolist() == [0.0, 0.0, 0.0, 1.0]
    assert np.array_equal(some.probabilities[0], some.probabilities[3])
    assert some.weights_of_features.tolist() == [[1.0, r] for r in IMPORTANCES]


def test_split_takes_vectors_of_any_leading_shape() -> None:
    some = cells(3)
    vectors = np.arange(18.0).reshape(2, 1, 9)
    weights, bias = some.split(vectors)
    assert weights.shape == (2, 1, 2, 3)
    assert bias.shape == (2, 1, 3)
    assert weights[0, 0].tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
    assert bias[1, 0].tolist() == [15.0, 16.0, 17.0]
