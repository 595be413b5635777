"""Marginal values of capacity against exact fractions, theorems, and refusals."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.capacity_value import capacity_slopes, first_values, output_loss, row_model
from toytoy.analytic.fraction import exact_loss

EPS = float(np.finfo(float).eps)


def drawn(seed: int, m: int, n: int) -> tuple[tt.Problem, Any, Any]:
    rng = np.random.default_rng(seed)
    importance = tuple(rng.integers(1, 9, n) / 8)
    problem = tt.Problem(n_features=n, n_hidden=m, density=tuple(rng.integers(1, 9, n) / 8), importance=importance)
    return problem, rng.normal(size=(m, n)), rng.uniform(-0.2, 0.4, n)


@pytest.mark.equation("capacity-row")
@pytest.mark.parametrize("seed", range(4))
def test_a_row_is_a_model_of_its_own_with_the_same_capacity_and_loss(seed: int) -> None:
    problem, weights, bias = drawn(seed, 2, 4)
    gram, total = weights.T @ weights, 0.0
    for j in range(4):
        row = row_model(weights, j)
        rounding = 20 * EPS * np.abs(gram).max()
        assert np.abs(row[j] * row - gram[j]).max() <= rounding
        assert tt.capacity(row[None])[j] == pytest.approx(tt.capacity(weights)[j], rel=20 * EPS)
        assert tt.capacity(row[None])[j] == pytest.approx(row[j] ** 2 / (row @ row), rel=20 * EPS)
        total += output_loss(problem, j, row, bias[j])[0]
    assert total == pytest.approx(tt.loss(problem, weights, bias), rel=1e-12)  # the loss's claim


def loss_at(problem: tt.Problem, j: int, row: list[Fraction], bias: float) -> Fraction:
    """Loss of output j in exact fractions: a one-dimensional model, its other outputs of no importance."""
    importance = tuple(Fraction(value) if i == j else 0 for i, value in enumerate(problem.importances))
    alone = problem.replace(n_hidden=1, importance=importance)
    biases = [Fraction(bias) if i == j else Fraction(0) for i in range(len(row))]
    exact: Fraction = exact_loss(alone, [row], biases)
    return exact


@pytest.mark.equation("capacity-value")
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("m", "n"), [(1, 2), (2, 3), (2, 4)])
def test_slopes_are_differences_of_exact_losses_over_exact_capacities(seed: int, m: int, n: int) -> None:
    """Turn the row by rational rotations, which keep its length exactly: (1 - t², 2t) / (1 + t²)."""
    problem, weights, bias = drawn(seed, m, n)
    slopes = capacity_slopes(problem, weights, bias)
    for j in range(n):
        row = [Fraction(value) for value in row_model(weights, j).tolist()]
        # an axis across: the length of the others is taken as a fraction, off by a rounding only
        length = Fraction(float(np.linalg.norm(np.delete(np.array(row, dtype=float), j))))
        ends = []
        for t in (Fraction(1, 10**5), Fraction(-1, 10**5)):
            cosine, sine = (1 - t * t) / (1 + t * t), 2 * t / (1 + t * t)
            own = cosine * row[j] + sine * length
            factor = (cosine * length - sine * row[j]) / length
            turned = [own if i == j else factor * value for i, value in enumerate(row)]
            ends.append((loss_at(problem, j, turned, bias[j]), own**2 / sum(value**2 for value in turned)))
        difference = -(ends[0][0] - ends[1][0]) / (ends[0][1] - ends[1][1])
        # second order: t² of a slope of size one
        assert slopes[j] == pytest.approx(float(difference), abs=1e-8)


@pytest.mark.equation("capacity-pair")
@pytest.mark.parametrize(("density", "importance"), [(0.5, 0.58), (0.2, 0.5), (0.2, 3.0), (0.9, 0.97), (0.8, 1.0)])
def test_the_two_of_a_pair_value_capacity_alike_at_every_importance(density: float, importance: float) -> None:
    problem = tt.Problem.toy(2, importance=importance, density=density)
    best = tt.minimize(problem, tt.Multistart(n_starts=16))
    assert str(best.structure) == "antipodal[0,1]"
    slopes = capacity_slopes(problem, best.weights, best.bias)
    assert slopes[0] == pytest.approx(slopes[1], rel=1e-9)  # an error of the optimum of 1e-10, see Multistart
    assert abs(tt.capacity(best.weights)[0] - 0.5) > 1e-3  # and they have different shares
    off = capacity_slopes(problem, best.weights * [[1.1, 1.0]], best.bias)
    assert abs(off[0] - off[1]) > 1e-3 * off[0]  # which is no identity


def test_slopes_do_not_see_rotations_and_follow_permutations() -> None:
    problem, weights, bias = drawn(7, 2, 4)
    slopes = capacity_slopes(problem, weights, bias)
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    assert capacity_slopes(problem, turn @ weights, bias) == pytest.approx(slopes, rel=1e-10)
    order = [2, 0, 3, 1]
    density, importance = ([values[i] for i in order] for values in (problem.densities, problem.importances))
    moved = problem.replace(density=density, importance=importance)
    assert capacity_slopes(moved, weights[:, order], bias[order]) == pytest.approx(slopes[order], rel=1e-10)


@pytest.mark.filterwarnings("error")  # of no 0/0 on the way
def test_the_ends_have_no_slope() -> None:
    problem = tt.Problem.toy(3, density=0.5)
    slopes = capacity_slopes(problem, [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]], [0.0, 0.0, 0.25])
    assert np.isnan(slopes).all()


@pytest.mark.equation("capacity-first")
@pytest.mark.parametrize("density", [0.05, 0.5, 1.0])
def test_the_first_bit_saves_the_variance_in_exact_fractions(density: float) -> None:
    """Own entry c, interference -√(c(1-c)), best bias: the loss is v(1-c), exactly, as long as the input stays open."""
    problem = tt.Problem(n_features=2, n_hidden=1, density=density)
    p, root = Fraction(density), Fraction(3, 400)
    small = 1 - ((1 - root**2) / (1 + root**2)) ** 2  # c, with rational √c and √(1-c)
    own, other = 2 * root / (1 + root**2), (1 - root**2) / (1 + root**2)
    bias = p / 2 * (1 - own**2 + own * other)
    importance = (Fraction(1), 0)
    loss = exact_loss(problem.replace(importance=importance), [[own, -other]], [bias, Fraction(0)])
    variance = p / 3 - p * p / 4
    assert loss == variance * (1 - small)
    assert first_values(problem)[0] == pytest.approx(float((variance - loss) / small), rel=10 * EPS)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"support": tt.OneHot()}, "support must be Independent"),
        ({"activation": "abs"}, 'activation must be "relu" or "linear"'),
    ],
)
def test_other_laws_and_activations_are_refused(change: dict[str, Any], rule: str) -> None:
    problem = tt.Problem.toy(2, density=0.5).replace(**change)
    with pytest.raises(ValueError, match=rule):
        capacity_slopes(problem, [[1.0, -1.0]], [0.0, 0.0])
    with pytest.raises(ValueError, match=rule):
        first_values(problem)


def test_one_model_at_a_time() -> None:
    with pytest.raises(ValueError, match=r"one model, got leading axes \(2,\)"):
        capacity_slopes(tt.Problem.toy(2, density=0.5), np.ones((2, 1, 2)), np.zeros(2))


@pytest.mark.parametrize("size", [1.0, -1.0, 0.5])
def test_columns_of_ones_have_a_slope(size: float) -> None:
    """What is 1 is not 0: an antipodal pair, and an aligned one; by symmetry of importances both slopes are equal."""
    problem = tt.Problem(n_features=2, n_hidden=1, density=0.5, activation="linear")
    for sign in (1.0, -1.0):
        slopes = capacity_slopes(problem, [[size, sign * size]], [0.1, 0.1])
        assert np.isfinite(slopes).all()
        assert slopes[0] == pytest.approx(slopes[1], rel=1e-12)


def test_an_output_alone_has_the_gradient_of_its_own_loss() -> None:
    problem, weights, bias = drawn(3, 2, 4)
    for j in range(4):
        row = row_model(weights, j)
        value, d_row, d_bias = output_loss(problem, j, row, bias[j])
        ends = [output_loss(problem, j, row, bias[j] + step)[0] for step in (1e-6, -1e-6)]
        assert d_bias == pytest.approx((ends[0] - ends[1]) / 2e-6, abs=1e-8)
        assert d_row.shape == (4,)
        assert value > 0


def test_several_biases_are_several_models() -> None:
    for weights, bias in ((np.ones((1, 2)), np.zeros((3, 2))), (np.ones((3, 1, 2)), np.zeros(2))):
        with pytest.raises(ValueError, match=r"one model, got leading axes \(3,\)"):
            capacity_slopes(tt.Problem.toy(2, density=0.5), weights, bias)
