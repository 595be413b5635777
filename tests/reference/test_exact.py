"""The references themselves: against values worked out by hand, published formulas, and one another."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy

from tests.reference import draws, exact, laws, plain, quadrature
from tests.reference.exact import Law, Matrix

F = Fraction
RELU = ((0,), (0, 1))
HALF = F(1, 2)
TINY_STEP = F(1, 2**40)


def drawn(activation: str, n: int, count: int = 3) -> list[draws.Case]:
    return [c for c in draws.cases(5, 7 * count, activation, n) if c.kind in ("generic", "touching")]


def test_one_feature_by_hand() -> None:
    # z = x/4 + 1/4 > 0: P(off) (1/4)² + P(on) ∫ (3x/4 − 1/4)² dx = 1/2·1/16 + 1/2·(3/16 − 3/16 + 1/16)
    assert exact.loss(exact.independent([HALF]), [1], RELU, [[HALF]], [F(1, 4)]) == F(1, 16)


def test_a_cut_by_hand() -> None:
    # z = x − 1/2: the error is x below 1/2 and 1/2 above, so ∫ = 1/24 + 1/8; the derivatives come from above only:
    # −2 ∫ (x − z) dx = −1/2 by b, and −2 ∫ (x − z) x dx = −3/8 by G = w², so −3/4 by w = 1
    loss, d_weights, d_bias = exact.loss_and_grad(exact.independent([1]), [1], RELU, [[F(1)]], [-HALF])
    assert (loss, d_weights, d_bias) == (F(1, 6), [[F(-3, 4)]], [-HALF])


@pytest.mark.parametrize("density", [F(1), F(1, 3), F(1, 100)])
@pytest.mark.parametrize("r", [F(0), F(2, 5), F(3)])
def test_published_ansatz_losses(density: Fraction, r: Fraction) -> None:
    law, v, p = exact.independent([density] * 2), density / 3 - density**2 / 4, density
    losses = {
        (1, 0): r * v,  # not represented
        (0, 1): v,  # dedicated
        (1, -1): (1 + r) * p**2 / 6,  # antipodal
    }
    for w, loss in losses.items():
        bias = [p / 2 if x == 0 else F(0) for x in w]
        assert exact.loss(law, [1, r], RELU, [[F(x) for x in w]], bias) == loss


def one_hot_loss(gram: Matrix, bias: list[Fraction]) -> Fraction:
    """Return the closed form of Chen et al. 2023 (arXiv 2310.06301) for one feature at a time."""
    total = F(0)
    for i in range(len(bias)):
        b, square = bias[i], gram[i][i]
        own = (1 - square) ** 2 - 3 * (1 - square) * b + 3 * b * b
        overlaps = [gram[i][j] for j in range(len(bias)) if j != i]
        if b > 0:
            total += own + sum((-(b**3) / a if -a > b else a * a + 3 * a * b + 3 * b * b for a in overlaps), F(0))
        else:
            total += b**3 / square**2 + b**3 / square + own if -square <= b else 1
            total += sum(((a + b) ** 3 / a for a in overlaps if a > 0 and -a <= b), F(0))
    return total / (3 * len(bias))


def test_one_hot_support_is_the_published_formula() -> None:
    law: Law = [((i,), F(1, 4)) for i in range(4)]
    rng = np.random.default_rng(1)
    for _ in range(20):
        weights = [[F(int(x), 7) for x in row] for row in rng.integers(-9, 10, (2, 4))]
        bias = [F(int(x), 5) for x in rng.choice([-8, -2, -1, 0, 1, 2], 4)]
        gram = exact.gram(weights)
        if all(gram[i][i] for i in range(4)):
            assert exact.loss(law, [1] * 4, RELU, weights, bias) == one_hot_loss(gram, bias)


def test_linear_activation_is_the_closed_form() -> None:
    p, rng = F(3, 10), np.random.default_rng(2)
    v, mean = p / 3 - p * p / 4, p / 2
    weights = [[F(int(x), 7) for x in row] for row in rng.integers(-9, 10, (2, 3))]
    bias, importance = [F(1, 3), F(-1, 5), F(0)], [F(1), F(2), F(1, 2)]
    gram, closed = exact.gram(weights), F(0)
    for j in range(3):
        misfit = bias[j] - mean * (1 - sum(gram[j]))
        squares = (1 - gram[j][j]) ** 2 + sum(gram[j][i] ** 2 for i in range(3) if i != j)
        closed += importance[j] * (v * squares + misfit**2)
    assert exact.loss(exact.independent([p] * 3), importance, ((), (1,)), weights, bias) == closed


def test_two_features_by_symbolic_integration() -> None:
    x, y = sympy.symbols("x y", nonnegative=True)
    a, c, b = sympy.Rational(3, 4), sympy.Rational(-1, 2), sympy.Rational(-1, 8)  # z = b + a x + c y, cut at x = x0
    x0 = (-b - c * y) / a
    shut = sympy.integrate(x**2, (x, 0, x0))
    open_ = sympy.integrate((x - (b + a * x + c * y)) ** 2, (x, x0, 1))
    answer = sympy.integrate(sympy.expand(shut + open_), (y, 0, 1))
    row = exact.Row(0, [F(3, 4), F(-1, 2)], F(-1, 8), RELU)
    assert row.error((0, 1)).value == F(int(answer.p), int(answer.q))


@pytest.mark.parametrize("activation", draws.ACTIVATIONS)
@pytest.mark.parametrize("n", [1, 2, 3])
def test_quadrature_agrees(activation: str, n: int) -> None:
    for case in drawn(activation, n, count=1):
        law = exact.independent(case.density)
        value, error = quadrature.loss(law, case.importance, case.pieces, case.weights, case.bias)
        loss = float(exact.loss(law, case.importance, case.pieces, case.weights, case.bias))
        assert abs(value - loss) <= error + 1e2 * np.finfo(float).eps * loss  # the sum over up to 24 terms is rounded


@pytest.mark.parametrize("activation", draws.ACTIVATIONS)
@pytest.mark.parametrize("n", [1, 2, 3])
def test_gradient_is_the_difference_quotient(activation: str, n: int) -> None:
    for case in drawn(activation, n, count=1):
        if case.kind != "generic":  # elsewhere there are kinks
            continue
        law, m = exact.independent(case.density), len(case.weights)
        _, d_weights, d_bias = exact.loss_and_grad(law, case.importance, case.pieces, case.weights, case.bias)
        gradient = [x for row in d_weights for x in row] + d_bias
        point = [F(float(x)) for x in (*case.weights.ravel(), *case.bias)]

        def loss_at(flat: list[Fraction], case: draws.Case = case, law: Law = law, m: int = m) -> Fraction:
            weights = [flat[k * n : (k + 1) * n] for k in range(m)]
            return exact.loss(law, case.importance, case.pieces, weights, flat[m * n :])

        # exact numbers don't cancel, so the step can be small; the quotient's error is third derivatives times step²,
        # or a jump of the second derivative times step where a vertex crosses the hinge within it
        for k, slope in enumerate(gradient):
            up, down = ([x + s * (i == k) for i, x in enumerate(point)] for s in (TINY_STEP, -TINY_STEP))
            quotient = (loss_at(up) - loss_at(down)) / (2 * TINY_STEP)
            assert abs(quotient - slope) <= 1e3 * TINY_STEP


@pytest.mark.parametrize("activation", draws.ACTIVATIONS)
@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_parts_add_up_exactly(activation: str, n: int) -> None:
    for case in drawn(activation, n, count=1):
        law = exact.independent(case.density)
        parts = exact.decompose(law, case.importance, case.pieces, case.weights, case.bias)
        loss = exact.loss(law, case.importance, case.pieces, case.weights, case.bias)
        assert sum(sum(part) for part in parts.values()) == loss


def case_of(support: str, sizes: tuple[int, ...], density: tuple[float, ...]) -> draws.Case:
    n = len(density)
    return draws.Case("", density, (1.0,) * n, "relu", 0.0, np.zeros((1, n)), np.zeros(n), support, sizes)


def test_a_law_of_active_sets_adds_up_to_one() -> None:
    law = exact.independent([F(1, 3), 1, F(1, 7)])
    assert sum(chance for _, chance in law) == 1
    assert len(law) == 4
    assert all(1 in active for active, _ in law)


@pytest.mark.parametrize("draw", [draws.cases, draws.grouped_cases])
@pytest.mark.parametrize("n", [1, 2, 4])
def test_every_law_has_the_densities_it_is_given(draw: Callable[..., Any], n: int) -> None:
    supports = set()
    for case in draw(0, 30, "relu", n):
        law = laws.law_of(case)
        supports.add(case.support)
        assert sum(chance for _, chance in law) == 1
        for i, p in enumerate(case.density):
            assert sum((chance for active, chance in law if i in active), F(0)) == F(p)
    assert supports == ({"independent"} if draw is draws.cases else set(draws.SUPPORTS))


def test_laws_by_hand() -> None:
    half, quarter, eighth = F(1, 2), F(1, 4), F(1, 8)
    independent = laws.law_of(case_of("independent", (), (0.5, 0.25)))
    assert sorted(independent) == sorted(exact.independent([half, quarter]))
    assert dict(laws.law_of(case_of("one_hot", (), (0.5, 0.5)))) == {(0,): half, (1,): half}
    together = laws.law_of(case_of("correlated", (2, 1), (0.5, 0.5, 0.25)))
    assert dict(together) == {(): half * F(3, 4), (2,): eighth, (0, 1): half * F(3, 4), (0, 1, 2): eighth}
    apart = laws.law_of(case_of("anticorrelated", (2, 1), (0.25, 0.25, 1.0)))
    assert dict(apart) == {(2,): half, (0, 2): quarter, (1, 2): quarter}


PLAIN_ROUNDING = 1e-11  # of E x² ~ 1: the twin subtracts numbers of that size after dividing by a few entries of 0.05
DEGENERATE_ERROR = 1e-5  # where entries are small the twin's Gauss rule misses the hinge inside their range


def twin_gap(case: draws.Case) -> float:
    """Return the largest difference of loss and gradient between the twin and the exact reference."""
    law = exact.independent(case.density)
    given: tuple[Any, ...] = (law, case.importance, case.pieces, case.weights, case.bias)
    loss, d_weights, d_bias = exact.loss_and_grad(*given)
    found = plain.loss_and_grad(*given)
    pairs: list[tuple[Any, Any]] = [(found[0], float(loss)), (found[1], d_weights), (found[2], d_bias)]
    return max(float(np.abs(x - np.array(y, dtype=float)).max()) for x, y in pairs)


def with_large_entries(case: draws.Case) -> bool:
    return bool(np.abs(case.weights.T @ case.weights).min() > 0.05)


def generous(case: draws.Case) -> bool:
    return case.kind in ("tiny_entries", "paired_columns", "near_orthonormal")


@pytest.mark.parametrize("activation", draws.ACTIVATIONS)
@pytest.mark.parametrize(
    ("chosen", "allowed"), [(with_large_entries, PLAIN_ROUNDING), (generous, DEGENERATE_ERROR)], ids=["plain", "tiny"]
)
def test_the_plain_twin_agrees(activation: str, chosen: Callable[[draws.Case], bool], allowed: float) -> None:
    cases = [case for n in (1, 2, 3) for case in draws.cases(6, 21, activation, n) if case.kind != "large"]
    cases = [case for case in cases if chosen(case)]
    assert len(cases) > 5
    for case in cases:
        scale = max(1.0, *case.importance) * max(1.0, float(np.abs(case.weights).max())) ** 4
        assert twin_gap(case) <= allowed * scale, case


def test_the_plain_twin_takes_a_batch() -> None:
    rng = np.random.default_rng(3)
    weights, bias = rng.normal(size=(2, 3, 1, 2)), rng.normal(size=(3, 2))
    law = exact.independent([0.3, 0.6])
    loss, d_weights, d_bias = plain.loss_and_grad(law, [1, 2], RELU, weights, bias)
    assert (loss.shape, d_weights.shape, d_bias.shape) == ((2, 3), (2, 3, 1, 2), (2, 3, 2))
    for k in np.ndindex(2, 3):
        one = plain.loss_and_grad(law, [1, 2], RELU, weights[k], bias[k[1]])
        for batched, single in zip((loss, d_weights, d_bias), one, strict=True):
            # the same operations in the same order: only BLAS may round a batch differently
            assert np.allclose(batched[k], single, rtol=1e2 * np.finfo(float).eps, atol=1e2 * np.finfo(float).eps)
