"""Branches of local minima: derivatives against exact fractions, models up to symmetry, and where a branch ends."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from numpy.typing import NDArray
from toytoy.numeric.boundaries import branch as module
from toytoy.numeric.boundaries.branch import Branch, BranchLost, State

from tests import traced
from tests.reference import exact

Array = NDArray[np.float64]
BRANCHES = [traced.PAIR, traced.PAIR_3, traced.OTHERS, traced.TRIANGLE]
KINKLESS = [traced.NONE, traced.NONE_3, Branch(2, (), (0,)), *BRANCHES]
STEP = Fraction(1, 10**12)  # of differences, which are exact: what is left is its square
CLOSE = 1e-13  # relative to sums of terms of order one: a few dozen roundings


def a_theta(branch: Branch, seed: int) -> Array:
    rng = np.random.default_rng(seed)
    size = branch.free.size if branch.block else 0
    return rng.normal(scale=0.6, size=size)


class Exact:
    """The loss of a branch's whole model in exact fractions, by θ, r and p; p may pass 1, it is a polynomial."""

    def __init__(self, branch: Branch, theta: Array, importance: float, density: float) -> None:
        self.branch, self.theta = branch, [Fraction(float(x)) for x in theta]
        self.r, self.p = Fraction(importance), Fraction(density)

    def whole(self, theta: list[Fraction], r: Fraction, p: Fraction) -> tuple[Fraction, list[Fraction]]:
        """Loss, and gradient by θ."""
        n, k, block = self.branch.n_features, len(self.branch.block), self.branch.block
        weights, bias = [[Fraction(0)] * n for _ in range(n - 1)], [Fraction(0)] * n
        slots: list[tuple[int, ...]] = [(row, i) for row in range(k - 1) for i in block] + [(i,) for i in block]
        if k == 3:
            del slots[5]
        for slot, value in zip(slots, theta, strict=True):
            if len(slot) == 2:
                weights[slot[0]][slot[1]] = value
            else:
                bias[slot[0]] = value
        used = max(k - 1, 0)
        for i in range(n):
            if i in self.branch.dropped:
                bias[i] = p / 2
            elif i not in block:
                weights[used][i], used = Fraction(1), used + 1
        law, importances = exact.independent([p] * n), [Fraction(1)] * (n - 1) + [r]
        loss, d_weights, d_bias = exact.loss_and_grad(law, importances, ((0,), (0, 1)), weights, bias)
        return loss, [d_weights[s[0]][s[1]] if len(s) == 2 else d_bias[s[0]] for s in slots]

    def slope(self, direction: str) -> tuple[Fraction, list[Fraction]]:
        """Derivatives by log r or p of loss and gradient."""
        ends = []
        for sign in (1, -1):
            r = self.r + sign * STEP if direction == "r" else self.r
            p = self.p + sign * STEP if direction == "p" else self.p
            ends.append(self.whole(self.theta, r, p))
        factor = (self.r if direction == "r" else 1) / (2 * STEP)
        loss = (ends[0][0] - ends[1][0]) * factor
        return loss, [(a - b) * factor for a, b in zip(ends[0][1], ends[1][1], strict=True)]

    def hessian(self) -> list[list[Fraction]]:
        rows = []
        for k in range(len(self.theta)):
            up, down = (
                self.whole([x + s * STEP * (i == k) for i, x in enumerate(self.theta)], self.r, self.p)[1]
                for s in (1, -1)
            )
            rows.append([(a - b) / (2 * STEP) for a, b in zip(up, down, strict=True)])
        return rows


