"""Smooth activations: tensor Gauss rules against adaptive quadrature of 30 digits and finer rules, and their errors."""

from __future__ import annotations

from itertools import product
from typing import Any

import mpmath as mp
import numpy as np
import pytest
import toytoy as tt
from numpy.typing import NDArray
from toytoy.analytic.activation import SMOOTH, Smooth
from toytoy.analytic.cube import DEPTH, GRADIENT, KIND, MEMBERS, MOVED, ROW, scratch
from toytoy.analytic.smooth import (
    LOWER_ORDERS,
    ORDERS,
    REACH,
    advance,
    set_rules,
    smooth_error,
    smooth_table,
    value_and_slope,
)

Array = NDArray[np.float64]
EPS = float(np.finfo(float).eps)
ROUNDINGS = 64  # of the loss, or of a thousandth of the null loss: as for the closed form
FINE = 80  # points a variable of the reference rule: past machine precision for entries up to 20
DEMAND = 1e-10  # relative error of gradients against the finer rule
SIGMA = {"gelu": lambda z: z * mp.ncdf(z), "softplus": lambda z: mp.log1p(mp.exp(z))}
EVERY_NAME = pytest.mark.parametrize("name", SMOOTH)


def problem(n: int, m: int, name: str, **fields: Any) -> tt.Problem:
    """Return a problem with importances that tell features apart."""
    importance = tuple(0.7**i for i in range(n))
    return tt.Problem(n_features=n, n_hidden=m, **{"density": 0.4, "importance": importance, **fields}, activation=name)


def drawn(n: int, m: int, count: int, scale: float = 1.0) -> tuple[Array, Array]:
    """Draw models."""
    rng = np.random.default_rng(n)
    return scale * rng.normal(size=(count, m, n)), rng.normal(size=(count, n)) / 2


def by_fine_rule(question: tt.Problem, weights: Array, bias: Array) -> tuple[float, Array, Array]:
    """Loss and gradient in plain numpy, with 80 points a variable and a derivative of σ by differences."""
    nodes, shares = np.polynomial.legendre.leggauss(FINE)
    n, gram = question.n_features, weights.T @ weights
    loss, d_bias, d_gram = 0.0, np.zeros(n), np.zeros((n, n))
    for active, chance in question.active_sets():
        grids = np.meshgrid(*[(nodes + 1) / 2] * len(active), indexing="ij")
        w = np.ones(()) * float(chance)
        for axis in range(len(active)):
            w = w * (shares / 2).reshape([-1 if a == axis else 1 for a in range(len(active))])
        x = [grids[active.index(i)] if i in active else np.zeros(w.shape) for i in range(n)]
        for j in range(n):
            z = bias[j] + sum(gram[j, i] * x[i] for i in range(n))
            e = x[j] - question.sigma(z)
            slope = (question.sigma(z + 1e-6) - question.sigma(z - 1e-6)) / 2e-6
            weight = float(question.importances[j])
            loss += weight * float((w * e * e).sum())
            d_bias[j] -= 2 * weight * float((w * e * slope).sum())
            for i in active:
                d_gram[j, i] -= 2 * weight * float((w * e * slope * x[i]).sum())
    return loss, weights @ (d_gram + d_gram.T), d_bias


@pytest.mark.equation("smooth-gauss")
@EVERY_NAME
def test_two_features_to_thirty_digits(name: str) -> None:
    question = problem(2, 1, name, density=0.5)
    for weights, bias in zip(*drawn(2, 1, 3), strict=True):
        gram = weights.T @ weights
        with mp.workdps(30):
            g = [[mp.mpf(float(v)) for v in row] for row in gram]
            exact = mp.mpf(0)
            for j in range(2):
                b, i = mp.mpf(float(bias[j])), 1 - j
                sigma = SIGMA[name]

                def error(x: Any, y: Any, j: int = j, i: int = i, b: Any = b, g: Any = g, s: Any = sigma) -> Any:
                    return (x - s(b + g[j][j] * x + g[j][i] * y)) ** 2

                both = mp.quad(error, [0, 1], [0, 1], maxdegree=4)
                own = mp.quad(lambda x, f=error: f(x, mp.mpf(0)), [0, 1])
                other = mp.quad(lambda y, f=error: f(mp.mpf(0), y), [0, 1])
                weight = mp.mpf(float(question.importances[j]))
                exact += weight * (error(mp.mpf(0), mp.mpf(0)) + own + other + both) / 4
        scale = max(float(exact), 1e-3 * question.null_loss)
        assert abs(mp.mpf(float(tt.loss(question, weights, bias))) - exact) <= ROUNDINGS * EPS * scale


@EVERY_NAME
@pytest.mark.parametrize("scale", [0.3, 1.0, 2.0])
def test_the_stated_error_holds(name: str, scale: float) -> None:
    question = problem(2, 1, name)
    for weights, bias in zip(*drawn(2, 1, 12, scale), strict=True):
        estimate = tt.loss_estimate(question, weights, bias)
        exact, *_ = by_fine_rule(question, weights, bias)
        assert abs(float(estimate) - exact) <= estimate.error
        assert estimate.kind == "quadrature"
        largest = np.abs(weights).max() ** 2
        assert estimate.error <= 1e-7 * max(exact, question.null_loss) * max(1.0, largest)  # it is of use


