"""The search of large models: refused where no memory holds it, interrupted, stopped early, and what hops bring."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.numeric import large_hops as hops_module
from toytoy.numeric import large_search as large_module
from toytoy.numeric import race as race_module
from toytoy.numeric.large_search import LargeSearch
from toytoy.numeric.race import LIMITED, legs_of

LARGE = tt.Problem(n_features=12, n_hidden=4, density=0.1, importance=tuple(0.8**i for i in range(12)))


def test_progress_counts_every_leg_and_every_hop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(race_module, "LEGS", (2, 2, 2))
    monkeypatch.setattr(race_module, "FIRST", 2)
    monkeypatch.setattr(large_module, "best_by_blocks", lambda _, found: found)
    for legs in ("FIRST", "FURTHER", "LAST"):
        monkeypatch.setattr(hops_module, legs, 2)
    calls: list[tuple[int, int]] = []
    search = LargeSearch(LARGE, n_hops=2)
    weights, bias = search.structured()
    search.descend(weights[:4], bias[:4], lambda done, total: calls.append((done, total)))
    total = sum(legs_of(4)) + 2
    assert calls[0] == (1, total)
    assert calls[-1] == (total, total)
    assert [done for done, _ in calls] == sorted(done for done, _ in calls)


def test_a_method_of_scipy_takes_each_start_to_its_own_end() -> None:
    search = LargeSearch(LARGE, "CG", n_hops=5)
    weights, bias = search.structured()
    found = search.descend(weights[:1], bias[:1])
    assert found.weights.shape == (1, 4, 12)  # no hop is joined
    losses = np.asarray(tt.loss(LARGE, found.weights, found.bias))
    assert (losses < np.asarray(tt.loss(LARGE, weights[:1], bias[:1]))).all()


def test_starts_are_shaken_off_their_symmetries_and_repeatable() -> None:
    assert LargeSearch(LARGE).optimizer == LIMITED
    weights, again, other = (LargeSearch(LARGE, seed=seed).structured()[0] for seed in (3, 3, 4))
    assert np.array_equal(weights, again)
    assert not np.array_equal(weights, other)
    assert (np.abs(weights).max(axis=(1, 2)) > 0).all()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_training_reaches_no_lower_loss_at_a_larger_size() -> None:
    """Losses are exact, so that only their own errors excuse a training that lies below the search."""
    pytest.importorskip("torch")
    best = tt.minimize(LARGE, tt.Multistart(n_starts=8))
    trained = tt.minimize(LARGE, tt.Trained(steps=3000, batch=512, lr=5e-3, n_instances=4, schedule="cosine"))
    assert best.loss.value <= trained.loss.value + best.loss.error + trained.loss.error
    assert trained.loss.value < 1.5 * best.loss.value  # it did train


@pytest.mark.parametrize(("n", "m"), [(3_000_000, 2), (20_000, 20_000)])
def test_a_search_that_no_memory_holds_is_refused_before_it_starts(n: int, m: int) -> None:
    with pytest.raises(ValueError, match=f"n_features={n} with n_hidden={m} and n_starts=3.* GB; take fewer"):
        tt.minimize(tt.Problem(n_features=n, n_hidden=m, density=0.1), tt.Multistart(n_starts=3))


def test_stopped_early_it_says_that_its_gradient_has_not_vanished(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(race_module, "LEGS", (2, 2, 2))
    monkeypatch.setattr(race_module, "FIRST", 2)
    monkeypatch.setattr(large_module, "best_by_blocks", lambda _, found: found)
    solution = tt.minimize(LARGE, tt.Multistart(n_starts=0, n_hops=0))
    assert solution.status == f"gradient still {solution.gradient_norm:.1e}: give more starts"


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_beyond_the_closed_form_limited_memory_takes_over_and_says_so() -> None:
    solution = tt.minimize(LARGE, tt.Multistart(n_starts=0))
    assert solution.method == "Multistart(n_starts=0, seed=0, optimizer='L-BFGS-B')"
    assert solution.gradient_norm <= 1e-6 * LARGE.null_loss or "gradient still" in solution.status
    assert solution.loss.kind == "quadrature"
    dedicated = sum((0.1 / 3 - 0.1**2 / 4) * 0.8**i for i in range(4, 12))
    assert solution.loss.value < dedicated


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("n", "m"), [(20, 5), (50, 10)])
def test_large_searches_beat_every_structure_they_start_from(n: int, m: int) -> None:
    problem = tt.Problem(n_features=n, n_hidden=m, density=0.05)
    calls: list[tuple[int, int]] = []
    solution = tt.Multistart(n_starts=0).minimize(problem, lambda *at: calls.append(at))
    variance = 0.05 / 3 - 0.05**2 / 4
    assert solution.loss.value < (n - m) * variance  # linear: m dedicated features
    assert solution.gradient_norm <= 1e-5 * problem.null_loss
    assert calls[-1][0] == calls[-1][1] > len(solution.runs)


def test_interrupted_it_still_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    evaluate, calls = tt.loss_and_grad, []

    def counted(*given: Any) -> Any:
        calls.append(1)
        if len(calls) == 30:
            raise KeyboardInterrupt
        return evaluate(*given)

    monkeypatch.setattr(race_module, "loss_and_grad", counted)
    solution = tt.minimize(LARGE, tt.Multistart(n_starts=0))
    assert solution.status.startswith("interrupted")
    assert solution.loss.value < LARGE.null_loss


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_hops_lead_below_every_start_and_below_training() -> None:
    """20 features that are active once in 300 times: 8 starts end 2 % and more above where hops from the best lead."""
    problem = tt.Problem(n_features=20, n_hidden=5, density=0.003, importance=tuple(0.7**i for i in range(20)))
    without = tt.minimize(problem, tt.Multistart(n_starts=8, n_hops=0))
    hopped = tt.minimize(problem, tt.Multistart(n_starts=8))
    assert hopped.loss.value < 0.99 * without.loss.value
    assert len(hopped.runs) == len(without.runs) + 1
    assert without.method == "Multistart(n_starts=8, seed=0, optimizer='L-BFGS-B', n_hops=0)"
    trained = tt.minimize(problem, tt.Trained(steps=5000, batch=512, lr=3e-3, schedule="cosine"))
    assert hopped.loss.value < trained.loss.value


@pytest.mark.slow
def test_a_second_start_does_not_cost_the_first_one_its_place() -> None:
    """30 features: after 40 evaluations the start that ends lowest is not among the three best."""
    problem = tt.Problem(n_features=30, n_hidden=5, density=0.05)
    one, two = (tt.minimize(problem, tt.Multistart(n_starts=n, n_hops=0)).loss for n in (1, 2))
    assert two.value <= one.value + one.error + two.error
