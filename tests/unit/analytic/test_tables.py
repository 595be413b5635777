"""Problems laid out for kernels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.activation import resolve
from toytoy.analytic.smooth import MOST_FEATURES, smooth_table
from toytoy.analytic.tables import MAX_FEATURES, activation_table, check_size, fits_cube, tables, too_large


def test_masks_are_bits_and_probabilities_belong_to_them() -> None:
    table = tables(tt.Problem(n_features=3, n_hidden=1, density=(0.5, 0.25, 0.125), importance=(1, 2, 3)))
    assert table.importance.tolist() == [1.0, 2.0, 3.0]
    chance = dict(zip(table.masks.tolist(), table.probabilities.tolist(), strict=True))
    assert sorted(chance) == list(range(8))
    assert chance[0b101] == 0.5 * 0.75 * 0.125  # features 0 and 2, in powers of two: exact
    assert chance[0b000] == 0.5 * 0.75 * 0.875
    assert sum(chance.values()) == 1.0


def test_a_problem_is_laid_out_once() -> None:
    problem = tt.Problem.toy(3, density=0.25, importance=0.7)
    assert tables(problem) is tables(tt.Problem.toy(3, density=0.25, importance=0.7))
    assert tables(problem) is not tables(problem.replace(density=0.5))
    assert tables(problem).probabilities.tolist() != tables(problem.replace(density=0.5)).probabilities.tolist()


def test_eight_problems_are_kept() -> None:
    first, *others = (tt.Problem.toy(2, density=0.5, importance=k / 16) for k in range(9))
    kept = tables(first)
    for other in others[:7]:
        tables(other)
    assert tables(first) is kept
    for other in others:
        tables(other)
    assert tables(first) is not kept


def test_nobody_writes_into_what_is_laid_out() -> None:
    problem = tt.Problem.toy(2, density=0.375, importance=0.7)
    before = [array.copy() for array in tables(problem)]
    best = tt.minimize(problem, tt.Multistart(n_starts=2, optimizer="L-BFGS-B"))
    tt.hessian(problem, best.weights, best.bias)
    tt.decompose(problem, best.weights, best.bias)
    tt.minimize(problem, tt.Multistart(n_starts=2))
    tt.minimize(problem, tt.Trained(steps=5, noise_free=True))
    assert all((a == b).all() for a, b in zip(before, tables(problem), strict=True))


def test_impossible_sets_are_left_out() -> None:
    assert tables(tt.Problem.toy(2, density=1.0)).masks.tolist() == [3]


def test_the_closed_form_has_a_limit() -> None:
    largest = tt.Problem(n_features=MAX_FEATURES, n_hidden=2, density=0.5)
    assert len(tables(largest).masks) == 2**MAX_FEATURES
    with pytest.raises(ValueError, match=r"n_features <= 10, got n_features=11; use method='line'"):
        tables(largest.replace(n_features=11))


@pytest.mark.parametrize("name", ["linear", "relu", "abs", tt.LeakyReLU(0.3), tt.ClippedReLU(0.7)], ids=str)
def test_an_activation_can_be_read_back(name: object) -> None:
    sigma = resolve(name)  # type: ignore[arg-type]
    hinges, slopes, intercepts, levels, count = activation_table(sigma)
    assert count[0] == len(sigma.hinges)
    for z in np.linspace(-2.0, 2.0, 9):
        piece = int(np.sum(hinges[: len(sigma.hinges)] <= z))
        assert slopes[piece] * z + intercepts[piece] == pytest.approx(float(sigma(z)), abs=1e-15)
    assert [float(sigma(t)) for t in sigma.hinges] == levels[: len(sigma.hinges)].tolist()


def problem(n: int, **fields: Any) -> tt.Problem:
    return tt.Problem(n_features=n, n_hidden=1, **fields)


@pytest.mark.parametrize(
    ("largest", "beyond", "reason"),
    [
        (
            problem(10, density=0.5),
            problem(11, density=0.5),
            "the closed form needs n_features <= 10, got n_features=11",
        ),
        (
            problem(4, density=0.5, activation="gelu"),
            problem(5, density=0.5, activation="gelu"),
            "activation='gelu' needs n_features <= 4, got n_features=5",
        ),
        (
            problem(62, support=tt.OneHot()),
            problem(63, support=tt.OneHot()),
            "needs n_features <= 62 and an active set",
        ),
        (  # ten groups of one have the 4^10 vertices of ten independent features, which is just as many as there may be
            problem(10, density=0.5, support=tt.CorrelatedGroups((1,) * 10)),
            problem(11, density=0.5, support=tt.CorrelatedGroups((1,) * 11)),
            f"has {4**11}, got n_features=11",
        ),
        (
            problem(12, density=0.5, support=tt.CorrelatedGroups((12,))),  # 1 + 3^12, and 1 + 3^13 > 4^10
            problem(13, density=0.5, support=tt.CorrelatedGroups((13,))),
            "got n_features=13",
        ),
    ],
)
def test_each_limit_is_the_last_that_fits(largest: tt.Problem, beyond: tt.Problem, reason: str) -> None:
    assert too_large(largest) == ""
    check_size(largest)
    assert fits_cube(largest)
    assert reason in too_large(beyond)
    way_out = "monte_carlo" if beyond.activation == "gelu" else "method='line'"
    with pytest.raises(ValueError, match=f"{way_out}") as caught:
        check_size(beyond)
    assert str(caught.value).startswith(too_large(beyond))
    assert ("monte_carlo" in str(caught.value)) == (beyond.activation == "gelu")
    assert fits_cube(beyond) == (beyond.activation == "gelu")  # the line can't either: the closed form says why not


def test_a_smooth_activation_of_a_group_is_limited_too() -> None:
    """One feature at a time has few vertices, but the rules take four features."""
    few = problem(MOST_FEATURES + 1, density=0.1, activation="softplus", support=tt.AnticorrelatedGroups((5,)))
    assert "activation='softplus' needs n_features <= 4" in too_large(few)
    assert too_large(few.replace(activation="relu")) == ""


def test_the_highest_bit_is_a_feature() -> None:
    masks = tables(problem(62, support=tt.OneHot())).masks.tolist()
    assert sorted(masks) == [1 << i for i in range(62)]


def test_a_table_has_a_column_a_piece_and_no_more() -> None:
    assert activation_table(resolve("linear")).tolist() == [[0.0], [1.0], [0.0], [0.0], [0.0]]
    assert activation_table(resolve("relu")).tolist() == [[0, 0], [0, 1], [0, 0], [0, 0], [1, 0]]
    clipped = activation_table(resolve(tt.ClippedReLU(0.75)))
    assert clipped.tolist() == [[0, 0.75, 0], [0, 1, 0], [0, 0, 0.75], [0, 0.75, 0], [2, 0, 0]]


def test_a_smooth_table_has_the_orders_asked_for() -> None:
    gelu = problem(2, density=0.5, activation="gelu")
    orders = (3, 4, 5, 6, 7, 8)
    assert np.array_equal(tables(gelu, orders).activation, smooth_table(gelu.sigma, orders))
    assert tables(gelu, orders).activation.shape == (5, sum(orders))
    assert tables(gelu).activation.shape != (5, sum(orders))
