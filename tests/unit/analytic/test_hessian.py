"""The Hessian: equal to exact fractions, to differences of gradients, to the linear closed form; kinks are reported."""

from __future__ import annotations

import warnings
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy
import toytoy as tt
from toytoy.analytic.hessian import LARGEST, check_one, exact_gram, row_moves, second_derivatives
from toytoy.analytic.kinks import KinkWarning, kinks

from tests.cross.accuracy import problem_of
from tests.reference import draws, laws, second
from tests.reference.draws import Case
from tests.reference.exact import gram

EPS = float(np.finfo(float).eps)
DEMAND = 1e-13  # of the norm, or of the loss of answering 0 where outputs barely open: 1e-15 was seen, 3e-15 if clipped
WIDE_DEMAND = 1e-9  # of a clipped ReLU whose input spans up to 1e12 times its rise
COUNTS = {1: 28, 2: 28, 3: 14, 4: 4}
TOY = tt.Problem.toy(2, importance=0.4, density=0.5)
GENERIC: tuple[Any, Any] = ([[0.9, -0.7]], [0.1, 0.05])


def kept(case: Case) -> bool:
    """Whether the error of one case is within what is allowed."""
    exact = second.hessian(laws.law_of(case), case.importance, case.pieces, case.weights, case.bias)
    found = second_derivatives(problem_of(case), case.weights, case.bias)
    pairs = zip(found.ravel(), (y for row in exact for y in row), strict=True)
    error = float(np.linalg.norm([float(Fraction(float(x)) - y) for x, y in pairs]))
    norm = float(np.linalg.norm(np.array(exact, dtype=float)))
    demand = WIDE_DEMAND if (case.activation, case.kind) == ("clipped", "large") else DEMAND
    return error <= demand * max(norm, case.null_loss)


@pytest.mark.equation("curvature-row", "curvature-chain")
@pytest.mark.parametrize("n", COUNTS)
@pytest.mark.parametrize("activation", draws.ACTIVATIONS)
def test_it_is_the_exact_one(activation: str, n: int) -> None:
    for drawn in (draws.cases, draws.grouped_cases):
        for case in drawn(31, COUNTS[n], activation, n):
            if not kinks(problem_of(case), case.weights, case.bias):  # there one rounding chooses the side
                assert kept(case), case


@pytest.mark.parametrize("activation", ["relu", "abs", tt.LeakyReLU(0.3), tt.ClippedReLU(0.8), "linear"])
@pytest.mark.parametrize(
    ("support", "density"),
    [
        (tt.Independent(), (0.5, 0.2, 0.9)),
        (tt.OneHot(), None),
        (tt.CorrelatedGroups((2, 1)), (0.5, 0.25)),
        (tt.AnticorrelatedGroups((2, 1)), (0.5, 0.25)),
    ],
)
def test_it_is_the_difference_quotient_of_the_gradient(activation: Any, support: Any, density: Any) -> None:
    problem = tt.Problem(n_features=3, n_hidden=2, density=density, activation=activation, support=support)
    rng = np.random.default_rng(4)
    weights, bias = rng.normal(size=(2, 3)), rng.normal(size=3) / 3
    found = tt.hessian(problem, weights, bias)
    coarse, fine = (quotients(problem, weights, bias, step) for step in (2e-4, 1e-4))
    # both quotients err by a square of the step; a rounding of the gradient is divided by it
    assert np.abs((4 * fine - coarse) / 3 - found).max() <= np.abs(fine - coarse).max() / 3 + 1e2 * EPS / 1e-4


def quotients(problem: tt.Problem, weights: Any, bias: Any, step: float) -> Any:
    flat = np.concatenate([weights.ravel(), bias])

    def gradient(at: Any) -> Any:
        _, by_weights, by_bias = tt.loss_and_grad(
            problem, at[: weights.size].reshape(weights.shape), at[weights.size :]
        )
        return np.concatenate([by_weights.ravel(), by_bias])

    return np.array([(gradient(flat + d) - gradient(flat - d)) / (2 * step) for d in step * np.eye(flat.size)])


def test_the_linear_closed_form() -> None:
    """L = v Σ I_j [(1 − G_jj)² + Σ G_ji²] + Σ I_j (b_j − μ (1 − Σ_i G_ji))², differentiated by sympy."""
    w, b = sympy.Matrix(2, 3, sympy.symbols("w:6")), sympy.symbols("b:3")
    p, importance = sympy.Rational(1, 4), (1, sympy.Rational(1, 2), 3)
    v, mean = p / 3 - p * p / 4, p / 2
    error, loss = sympy.eye(3) - w.T * w, sympy.Integer(0)
    for j in range(3):
        loss += importance[j] * (v * sum(x**2 for x in error.row(j)) + (b[j] - mean * sum(error.row(j))) ** 2)
    problem = tt.Problem(n_features=3, n_hidden=2, density=0.25, importance=(1, 0.5, 3), activation="linear")
    rng = np.random.default_rng(5)
    weights, bias = rng.normal(size=(2, 3)), rng.normal(size=3)
    closed = sympy.lambdify([*w, *b], sympy.hessian(loss, [*w, *b]))(*weights.ravel(), *bias)
    assert np.abs(tt.hessian(problem, weights, bias) - closed).max() <= 1e2 * EPS * np.abs(closed).max()