@EVERY_NAME
@pytest.mark.parametrize("entry", [0.9, 1.0, 1.9, 2.0, 3.9, 4.0, 7.9, 8.0, 15.9, 16.0, 20.0, 31.9])
def test_the_stated_error_holds_wherever_the_bend_lies(name: str, entry: float) -> None:
    question = problem(1, 1, name, density=1.0)
    nodes, shares = (np.polynomial.legendre.leggauss(FINE)[i] for i in range(2))
    panels = 8  # 80 points in each eighth of the side
    x = np.concatenate([(nodes + 1) / 2 + k for k in range(panels)]) / panels
    w = np.tile(shares / 2 / panels, panels)
    for place in np.linspace(0.05, 0.95, 40):  # of z = 0 within the side
        weights, bias = np.array([[entry**0.5]]), np.array([-entry * place])
        exact = float((w * (x - question.sigma(bias[0] + weights[0, 0] ** 2 * x)) ** 2).sum())
        estimate = tt.loss_estimate(question, weights, bias)
        assert abs(float(estimate) - exact) <= estimate.error
        assert estimate.error < 1e-4 * max(exact, question.null_loss)  # it is of use


@EVERY_NAME
def test_beyond_the_reach_of_the_rules_no_error_is_claimed(name: str) -> None:
    assert tt.loss_estimate(problem(1, 1, name), [[6.0]], [-20.0]).error == np.inf


@EVERY_NAME
@pytest.mark.parametrize(("n", "m"), [(1, 1), (2, 1), (3, 2)])
def test_gradients_follow_the_finer_rule(name: str, n: int, m: int) -> None:
    question = problem(n, m, name)
    for weights, bias in zip(*drawn(n, m, 2), strict=True):
        loss, d_weights, d_bias = tt.loss_and_grad(question, weights, bias)
        expected = by_fine_rule(question, weights, bias)
        assert loss == pytest.approx(expected[0], rel=DEMAND)
        size = np.linalg.norm(expected[1]) + np.linalg.norm(expected[2])
        assert np.abs(d_weights - expected[1]).max() <= 10 * DEMAND * size  # σ' by differences is good to 1e-10
        assert np.abs(d_bias - expected[2]).max() <= 10 * DEMAND * size


@EVERY_NAME
def test_parts_add_up_and_four_features_are_the_most(name: str) -> None:
    question = problem(4, 2, name)
    weights, bias = (array[0] for array in drawn(4, 2, 1))
    parts = tt.decompose(question, weights, bias)
    assert float(parts.total) == pytest.approx(float(tt.loss(question, weights, bias)), rel=ROUNDINGS * EPS)
    assert parts.bias_cost == pytest.approx(
        np.array([float(i) for i in question.importances]) * 0.6**4 * question.sigma(bias) ** 2, rel=ROUNDINGS * EPS
    )
    with pytest.raises(ValueError, match="needs n_features <= 4, got n_features=5") as caught:
        tt.loss(problem(5, 1, name), np.zeros((1, 5)), np.zeros(5))
    assert "monte_carlo" in str(caught.value)


@EVERY_NAME
def test_support_laws(name: str) -> None:
    question = problem(3, 2, name, density=None, support=tt.OneHot())
    weights, bias = (array[0] for array in drawn(3, 2, 1))
    assert tt.loss(question, weights, bias) == pytest.approx(by_fine_rule(question, weights, bias)[0], rel=DEMAND)


@EVERY_NAME
def test_it_agrees_with_samples(name: str) -> None:
    question = problem(3, 2, name)
    weights, bias = (array[0] for array in drawn(3, 2, 1))
    estimate = tt.monte_carlo(question, weights, bias, size=200_000, seed=0)
    assert abs(float(estimate) - tt.loss(question, weights, bias)) <= 4.5 * estimate.error  # once in 150 000


@EVERY_NAME
def test_a_steep_softening_is_the_relu(name: str) -> None:
    """Seen from afar both are the ReLU: σ(c z) / c tends to it."""
    sigma = Smooth(name)
    z = np.array([-1.0, -0.1, 0.1, 1.0])
    assert np.abs(sigma(1e4 * z) / 1e4 - np.maximum(z, 0)).max() < 1e-12


def test_rules_are_those_of_gauss() -> None:
    table = smooth_table(Smooth("gelu"), ORDERS)
    for level, order in enumerate(ORDERS):
        start = int(table[3, level])
        x, w = table[0, start : start + order], table[1, start : start + order]
        for power in range(0, 2 * order, 3):  # exact up to degree 2N - 1
            assert (w * x**power).sum() == pytest.approx(1 / (power + 1), rel=1e-13)
    assert all(low < high for low, high in zip(LOWER_ORDERS, ORDERS, strict=True))


