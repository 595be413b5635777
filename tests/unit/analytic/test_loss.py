"""Losses and gradients: known values, shapes, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from itertools import product
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from numpy.typing import NDArray
from toytoy.analytic.decomposition import paper_limit
from toytoy.analytic.loss import evaluate, rounding_bound
from toytoy.analytic.smooth import ORDERS

from tests.reference import exact

EPS = float(np.finfo(float).eps)
CHECK_DEMAND = 1e-13  # asked of the check values of the (2,1) and (3,2) optima
STATIONARY = 1e2 * EPS  # a gradient that vanishes at the true optimum, at weights rounded to 17 digits
FUNCTIONS: list[Callable[..., Any]] = [
    tt.loss,
    partial(tt.loss, method="fraction"),
    tt.loss_and_grad,
    tt.loss_estimate,
    tt.decompose,
]


def toy(n: int = 2, r: float = 1.0, p: float = 0.5) -> tt.Problem:
    return tt.Problem.toy(n, importance=r, density=p)


def test_check_value_of_the_antipodal_optimum() -> None:
    w, b = 0.96896999130512516, 0.09768268141120346
    loss, d_weights, d_bias = tt.loss_and_grad(toy(), [[w, -w]], [b, b])
    assert abs(loss - 0.0762824469895635733818) <= CHECK_DEMAND
    assert np.abs(d_weights).max() <= STATIONARY
    assert np.abs(d_bias).max() <= STATIONARY


def test_check_value_of_the_triangle() -> None:
    angles = 2 * np.pi * np.arange(3) / 3
    weights = 0.87975877489817233 * np.array([np.cos(angles), np.sin(angles)])
    loss, d_weights, d_bias = tt.loss_and_grad(toy(3, p=0.7), weights, [0.32253073108040660] * 3)
    assert abs(loss - 0.1022010637277116226625) <= CHECK_DEMAND
    assert np.abs(d_weights).max() <= STATIONARY
    assert np.abs(d_bias).max() <= STATIONARY


@pytest.mark.parametrize("p", [1.0, 0.5, 1e-3])
@pytest.mark.parametrize("r", [0.0, 0.4, 3.0])
def test_published_ansatz_losses(p: float, r: float) -> None:
    v, half = p / 3 - p * p / 4, p / 2
    rounding = 10 * EPS * (1 + r) * p  # the terms summed are of the size of I p / 3
    lines: list[tuple[Any, Any, float]] = [
        ([[1, 0]], [0, half], r * v),
        ([[0, 1]], [half, 0], v),
        ([[1, -1]], [0, 0], (1 + r) * p * p / 6),
    ]
    for weights, bias, loss in lines:
        assert abs(tt.loss(toy(2, r, p), weights, bias) - loss) <= rounding
    planes: list[tuple[Any, Any, float]] = [
        ([[1, 0, 0], [0, 1, 0]], [0, 0, half], r * v),
        ([[0, 1, 0], [0, 0, 1]], [half, 0, 0], v),
        ([[0, 1, 0], [1, 0, -1]], [0, 0, 0], (1 + r) * p * p / 6),
        ([[0, 0, 1], [1, -1, 0]], [0, 0, 0], p * p / 3),
    ]
    for weights, bias, loss in planes:
        assert abs(tt.loss(toy(3, r, p), weights, bias) - loss) <= rounding


def test_per_feature_densities_and_importances() -> None:
    density, importance = (Fraction(1, 4), Fraction(1, 2), Fraction(1)), (Fraction(2), Fraction(0), Fraction(1, 8))
    problem = tt.Problem(n_features=3, n_hidden=2, density=density, importance=importance)
    weights, bias = np.array([[1.0, -0.5, 0.25], [0.0, 0.75, -1.0]]), np.array([0.125, -0.25, 0.0])
    wanted = exact.loss_and_grad(exact.independent(density), importance, ((0,), (0, 1)), weights, bias)
    found = tt.loss_and_grad(problem, weights, bias)
    for value, fraction in zip(found, wanted, strict=True):
        assert np.abs(value - np.array(fraction, dtype=float)).max() <= 10 * EPS  # of terms of order one


def test_no_importance_no_loss() -> None:
    problem = tt.Problem(n_features=2, n_hidden=1, density=0.5, importance=0)
    loss, d_weights, d_bias = tt.loss_and_grad(problem, [[1.0, 2.0]], [0.3, 0.1])
    assert loss == 0
    assert not d_weights.any()
    assert not d_bias.any()


def test_where_z_lies_on_the_hinge_the_gradient_is_the_one_from_above() -> None:
    problem = tt.Problem(n_features=1, n_hidden=1, density=0.5)
    _, d_weights, d_bias = tt.loss_and_grad(problem, [[0.0]], [0.0])
    assert d_bias == pytest.approx([-0.5], rel=EPS)  # −2 p E x, as b > 0 would have it
    assert d_weights == 0


@pytest.mark.parametrize("w", [1e-155, 1e-160])
def test_columns_whose_squares_are_subnormal_count_as_zero(w: float) -> None:
    loss, d_weights, d_bias = tt.loss_and_grad(toy(), [[w, -w]], [0.0, 0.0])
    assert abs(loss - 1 / 3) <= EPS
    assert np.abs(d_weights).max() <= w
    assert np.isfinite(d_bias).all()


def test_leading_axes_broadcast() -> None:
    rng = np.random.default_rng(0)
    problem, weights, bias = toy(3, 0.4), rng.normal(size=(4, 1, 2, 3)), rng.normal(size=(5, 3))
    loss, d_weights, d_bias = tt.loss_and_grad(problem, weights, bias)
    assert (loss.shape, d_weights.shape, d_bias.shape) == ((4, 5), (4, 5, 2, 3), (4, 5, 3))
    assert np.array_equal(tt.loss(problem, weights, bias), loss)
    for i, j in np.ndindex(4, 5):
        one = tt.loss_and_grad(problem, weights[i, 0], bias[j])
        assert one[0] == loss[i, j]
        assert np.array_equal(one[1], d_weights[i, j])
        assert np.array_equal(one[2], d_bias[i, j])


def test_empty_batches_and_plain_numbers() -> None:
    assert tt.loss(toy(), np.zeros((0, 1, 2)), np.zeros(2)).shape == (0,)
    fractions: Any = [0, Fraction(1, 4)]
    value = tt.loss(toy(), [[1, 0]], fractions)
    assert isinstance(value, float)
    assert value == tt.loss(toy(), np.array([[1, 0]], dtype=np.int32), np.array([0, 0.25], dtype=np.float32))


def test_strides_do_not_matter_and_inputs_are_left_alone() -> None:
    rng = np.random.default_rng(1)
    weights, bias = rng.normal(size=(3, 2, 7)).T[::2, :, :], rng.normal(size=(4, 6))[:, ::2]
    before = weights.copy(), bias.copy()
    loss = tt.loss(toy(3), weights, bias)
    assert np.array_equal(loss, tt.loss(toy(3), weights.copy(), bias.copy()))
    assert np.array_equal(weights, before[0])
    assert np.array_equal(bias, before[1])


def test_the_estimate_is_the_loss_with_a_rounding_error() -> None:
    estimate = tt.loss_estimate(toy(), [[1.0, -1.0]], [0.0, 0.0])
    assert estimate.value == tt.loss(toy(), [[1.0, -1.0]], [0.0, 0.0])
    assert estimate.kind == "rounding"
    assert 0 < estimate.error <= 1e-12 * estimate.value  # never claims less than is promised
    with pytest.raises(ValueError, match=r"one model, got leading axes \(3,\)"):
        tt.loss_estimate(toy(), np.zeros((3, 1, 2)), [0.0, 0.0])


@pytest.mark.equation("cube-rounding")
def test_a_bound_without_the_models_covers_optima_and_ansatz_models() -> None:
    """Near an optimum of a toy the reach is at most NEAR_OPTIMUM null losses, so that the models need not be seen."""
    for n in (2, 3):
        for p, r in product((1.0, 0.9, 0.5, 0.1, 0.01), (0.1, 0.6, 1.0, 1.7, 10.0)):
            problem = toy(n, r, p)
            solutions = [tt.minimize(problem, tt.Multistart(n_starts=4, seed=0))]
            solutions += [tt.ansatz(name, problem) for name in ("dedicated", "antipodal")]
            for solution in solutions:
                claimed = float(rounding_bound(solution.loss.value, problem.null_loss))
                assert solution.loss.error <= claimed <= 1e-13 * problem.null_loss, (n, p, r)


@pytest.mark.equation("cube-rounding")
def test_the_claim_counts_roundings_by_hand() -> None:
    # W = [[2]], b = 0, p = 1/4, I = 3, "linear": H = 4, r = √p H = 2 with no bias, L = 3/4 ∫ (3x)² dx = 9/4; N = 2
    problem = tt.Problem(n_features=1, n_hidden=1, density=0.25, importance=3, activation="linear")
    unit = EPS / 2
    delta = 6 * unit * (3 * 2**2) ** 0.5
    estimate = tt.loss_estimate(problem, [[2.0]], [0.0])
    assert estimate.error == pytest.approx(unit * (2 + 8 * 7) * 9 / 4 + 2 * delta * 1.5, rel=1e-9)  # without δ²


OK_W: NDArray[np.float64] = np.array([[1.0, -1.0]])
OK_B: NDArray[np.float64] = np.zeros(2)
BAD: list[tuple[Any, Any, type[Exception], str]] = [
    ([1.0, -1.0], OK_B, ValueError, r"weights must have shape .* got shape \(2,\)"),
    (OK_W.T, OK_B, ValueError, r"\(\.\.\., 1, 2\), got shape \(2, 1\); transpose it"),
    (np.zeros((1, 3)), OK_B, ValueError, r"got shape \(1, 3\)"),
    (OK_W, np.zeros(3), ValueError, r"bias must have shape .* got shape \(3,\)"),
    (OK_W, 0.0, ValueError, r"bias must have shape .* got shape \(\)"),
    (np.zeros((2, 1, 2)), np.zeros((3, 2)), ValueError, "leading axes .* must broadcast"),
    (OK_W * (1 + 0j), OK_B, TypeError, "weights must be real numbers, got complex128"),
    (OK_W, OK_B * 1j, TypeError, "bias must be real numbers, got complex128"),
    ([["1", "2"]], OK_B, TypeError, "weights must be real numbers"),
    (OK_W, ["a", "b"], TypeError, "bias must be real numbers"),
    (OK_W > 0, OK_B, TypeError, "weights must be real numbers, got bool"),
    (None, OK_B, TypeError, "weights must be real numbers, got None"),
    ([[None, 1.0]], OK_B, TypeError, "weights must be real numbers, got None"),
    ([[1.0, 2.0], [3.0]], OK_B, ValueError, "weights must be a rectangular array"),
    ([[np.nan, 1.0]], OK_B, ValueError, r"weights must be finite, got nan at index \(0, 0\)"),
    ([[1.0, np.inf]], OK_B, ValueError, r"weights must be finite, got inf at index \(0, 1\)"),
    (OK_W, [0.0, -np.inf], ValueError, r"bias must be finite, got -inf at index \(1,\)"),
]


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize(("weights", "bias", "kind", "message"), BAD)
def test_bad_input_is_refused_in_one_line(
    function: Callable[..., Any], weights: Any, bias: Any, kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=message) as caught:
        function(toy(), weights, bias)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("weights", "bias", "kind", "message"), BAD)
def test_bad_input_is_refused_by_the_limit_too(weights: Any, bias: Any, kind: type[Exception], message: str) -> None:
    test_bad_input_is_refused_in_one_line(paper_limit, weights, bias, kind, message)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_more_features_than_the_closed_form_takes(function: Callable[..., Any]) -> None:
    problem = tt.Problem(n_features=14, n_hidden=1, density=0.5, activation="gelu", support=tt.CorrelatedGroups((7, 7)))
    with pytest.raises(ValueError, match="got n_features=14; ") as caught:
        function(problem, np.zeros((1, 14)), np.zeros(14))
    assert "\n" not in str(caught.value)


def test_the_method_by_name_is_used_and_the_closed_form_is_refused_where_it_is_too_large() -> None:
    problem = tt.Problem(n_features=11, n_hidden=1, density=0.5)
    model = (np.ones((1, 11)), np.zeros(11))
    for function in (tt.loss, tt.loss_and_grad, tt.loss_estimate):
        with pytest.raises(ValueError, match="n_features <= 10, got n_features=11; "):
            function(problem, *model, method="cube")
        with pytest.raises(ValueError, match="did you mean 'line'"):
            function(problem, *model, method="lines")
        function(problem, *model, method="line")


def test_weights_whose_loss_overflows_are_refused() -> None:
    with pytest.raises(ValueError, match=r"small enough for a finite loss, got an entry of size 1e\+90"):
        tt.loss(toy(), [[1e90, -1e90]], [0.0, 0.0])


@pytest.mark.parametrize(("n", "end"), [(2, "a finite loss"), (12, "the line")])
@pytest.mark.filterwarnings("error")
def test_what_overflows_is_refused_in_one_sentence_without_a_warning(n: int, end: str) -> None:
    problem = tt.Problem(n_features=n, n_hidden=1, density=0.1)
    with pytest.raises(ValueError, match=rf"small enough for {end}, got an entry of size 1e\+200"):
        tt.loss_estimate(problem, np.full((1, n), 1e200), np.zeros(n))


def test_the_closed_form_is_a_method_by_name() -> None:
    model = ([[0.9, -0.7]], [0.1, 0.0])
    assert tt.loss(toy(), *model, method="cube") == tt.loss(toy(), *model) == tt.loss(toy(), *model, method="auto")
    assert tt.loss(toy(), *model, method="fraction") == pytest.approx(tt.loss(toy(), *model), rel=10 * EPS)
    with pytest.raises(ValueError, match="did you mean 'cube'"):
        tt.loss(toy(), *model, method="cubes")


@pytest.mark.equation("cube-rounding")
@pytest.mark.parametrize(("value", "null_loss"), [(0.0, 0.3), (0.07, 0.3), (1e-9, 2.0)])
def test_the_bound_near_optima_is_the_formula_at_the_larger_toy(value: float, null_loss: float) -> None:
    """n = 3, m = 2, N = 8, and a reach of the root of 40 null losses, where optima have 28 at most."""
    unit = EPS / 2
    delta = (2 + 3 + 4) * unit * (40 * null_loss) ** 0.5
    assert rounding_bound(value, null_loss) == pytest.approx(
        unit * (8 + 8 * 9) * value + delta * (2 * value**0.5 + delta), rel=1e-12, abs=0
    )
    assert rounding_bound(-1e-20, null_loss) == pytest.approx(delta**2, rel=1e-3)  # the root of what rounding left is 0


@pytest.mark.equation("cube-rounding")
@pytest.mark.parametrize("density", [0.25, 1.0])
@pytest.mark.parametrize("activation", ["relu", "linear", tt.ClippedReLU(0.5), tt.LeakyReLU(-2.0)])
def test_the_reach_by_hand(activation: Any, density: float) -> None:
    """r_j adds |b_j| and the upper hinge, where a feature may be active, to Σ_i |W|_j·|W|_i √p, times the slope."""
    weights, bias, importance = np.array([[0.5, -2.0, 1.0]]), np.array([0.25, -0.5, 0.0]), (1.0, 2.0, 0.5)
    problem = tt.Problem(n_features=3, n_hidden=1, density=density, importance=importance, activation=activation)
    hinge = 0.5 if isinstance(activation, tt.ClippedReLU) else 0.0
    steep = 2.0 if isinstance(activation, tt.LeakyReLU) else 1.0
    total = 0.0
    for j in range(3):
        reach = min(1.0, (3 * density) ** 0.5) * (abs(bias[j]) + hinge)
        reach += sum(abs(weights[0, j] * weights[0, i]) * density**0.5 for i in range(3))
        total += importance[j] * (steep * reach) ** 2
    n_sums = len(problem.active_sets())
    value = tt.loss(problem, weights, bias)
    unit = EPS / 2
    delta = (1 + 3 + 4) * unit * total**0.5
    wanted = unit * (n_sums + 8 * 9) * value + delta * (2 * value**0.5 + delta)
    assert tt.loss_estimate(problem, weights, bias).error == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("function", [tt.loss, tt.loss_and_grad, tt.loss_estimate])
def test_arguments_go_by_name_and_the_method_only_so(function: Any) -> None:
    named = function(problem=toy(), weights=OK_W, bias=OK_B, method="cube")
    assert repr(named) == repr(function(toy(), OK_W, OK_B))
    with pytest.raises(TypeError, match="positional argument"):
        function(toy(), OK_W, OK_B, "cube")
    with pytest.raises(TypeError, match="positional argument"):
        evaluate(toy(), OK_W, OK_B, ORDERS, "cube")  # type: ignore[call-arg]
    assert evaluate(problem=toy(), weights=OK_W, bias=OK_B, orders=ORDERS, method="line").loss > 0
