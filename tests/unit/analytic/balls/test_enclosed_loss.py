"""The enclosed loss holds the exact one: of drawn models, and of everything in a box."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.balls.enclosed_loss import Box, _dot, _off, check_digits, enclose_loss
from toytoy.analytic.balls.flint_types import arb, ctx, fmpq
from toytoy.analytic.balls.numbers import ends, precision
from toytoy.analytic.fraction import exact_loss
from toytoy.analytic.interval import Enclosure

from tests.cross.accuracy import problem_of
from tests.reference import draws, exact, laws

F = Fraction
COUNTS = {1: 14, 2: 14, 3: 7, 4: 7, 5: 3, 6: 1}
TOY = tt.Problem.toy(2, importance=0.4, density=0.5)
MODEL = ([[0.9, -0.8]], [0.1, 0.2])
LINEAR_ONLY = 8  # width of the hull of all terms, in widths of the box, for entries of size one


@pytest.mark.equation("enclosure-monotone", "enclosure-row")
@pytest.mark.parametrize("n", COUNTS)
@pytest.mark.parametrize("activation", draws.ACTIVATIONS)
def test_it_holds_the_reference(activation: str, n: int) -> None:
    """Tiny entries, zero columns, hinges on corners, large weights, every support law."""
    for drawn in (draws.cases, draws.grouped_cases):
        for case in drawn(21, COUNTS[n], activation, n):
            found = enclose_loss(problem_of(case), case.weights, case.bias, digits=25)
            value = exact.loss(laws.law_of(case), case.importance, case.pieces, case.weights, case.bias)
            assert value in found, case
            assert found.digits >= 25 or (not value and found.radius < F(1, 10**25)), case


@pytest.mark.equation("enclosure-monotone", "enclosure-mean")
@pytest.mark.parametrize("width", [1e-1, 1e-3, 1e-6])
@pytest.mark.parametrize("activation", draws.ACTIVATIONS)
def test_a_box_holds_the_losses_of_all_its_models(activation: str, width: float) -> None:
    rng = np.random.default_rng(5)
    for n in (1, 2, 3):
        for case in draws.cases(22, 7, activation, n):
            problem, at = problem_of(case), (case.weights, case.bias)
            found = enclose_loss(problem, *boxes(at, width))
            for _ in range(5):
                weights, bias = (x + width * rng.choice([-1.0, 1.0, rng.uniform(-1, 1)], size=x.shape) for x in at)
                assert exact_loss(problem, weights, bias) in found, case


def boxes(model: Any, width: float) -> tuple[Any, Any]:
    weights, bias = (np.asarray(x) for x in model)
    return [[(x - width, x + width) for x in row] for row in weights], [(x - width, x + width) for x in bias]


@pytest.mark.equation("enclosure-mean")
def test_a_box_shrinks_to_the_range_of_its_losses() -> None:
    """At a stationary point the mean-value form is as narrow as the square of the box; the hull of terms is not."""
    problem = tt.Problem.toy(2, density=0.5)
    best = tt.minimize(problem, tt.Multistart(n_starts=8, seed=0))
    radii = [float(enclose_loss(problem, *boxes((best.weights, best.bias), w)).radius) for w in (1e-2, 1e-3, 1e-4)]
    assert [radii[0] / radii[1], radii[1] / radii[2]] == pytest.approx([100, 100], rel=0.2)
    assert radii[1] < LINEAR_ONLY * 1e-3 / 100


@pytest.mark.parametrize("digits", [1, 15, 200])
def test_it_shrinks_with_the_precision(digits: int) -> None:
    third = [[F(1, 3), F(-2, 7)]], [F(1, 9), F(1, 11)]
    found = enclose_loss(TOY, *third, digits=digits)
    assert exact_loss(TOY, *third) in found
    assert found.digits >= digits


def test_a_perfect_model_has_loss_zero() -> None:
    problem = tt.Problem(n_features=2, n_hidden=2, density=0.3)
    found = enclose_loss(problem, [[1, 0], [0, 1]], [0, 0])
    assert 0 in found
    assert found.lower == 0
    assert found.radius < F(1, 10**30)


@pytest.mark.parametrize(
    "entry", [(F(9, 10), F(91, 100)), Enclosure(F(9, 10), F(91, 100)), np.array([0.9, 0.91]), arb(0.905, 0.005)]
)
def test_intervals_of_every_kind(entry: Any) -> None:
    found = enclose_loss(TOY, [[entry, -0.8]], MODEL[1])
    assert exact_loss(TOY, [[F(905, 1000), -0.8]], MODEL[1]) in found
    assert F(1, 10**4) < found.radius < F(1, 10**2)


def test_arrays_and_tensors_are_read() -> None:
    torch = pytest.importorskip("torch")
    expected = exact_loss(TOY, *MODEL)
    for kind in (np.array, lambda x: torch.tensor(x, dtype=torch.float64)):
        assert expected in enclose_loss(TOY, *map(kind, MODEL))


def test_precision_of_others_is_left_alone() -> None:
    with precision(77):
        before = ctx.prec
        enclose_loss(TOY, *MODEL)
        assert ctx.prec == before


@pytest.mark.parametrize(
    ("weights", "bias", "error", "message"),
    [
        ([[0.9]], [0.1, 0.2], ValueError, r"shape \(1, 2\)"),
        ([0.9, 0.8], [0.1, 0.2], ValueError, r"shape \(1, 2\)"),
        ([[0.9, None]], [0.1, 0.2], TypeError, "pairs"),
        ([[0.9, float("nan")]], [0.1, 0.2], TypeError, "finite"),
        ([[0.9, "ab"]], [0.1, 0.2], TypeError, "pairs"),
        ([[0.9, (0.2, 0.1)]], [0.1, 0.2], ValueError, "swap"),
        ([[0.9, 0.8]], [0.1], ValueError, r"shape \(2,\)"),
        ([[0.9, 0.8]], "12", ValueError, r"shape \(2,\)"),
        (0.9, [0.1, 0.2], ValueError, r"shape \(1, 2\)"),
    ],
)
def test_what_is_no_box_is_refused(weights: Any, bias: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        enclose_loss(TOY, weights, bias)


def test_too_many_features_and_smooth_activations_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 6"):
        enclose_loss(tt.Problem(n_features=7, n_hidden=1, density=0.5), [[0] * 7], [0] * 7)
    with pytest.raises(ValueError, match="piecewise linear"):
        enclose_loss(TOY.replace(activation="gelu"), *MODEL)


@pytest.mark.parametrize("digits", [0, -3])
def test_digits_out_of_range_are_refused(digits: int) -> None:
    with pytest.raises(ValueError, match="digits must be"):
        check_digits(digits)


def test_thirty_digits_are_asked_for_where_nothing_is_said() -> None:
    assert enclose_loss(TOY, *MODEL, digits=29) != enclose_loss(TOY, *MODEL) == enclose_loss(TOY, *MODEL, digits=30)
    assert enclose_loss(TOY, *MODEL, digits=31) != enclose_loss(TOY, *MODEL)


def test_a_box_is_a_point_where_every_end_is_and_has_a_middle() -> None:
    point, wide = (1, 1), (1, 2)
    assert Box([[point, point]], [point, point]).is_point
    for weights, bias in (([wide, point], [point]), ([point, wide], [point]), ([point, point], [wide])):
        assert not Box([weights], bias).is_point
    middle = Box([[(F(1), F(2)), (F(-1), F(2))], [(F(0), F(0)), (F(3), F(5))]], [(F(0), F(1)), (F(2), F(2))]).middle
    ends = [F(3, 2), F(1, 2), F(0), F(4), F(1, 2), F(2)]
    a, b, c, d, e, f = ((end, end) for end in ends)
    assert middle == Box([[a, b], [c, d]], [e, f])


@pytest.mark.parametrize("activation", ["relu", tt.ClippedReLU(0.5), "abs"])
def test_a_box_of_two_rows_with_every_sign_holds_its_models_and_little_more(activation: Any) -> None:
    """Ends of products of intervals, squares of those that hold 0; the width falls with that of the box."""
    law: Any = {"density": 0.5, "importance": (1.0, 0.5, 0.25)}
    problem = tt.Problem(n_features=3, n_hidden=2, activation=activation, **law)
    weights, bias = np.array([[0.5, -0.25, 0.0], [-0.75, 0.0, 0.5]]), np.array([0.25, -0.125, 0.0])
    rng, radii = np.random.default_rng(6), []
    for width in (0.25, 0.0625, 2.0**-8):
        found = enclose_loss(problem, *boxes((weights, bias), width))
        radii.append(float(found.radius))
        for _ in range(6):
            inside = [x + width * rng.choice([-1.0, 1.0], size=x.shape) for x in (weights, bias)]
            assert exact_loss(problem, *inside) in found
    assert radii[1] < 0.35 * radii[0] < 1.0
    assert radii[2] < 0.1 * radii[1]


def test_hulls_of_products_are_exact() -> None:
    pairs = [(fmpq(-1), fmpq(2)), (fmpq(1), fmpq(3)), (fmpq(-3), fmpq(-2))]
    assert _dot(pairs, pairs, True) == (0 + 1 + 4, 4 + 9 + 9)
    assert _dot(pairs, pairs[::-1], False) == (-6 + 1 - 6, 3 + 9 + 3)
    assert list(map(float, ends(_off(pairs[0])))) == pytest.approx([-1.5, 1.5], rel=1e-8)  # a radius is rounded up
