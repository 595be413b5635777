"""Hops: they lower a poor model, keep what they were given, repeat themselves, and hand over the best when stopped."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.numeric import large_hops as hops_module
from toytoy.numeric.large_hops import MOVES, REACH, exchanged, hop, opposed, redrawn, revived
from toytoy.numeric.race import Descents

PROBLEM = tt.Problem(n_features=4, n_hidden=2, density=0.1, importance=(1.0, 0.8, 0.6, 0.5))
RNG = np.random.default_rng(0)


def poor() -> Descents:
    """Give a stationary model that keeps the two least important features."""
    weights = np.zeros((1, 2, 4))
    weights[0, 0, 2] = weights[0, 1, 3] = 1.0
    return Descents(weights, np.array([[0.05, 0.05, 0.0, 0.0]]), 7)


def test_they_lead_from_a_poor_stationary_model_to_the_optimum() -> None:
    given = poor()
    said: list[int] = []
    found = hop(PROBLEM, given, 8, 0, said.append)
    losses = tt.loss(PROBLEM, found.weights, found.bias)
    assert losses[1] == pytest.approx(float(tt.minimize(PROBLEM, tt.Multistart()).loss), rel=1e-8)
    assert losses[1] < 0.5 * losses[0]
    assert np.array_equal(found.weights[0], given.weights[0])
    assert said == [*range(9)]
    assert found.evaluations > given.evaluations + 8
    assert not found.trouble


def test_the_same_seed_hops_alike_and_no_hop_is_only_a_descent() -> None:
    twice = [hop(PROBLEM, poor(), 3, 3, lambda _: None) for _ in range(2)]
    assert np.array_equal(twice[0].weights, twice[1].weights)
    assert twice[0].evaluations == twice[1].evaluations
    still = hop(PROBLEM, poor(), 0, 3, lambda _: None)
    assert tt.loss(PROBLEM, still.weights[1], still.bias[1]) == pytest.approx(
        tt.loss(PROBLEM, still.weights[0], still.bias[0]), rel=1e-6
    )


@pytest.mark.parametrize("after", [1, 150, 250])
def test_interrupted_they_hand_over_the_best_met(after: int, interrupt_after: Any) -> None:
    losses = interrupt_after(after)
    found = hop(PROBLEM, poor(), 6, 0, lambda _: None)
    assert found.trouble == "interrupted"
    assert tt.loss(PROBLEM, found.weights, found.bias).min() <= min(losses) + 1e-13


def test_moves_change_what_they_say_and_leave_what_they_were_given() -> None:
    weights, bias = RNG.normal(size=(3, 6)), RNG.normal(size=6)
    kept = weights.copy(), bias.copy()
    for move in MOVES:
        moved, at = move(RNG, weights, bias, np.array([2, 0, 1, 5, 4, 3]))
        changed = (moved != weights).any(0)
        assert changed.sum() == (2 if move is exchanged else 1)
        assert np.array_equal(weights, kept[0])
        assert np.array_equal(bias, kept[1])
        (i, *rest) = np.flatnonzero(changed)
        if move is exchanged:
            assert np.array_equal(moved[:, i], weights[:, rest[0]])
            assert at[i] == bias[rest[0]]
        if move is opposed:
            assert any(np.array_equal(moved[:, i], -weights[:, k]) for k in range(6))
        if move is redrawn:
            assert 0.5 <= np.linalg.norm(moved[:, i]) <= 1.0
            assert at[i] == 0.0


def test_features_of_about_the_same_worth_change_places() -> None:
    ranks = np.array([4, 0, 3, 1, 2, 6, 5])
    seen: set[tuple[int, ...]] = set()
    for _ in range(300):
        moved, _ = exchanged(RNG, np.arange(7.0)[None], np.zeros(7), ranks)
        seen.add(tuple(np.flatnonzero(moved[0, ranks] != ranks).tolist()))
    assert seen == {(a, b) for a in range(7) for b in range(7) if 0 < b - a <= REACH}


def test_dead_outputs_are_revived_and_no_others() -> None:
    weights, bias = np.zeros((2, 4)), np.array([0.05, 0.0, -0.4, -0.1])
    weights[0, :2], weights[1, 2], weights[1, 3] = (1.0, -1.0), 0.5, 0.6  # outputs: alive, alive, dead, alive
    bias[2] = -0.5 * 0.5 - 0.5 * 0.6
    moved, at = revived(PROBLEM, weights, bias)
    assert np.array_equal(at, [0.05, 0.0, 0.05, -0.1])
    assert np.array_equal(moved[:, 2], [0.0, 0.0])
    assert np.array_equal(moved[:, [0, 1, 3]], weights[:, [0, 1, 3]])
    leaky = PROBLEM.replace(activation=tt.LeakyReLU(0.1))
    assert np.array_equal(revived(leaky, weights, bias)[1], bias)
    found = hop(PROBLEM, Descents(weights[None], bias[None], 0), 0, 0, lambda _: None)
    losses = tt.loss(PROBLEM, found.weights, found.bias)
    assert losses[1] < losses[0]
    best, at = found.weights[1], found.bias[1]
    assert at[2] + np.maximum(0.0, best.T @ best)[2].sum() > 0.0


@pytest.mark.parametrize(("support", "times"), [(tt.Independent(), 0), (tt.CorrelatedGroups((2, 2)), 1)], ids=str)
def test_features_that_are_all_alike_do_not_change_places(
    support: Any, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[int] = []

    def noted(rng: np.random.Generator, weights: np.ndarray, bias: np.ndarray, ranks: np.ndarray) -> Any:
        called.append(1)
        return exchanged(rng, weights, bias, ranks)

    monkeypatch.setattr(hops_module, "exchanged", noted)
    monkeypatch.setattr(hops_module, "MOVES", (opposed, noted))
    problem = tt.Problem(n_features=4, n_hidden=2, density=0.1, support=support)
    hop(problem, poor(), 2, 0, lambda _: None)
    assert len(called) == times
