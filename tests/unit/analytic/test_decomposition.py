"""The five parts of the loss against exact fractions, their sum, and the limit of rare features."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.activation import PiecewiseLinear
from toytoy.analytic.decomposition import alone, paper_limit

from tests.cross.accuracy import LOSS_DEMAND, problem_of
from tests.reference import draws, exact

EPS = float(np.finfo(float).eps)
RELU = ((0,), (0, 1))


def allowed(case: draws.Case, total: float) -> float:
    """Return the error that one part may have: the demand on the whole loss, or on an output of order one."""
    return LOSS_DEMAND * max(total, 1e-3 * case.null_loss)


@pytest.mark.parametrize("n", [1, 2, 3, 4])
@pytest.mark.parametrize("activation", draws.ACTIVATIONS)
def test_each_part_is_exact(activation: str, n: int) -> None:
    for case in draws.cases(8, 21 if n < 4 else 7, activation, n):
        if case.kind == "large":  # one huge output would hide the others
            continue
        law = exact.independent(case.density)
        wanted = exact.decompose(law, case.importance, case.pieces, case.weights, case.bias)
        parts = tt.decompose(problem_of(case), case.weights, case.bias)
        total = float(sum(sum(part) for part in wanted.values()))
        assert tuple(parts.parts()) == exact.PARTS
        for name, part in parts.parts().items():
            assert part.shape == (n,)
            assert np.abs(part - np.array(wanted[name], dtype=float)).max() <= allowed(case, total), (name, case)
        loss = tt.loss(problem_of(case), case.weights, case.bias)
        assert abs(parts.total - loss) <= 5 * n * EPS * total  # the same 5n numbers, added in another order


def test_by_hand() -> None:
    # w = (1, −1), b = (0, 1/4), p = 1/2; off: b² on the second output
    parts = tt.decompose(tt.Problem.toy(2, importance=1.0, density=0.5), [[1.0, -1.0]], [0.0, 0.25])
    quarter = 0.25
    wanted = {
        "bias_cost": [0.0, quarter / 16],
        "benefit": [0.0, quarter / 16],  # off by b on all of [0, 1]
        "interference": [0.0, quarter * 0.25**3 / 3],  # (1/4 − x)² on [0, 1/4]
    }
    for name, values in wanted.items():
        assert getattr(parts, name) == pytest.approx(values, rel=4 * EPS, abs=EPS)


def test_error_removed_is_measured_against_an_output_of_zero() -> None:
    problem = tt.Problem(n_features=2, n_hidden=1, density=(0.25, 0.5), importance=(1.0, 3.0))
    parts = tt.decompose(problem, [[0.8, -0.3]], [0.1, -0.2])
    silent = np.array([1.0 * 0.25 * 0.5, 3.0 * 0.5 * 0.75]) / 3  # I_j P({j}) ∫ x²
    assert parts.error_removed == pytest.approx(silent - parts.benefit, rel=4 * EPS)
    nothing = tt.decompose(problem, [[0.0, 0.0]], [-1.0, -1.0])
    assert np.abs(nothing.error_removed).max() <= EPS


def test_leading_axes_broadcast() -> None:
    rng = np.random.default_rng(3)
    problem, weights, bias = tt.Problem.toy(3, density=0.3), rng.normal(size=(4, 1, 2, 3)), rng.normal(size=(5, 3))
    parts = tt.decompose(problem, weights, bias)
    assert parts.total.shape == (4, 5)
    assert parts.error_removed.shape == (4, 5, 3)
    one = tt.decompose(problem, weights[1, 0], bias[2])
    for name, part in parts.parts().items():
        assert part.shape == (4, 5, 3)
        assert np.array_equal(part[1, 2], getattr(one, name))


RARE = Fraction(1, 10**9)


@pytest.mark.parametrize(
    ("activation", "table"),
    [("relu", RELU), ("abs", ((0,), (-1, 1))), (tt.LeakyReLU(0.5), ((0,), (0.5, 1))), ("linear", ((), (1,)))],
    ids=str,
)
def test_the_limit_is_that_of_rare_features(activation: str | PiecewiseLinear, table: Any) -> None:
    rng = np.random.default_rng(4)
    bias = np.array([0.0, -0.25, 0.0]) if activation == "relu" else np.zeros(3)
    weights = rng.normal(size=(2, 3))
    problem = tt.Problem(n_features=3, n_hidden=2, density=0.7, importance=(1.0, 0.4, 2.0), activation=activation)
    limit = paper_limit(problem, weights, bias)
    law = exact.independent([RARE] * 3)
    rare = exact.decompose(law, problem.importances, table, weights, bias)
    for name in ("benefit", "interference"):
        wanted = np.array([part / RARE for part in rare[name]], dtype=float)
        # conditioning on the others being off changes the ratio by (1 − p)² < 1 − 2e-9
        assert getattr(limit, name) == pytest.approx(wanted, rel=3 * float(RARE), abs=10 * EPS)
    assert not any(getattr(limit, name).any() for name in ("bias_cost", "distortion", "false_positive"))
    loss = exact.loss(law, problem.importances, table, weights, bias)
    scale = (1 + float(np.abs(weights.T @ weights).sum())) ** 2 * sum(problem.importances)
    assert abs(limit.total - float(loss / RARE)) <= 10 * float(RARE) * scale  # what is dropped is of order p² L


def test_the_limit_asks_for_equal_densities() -> None:
    problem = tt.Problem(n_features=2, n_hidden=1, density=(0.5, 0.4))
    with pytest.raises(ValueError, match=r"one density for all features, got density=\(0\.5, 0\.4\)"):
        paper_limit(problem, [[1.0, -1.0]], [0.0, 0.0])


@pytest.mark.parametrize("bias", [[0.1, 0.0], [0.0, 1e-300]])
def test_the_limit_diverges_where_an_output_is_on_without_input(bias: list[float]) -> None:
    with pytest.raises(ValueError, match=r"paper_limit needs σ\(b\) = 0, got σ\(b\) = ") as caught:
        paper_limit(tt.Problem.toy(2, density=0.5), [[1.0, -1.0]], bias)
    assert "\n" not in str(caught.value)


def test_the_limit_takes_a_batch() -> None:
    weights = np.random.default_rng(5).normal(size=(4, 1, 2))
    limit = paper_limit(tt.Problem.toy(2, density=1.0), weights, [0.0, -0.5])
    assert limit.total.shape == (4,)
    one = paper_limit(tt.Problem.toy(2, density=1.0), weights[2], [0.0, -0.5])
    assert one.total == limit.total[2]


def test_the_papers_limit_of_one_feature_is_what_it_costs_alone() -> None:
    """∫ (x - w² x)² dx = (1 - w²)² / 3, in units of the density."""
    limit = paper_limit(tt.Problem(n_features=1, n_hidden=1, density=0.5), [[0.5]], [0.0])
    assert float(limit.total) == pytest.approx((1 - 0.25) ** 2 / 3, rel=1e-14)


@pytest.mark.parametrize(
    ("support", "density"),
    [
        (tt.Independent(), (0.5, 0.25, 0.125, 1.0)),
        (tt.Independent(), (0.5, 0.25, 0.125, 0.75)),
        (tt.CorrelatedGroups((3, 1)), (0.25, 0.25, 0.25, 0.5)),
        (tt.CorrelatedGroups((1, 1, 2)), (0.25, 0.125, 0.5, 0.5)),
        (tt.AnticorrelatedGroups((2, 2)), (0.5, 0.5, 0.125, 0.125)),
        (tt.OneHot(), None),
    ],
    ids=str,
)
def test_the_chance_to_be_active_alone_is_that_of_the_list(support: Any, density: Any) -> None:
    """By each law's own way; and an output of 0 removes no error."""
    problem = tt.Problem(n_features=4, n_hidden=2, density=density, support=support, importance=(1, 2, 4, 8))
    sets = dict(problem.active_sets())
    wanted = np.array([float(sets.get((j,), 0)) for j in range(4)])
    assert np.abs(alone(problem) - wanted).max() <= 4 * EPS
    shown = tt.decompose(problem, np.zeros((2, 4)), np.zeros(4))
    assert np.abs(shown.unrepresented - wanted * [1, 2, 4, 8] / 3).max() <= 8 * EPS
    assert np.abs(shown.benefit - shown.unrepresented).max() <= 8 * EPS  # x̂ is 0


