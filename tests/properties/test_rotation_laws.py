"""The law of a basis that nothing privileges: rotations change no loss; and a ReLU in the hidden layer breaks it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch
import toytoy as tt
from hypothesis import given, settings
from hypothesis import strategies as st
from toytoy.compare import strategies
from toytoy.compare.training.rotated import hidden_changes, plain_changes, rotations
from toytoy.numeric.models import HiddenReLUModel, ToyModel

F = Fraction
EPS = float(np.finfo(float).eps)
law = settings(max_examples=60, deadline=None)
SIGMAS = 5  # standard errors


@st.composite
def models(draw: Any) -> tuple[tt.Problem, Any, Any]:
    problem = draw(strategies.problems(4))
    return problem, *draw(strategies.models(problem))


@st.composite
def rational_rotations(draw: Any, m: int) -> list[list[Fraction]]:
    """Draw an orthogonal matrix of Fractions: (1 − t²)/(1 + t²) and 2t/(1 + t²) in planes of axes, and signs."""
    matrix = [[F(int(i == j)) for j in range(m)] for i in range(m)]
    for a in range(m):
        for b in range(a + 1, m):
            t = F(draw(st.integers(-6, 6)), draw(st.integers(1, 6)))
            c, s = (1 - t * t) / (1 + t * t), 2 * t / (1 + t * t)
            for row in matrix:
                row[a], row[b] = c * row[a] - s * row[b], s * row[a] + c * row[b]
    return [[-x for x in row] if draw(st.booleans()) else row for row in matrix]


@pytest.mark.equation("rotation-invariance")
@law
@given(models(), st.integers(0, 1000))
def test_rotations_change_no_loss(model: tuple[tt.Problem, Any, Any], seed: int) -> None:
    problem, weights, bias = model
    reach = 1 + float((np.abs(weights.T @ weights).sum(axis=1) + np.abs(bias)).max())
    scale = max(1.0, *map(float, problem.importances)) * reach**2 * max(1.0, float(np.abs(weights).max()))
    rounding = 1e3 * EPS * scale  # a few roundings of the weights
    assert np.abs(plain_changes(problem, weights, bias, rotations(problem.n_hidden, seed, 3))).max() <= rounding


@pytest.mark.equation("rotation-invariance")
@settings(max_examples=30, deadline=None)
@given(st.data(), st.integers(1, 3), st.integers(0, 10**6))
def test_rational_rotations_change_it_by_exactly_nothing(data: Any, m: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(m, 4))
    problem = tt.Problem(
        n_features=n, n_hidden=m, density=F(1, 3), importance=tuple(F(int(k), 4) for k in rng.integers(0, 9, n))
    )
    weights: Any = [[F(int(k), 8) for k in row] for row in rng.integers(-8, 9, (m, n))]
    bias: Any = [F(int(k), 8) for k in rng.integers(-4, 5, n)]
    turn = data.draw(rational_rotations(m))
    turned = [[sum(q * row[j] for q, row in zip(line, weights, strict=True)) for j in range(n)] for line in turn]
    exact = tt.loss(problem, weights, bias, method="fraction")
    assert isinstance(exact, Fraction)
    assert tt.loss(problem, turned, bias, method="fraction") == exact


@pytest.mark.equation("rotation-invariance")
def test_a_wrong_matrix_is_seen() -> None:
    problem = tt.Problem.toy(3, density=0.5)
    sheared = np.array([[[1.0, 1e-6], [0.0, 1.0]]])
    assert np.abs(plain_changes(problem, np.eye(2, 3) + 0.3, np.zeros(3), sheared)).max() > 1e-9


@pytest.mark.equation("rotation-invariance")
@pytest.mark.parametrize("seed", range(3))
def test_a_hidden_relu_privileges_a_basis(seed: int) -> None:
    problem = tt.Problem(n_features=4, n_hidden=2, density=0.2, importance=(1.0, 0.8, 0.6, 0.4))
    weights, bias = np.eye(2, 4), np.array([0.0, 0.0, 0.1, 0.1])
    changes, _ = hidden_changes(problem, weights, bias, rotations(2, seed), seed)
    assert (changes > 0).all()  # on one sample; small where a rotation is near a permutation
    angle = np.pi / 4
    halfway = np.array([[[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]])
    (worst,), (error,) = hidden_changes(problem, weights, bias, halfway, seed)
    assert worst > SIGMAS * error
    swap = np.array([[[0.0, 1.0], [1.0, 0.0]]])
    unmoved, _ = hidden_changes(problem, weights, bias, swap, seed)
    assert abs(unmoved[0]) < 100 * EPS
    flip = np.diag([1.0, -1.0])[None]
    assert hidden_changes(problem, weights, bias, flip, seed)[0][0] > 0.1


def test_the_modules_agree_with_the_law() -> None:
    problem = tt.Problem(n_features=6, n_hidden=3, density=0.3)
    x = torch.from_numpy(tt.sample(problem, 200, 0))
    for kind, same in ((ToyModel, True), (HiddenReLUModel, False)):
        model = kind(problem, seed=1, dtype=torch.float64)
        before = model(x).detach().numpy()
        with torch.no_grad():
            model.weights.copy_(torch.from_numpy(rotations(3, 0, 1) @ model.weights.numpy()))
        assert (np.abs(model(x).detach().numpy() - before).max() < 100 * EPS) == same


def test_rotations_are_uniform() -> None:
    turns = rotations(3, 0, 4000)
    error = 1 / np.sqrt(4000)  # of means of numbers below 1
    assert np.abs(turns.mean(axis=0)).max() < SIGMAS * error
    assert np.abs((turns**2).mean(axis=0) - 1 / 3).max() < SIGMAS * error
    assert abs((np.linalg.det(turns) > 0).mean() - 0.5) < SIGMAS * error
