"""Races: the same optimum as the compiled search, the best handed over however they end, and honest counts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.numeric import race as race_module
from toytoy.numeric.multistart import Multistart
from toytoy.numeric.race import FIRST, LEGS, race
from toytoy.numeric.starts import random_starts

PROBLEM = tt.Problem(n_features=4, n_hidden=2, density=0.3, importance=(1.0, 0.8, 0.6, 0.5))


def test_it_finds_what_the_compiled_search_finds() -> None:
    found = race(PROBLEM, *random_starts(PROBLEM, 12, 0))
    losses = tt.loss(PROBLEM, found.weights, found.bias)
    best = Multistart(n_starts=24).minimize(PROBLEM).loss.value
    assert abs(losses.min() - best) <= 1e-10 * PROBLEM.null_loss
    assert losses.shape == (12,)
    assert not found.trouble


def test_no_start_spends_more_than_its_legs_and_most_only_the_first() -> None:
    calls: list[tuple[int, int]] = []
    found = race(PROBLEM, *random_starts(PROBLEM, 16, 0), lambda *at: calls.append(at))
    assert calls == [(i, 16 + 4 + 3) for i in range(1, 24)]
    slack = 40  # a line search is not stopped midway
    assert found.evaluations <= 16 * (FIRST + slack) + 4 * (LEGS[1] + slack) + 3 * (LEGS[2] + slack)


@pytest.mark.parametrize("after", [1, 100, 900])
def test_interrupted_it_hands_over_the_best_met(after: int, interrupt_after: Any) -> None:
    losses = interrupt_after(after)
    found = race(PROBLEM, *random_starts(PROBLEM, 24, 0))
    assert found.trouble == "interrupted"
    assert tt.loss(PROBLEM, found.weights, found.bias).min() <= min(losses) + 1e-13
    assert found.evaluations == after + 1


def test_interrupted_before_anything_is_known_it_is_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr(race_module, "loss_and_grad", stopped)
    with pytest.raises(KeyboardInterrupt):
        race(PROBLEM, *random_starts(PROBLEM, 2, 0))


def test_a_start_too_far_out_does_not_end_the_others() -> None:
    weights, bias = random_starts(PROBLEM, 4, 0)
    weights[1] = 1e200
    found = race(PROBLEM, weights, bias)
    assert np.array_equal(found.weights[1], weights[1])
    assert tt.loss(PROBLEM, found.weights[[0, 2, 3]], found.bias[[0, 2, 3]]).max() < PROBLEM.null_loss
    with pytest.raises(ValueError, match=r"no start of .* has a finite loss"):
        race(PROBLEM, weights[1:2], bias[1:2])
