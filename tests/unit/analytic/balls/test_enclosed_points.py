"""Stationary points and crossings: against another formula in mpmath and exact fractions; wrong guesses are refused."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any

import mpmath
import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.balls import enclosed_points
from toytoy.analytic.balls.blocks import split
from toytoy.analytic.balls.enclosed_points import EnclosedCrossing, EnclosedModel, enclose_boundary, enclose_stationary
from toytoy.analytic.balls.flint_types import arb
from toytoy.analytic.balls.krawczyk import NotProvedError, Root
from toytoy.analytic.balls.numbers import precision
from toytoy.analytic.balls.rows import BallRow
from toytoy.analytic.interval import Enclosure

from tests.reference import exact, polygon

F, RELU = Fraction, ((0,), (0, 1))
ALLOWED = F(1, 10**52)  # of two numbers with more than 52 digits each
SECONDS = 0.1  # of fifty digits, one core
GUESS = tt.Problem.toy(2, importance=0.5357, density=0.5)
DROPPED, PAIR = ([[1, 0]], [0, 0.25]), ([[1.0295, -0.7563]], [0.0606, 0.1966])


def fraction(value: Any) -> Fraction:
    sign, mantissa, exponent, _ = value._mpf_
    whole = -int(mantissa) if sign else int(mantissa)
    return F(whole << exponent) if exponent >= 0 else F(whole, 1 << -exponent)


@cache
def reference() -> tuple[Fraction, list[Fraction]]:
    """The crossing at p = 1/2, by polygons in mpmath."""
    p = mpmath.mpf(1) / 2
    r, model = polygon.crossing(p, 0.5357, [1.0295, -0.7563, 0.0606, 0.1966], lambda r: r * (p / 3 - p**2 / 4))
    return fraction(r), [fraction(x) for x in model]


def near(found: Enclosure, value: Fraction) -> bool:
    return found.radius <= ALLOWED and abs(found.middle - value) <= ALLOWED


def agrees(found: EnclosedCrossing) -> bool:
    """Whether a crossing is the one that the other formula finds, in the unknown, the loss and the model."""
    r, model = reference()
    mine = [*found.second.weights[0], *found.second.bias]
    return near(found.importance, r) and near(found.loss, r * F(5, 48)) and all(map(near, mine, model))


def test_fifty_digits_are_asked_for_where_nothing_is_said() -> None:
    def boundary(**more: Any) -> EnclosedCrossing:
        return enclose_boundary(GUESS, DROPPED, PAIR, **more)

    def stationary(**more: Any) -> EnclosedModel:
        return enclose_stationary(GUESS.replace(importance=(1, 1)), [[0.96897, -0.96897]], [0.09768, 0.09768], **more)

    for enclose in (boundary, stationary):
        assert enclose(digits=49).loss != enclose().loss == enclose(digits=50).loss != enclose(digits=51).loss


PARTS = np.zeros((6, 8))  # a dedicated feature, a pair, another, two more dedicated ones; one is dropped, a row is left
PARTS[0, 0], PARTS[1, [1, 4]], PARTS[2, [2, 3]], PARTS[3, 6], PARTS[4, 7] = 1, (0.9, -0.8), (1.1, -0.7), 1, 1
PART_BIAS = np.array([0, 0.1, 0.125, 0.2, 0.15, 0.25, 0, 0])


@pytest.mark.equation("enclosure-blocks")
@pytest.mark.parametrize("unknown", ["importance", "density"])
def test_parts_are_put_together_in_dimensions_of_their_own(unknown: str) -> None:
    problem = tt.Problem(n_features=8, n_hidden=6, density=0.5, importance=tuple(0.75**i for i in range(8)))
    branch = split(problem, PARTS, PART_BIAS)
    crossing = enclosed_points._Crossing(problem, [branch, branch], unknown)
    unknowns = [arb(x) for block in branch.blocks for x in block.guess]
    parameter = arb(0.75**7 if unknown == "importance" else 0.5)
    found = crossing.model(branch, unknowns, Root([*unknowns, *unknowns, parameter], 1e-3))
    weights = np.array([[float(x.middle) for x in row] for row in found.weights])
    assert abs(weights.T @ weights - PARTS.T @ PARTS).max() < 1e-15
    assert (np.count_nonzero(weights, axis=1) == [2, 2, 1, 1, 1, 0]).all()
    assert [float(x.middle) for x in found.bias] == pytest.approx(PART_BIAS, rel=1e-15)
    assert float(found.loss.middle) == pytest.approx(float(tt.loss(problem, PARTS, PART_BIAS)), rel=1e-13)
    assert found.unique_within == 1e-3
    alone = branch._replace(blocks=())
    assert crossing.model(alone, [], Root([parameter], 1e-3)).unique_within == float("inf")


@pytest.mark.parametrize("unknown", ["importance", "density"])
@pytest.mark.parametrize("dropped", [(0, 2), (2,), (0,), ()])
def test_what_is_dropped_costs_its_variance_and_changes_with_the_parameter(
    unknown: str, dropped: tuple[int, ...]
) -> None:
    problem = tt.Problem(n_features=3, n_hidden=1, density=0.5, importance=(1.0, 0.75, 0.25))
    branch = split(problem, [[0.9, -0.8, 0.5]], [0.1, 0.1, 0.1])._replace(dropped=dropped)
    crossing = enclosed_points._Crossing(problem, [branch, branch], unknown)
    at, p = 0.375, 0.375 if unknown == "density" else 0.5
    importance = [1.0, 0.75, at if unknown == "importance" else 0.25]
    loss, slope = crossing.closed(branch, arb(at))
    worth = sum(importance[i] for i in dropped)
    assert float(loss) == pytest.approx(worth * (p / 3 - p * p / 4), rel=1e-14)
    by_importance = (p / 3 - p * p / 4) * (2 in dropped)
    assert float(slope) == pytest.approx(
        by_importance if unknown == "importance" else worth * (1 / 3 - p / 2), rel=1e-14
    )


@pytest.mark.parametrize("unknown", ["importance", "density"])
def test_the_jacobian_is_the_slope_of_the_values(unknown: str) -> None:
    problem = tt.Problem(n_features=4, n_hidden=2, density=0.5, importance=(1.0, 0.9, 0.8, 0.7))
    first: Any = [[0.9, -0.8, 0, 0], [0, 0, 1.1, -0.7]], [0.1, 0.2, 0.15, 0.1]
    second: Any = [[1, 0, 0, 0], [0, 0.9, -0.6, 0]], [0, 0.1, 0.2, 0.25]
    branches, step = [split(problem, *first), split(problem, *second)], 1e-12
    crossing = enclosed_points._Crossing(problem, branches, unknown)
    with precision(40):
        x = [arb(v) for v in crossing.guess]
        values, jacobian = crossing.system(x)
        assert len(values) == len(x) == 13
        for k in range(len(x)):
            ends = [crossing.system([v + sign * step * (i == k) for i, v in enumerate(x)])[0] for sign in (1, -1)]
            for i, (up, down) in enumerate(zip(*ends, strict=True)):
                assert float(jacobian[i, k]) == pytest.approx(float((up - down) / (2 * step)), rel=1e-10, abs=1e-10)
    assert float(values[-1]) == pytest.approx(tt.loss(problem, *first) - tt.loss(problem, *second), rel=1e-12)


@pytest.mark.equation("enclosure-crossing", "enclosure-row", "enclosure-moments")
def test_fifty_digits_of_the_crossing_are_those_of_another_formula() -> None:
    found = enclose_boundary(GUESS, DROPPED, PAIR)
    assert agrees(found)
    assert str(found.importance).startswith("0.5357387640653296")  # MATH.md, section 5
    assert found.importance.digits >= 50
    assert 0.5 in found.density
    assert found.density.radius == 0
    assert len({found, found.first, found.second}) == 3  # they cannot be changed
    assert [str(x) for x in found.first.weights[0]] == ["1.0000000000000000", "0"]


def test_either_order_and_a_longer_proof() -> None:
    there, back = enclose_boundary(GUESS, DROPPED, PAIR), enclose_boundary(GUESS, PAIR, DROPPED, digits=400)
    assert back.importance in there.importance
    assert back.importance.digits >= 400


@pytest.mark.parametrize("target", ["closed", "_first_piece", "_derivative"])
def test_a_false_sign_is_caught(monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    """In the loss of the closed branch; in the quadratic form; in the derivatives but not in the loss."""
    owner: Any = enclosed_points._Crossing if target == "closed" else BallRow
    right: Callable[..., Any] = getattr(owner, target)

    def wrong(self: Any, *given: Any) -> Any:
        value = right(self, *given)
        if target == "closed":
            return tuple(-x for x in value)
        return -value if len(given[1]) == (0 if target == "_first_piece" else 1) else value

    assert agrees(enclose_boundary(GUESS, DROPPED, PAIR))
    monkeypatch.setattr(owner, target, wrong)
    try:
        found = enclose_boundary(GUESS, DROPPED, PAIR)
    except NotProvedError:
        return
    assert not agrees(found)


@pytest.mark.parametrize("r", [0.45, 0.6])
def test_a_wrong_guess_of_the_parameter_is_refused(r: float) -> None:
    with pytest.raises(NotProvedError, match="within"):
        enclose_boundary(GUESS.replace(importance=(1, r)), DROPPED, PAIR)


def test_a_wrong_model_is_refused() -> None:
    with pytest.raises(NotProvedError):
        enclose_boundary(GUESS, DROPPED, ([[0.9, -0.5]], [0.1, 0.1]))


def test_two_branches_that_never_cross_are_refused() -> None:
    with pytest.raises(NotProvedError):
        enclose_boundary(GUESS, PAIR, PAIR)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"activation": tt.ClippedReLU(0.5)}, "activation"),
        ({"density": (0.5, 0.4)}, "one density"),
        ({"support": tt.OneHot()}, "independent"),
    ],
)
def test_what_the_parts_do_not_cover_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        enclose_boundary(GUESS.replace(**change), DROPPED, PAIR)


def test_an_unknown_unknown_is_refused() -> None:
    with pytest.raises(ValueError, match="importance, density"):
        enclose_boundary(GUESS, DROPPED, PAIR, unknown="importances")


def polished(n: int, density: float, starts: int = 30, importance: float = 1.0) -> tt.Solution:
    problem = tt.Problem.toy(n, density=density, importance=importance)
    return tt.minimize(problem, tt.Multistart(n_starts=starts, seed=0))


@pytest.mark.equation("enclosure-blocks", "enclosure-crossing")
def test_the_onset_of_the_triangle() -> None:
    """Equilateral against a pair and a dedicated feature, r = 1: the density, and the models' losses in fractions."""
    triangle, pair = polished(3, 0.53), polished(2, 0.52183765907142)
    (w, v), (b, d) = pair.weights[0], pair.bias
    guess = tt.Problem.toy(3, density=0.52183765907142)
    other = ([[w, 0, v], [0, 1, 0]], [b, 0, d])
    found = enclose_boundary(guess, triangle, other, unknown="density", within=0.05)
    assert str(found.density).startswith("0.52183765907142")
    assert found.density.digits >= 50
    law = exact.independent([found.density.middle] * 3)
    for model in (found.first, found.second):
        loss, d_weights, d_bias = exact.loss_and_grad(law, [1, 1, 1], RELU, *middles(model))
        assert abs(loss - found.loss.middle) < ALLOWED
        assert max(map(abs, [*d_bias, *(x for row in d_weights for x in row)])) < ALLOWED