def check_slopes(branch: Branch, density: float, seed: int) -> None:
    theta, importance = a_theta(branch, seed), float(np.random.default_rng(seed).uniform(0.3, 3.0))
    found, truth = branch.slopes(theta, importance, density), Exact(branch, theta, importance, density)
    loss, gradient = truth.whole(truth.theta, truth.r, truth.p)
    by_log_r, gradient_by_log_r = truth.slope("r")
    by_p, gradient_by_p = truth.slope("p")
    scale = 1 + float(np.abs(theta).max(initial=0.0)) ** 4
    both: list[tuple[Any, Any]] = [
        (found.loss, loss),
        (found.by_log_r, by_log_r),
        (found.by_p, by_p),
        (found.gradient, gradient),
        (found.gradient_by_log_r, gradient_by_log_r),
        (found.gradient_by_p, gradient_by_p),
        (found.hessian, truth.hessian()),
    ]
    for value, expected in both:
        assert np.shape(value) == np.shape(expected) or not theta.size
        difference = np.abs(np.asarray(value) - np.array(expected, dtype=float).reshape(np.shape(value)))
        assert difference.max(initial=0.0) <= CLOSE * scale * max(1.0, importance)


@pytest.mark.parametrize("density", [0.02, 0.5, 0.83, 1.0])
@pytest.mark.parametrize("branch", KINKLESS)
def test_loss_and_all_its_derivatives_are_those_of_exact_fractions(branch: Branch, density: float) -> None:
    for seed in range(2):
        check_slopes(branch, density, seed)


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_wrong_sign_of_any_derivative_is_noticed(part: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: the gradient itself, or its mixed derivative by log r or by p, with the other sign."""
    honest = module._evaluated

    def planted(*args: Any) -> tuple[Array, list[Array]]:
        losses, gradients = honest(*args)
        gradients[part] = -gradients[part]
        return losses, gradients

    monkeypatch.setattr(module, "_evaluated", planted)
    with pytest.raises(AssertionError):
        check_slopes(traced.TRIANGLE, 0.5, 0)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("branch", BRANCHES)
def test_reading_uses_up_rotations_and_reflections(branch: Branch, seed: int) -> None:
    """A model, turned, has the same Gram matrix and biases; what is read from either is the same."""
    rng, theta = np.random.default_rng(seed), a_theta(branch, seed)
    if len(branch.block) == 2:  # of one dimension only the product of signs matters
        theta[:2] *= [-1.0, 1.0] * np.sign(theta[:2])
    else:
        theta[[2, 3]] = np.abs(theta[[2, 3]])
    weights, bias = branch.model(theta, 0.5)
    turned = np.linalg.qr(rng.normal(size=(branch.n_features - 1,) * 2))[0] @ weights
    assert np.allclose(branch.read(turned, bias), theta, rtol=0, atol=1e-14)
    again, biases = branch.model(branch.read(turned, bias), 0.5)
    assert np.abs(again.T @ again - weights.T @ weights).max() < 1e-14 * max(1.0, float(np.abs(weights).max()) ** 2)
    assert np.array_equal(biases, bias)
    assert Branch.of(turned) == branch


POINTS = [(2, 0.9, 0.5), (2, 0.62, 0.6), (2, 0.3, 0.2), (2, 1.1, 0.8), (3, 0.8, 0.3), (3, 1.4, 0.3), (3, 1.1, 0.65)]
POINTS += [(3, 0.87, 0.7), (3, 1.15, 0.79), (3, 0.5, 0.7), (3, 3.0, 0.8)]


@pytest.mark.parametrize(("n", "importance", "density"), POINTS)
def test_it_settles_on_what_a_search_finds_in_any_orientation(n: int, importance: float, density: float) -> None:
    problem = tt.Problem.toy(n, importance=importance, density=density)
    solution = tt.minimize(problem, tt.Multistart(n_starts=24, seed=3))
    weights, bias = np.asarray(solution.weights), np.asarray(solution.bias)
    state = Branch.at(weights, bias, importance, density)
    assert state.loss == pytest.approx(solution.loss.value, rel=1e-12)
    assert np.abs(traced.gram(state)[-1, -1] - weights[:, -1] @ weights[:, -1]) < 1e-6  # descent's own error
    assert traced.steepest(state) < 1e-13  # a Newton step, times slopes of order one
    rng = np.random.default_rng(n)
    for order in ([*range(n)], [1, 0, 2][:n] if n > 2 else [0, 1]):
        turned = np.linalg.qr(rng.normal(size=(n - 1, n - 1)))[0] @ weights[:, order]
        again = Branch.at(turned, bias[order], importance, density)
        assert again.branch == state.branch
        assert np.abs(traced.gram(again) - traced.gram(state)).max() < 1e-10
        assert again.loss == pytest.approx(state.loss, rel=1e-14)


@pytest.mark.parametrize(
    ("branch", "loss"),
    [(traced.NONE, 0.3), (Branch(2, (), (0,)), 1.0), (traced.NONE_3, 0.3), (Branch(3, (), (1,)), 1.0)],
)
def test_without_an_overlap_the_loss_is_the_dropped_importance_times_the_variance(branch: Branch, loss: float) -> None:
    state = branch.settle(traced.NOTHING, 0.3, 0.4)
    assert state.loss == pytest.approx(loss * (0.4 / 3 - 0.4**2 / 4), rel=1e-15)
    assert tt.loss(traced.toy(state), *state.model, method="fraction") == pytest.approx(state.loss, rel=1e-15)
    assert state.softest == math.inf


def pair(importance: float = 0.9, density: float = 0.5) -> State:
    return traced.PAIR.settle(np.array([-1.0, 0.8, 0.1, 0.15]), importance, density)


def isosceles() -> State:
    return traced.TRIANGLE.settle(np.array([-0.36, -0.36, 0.91, 0.74, -0.74, 0.42, 0.42, 0.31]), 1.05, 0.8)


@pytest.mark.parametrize("make", [pair, isosceles])
def test_along_a_branch_the_loss_has_the_slopes_stated(make: Any) -> None:
    """Envelope: differences of losses of settled neighbors; θ's own change does not count."""
    state, h = make(), 1e-4
    r, p = state.importance, state.density
    losses = [state.moved(r * math.exp(k * h), p).loss for k in (-2, -1, 1, 2)]
    by_p = [state.moved(r, p + k * h).loss for k in (-2, -1, 1, 2)]
    five_points = np.array([1, -8, 8, -1]) / (12 * h)
    assert state.slopes.by_log_r == pytest.approx(float(five_points @ losses), abs=1e-11)
    assert state.slopes.by_p == pytest.approx(float(five_points @ by_p), abs=1e-11)
    assert state.slopes.by_log_r > 0


def test_a_long_way_leads_where_a_search_starts_anew() -> None:
    far = pair().brought(0.6, 0.35)
    fresh = traced.unequal(0.6, 0.35)
    assert np.abs(far.theta * np.sign(far.theta[1]) - fresh.theta * np.sign(fresh.theta[1]))[:2].max() < 1e-12
    assert np.abs(far.theta - fresh.theta)[2:].max() < 1e-12
    assert far.size == pytest.approx(math.sqrt(traced.gram(fresh)[1, 1]))


def test_a_branch_that_has_ended_is_refused() -> None:
    """The pair with a large extra folds near r = 0.52 at p = 1/2; nothing of its kind is found far behind that."""
    assert pair().brought(0.53, 0.5).softest > 0
    with pytest.raises(BranchLost):
        pair().brought(0.45, 0.5)
    with pytest.raises(BranchLost):
        pair().moved(0.45, 0.5)


def test_the_equal_pair_is_refused_where_it_has_lost_stability() -> None:
    """At r = 1 it stays stationary by symmetry: only its curvature tells."""
    equal = pair(importance=1.0)
    assert equal.theta[0] == pytest.approx(-equal.theta[1], abs=1e-12)
    with pytest.raises(BranchLost, match="lost stability"):
        equal.brought(1.0, 0.8)


def test_densities_outside_the_diagram_are_refused() -> None:
    for density in (0.0, -0.1, 1.0001):
        with pytest.raises(BranchLost, match="out of the diagram"):
            pair().moved(0.9, density)


def test_overlaps_that_vanish_are_no_branch() -> None:
    """Below the threshold a small extra shrinks to nothing: that is another branch, not this one."""
    small = traced.PAIR.settle(np.array([-1.0, 0.15, 0.03, 0.39]), 0.8, 0.7)
    assert small.size > 0.05
    with pytest.raises(BranchLost):
        small.brought(0.75, 0.7)
    with pytest.raises(BranchLost, match="overlaps"):
        traced.PAIR.settle(np.array([-1.0, 0.0, 0.0, 0.35]), 0.75, 0.7)