@pytest.mark.parametrize("method", ["cube", "fraction"])
def test_exact_methods_are_refused(method: str) -> None:
    with pytest.raises(ValueError, match="piecewise linear"):
        tt.loss(problem(2, 1, "gelu"), [[1.0, -1.0]], [0.0, 0.0], method=method)


@EVERY_NAME
@pytest.mark.parametrize(("n", "m"), [(2, 1), (3, 2)])
def test_searches_take_them(name: str, n: int, m: int) -> None:
    found = tt.minimize(problem(n, m, name), tt.Multistart(n_starts=6, seed=0))
    assert found.status == "converged"
    assert found.kinks == ()
    corners = [
        tt.loss(found.problem, found.weights, found.bias + np.array(d)) for d in product((-1e-3, 1e-3), repeat=n)
    ]
    assert min(corners) > float(found.loss)


def test_a_rule_is_the_next_one_from_twice_the_entry_on_and_the_lower_is_one_step_behind() -> None:
    points = ORDERS  # by trial: the table of the docstring
    assert points == (12, 16, 24, 32, 48, 64)
    assert points[:-1] == LOWER_ORDERS[1:]
    assert LOWER_ORDERS[0] == 10
    assert 2.0 ** (len(points) - 1) == REACH
    act, sizes = smooth_table(Smooth("gelu")), (0.0, 1.0, -1.01, 2.0, 2.01, -4.01, 8.0, 8.01, -16.0, 16.01, 1e6)
    levels = (0, 0, 1, 1, 2, 3, 3, 4, 4, 5, 5)
    work, stack = scratch(len(sizes))
    work[ROW, : len(sizes)] = sizes
    for mask in (0, 0b10000000001, 0b10101010101, 0b11111111111):
        members = [i for i in range(len(sizes)) if mask >> i & 1]
        stack[:] = 77
        assert set_rules(np.int64(mask), len(sizes), act, work, stack) == len(members)
        assert stack[MEMBERS, : len(members)].tolist() == members
        starts = [sum(ORDERS[: levels[i]]) for i in members]
        assert stack[DEPTH, : len(members)].tolist() == stack[KIND, : len(members)].tolist() == starts
        assert stack[MOVED, : len(members)].tolist() == [
            a + ORDERS[levels[i]] for a, i in zip(starts, members, strict=True)
        ]


def test_nodes_are_passed_once_each() -> None:
    _, stack = scratch(3)
    stack[DEPTH, :3] = stack[KIND, :3] = 5, 2, 7
    stack[MOVED, :3] = 9, 4, 10
    seen = [tuple(stack[KIND, :3])]
    while advance(3, stack):
        seen.append(tuple(stack[KIND, :3]))
    assert sorted(seen) == sorted(product([5], (2, 3), (7, 8, 9)))
    assert not advance(1, stack)


@EVERY_NAME
def test_values_and_slopes_to_thirty_digits(name: str) -> None:
    key = smooth_table(Smooth(name))[4, 0]
    assert key == {"gelu": -1.0, "softplus": -2.0}[name]
    for z in (-30.0, -3.0, -0.5, 0.0, 1e-3, 0.75, 4.0, 40.0):
        with mp.workdps(50):
            exact = SIGMA[name](mp.mpf(z)), mp.diff(SIGMA[name], mp.mpf(z))
        assert value_and_slope(key, z) == pytest.approx([float(x) for x in exact], rel=1e-13, abs=1e-16)


@EVERY_NAME
@pytest.mark.parametrize("mask", [0b000, 0b010, 0b100, 0b101, 0b111])
def test_one_set_is_its_integral_and_the_gradient_its_slope(name: str, mask: int) -> None:
    """One output by the kernel, on a scratch that another row has filled; a few nodes in each variable."""
    row, j, weight, orders = np.array([0.75, -0.5, 0.25]), 1, 0.5, (6, 8)
    act, members = smooth_table(Smooth(name), orders), [i for i in range(3) if mask >> i & 1]

    def error(b: float, entries: NDArray[np.float64]) -> tuple[float, Array]:
        work, stack = scratch(3)
        work[:], stack[:] = 3.0, 77
        work[ROW, :3], work[GRADIENT, :4] = entries, 2.0
        found, size = smooth_error(j, 3, weight, np.int64(mask), b, act, work, stack)
        assert size == len(members)
        return float(found), work[GRADIENT, :4] - 2.0

    x, w = (np.polynomial.legendre.leggauss(20)[i] / 2 for i in range(2))
    grids = np.meshgrid(*[x + 0.5] * 3, indexing="ij")
    z = 0.125 + sum((row[i] * grids[i] for i in members), np.zeros(grids[0].shape))
    off = (grids[j] if j in members else 0.0) - Smooth(name)(z)
    found, gradient = error(0.125, row)
    assert found == pytest.approx(float(np.einsum("i,j,k,ijk", w, w, w, off**2)), rel=1e-9)
    for k in range(4):
        up, down = (
            error(0.125 + sign * 1e-5 * (k == 0), row + sign * 1e-5 * (np.arange(3) == k - 1))[0] for sign in (1, -1)
        )
        assert gradient[k] == pytest.approx(weight * (up - down) / 2e-5, rel=1e-7, abs=1e-10)
