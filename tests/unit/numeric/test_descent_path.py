"""Gradient descent with its path: one step by hand, the flow in the limit, and refusals."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic import linear
from toytoy.numeric.descent_path import descent_path

from tests.reference import exact

EPS = float(np.finfo(float).eps)
PROBLEM = tt.Problem.toy(2, importance=0.4, density=0.5)
START = np.array([[0.75, -0.5]]), np.array([0.125, 0.25])


def test_a_step_is_the_exact_gradient_in_fractions() -> None:
    path = descent_path(PROBLEM, *START, lr=0.25, steps=1)
    law = exact.independent([Fraction(1, 2)] * 2)
    value, d_weights, d_bias = exact.loss_and_grad(law, [1, Fraction(0.4)], ([0], [0, 1]), *START)
    assert abs(path.loss[0] - float(value)) < 10 * EPS
    for i in range(2):
        assert abs(path.weights[1, 0, i] - float(Fraction(START[0][0, i]) - d_weights[0][i] / 4)) < 10 * EPS
        assert abs(path.bias[1, i] - float(Fraction(START[1][i]) - d_bias[i] / 4)) < 10 * EPS


def test_models_side_by_side_go_their_own_ways() -> None:
    weights = np.stack([START[0], -2 * START[0], 0.1 * START[0]])
    path = descent_path(PROBLEM, weights, np.zeros(2), lr=0.3, steps=20, every=5)
    assert path.steps.tolist() == [0, 5, 10, 15, 20]
    np.testing.assert_allclose(path.times, 0.3 * path.steps)
    for k, start in enumerate(weights):
        alone = descent_path(PROBLEM, start, np.zeros(2), lr=0.3, steps=20, every=5)
        np.testing.assert_allclose(path.weights[:, k], alone.weights, rtol=0, atol=100 * EPS)
        np.testing.assert_allclose(path.loss[:, k], alone.loss, rtol=100 * EPS)


def test_kept_losses_are_those_of_the_kept_models() -> None:
    path = descent_path(PROBLEM, *START, lr=0.3, steps=10, every=3)
    assert path.steps.tolist() == [0, 3, 6, 9]
    np.testing.assert_array_equal(path.loss, tt.loss(PROBLEM, path.weights, path.bias))
    assert (np.diff(path.loss) < 0).all()


def test_a_linear_model_s_bias_follows() -> None:
    problem = PROBLEM.replace(activation="linear")
    path = descent_path(problem, START[0], lr=0.3, steps=5)
    np.testing.assert_array_equal(path.bias, linear.best_bias(problem, path.weights))


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"lr": 0.0}, ValueError, "lr must lie"),
        ({"lr": 50.0}, ValueError, "lr must be small enough"),
        ({"steps": 0}, ValueError, "steps must"),
        ({"every": 0}, ValueError, "every must"),
        ({"bias": None}, ValueError, "linear"),
        ({"weights": np.zeros((2, 3))}, ValueError, "weights"),
    ],
)
def test_bad_input_is_refused(changes: dict[str, object], error: type[Exception], says: str) -> None:
    arguments = {"problem": PROBLEM, "weights": START[0], "bias": START[1], "lr": 0.1, "steps": 100} | changes
    with pytest.raises(error, match=says):
        descent_path(**arguments)  # type: ignore[arg-type]
