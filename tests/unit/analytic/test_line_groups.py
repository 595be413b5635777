"""Groups of features by the line against the closed form, other laws, and Monte Carlo."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic import line_groups
from toytoy.analytic.group_law import group_law
from toytoy.analytic.group_line import Hinge, Share
from toytoy.analytic.laplace import evaluate_line
from toytoy.analytic.line_groups import GroupRow, group_rows, group_states, other_moments
from toytoy.analytic.loss import evaluate
from toytoy.analytic.onehot import one_hot_loss
from toytoy.analytic.tables import activation_table, fits_cube

from tests.reference.draws import pieces
from tests.reference.exact import PARTS, Row, part

ACTIVATIONS: list[Any] = ["linear", "relu", "abs", tt.LeakyReLU(0.1), tt.ClippedReLU(1.0)]
SIZES = [(2, 2), (3, 1, 2), (2, 2, 2, 2), (4,)]
TOGETHER, ONE_OF = tt.CorrelatedGroups, tt.AnticorrelatedGroups
EPS = float(np.finfo(float).eps)


ROW = np.array([0.75, -0.5, 0.875, 0.25])  # exact in binary, as are the densities


def output(support: Any, activation: Any, j: int, bias: float) -> tuple[tt.Problem, GroupRow]:
    problem = tt.Problem(n_features=4, n_hidden=1, density=(0.25, 0.375), activation=activation, support=support)
    numbers = group_law(problem), activation_table(problem.sigma), j, ROW, bias, np.full(5, 9.0), np.full(5, 9.0)
    return problem, GroupRow(*numbers)


@pytest.mark.parametrize("j", [0, 1, 3])
@pytest.mark.parametrize("bias", [-0.375, 0.0, 0.125])
@pytest.mark.parametrize("support", [TOGETHER((1, 3)), TOGETHER((2, 2)), ONE_OF((3, 1)), ONE_OF((2, 2))], ids=str)
def test_an_output_is_its_definition_in_exact_fractions(support: Any, bias: float, j: int) -> None:
    for activation, table in (
        (tt.LeakyReLU(-0.25), pieces("leaky", -0.25)),
        (tt.ClippedReLU(0.5), pieces("clipped", 0.5)),
    ):
        problem, row = output(support, activation, j, bias)
        row.few_active()
        error = row.many_active(True)
        exact, parts, slopes = (
            Row(j, list(map(Fraction, ROW.tolist())), Fraction(bias), table),
            np.zeros(5),
            np.zeros(5),
        )
        for active, chance in problem.active_sets():
            one = exact.error(active)
            parts[PARTS.index(part(j, active))] += float(chance * one.value)
            slopes[0] += float(chance * one.d_bias)
            for i, slope in one.d_row.items():
                slopes[1 + i] += float(chance * slope)
        assert error < 1e-10
        assert row.parts == pytest.approx(parts, abs=error + 1e-15)
        assert row.slopes == pytest.approx(slopes, abs=1e-8)


@pytest.mark.parametrize("bias", [-1.0, -0.1875, 0.125, 0.3125, 1.0])  # means of z: the bias + 3/16
@pytest.mark.parametrize("before", [1.0, -5.0])
@pytest.mark.parametrize("gradient", [True, False])
def test_hinges_are_seen_from_the_piece_that_holds_the_mean(
    monkeypatch: Any, bias: float, before: float, gradient: bool
) -> None:
    """What each adds is spread over the output's parts and slopes, with the sign of the side that it lies on."""
    seen: list[Any] = []

    def share(*given: Any) -> Share:
        seen.append(given)
        return Share(1.0, 2.0, 4.0, np.arange(8.0, 12.0), 5e-16)

    monkeypatch.setattr(line_groups, "hinge_share", share)
    piece = (bias >= -0.1875) + (bias >= 0.3125)
    (_, linear), (_, row) = (output(ONE_OF((3, 1)), tt.ClippedReLU(0.5), 1, bias) for _ in range(2))
    linear.parts[0] = row.parts[0] = before
    size = linear._linear_piece(*((0.0, 0.0), (1.0, 0.0), (0.0, 0.5))[piece])
    assert row.many_active(gradient) == pytest.approx(1e-15 * (1.0 + size), rel=1e-12)
    signs = [1.0 if h >= piece else -1.0 for h in (0, 1)]
    assert row.parts - linear.parts == pytest.approx([0.0, 0.0, 0.0, 4.0, 2.0], abs=1e-14)
    added = sum(signs) * np.array([4.0, 8.0, 9.0, 10.0, 11.0])
    assert row.slopes - linear.slopes == pytest.approx(added, abs=1e-14)
    for (_, j, alphas, hinge, *rest), sign, at, change in zip(seen, signs, (0.0, 0.5), (1.0, -1.0), strict=True):
        assert (j, alphas.tolist()) == (1, (sign * ROW).tolist())
        assert hinge == Hinge(sign * (bias - at), sign * change, change, at)
        assert rest == [max(linear.parts.sum(), 3e-4 * 0.25), 0.25, gradient]


