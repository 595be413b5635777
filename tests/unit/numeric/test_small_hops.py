"""Moves from the best small minimum: they reach what starts miss, never lead higher, and end where none leads lower."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.numeric import polish as polish_module
from toytoy.numeric import small_hops as module
from toytoy.numeric.multistart import search_for
from toytoy.numeric.small_hops import hop_small, moves

PAIR = tt.Problem.toy(2, density=0.5)
# 32 starts end higher, in some order of the features at least: by 0.4 %, and by 8 %
CLIPPED = tt.Problem(
    n_features=3, n_hidden=1, density=(0.1, 0.001, 0.001), importance=(2.0, 1.0, 1.0), activation=tt.ClippedReLU(1.0)
)
BEHIND = tt.Problem(
    n_features=3,
    n_hidden=1,
    density=(0.005606980413527287, 0.010677923190170342, 0.28311888777104216),
    importance=(0.6256358562155339, 3.7053127923765605, 0.10640906711602344),
)


def spread_out(count: int, seed: int) -> list[tt.Problem]:
    """Problems whose densities and importances differ by orders of magnitude."""
    rng, problems = np.random.default_rng(seed), []
    for _ in range(count):
        n = int(rng.integers(3, 6))
        density, importance = (tuple(10.0 ** rng.uniform(low, low + wide, n)) for low, wide in ((-3, 3), (-1, 2)))
        problems.append(
            tt.Problem(
                n_features=n,
                n_hidden=int(rng.integers(1, n - 1)),
                density=tuple(map(float, density)),
                importance=tuple(map(float, importance)),
            )
        )
    return problems


def reordered(problem: tt.Problem, order: tuple[int, ...]) -> tt.Problem:
    density, importance = (tuple(given[i] for i in order) for given in (problem.densities, problem.importances))
    return problem.replace(density=density, importance=importance)


@pytest.mark.parametrize("problem", [CLIPPED, BEHIND], ids=["clipped", "behind"])
def test_every_order_of_the_features_leads_to_one_optimum(problem: tt.Problem) -> None:
    orders = list(itertools.permutations(range(3)))
    found = [tt.minimize(reordered(problem, order), tt.Multistart(n_starts=8)).loss.value for order in orders]
    alone = [tt.minimize(reordered(problem, order), tt.Multistart(n_hops=0)).loss.value for order in orders]
    assert max(found) - min(found) <= 1e-12 * problem.null_loss
    assert max(alone) > (1 + 1e-3) * max(found)


@pytest.mark.parametrize("problem", spread_out(6, 12), ids=lambda problem: f"({problem.n_features},{problem.n_hidden})")
def test_few_starts_and_hops_lose_to_no_number_of_starts(problem: tt.Problem) -> None:
    hopped = tt.minimize(problem, tt.Multistart(n_starts=4)).loss.value
    assert hopped <= tt.minimize(problem, tt.Multistart(n_starts=100, n_hops=0)).loss.value + 1e-12 * problem.null_loss


@pytest.mark.slow
def test_few_starts_and_hops_lose_to_no_number_of_starts_anywhere() -> None:
    for problem in spread_out(60, 5):
        hopped = tt.minimize(problem, tt.Multistart(n_starts=8)).loss.value
        many = tt.minimize(problem, tt.Multistart(n_starts=400, n_hops=0)).loss.value
        assert hopped <= many + 1e-12 * problem.null_loss


def test_nothing_is_joined_where_the_starts_had_found_the_best() -> None:
    with_hops, without = (tt.minimize(PAIR, tt.Multistart(n_starts=4, n_hops=n)) for n in (24, 0))
    assert len(with_hops.runs) == len(without.runs)
    assert with_hops.loss.value == without.loss.value
    assert with_hops.n_evaluations > without.n_evaluations


def test_a_move_changes_one_feature_or_exchanges_two() -> None:
    weights, bias = np.array([[1.0, -0.9, 0.0]]), np.array([0.1, 0.2, 0.3])
    problem = tt.Problem(n_features=3, n_hidden=1, density=(0.2, 0.4, 0.6))
    made = list(moves(problem, weights, bias))
    assert len(made) == 2 * 2 + 4 * 3 + 3  # drop and turn two; set each by each represented other; exchange
    for moved, shifted in made:
        changed = (moved[0] != weights[0]) | (shifted != bias)
        assert changed.sum() in (0, 1, 2)
        if changed.sum() == 2:
            assert sorted(moved[0]) == sorted(weights[0])
            assert sorted(shifted) == sorted(bias)
    dropped = made[0]
    assert dropped[0].tolist() == [[0.0, -0.9, 0.0]]
    assert dropped[1].tolist() == [0.1, 0.2, 0.3]  # its mean, 0.2 / 2


def test_large_enough_models_try_as_many_moves_as_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []
    polish = polish_module.polish

    def counted(problem: tt.Problem, weights: Any, bias: Any) -> Any:
        tried.append(len(weights))
        return polish(problem, weights, bias)

    monkeypatch.setattr(module, "polish", counted)
    problem = tt.Problem(n_features=7, n_hidden=1, density=0.1)
    search = search_for(problem)
    weights, bias = (part[:5] for part in search.structured())
    found = search.descend(weights, bias)
    losses = np.asarray(tt.loss(problem, found.weights, found.bias))
    ends = [hop_small(problem, found, losses, 1, seed) for seed in (0, 0)]
    assert tried == [len(weights)] * 2
    assert np.array_equal(ends[0].weights, ends[1].weights)  # the same seed, the same moves


def test_a_lone_feature_that_is_not_represented_has_no_move() -> None:
    problem = tt.Problem(n_features=1, n_hidden=1, density=0.5)
    assert list(moves(problem, np.zeros((1, 1)), np.zeros(1))) == []
    found = search_for(problem).descend(np.zeros((1, 1, 1)), np.full((1, 1), 0.25))
    assert hop_small(problem, found, np.array([problem.null_loss]), 3, 0) == found


def test_another_optimizer_does_not_hop() -> None:
    few = tt.minimize(BEHIND, tt.Multistart(n_starts=0, optimizer="SLSQP"))
    assert len(few.runs) == len(search_for(BEHIND).structured()[0])