def middles(model: EnclosedModel) -> tuple[list[list[Fraction]], list[Fraction]]:
    return [[x.middle for x in row] for row in model.weights], [x.middle for x in model.bias]


def stationary_in_fractions(problem: tt.Problem, found: EnclosedModel, law: Any = None) -> bool:
    """Whether the exact gradient vanishes in the middle, and the exact loss there is the enclosed one."""
    law = exact.independent(problem.densities) if law is None else law
    sigma: Any = problem.sigma
    pieces = sigma.hinges, sigma.slopes
    loss, d_weights, d_bias = exact.loss_and_grad(law, list(problem.importances), pieces, *middles(found))
    slopes = [*d_bias, *(x for row in d_weights for x in row)]
    return abs(loss - found.loss.middle) < ALLOWED and max(map(abs, slopes)) < ALLOWED


@pytest.mark.equation("enclosure-krawczyk", "enclosure-gauge")
@pytest.mark.parametrize(
    ("n", "density", "value"), [(2, 0.5, "0.07628244698956357338"), (3, 0.7, "0.10220106372771162")]
)
def test_known_optima_are_enclosed(n: int, density: float, value: str) -> None:
    solution = polished(n, density)
    found = enclose_stationary(solution.problem, solution.weights, solution.bias)
    assert str(found.loss).startswith(value)
    assert found.loss.digits >= 50
    assert stationary_in_fractions(solution.problem, found)
    assert 0 < found.unique_within <= 1e-3