def densities(law: Any, sizes: tuple[int, ...], rng: Any) -> list[tuple[float, ...]]:
    """Return unequal densities, all that a group may have, one such group, and rare features."""
    most = [1.0 if law is TOGETHER else 1 / k for k in sizes]
    spread = [most[0], *(0.3 * p for p in most[1:])]
    return [tuple(rng.uniform(0.05, 1.0, len(sizes)) * most), tuple(most), tuple(spread), (0.01,) * len(sizes)]


def model(n: int, m: int, rng: Any, kind: int) -> tuple[Any, Any]:
    """Draw a model; of kind 1 with a feature dropped and biases at the hinge, of kind 2 with a hardly seen feature."""
    weights, bias = rng.normal(0.0, 0.7, (m, n)), rng.uniform(-0.3, 0.3, n)
    if kind:
        weights[:, rng.integers(n)] *= 0.0 if kind == 1 else 1e-4
        bias[rng.random(n) < 0.5] = 0.0
    return weights, bias


def apart(found: Any, wanted: Any) -> float:
    """Return the relative error of the whole gradient."""
    size = math.hypot(np.linalg.norm(wanted.d_weights), np.linalg.norm(wanted.d_bias))
    lines = found.d_weights[0] - wanted.d_weights, found.d_bias[0] - wanted.d_bias
    return math.hypot(*map(np.linalg.norm, lines)) / size


@pytest.mark.parametrize("density", [1e-5, 1e-7, 1e-9])
def test_rare_groups_of_two_scales_keep_their_digits(density: float) -> None:
    """Digons with noise: what a rare set does is small beside 1, and must not be lost in what the others do."""
    rng = np.random.default_rng(5)
    for support in (TOGETHER((2, 2, 2)), TOGETHER((3, 3)), ONE_OF((2, 2, 2))):
        problem = tt.Problem(n_features=6, n_hidden=3, density=density, support=support)
        weights = np.hstack([np.eye(3), -np.eye(3)]) + 1e-5 * rng.normal(size=(3, 6))
        bias = rng.uniform(-0.2, 0.1, 6)
        found, errors = evaluate_line(problem, weights[None], bias[None])
        wanted = evaluate(problem, weights, bias)
        assert abs(found.loss[0] - wanted.loss) <= errors[0] + 1e-15 * wanted.loss
        assert errors[0] <= 1e-9 * wanted.loss
        assert np.abs(found.d_bias[0] - wanted.d_bias).max() <= 1e-6 * density


@pytest.mark.parametrize("law", [TOGETHER, ONE_OF])
def test_groups_of_one_are_independent(law: Any) -> None:
    rng = np.random.default_rng(8)
    weights, bias = rng.normal(0.0, 0.3, (6, 20)), rng.normal(-0.1, 0.1, 20)
    problem = tt.Problem(n_features=20, n_hidden=6, density=tuple(rng.uniform(0.05, 0.6, 20)), support=law((1,) * 20))
    found, errors = evaluate_line(problem, weights[None], bias[None])
    wanted, others = evaluate_line(problem.replace(support=tt.Independent()), weights[None], bias[None])
    assert abs(found.loss[0] - wanted.loss[0]) <= errors[0] + others[0] + 1e-14 * wanted.loss[0]
    assert np.abs(found.d_weights - wanted.d_weights).max() <= 1e-7 * np.abs(wanted.d_weights).max()
    assert np.abs(found.parts - wanted.parts).max() <= 1e-9 * wanted.loss[0]


