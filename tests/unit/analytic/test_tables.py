"""Problems laid out for kernels."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.activation import resolve
from toytoy.analytic.tables import MAX_FEATURES, activation_table, tables


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
