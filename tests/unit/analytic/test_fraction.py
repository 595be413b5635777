"""The loss in fractions: equal to the reference to the last digit, and exact for whatever holds rational numbers."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import factorial
from typing import Any

import numpy as np
import pytest
import sympy
import torch
import toytoy as tt
from toytoy.analytic.activation import PiecewiseLinear
from toytoy.analytic.fraction import exact_loss, exactly, hinge_moments

from tests.cross.accuracy import problem_of
from tests.reference import draws, exact, laws
from tests.reference.draws import Case

F = Fraction
RELU = ((0,), (0, 1))
THIRD = F(1, 3)
COUNTS = {1: 7, 2: 14, 3: 7, 4: 7, 5: 2, 6: 1}


def reference(case: Case) -> Fraction:
    return exact.loss(laws.law_of(case), case.importance, case.pieces, case.weights, case.bias)


@pytest.mark.equation("cube-loss", "cube-residual", "cube-vertices")
@pytest.mark.parametrize("n", COUNTS)
@pytest.mark.parametrize("activation", draws.ACTIVATIONS)
def test_it_is_the_reference_to_the_last_digit(activation: str, n: int) -> None:
    for drawn in (draws.cases, draws.grouped_cases):
        for case in drawn(12, COUNTS[n], activation, n):
            assert exact_loss(problem_of(case), case.weights, case.bias) == reference(case), case


@pytest.mark.parametrize("bias", [F(0), F(-1), F(-1, 3), F(2, 3), F(1)])
@pytest.mark.parametrize("m", [1, 2, 3])
@pytest.mark.parametrize("activation", ["linear", "relu", "abs", tt.LeakyReLU(F(1, 7)), tt.ClippedReLU(F(2, 3))])
def test_hinges_on_vertices_zeros_and_twins(activation: Any, m: int, bias: Fraction) -> None:
    weights = [[F(1), F(0), F(-1, 3)], [F(0), F(1), F(1)], [THIRD, F(0), F(0)]][:m]
    problem = tt.Problem(n_features=3, n_hidden=m, density=(F(1), F(1, 2), F(1, 10**6)), activation=activation)
    law = exact.independent(problem.densities)
    pieces: Any = (problem.sigma.hinges, problem.sigma.slopes)  # type: ignore[attr-defined]
    assert exact_loss(problem, weights, [bias] * 3) == exact.loss(law, [1] * 3, pieces, weights, [bias] * 3)


class Stairs(PiecewiseLinear):
    """Three hinges, so that pieces have intercepts."""

    @property
    def hinges(self) -> tuple[Fraction, ...]:
        return (F(0), F(1, 2), F(1))

    @property
    def slopes(self) -> tuple[Fraction, ...]:
        return (F(1, 3), F(2), F(-1), F(1, 5))


def test_an_activation_of_many_pieces() -> None:
    problem = tt.Problem(n_features=2, n_hidden=1, density=F(1, 3), activation=Stairs())
    weights, bias = [[F(3, 2), F(-4, 3)]], [F(-1, 4), F(1, 5)]
    pieces = (Stairs().hinges, Stairs().slopes)
    assert exact_loss(problem, weights, bias) == exact.loss(
        exact.independent([THIRD] * 2), [1] * 2, pieces, weights, bias
    )


def test_by_hand() -> None:
    # p = 1, z = x − 1/2: the error is x below 1/2 and 1/2 above, so ∫ = 1/24 + 1/8
    problem = tt.Problem(n_features=1, n_hidden=1, density=1)
    assert exact_loss(problem, [[1]], [F(-1, 2)]) == F(1, 6)


@pytest.mark.equation("cube-one-variable", "cube-by-parts")
@pytest.mark.parametrize("u", [F(-3, 2), F(-1, 2), F(0), F(1, 3)])
@pytest.mark.parametrize("own", [F(2), F(-3, 4), F(0)])
def test_moments_of_a_hinge_by_sympy(u: Fraction, own: Fraction) -> None:
    x = sympy.symbols("x", real=True)

    def average(level: Any, q: int) -> Any:
        return max(level, F(0)) ** q / factorial(q)

    h = sympy.Max(sympy.Rational(u) + sympy.Rational(own) * x, 0).rewrite(sympy.Piecewise)
    wanted = [sympy.integrate(sympy.piecewise_fold(f), (x, 0, 1)) for f in (h, h**2, x * h)]
    assert [sympy.Rational(value) for value in hinge_moments(u, own, average)] == wanted


@pytest.mark.parametrize(
    "weights",
    [
        [[THIRD, F(-2, 7)]],
        np.array([[THIRD, F(-2, 7)]], dtype=object),
        ([THIRD, F(-2, 7)],),
    ],
    ids=["lists", "object array", "tuple"],
)
def test_fractions_stay_fractions(weights: Any) -> None:
    problem = tt.Problem(n_features=2, n_hidden=1, density=THIRD, importance=(1, F(2, 7)))
    bias = [Decimal("0.1"), 0]
    wanted = exact.loss(exact.independent([THIRD] * 2), (1, F(2, 7)), RELU, [[THIRD, F(-2, 7)]], [F(1, 10), F(0)])
    assert exact_loss(problem, weights, bias) == wanted
    assert exact_loss(problem, [[1 / 3, -2 / 7]], bias) != wanted


def test_activation_parameters_stay_fractions() -> None:
    for make, value in ((tt.LeakyReLU, F(1, 10)), (tt.ClippedReLU, F(1, 3))):
        problem = tt.Problem(n_features=1, n_hidden=1, density=1, activation=make(value))
        rounded = problem.replace(activation=make(float(value)))
        model = ([[2]], [F(-1, 5)])
        pieces: Any = draws.pieces("leaky" if make is tt.LeakyReLU else "clipped", value)  # type: ignore[arg-type]
        assert exact_loss(problem, *model) == exact.loss([((0,), F(1))], [1], pieces, [[F(2)]], [F(-1, 5)])
        assert exact_loss(problem, *model) != exact_loss(rounded, *model)


def test_a_float_is_the_fraction_that_it_is() -> None:
    model = ([[0.3, -0.7]], [0.1, 0.2])
    given = tt.Problem(n_features=2, n_hidden=1, density=0.3, importance=(0.1, 0.7), activation=tt.LeakyReLU(0.1))
    spelled = tt.Problem(
        n_features=2,
        n_hidden=1,
        density=F(0.3),
        importance=(F(0.1), F(0.7)),
        activation=tt.LeakyReLU(F(0.1)),
    )
    assert exact_loss(given, *model) == exact_loss(spelled, [[F(0.3), F(-0.7)]], [F(0.1), F(0.2)])


def test_one_hot_in_fractions() -> None:
    problem = tt.Problem(n_features=3, n_hidden=1, support=tt.OneHot())
    weights, bias = [[F(1), F(-1, 2), F(1, 5)]], [F(0), F(-1, 9), F(1, 4)]
    law = [((i,), THIRD) for i in range(3)]
    assert exact_loss(problem, weights, bias) == exact.loss(law, [1] * 3, RELU, weights, bias)


def test_a_batch_is_an_array_of_fractions() -> None:
    problem = tt.Problem(n_features=2, n_hidden=1, density=0.5)
    rng = np.random.default_rng(0)
    weights, bias = rng.normal(size=(2, 1, 1, 2)), rng.normal(size=(3, 2))
    losses = exact_loss(problem, weights, bias)
    assert (losses.shape, losses.dtype) == ((2, 3), object)
    for i, j in np.ndindex(2, 3):
        assert losses[i, j] == exact_loss(problem, weights[i, 0], bias[j])
        assert isinstance(losses[i, j], Fraction)
    assert exact_loss(problem, np.zeros((0, 1, 2)), [0, 0]).shape == (0,)


def test_no_importance_no_loss() -> None:
    zero = exact_loss(tt.Problem(n_features=1, n_hidden=1, density=1, importance=0), [[2]], [0])
    assert (zero, type(zero)) == (0, Fraction)


BIG = 3_000_000_019  # its fourth power does not fit in 64 bits


def test_whole_numbers_beside_floats_keep_their_digits() -> None:
    large = 2**60 + 1  # as a float it loses the 1
    problem = tt.Problem(n_features=2, n_hidden=1, density=1, importance=(1, 0), activation="linear")
    found = exact_loss(problem, [[large, 0.0]], [0, 0])
    assert found == F((large**2 - 1) ** 2, 3)


@pytest.mark.parametrize(
    "weights",
    [
        [[BIG]],
        np.array([[BIG]]),
        [[np.int64(BIG)]],
        np.array([[BIG]], dtype=object),
        torch.tensor([[float(BIG)]], dtype=torch.float64, requires_grad=True),
    ],
    ids=["int", "int64 array", "list of int64", "object array", "tensor"],
)
def test_whole_numbers_do_not_overflow(weights: Any) -> None:
    problem = tt.Problem(n_features=1, n_hidden=1, density=1, activation="linear")
    assert exact_loss(problem, weights, [0]) == F((BIG**2 - 1) ** 2, 3)


@pytest.mark.parametrize("value", [F(1, 3), Decimal("0.1"), 3, 0.1, np.float32(0.1), np.int8(-3), True])
def test_every_number_has_its_fraction(value: Any) -> None:
    found = exactly(value)
    assert found == (F(value) if isinstance(value, int | float | Fraction | Decimal) else F(value.item()))
    assert type(found.numerator) is int


def test_what_is_not_piecewise_linear_is_refused() -> None:
    problem = tt.Problem(n_features=1, n_hidden=1, density=1, activation="gelu")
    with pytest.raises(ValueError, match="piecewise linear here, got activation='gelu'; use one of linear, relu"):
        exact_loss(problem, [[1]], [0])