@pytest.mark.parametrize(("law", "density"), [(TOGETHER, 0.05), (TOGETHER, 0.5), (ONE_OF, 0.1), (ONE_OF, 0.5)])
def test_twenty_features_in_pairs(law: Any, density: float) -> None:
    rng = np.random.default_rng(2)
    weights, bias = rng.normal(0.0, 0.3, (10, 20)), rng.normal(-0.1, 0.05, 20)
    problem = tt.Problem(n_features=20, n_hidden=10, density=density, support=law((2,) * 10))
    estimate = tt.loss_estimate(problem, weights, bias)
    sampled = tt.monte_carlo(problem, weights, bias, size=200_000, seed=5)
    assert estimate.error < 1e-9 * estimate.value
    assert abs(sampled.value - estimate.value) < 4 * sampled.error
    value, d_weights, _ = tt.loss_and_grad(problem, weights, bias)
    step = np.zeros_like(weights)
    step[3, 5] = 1e-5
    slope = (tt.loss(problem, weights + step, bias) - tt.loss(problem, weights - step, bias)) / 2e-5
    assert d_weights[3, 5] == pytest.approx(slope, abs=1e-8 * np.abs(d_weights).max())
    assert tt.decompose(problem, weights, bias).total == pytest.approx(value, rel=1e-13)


def test_one_hot_has_no_line_at_any_size() -> None:
    rng = np.random.default_rng(3)
    weights, bias = rng.normal(0.0, 0.5, (8, 70)), rng.normal(-0.1, 0.1, 70)
    problem = tt.Problem(n_features=70, n_hidden=8, support=tt.OneHot())
    found, errors = evaluate_line(problem, weights[None], bias[None])
    wanted = float(one_hot_loss(problem, weights, bias))
    assert found.loss[0] == pytest.approx(wanted, rel=1e-13)
    assert errors[0] < 1e-13 * wanted
    one_of_all = problem.replace(support=ONE_OF((70,)), density=1 / 70)
    assert tt.loss(one_of_all, weights, bias) == pytest.approx(wanted, rel=1e-13)
    rarer = tt.loss(one_of_all.replace(density=0.5 / 70), weights, bias)  # half the time none is active
    silent = float((np.maximum(bias, 0.0) ** 2).sum())
    assert rarer == pytest.approx(0.5 * wanted + 0.5 * silent, rel=1e-13)
    assert tt.decompose(problem, weights, bias).unrepresented == pytest.approx([1 / 210] * 70)


def test_large_groups_go_to_the_line_by_themselves() -> None:
    pairs = tt.Problem(n_features=40, n_hidden=2, density=0.1, support=TOGETHER((2,) * 20))
    assert not fits_cube(pairs)
    assert fits_cube(pairs.replace(n_features=4, support=TOGETHER((2, 2))))
    assert fits_cube(pairs.replace(activation="gelu"))  # so that the closed form says why not
    with pytest.raises(ValueError, match="got n_features=40"):
        tt.loss(pairs.replace(activation="gelu"), np.zeros((2, 40)), np.zeros(40))
    with pytest.raises(ValueError, match="needs a piecewise-linear activation"):
        tt.loss(pairs.replace(activation="gelu"), np.zeros((2, 40)), np.zeros(40), method="line")
    assert tt.loss(pairs, np.zeros((2, 40)), np.zeros(40)) == pytest.approx(40 * 0.1 / 3, rel=1e-13)
    nothing = tt.decompose(pairs, np.zeros((2, 40)), np.zeros(40))
    assert not nothing.unrepresented.any()  # none is ever alone


def test_a_batch_is_its_models() -> None:
    rng = np.random.default_rng(6)
    weights, bias = rng.normal(0.0, 0.5, (3, 2, 6)), rng.normal(0.0, 0.2, (3, 6))
    problem = tt.Problem(n_features=6, n_hidden=2, density=0.2, support=ONE_OF((3, 3)))
    found, errors = evaluate_line(problem, weights, bias)
    for i in range(3):
        one, error = evaluate_line(problem, weights[i : i + 1], bias[i : i + 1])
        assert (one.loss[0], error[0]) == (found.loss[i], errors[i])
        assert (one.d_weights[0] == found.d_weights[i]).all()


