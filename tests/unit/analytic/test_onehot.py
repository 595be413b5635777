"""One-hot inputs: the published closed form against fractions and integrals, and its polygons against brute force."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import mpmath as mp
import numpy as np
import pytest
import sympy as sp
import toytoy as tt
from hypothesis import given
from hypothesis import strategies as st
from toytoy.analytic.onehot import GRID, one_hot_loss, polygon

from tests.reference import exact

RELU = ((0,), (0, 1))
EPS = float(np.finfo(float).eps)
ROUNDINGS = 50  # of the largest term; a sum of n terms, each a handful of operations
# Chen et al. 2023: corners, length, bias, energy, to the digits printed.
PUBLISHED = [(4, 1.0, 0.0, 0.0), (5, 1.17046, -0.28230, 0.23738), (6, 1.32053, -0.61814, 0.86746)]
PRINTED = 0.6e-5  # half a unit of the fifth digit, and their own rounding
ENTRIES = st.integers(-16, 16).map(lambda x: Fraction(x, 8))


def problem(n: int, m: int = 1, **fields: Any) -> tt.Problem:
    """Return a problem with one-hot inputs."""
    return tt.Problem(n_features=n, n_hidden=m, support=tt.OneHot(), **fields)


@pytest.mark.equation("onehot-loss", "onehot-below", "onehot-above")
@given(
    weights=st.lists(st.lists(ENTRIES, min_size=3, max_size=3), min_size=2, max_size=2),
    bias=st.lists(ENTRIES, min_size=3, max_size=3),
    importance=st.lists(st.fractions(0, 3, max_denominator=4), min_size=3, max_size=3),
)
def test_the_closed_form_is_the_integral(
    weights: list[list[Fraction]], bias: list[Fraction], importance: list[Fraction]
) -> None:
    law = [((i,), Fraction(1, 3)) for i in range(3)]
    expected = exact.loss(law, importance, RELU, weights, bias)
    question = problem(3, 2, importance=tuple(importance))
    scale = float(1 + max(max(abs(x) for row in weights for x in row) ** 4, max(map(abs, bias)) ** 2))
    floats = np.array(weights, dtype=float), np.array(bias, dtype=float)  # eighths: exact
    allowed = ROUNDINGS * EPS * scale * max(1.0, float(sum(importance)))
    assert abs(Fraction(float(one_hot_loss(question, *floats))) - expected) <= allowed
    assert abs(Fraction(float(tt.loss(question, *floats))) - expected) <= allowed


@pytest.mark.equation("onehot-always-on", "onehot-below", "onehot-above")
def test_its_pieces_are_sympy_integrals() -> None:
    u, b, a = sp.symbols("u b a", real=True)
    square = sp.symbols("q", positive=True)
    n = (1 - square) ** 2 - 3 * (1 - square) * b + 3 * b**2
    below = 3 * (sp.integrate(u**2, (u, 0, -b / square)) + sp.integrate((u - square * u - b) ** 2, (u, -b / square, 1)))
    assert sp.simplify(below - (n + b**3 / square**2 + b**3 / square)) == 0
    assert sp.simplify(3 * sp.integrate((u - square * u - b) ** 2, (u, 0, 1)) - n) == 0
    assert sp.simplify(3 * sp.integrate((a * u + b) ** 2, (u, -b / a, 1)) - (a + b) ** 3 / a) == 0
    assert sp.simplify(3 * sp.integrate((a * u + b) ** 2, (u, 0, -b / a)) + b**3 / a) == 0
    assert sp.simplify(3 * sp.integrate((a * u + b) ** 2, (u, 0, 1)) - (a**2 + 3 * a * b + 3 * b**2)) == 0


def test_many_features_and_a_batch() -> None:
    rng = np.random.default_rng(0)
    weights, bias = rng.normal(size=(4, 3, 40)), rng.normal(size=(4, 40)) / 2
    question = problem(40, 3)
    losses, again = one_hot_loss(question, weights, bias), tt.loss(question, weights, bias)
    assert losses.shape == (4,)
    assert (np.abs(losses - again) <= ROUNDINGS * EPS * np.abs(weights).max() ** 4 * 9).all()  # G ≤ 3 max²


@pytest.mark.equation("onehot-polygon")
@pytest.mark.parametrize(("k", "length", "bias", "energy"), PUBLISHED)
def test_the_published_polygons(k: int, length: float, bias: float, energy: float) -> None:
    solved = polygon(k)
    assert abs(solved.length - length) < PRINTED
    assert abs(solved.bias - bias) < PRINTED
    assert abs(solved.energy - energy) < PRINTED


@pytest.mark.equation("onehot-polygon", "onehot-polygon-loss")
@pytest.mark.parametrize("k", range(1, 13))
def test_a_polygon_is_stationary_and_costs_what_it_says(k: int) -> None:
    n, solved = k + 2, polygon(k)
    question = problem(n, 2)
    weights, bias = solved.model(n)
    loss, d_weights, d_bias = tt.loss_and_grad(question, weights, bias)
    assert abs(loss - solved.loss(n)) <= ROUNDINGS * EPS
    if k > 4:  # up to four corners b = 0 is a kink: the gradient there is that of one side
        assert np.abs(d_weights).max() <= ROUNDINGS * EPS
        assert np.abs(d_bias[:k]).max() <= ROUNDINGS * EPS


@pytest.mark.parametrize("k", [5, 6, 7, 10, 23])
def test_no_other_length_and_bias_is_better(k: int) -> None:
    solved = polygon(k)
    turns = np.cos(2 * np.pi * np.arange(1, k) / k)
    beta, square = np.meshgrid(GRID[::16], np.linspace(0.01, 4, 200))
    written = sum(np.where(c > 0, np.maximum(square * (c + beta), 0) ** 3 / (square * abs(c)), 0) for c in turns)
    b = beta * square
    own = b**3 / square**2 + b**3 / square + (1 - square) ** 2 - 3 * (1 - square) * b + 3 * b * b
    assert k * (written + own).min() >= solved.energy - ROUNDINGS * EPS


@pytest.mark.parametrize(("n", "k"), [(4, 4), (5, 5), (6, 6), (8, 7), (9, 7)])
def test_a_search_finds_them(n: int, k: int) -> None:
    found = tt.minimize(problem(n, 2), tt.Multistart(n_starts=48, seed=0))
    solved = polygon(k)
    silent = (n - k) * (1 - 3 / (4 * n))  # features left out answer their mean, 1/2n
    assert float(found.loss) == pytest.approx((solved.energy + silent) / (3 * n), abs=1e-13)
    lengths = np.sort(np.linalg.norm(found.weights, axis=0))[-k:]
    if k > 4:  # four corners need not stand at right angles: opposite pairs do
        assert lengths == pytest.approx(np.full(k, solved.length), abs=1e-6)  # flat to second order


@pytest.mark.parametrize("n", range(4, 12))
def test_no_polygon_lies_below_what_a_search_finds(n: int) -> None:
    question = problem(n, 2)
    found = float(tt.minimize(question, tt.Multistart(n_starts=4, seed=0)).loss)
    for k in range(3, n + 1):
        weights, bias = polygon(k).model(n)
        bias[k:] = 1 / (2 * n)
        assert found <= float(tt.loss(question, weights, bias)) + ROUNDINGS * EPS


@pytest.mark.parametrize("fields", [{"activation": "abs"}, {"support": tt.Independent(), "density": 0.5}])
def test_other_problems_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="support=OneHot"):
        one_hot_loss(problem(2).replace(**fields), [[1.0, 0.0]], [0.0, 0.0])


@pytest.mark.parametrize("k", [0, 1.5, "5"])
def test_corners_are_counted(k: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="k "):
        polygon(k)
    with pytest.raises(ValueError, match="n_features must be at least k=5, got n_features=4"):
        polygon(5).model(4)


@pytest.mark.equation("onehot-loss", "onehot-below", "onehot-above")
@pytest.mark.parametrize("case", range(4))
@pytest.mark.filterwarnings("error")
def test_every_branch_and_edge_in_fractions_without_a_warning(case: int) -> None:
    """Quarters: zero columns, biases of 0, of -ℓ², and of -G_ji, and just beside them."""
    columns = [Fraction(x, 2) for x in (0, 1, -1, -3)]
    law = [((i,), Fraction(1, 3)) for i in range(3)]
    importance = [Fraction(1), Fraction(1, 2), Fraction(3)]
    question = problem(3, importance=tuple(importance))
    for row in product(columns, repeat=3):
        gram = [[x * y for x in row] for y in row]
        edges = (0, -gram[0][0], -gram[0][1], Fraction(1, 8)), (0, -gram[1][1], -gram[2][1], -gram[1][0])
        bias = [Fraction(edges[0][case]), Fraction(edges[1][case]), Fraction(case - 2, 16)]
        found = float(one_hot_loss(question, np.array([row], dtype=float), np.array(bias, dtype=float)))
        assert found == pytest.approx(float(exact.loss(law, importance, RELU, [row], bias)), rel=20 * EPS, abs=EPS)


def test_a_polygon_as_a_model_by_hand() -> None:
    """Its first corner lies on the first axis, the others follow a fifth of a turn apart; the rest is silent."""
    solved = polygon(5)
    weights, bias = solved.model(7)
    turns = np.exp(2j * np.pi * np.arange(5) / 5)
    assert np.abs(weights[0, :5] + 1j * weights[1, :5] - solved.length * turns).max() <= 4 * EPS
    assert weights[:, 5:].tolist() == [[0.0, 0.0]] * 2
    assert bias.tolist() == [solved.bias] * 5 + [0.0] * 2
    assert solved.model(5)[0].shape == (2, 5)
    assert solved.loss(7) == (solved.energy + 2) / 21


@pytest.mark.equation("onehot-polygon")
@pytest.mark.parametrize("k", [5, 6, 8, 12, 17])
def test_a_polygon_solves_its_two_equations_in_thirty_digits(k: int) -> None:
    """∂H/∂ℓ² = 0 and ∂H/∂β = 0 of H = A ℓ⁴ + B ℓ² + 1, at b = β ℓ², solved anew by Newton from there."""
    solved = polygon(k)
    with mp.workdps(30):
        turns = [mp.cos(2 * mp.pi * i / k) for i in range(1, k)]

        def energy(square: Any, beta: Any) -> Any:
            written = sum((c + beta) ** 3 / c for c in turns if c > 1e-9 and c + beta > 0)
            return (written + (1 + beta) ** 3) * square**2 + (1 + beta) ** 2 * (beta - 2) * square + 1

        def slopes(square: Any, beta: Any) -> list[Any]:
            return [mp.diff(energy, (square, beta), which) for which in ((1, 0), (0, 1))]

        square, beta = mp.findroot(slopes, (solved.length**2, solved.bias / solved.length**2), tol=1e-20)
        assert abs(mp.sqrt(square) - solved.length) < 1e-12
        assert abs(beta * square - solved.bias) < 1e-12
        assert abs(k * energy(square, beta) - solved.energy) < k * 1e-14


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_up_to_four_corners_lose_nothing(k: int) -> None:
    assert tuple(polygon(k)) == (k, 1.0, 0.0, 0.0)
    assert polygon(k).loss(k) == 0.0
    assert polygon(k).loss(k + 1) == pytest.approx(1 / (3 * (k + 1)), rel=1e-15)


def test_other_problems_are_refused_by_what_they_are() -> None:
    for fields in ({"activation": "abs"}, {"support": tt.Independent(), "density": 0.5}):
        with pytest.raises(ValueError, match=r"problem must have activation=\"relu\" and support=OneHot\(\) here, got"):
            one_hot_loss(problem(2).replace(**fields), [[1.0, 0.0]], [0.0, 0.0])
    group = tt.AnticorrelatedGroups((2,))
    with pytest.raises(ValueError, match="loss takes any"):
        one_hot_loss(tt.Problem(n_features=2, n_hidden=1, density=0.5, support=group), [[1.0, 0.0]], [0.0, 0.0])
