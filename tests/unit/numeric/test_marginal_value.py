"""The equal-marginal rule at optima: where it holds, where it fails, and how large the errors are."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.stability import threshold
from toytoy.numeric.marginal_value import MarginalValues, marginal_values


def variance(p: float) -> float:
    return p / 3 - p * p / 4


@cache
def toy(n: int, density: float, importance: float) -> MarginalValues:
    problem = tt.Problem.toy(n, density=density, importance=importance)
    return marginal_values(tt.minimize(problem, tt.Multistart(n_starts=24)))


@pytest.mark.equation("capacity-rule")
@pytest.mark.parametrize("density", [0.05, 0.3, 0.5, 0.7, 0.9])
@pytest.mark.parametrize("importance", [0.1, 0.4, 0.6, 0.8, 1.0, 3.0])
def test_the_rule_holds_everywhere_in_the_smallest_toy(density: float, importance: float) -> None:
    found = toy(2, density, importance)
    assert found.transfers == ()
    assert found.spread <= found.errors.sum()
    assert (found.errors < 1e-6 * found.values).all()


@pytest.mark.equation("capacity-rule")
def test_dropping_obeys_the_rule_up_to_the_end_of_its_stability() -> None:
    """The first bit against the last bit: the gap closes at r_s, :eq:`stability-threshold`."""
    density = 0.7  # inside the window of continuous onset
    limit = threshold(density)
    below, above = toy(2, density, limit - 1e-3), toy(2, density, limit + 1e-3)
    assert str(below.solution.structure) == "dedicated[0] + not_represented[1]"
    assert str(above.solution.structure) == "antipodal[0,1]"
    assert below.values[0] - below.values[1] == pytest.approx(1e-3 * variance(density), rel=1e-4)
    assert above.spread <= above.errors.sum()
    assert above.values[1] == pytest.approx(below.values[0], rel=0.01)  # it enters at the price


@pytest.mark.parametrize(("density", "importance"), [(0.3, 0.5), (0.3, 2.0)])
def test_dedicated_beside_a_pair_may_obey_it(density: float, importance: float) -> None:
    found = toy(3, density, importance)
    assert found.holds
    assert found.block_spread <= 2 * found.errors.max()
    assert found.unused == pytest.approx(0.0, abs=1e-12)


def test_it_fails_between_blocks() -> None:
    """At r = 1 a dedicated feature's last bit is worth less than a pair's: capacity does not flow between blocks."""
    found = toy(3, 0.1, 1.0)
    assert sorted(block.name for block in found.solution.structure.blocks) == ["antipodal", "dedicated"]
    assert found.block_spread <= 2 * found.errors.max()
    assert not found.holds
    assert {transfer.same_block for transfer in found.transfers} == {False}
    assert all(transfer.gain > 1000 * transfer.error for transfer in found.transfers)


def test_it_fails_in_an_isosceles_triangle_and_holds_in_an_equilateral_one() -> None:
    equal, other = toy(3, 0.6, 1.0), toy(3, 0.6, 1.2)
    assert equal.holds
    assert equal.unused == pytest.approx(0.0, abs=1e-10)
    assert not other.holds
    assert {transfer.same_block for transfer in other.transfers} == {True}
    assert other.spread > 0.05 * other.values.mean()
    assert other.unused > 1e-3


@pytest.mark.equation("capacity-pair")
@pytest.mark.parametrize("density", [0.5, 0.3])
def test_each_pair_of_a_larger_model_has_a_value_of_its_own(density: float) -> None:
    """Five features in two dimensions: two pairs, and a fifth one that is dropped."""
    problem = tt.Problem(n_features=5, n_hidden=2, density=density, importance=tuple(0.9**i for i in range(5)))
    found = marginal_values(tt.minimize(problem, tt.Multistart(n_starts=64)))
    assert str(found.solution.structure) == "antipodal[0,3] + antipodal[1,2] + not_represented[4]"
    assert found.block_spread <= 2 * found.errors.max()
    assert found.spread > 1e5 * found.errors.max()
    left_out = {transfer.receiver for transfer in found.transfers} - {0, 3}
    assert left_out == (set() if density == 0.5 else {4})  # it would value capacity most, and has none


def test_an_irregular_pentagon_values_the_least_important_most() -> None:
    problem = tt.Problem(n_features=5, n_hidden=2, density=0.1, importance=tuple(0.9**i for i in range(5)))
    found = marginal_values(tt.minimize(problem, tt.Multistart(n_starts=64)))
    assert found.superposed.all()
    assert (np.diff(found.values) > found.errors.max()).all()
    assert 0 < found.unused < 1e-4


def test_alone_a_feature_does_better_and_values_capacity_otherwise() -> None:
    """An output that may choose its own scale: no gain by symmetry at r = 1, some elsewhere."""
    equal, other = toy(2, 0.5, 1.0), toy(2, 0.5, 0.6)
    assert equal.slack == pytest.approx(0.0, abs=1e-12)
    assert equal.alone == pytest.approx(equal.values, abs=1e-6)
    assert (other.slack > 1e-6).all()
    assert abs(other.alone[0] - other.alone[1]) > 100 * (other.alone_errors.sum() + 1e-6)


def test_linear_features_by_importance() -> None:
    problem = tt.Problem(n_features=5, n_hidden=2, density=0.4, importance=(1, 0.8, 0.6, 0.5, 0.3), activation="linear")
    found = marginal_values(tt.minimize(problem, tt.Multistart(n_starts=8)))
    assert found.capacity.round(8).tolist() == [1, 1, 0, 0, 0]
    worth = variance(0.4) * np.array([float(value) for value in problem.importances])
    assert (np.abs(found.values - worth) <= found.errors).all()
    assert found.holds


def test_a_model_off_its_optimum_is_charged_for_it() -> None:
    """The error covers the way to the optimum: 1e-4 off, the value moves by less than twice its error."""
    best = toy(2, 0.5, 0.7)
    off = best.solution.weights + 1e-4
    moved = marginal_values(_with_weights(best.solution, off))
    gap = np.abs(moved.values - best.values)
    assert (gap > 1e-6).any()
    assert (gap <= 2 * moved.errors).all()


def _with_weights(solution: tt.Solution, weights: np.ndarray) -> tt.Solution:
    from dataclasses import replace

    return replace(solution, weights=weights)


def test_refusals() -> None:
    with pytest.raises(TypeError, match="solution must be a Solution, got solution=3"):
        marginal_values(3)  # type: ignore[arg-type]
    lone = tt.minimize(tt.Problem(n_features=1, n_hidden=1, density=0.5), tt.Multistart(n_starts=2))
    with pytest.raises(ValueError, match=r"n_features must lie in \[2, 10\].*n_features=1"):
        marginal_values(lone)