def test_it_is_symmetric_and_scales_with_importance() -> None:
    weights, bias = np.random.default_rng(6).normal(size=(2, 3)), np.array([0.1, -0.2, 0.05])
    problem = tt.Problem.toy(3, importance=0.4, density=0.3)
    found = tt.hessian(problem, weights, bias)
    assert np.array_equal(found, found.T)
    doubled = tt.hessian(problem.replace(importance=(2.0, 2.0, 0.8)), weights, bias)
    assert np.abs(doubled - 2 * found).max() <= 10 * EPS * np.abs(doubled).max()
    assert not tt.hessian(problem.replace(importance=0), weights, bias).any()


def test_kinks_are_reported_and_the_hessian_is_the_one_above() -> None:
    model: tuple[Any, Any] = [[1.0, 0.0]], np.array([0.0, 0.25])
    with pytest.warns(KinkWarning, match=r"jumps here \(output 0 on hinge 0 at features \(\)\)") as caught:
        at = tt.hessian(TOY, *model)
    assert "\n" not in str(caught[0].message)
    assert caught[0].filename == __file__
    above, below = (second_derivatives(TOY, np.array(model[0]), model[1] + d) for d in (1e-7, -1e-7))
    assert np.abs(above - at).max() <= 1e-6  # third derivatives of order one, times the step
    assert np.abs(below - at).max() > 0.1


def test_without_kinks_there_is_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tt.hessian(TOY, *GENERIC)


def test_a_tiny_row_bends_as_one_over_its_size() -> None:
    """One feature, hinge in the middle of z's range: −2 E[x_j δ(z)] = −1 / |a|, the truth, not an overflow."""
    problem = tt.Problem(n_features=1, n_hidden=1, density=1.0)
    for w in (1e-2, 1e-5, 1e-9):
        found = second_derivatives(problem, np.array([[w]]), np.array([-w * w / 2]))
        assert found[1, 1] == pytest.approx(-1 / w**2, rel=2 * w**2 + 10 * EPS)


def test_gram_entries_are_rounded_once() -> None:
    weights = np.array([[1.0, 1.0], [1e-9, -1.0], [1.0, 1e-9 - 1.0]])
    exact = gram(weights)
    assert exact_gram(weights).tolist() == [[float(x) for x in row] for row in exact]
    assert (weights.T @ weights)[0, 1] != exact_gram(weights)[0, 1]


@pytest.mark.parametrize(
    ("problem", "weights", "bias", "message"),
    [
        (TOY, np.zeros((3, 1, 2)), [0.0, 0.0], r"hessian takes one model, got leading axes \(3,\)"),
        (TOY, [[1.0, 0.0]], np.zeros((2, 2)), r"hessian takes one model, got leading axes \(2,\)"),
        (TOY, [[1e80, 0.0]], [0.0, 0.0], r"at most 1e\+70 for hessian, got an entry of size 1e\+80"),
        (TOY, [[1.0, 0.0]], [0.0], r"bias must have shape"),
        (TOY.replace(activation="gelu"), *GENERIC, "activation must be piecewise linear here"),
        (tt.Problem(n_features=11, n_hidden=1, density=0.5), np.ones((1, 11)), np.ones(11), "n_features <= 10"),
    ],
)
def test_bad_input_is_refused_in_one_line(problem: tt.Problem, weights: Any, bias: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        tt.hessian(problem, weights, bias)
    assert "\n" not in str(caught.value)


@pytest.mark.equation("curvature-chain")
def test_rows_move_as_the_product_of_the_weights_does() -> None:
    """Along a direction (D, d) row j of WᵀW changes by that of DᵀW + WᵀD, and b_j by d_j: whole numbers, exact."""
    rng = np.random.default_rng(8)
    for m, n in ((1, 1), (1, 2), (2, 3), (3, 3)):
        weights, along = (rng.integers(-9, 10, (m, n)).astype(float) for _ in range(2))
        shift = rng.integers(-9, 10, n).astype(float)
        moves = row_moves(weights)
        assert moves.shape == (n, n + 1, m * n + n)
        found = moves @ np.concatenate([along.ravel(), shift])
        assert (found[:, 0] == shift).all()
        assert (found[:, 1:] == along.T @ weights + weights.T @ along).all()


def test_the_largest_entry_itself_is_taken() -> None:
    for sign in (1, -1):
        check_one("hessian", TOY, [[sign * LARGEST, 0.0]], [0.0, 0.0])
        check_one("hessian", TOY, [[0.0, 0.0]], [0.0, sign * LARGEST])
        beyond = sign * np.nextafter(LARGEST, np.inf)
        for weights, bias in (([[0.0, beyond]], [0.0, 0.0]), ([[0.0, 0.0]], [beyond, 0.0])):
            with pytest.raises(ValueError, match=r"must be at most 1e\+70 for curvature, got an entry of size 1e\+70"):
                check_one("curvature", TOY, weights, bias)


def test_one_feature_by_hand() -> None:
    """b > 0, always open: L = E (x - w²x - b)² over x uniform, or 0: b² in silence."""
    p, w, b = 0.25, 0.5, 0.125
    problem = tt.Problem(n_features=1, n_hidden=1, density=p, importance=3.0)
    second_w = p * ((12 * w * w - 4) / 3 + 2 * b)  # of (1 - w²)²/3 - b (1 - w²) + b²
    wanted = 3 * np.array([[second_w, p * 2 * w], [p * 2 * w, 2.0]])
    found = tt.hessian(problem, [[w]], [b])
    assert np.abs(found - wanted).max() <= 10 * EPS