def test_a_law_of_ones_own_is_read_off_its_active_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = tt.Problem(n_features=3, n_hidden=2, density=(0.5, 0.5, 0.25))
    law = (((), Fraction(1, 8)), ((0,), Fraction(1, 4)), ((0, 1), Fraction(1, 8)), ((2,), Fraction(1, 2)))
    monkeypatch.setattr(tt.Problem, "active_sets", lambda self: law)
    monkeypatch.setattr("toytoy.analytic.decomposition.Independent", tt.OneHot)  # as if it were none of ours
    assert alone(problem).tolist() == [0.25, 0.0, 0.5]


@pytest.mark.parametrize("n", [1, 2, 3])
def test_the_limit_does_not_depend_on_the_density_at_which_it_is_taken(n: int) -> None:
    """By hand, for z = w_j w_i x_i without biases: each output's own error, and what the others write on it."""
    w = np.array([0.75, -0.5, 0.25])[:n]
    problem = tt.Problem(n_features=n, n_hidden=1, density=0.9, importance=tuple(2.0**k for k in range(n)))
    limit = paper_limit(problem, w[None], np.zeros(n))
    importance = 2.0 ** np.arange(n)
    written = np.maximum(np.outer(w, w), 0.0) ** 2 / 3  # ∫ of the square of what feature i writes on output j
    np.fill_diagonal(written, 0.0)
    assert limit.benefit == pytest.approx(importance * (1 - w**2) ** 2 / 3, rel=1e-13)
    assert limit.interference == pytest.approx(importance * written.sum(axis=1), rel=1e-13, abs=1e-16)
    assert limit.unrepresented == pytest.approx(importance / 3, rel=1e-15)


def test_what_was_found_stays_as_it_is() -> None:
    """Its arrays are compared by whoever asks: two of them are equal only if they are one."""
    one, other = (tt.decompose(tt.Problem.toy(2, density=0.5), [[1.0, -1.0]], [0.0, 0.0]) for _ in range(2))
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.benefit = None  # type: ignore[misc, assignment]
    assert one != other
    assert len({one, other, one}) == 2