@pytest.mark.equation("enclosure-gauge")
def test_the_gauge_does_not_matter() -> None:
    solution = polished(3, 0.7)
    angle = 0.7
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    one = enclose_stationary(solution.problem, solution.weights, solution.bias)
    other = enclose_stationary(solution.problem, turn @ solution.weights, solution.bias)
    assert abs(one.loss.middle - other.loss.middle) <= one.loss.radius + other.loss.radius
    assert [x for row in one.weights for x in row].count(Enclosure(F(0), F(0))) == 1


@pytest.mark.parametrize(
    "problem",
    [
        tt.Problem(n_features=3, n_hidden=1, density=0.8),
        tt.Problem(n_features=2, n_hidden=1, density=0.5, activation="abs"),
        tt.Problem(n_features=2, n_hidden=1, density=0.5, activation=tt.LeakyReLU(0.1)),
        tt.Problem(n_features=3, n_hidden=1, density=0.4, support=tt.CorrelatedGroups((2, 1))),
        tt.Problem(n_features=5, n_hidden=2, support=tt.OneHot()),
    ],
)
def test_other_sizes_activations_and_laws(problem: tt.Problem) -> None:
    solution = tt.minimize(problem, tt.Multistart(n_starts=10, seed=1))
    found = enclose_stationary(problem, solution.weights, solution.bias)
    law = [
        (active, F(chance)) for active, chance in problem.support.active_sets(tuple(F(p) for p in problem.densities))
    ]
    assert stationary_in_fractions(problem, found, law)


@pytest.mark.parametrize(("weights", "bias"), [([[1.0, 0.0]], [0.0, 0.25]), ([[0.0, 1.0]], [0.25, 0.0])])
def test_a_kink_is_refused_and_named(weights: Any, bias: Any) -> None:
    with pytest.raises(NotProvedError, match=r"second derivative jumps at the model given \(output . on hinge 0"):
        enclose_stationary(GUESS, weights, bias)


def test_a_model_that_is_not_stationary_is_refused() -> None:
    with pytest.raises(NotProvedError, match=r"within 0\.001"):
        enclose_stationary(GUESS, [[0.9, -0.8]], [0.1, 0.1])


def test_fifty_digits_are_quick() -> None:
    spent = []
    for _ in range(5):
        start = time.process_time()
        enclose_boundary(GUESS, DROPPED, PAIR, digits=50)
        spent.append(time.process_time() - start)
    assert statistics.median(spent) <= SECONDS