def test_without_a_gradient_the_parts_are_the_same() -> None:
    rng = np.random.default_rng(7)
    problem = tt.Problem(n_features=4, n_hidden=2, density=0.2, support=TOGETHER((2, 2)))
    gram, bias = rng.normal(0.0, 0.5, (4, 4)), rng.normal(0.0, 0.2, 4)
    outs = [(np.zeros((4, 5)), np.zeros((4, 5)), np.zeros(4)) for _ in range(2)]
    group_rows(problem, gram, bias, True, outs[0])
    group_rows(problem, gram, bias, False, outs[1])
    assert (outs[0][0] == outs[1][0]).all()
    assert (outs[0][2] == outs[1][2]).all()


@pytest.mark.equation("group-variance")
@pytest.mark.parametrize("support", [TOGETHER((2, 1, 2)), ONE_OF((2, 1, 2))], ids=str)
def test_moments_of_groups_are_those_of_their_sets(support: Any) -> None:
    problem = tt.Problem(n_features=5, n_hidden=1, density=(0.3, 0.4, 0.2), support=support)
    law, d = group_law(problem), np.array([0.7, -0.4, 0.2, 1.1, 0.5])
    mean, spread, slope = other_moments(law, 1, d)
    first = second = 0.0
    for active, chance in problem.active_sets():
        some = [i for i in active if i != 2]
        middle = 0.5 * d[some].sum()
        first += float(chance) * middle
        second += float(chance) * (middle**2 + (d[some] ** 2).sum() / 12)
    assert mean == pytest.approx(first, rel=1e-14)
    assert spread == pytest.approx(second - first**2, rel=1e-13)
    for i in range(5):
        step = 1e-6 * (np.arange(5) == i)
        change = (other_moments(law, 1, d + step)[1] - other_moments(law, 1, d - step)[1]) / 2e-6
        assert slope[i] == pytest.approx(change, abs=1e-9)
    states, chances = group_states(law, 0, 2)
    assert chances.sum() == pytest.approx(1.0, rel=1e-15)
    assert (states * chances[:, None]).sum(0) == pytest.approx([0.3, 0.3])


def test_a_loss_of_zero_is_zero_within_its_error() -> None:
    weights: Any = np.kron(np.eye(3), [[1.0, -1.0]])  # antipodal pairs that are never active together
    problem = tt.Problem(n_features=6, n_hidden=3, density=0.1, support=ONE_OF((2, 2, 2)))
    found, errors = evaluate_line(problem, weights[None], np.zeros((1, 6)))
    assert abs(found.loss[0]) <= errors[0] <= 1e-9 * problem.null_loss


def test_sets_whose_probability_underflows_add_nothing() -> None:
    problem = tt.Problem(n_features=2, n_hidden=1, density=1e-170, support=TOGETHER((1, 1)))
    weights, bias = np.array([[0.8, -0.6]]), np.array([0.0, -0.1])
    found, errors = evaluate_line(problem, weights[None], bias[None])
    wanted = evaluate(problem, weights, bias, method="cube")
    assert found.loss[0] == pytest.approx(float(wanted.loss), rel=1e-14)
    assert 0.0 <= errors[0] <= 1e-13 * wanted.loss


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("law", [TOGETHER, ONE_OF])
def test_the_line_is_the_closed_form_within_its_error(law: Any, sizes: tuple[int, ...], activation: Any) -> None:
    n, rng = sum(sizes), np.random.default_rng(len(sizes))
    for kind, density in enumerate(densities(law, sizes, rng)):
        weights, bias = model(n, max(1, n // 2), rng, kind % 3)
        problem = tt.Problem(
            n_features=n,
            n_hidden=max(1, n // 2),
            density=density,
            importance=tuple(rng.uniform(0.2, 1.0, n)),
            activation=activation,
            support=law(sizes),
        )
        wanted = evaluate(problem, weights, bias, method="cube")
        found, errors = evaluate_line(problem, weights[None], bias[None])
        assert abs(found.loss[0] - wanted.loss) <= errors[0] + 4 * n * EPS * wanted.loss
        assert errors[0] <= 1e-8 * wanted.loss
        assert np.abs(found.parts[0] - wanted.parts).max() <= 1e-8 * wanted.loss
        assert apart(found, wanted) <= 1e-6
        assert tt.loss(problem, weights, bias, method="line") == pytest.approx(found.loss[0], rel=1e-13)
