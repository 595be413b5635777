"""The least loss of (3,2): known minima inside the bounds, budgets, the region, changes of places."""

from __future__ import annotations

import math

import numpy as np
import pytest
import toytoy as tt
from numpy.typing import NDArray
from toytoy.analytic.proof import triple_search as module
from toytoy.analytic.proof.pair_search import least_of_pair
from toytoy.analytic.proof.triple_boxes import BIAS, BOUND, FAR, MODEL, WIDTH
from toytoy.analytic.proof.triple_search import _model, _region, least_of_triple
from toytoy.analytic.proof.triple_start import Model

Array = NDArray[np.float64]


@pytest.mark.parametrize(("p", "r"), [(0.7, 1.0), (0.1, 0.3), (0.05, 0.01)])
def test_the_region_is_no_larger_than_one_output_s_own_entry_asks_for(p: float, r: float) -> None:
    """v (1 - a)² and (p / 3) ((a - 1) / (a + 1))² are the known loss at its ends, a = ρ², but for 1e-8 outward."""
    loss, v = 0.02 * p * r, p / 3 - p * p / 4
    box = _region(p, (1.0, 0.5, r), loss)[0]
    for j, importance in enumerate((1.0, 0.5, r)):
        short = 1.0 - math.sqrt(loss / (importance * v))
        assert 0.0 < short < 1.0
        share = math.sqrt(3.0 * loss / (p * importance))
        outward = math.sqrt(1.0 - (1.0 - short) * (1.0 + 1e-9)) * (1.0 - 1e-9)
        assert box[2 * j] == pytest.approx(outward, rel=1e-13)
        assert 0.0 < box[2 * j + 1] - math.sqrt((1.0 + share) / (1.0 - share)) < 1e-8
    assert box[6:BIAS] == pytest.approx([0.0, *(math.pi * (1.0 + 1e-9) * sign for sign in (1, -1, 1))], rel=1e-15)
    assert box[BIAS : BIAS + 6].tolist() == [-FAR, FAR] * 3
    assert box[BOUND] == 0.0
    assert _region(p, (1.0, 0.5, r), 1.01 * r * v)[0][4] == 0.0


def test_lengths_and_angles_become_weights() -> None:
    weights, bias = _model(np.array([0.5, 2.0, 4.0, math.pi / 2, math.pi, 0.1, 0.2, 0.3]))
    assert np.array(weights) == pytest.approx(np.array([[0.5, 0.0, -4.0], [0.0, 2.0, 0.0]]), abs=1e-15)
    assert bias == (0.1, 0.2, 0.3)
    weights, _ = _model(np.array([1.0, 2.0, 4.0, math.pi / 6, -math.pi / 6, 0.0, 0.0, 0.0]))
    root = math.sqrt(3.0)
    assert np.array(weights) == pytest.approx(np.array([[1.0, root, 2 * root], [0.0, 1.0, -2.0]]))


def started(monkeypatch: pytest.MonkeyPatch, bounds: list[float], kept: Array) -> list[tuple[Array, int, Array]]:
    """Put stand-ins: a model of loss 2, boxes of these bounds, a sweep that leaves `kept`. What it is told."""
    told: list[tuple[Array, int, Array]] = []
    waiting = np.zeros((len(bounds), WIDTH))
    waiting[:, BOUND] = bounds

    def sweep(chosen: Array, n: int, children: Array, rules: Array, found: Array) -> int:
        assert children.shape == (2 * n, WIDTH)
        told.append((np.sort(chosen[:, BOUND]), n, rules.copy()))
        assert found[MODEL:].tolist() == [1, 2, 3, 4, 5, 6, 7, 8]
        children[: len(kept), BOUND] = kept
        return len(kept)

    monkeypatch.setattr(module, "sweep", sweep)
    monkeypatch.setattr(module, "_region", lambda *_: waiting)
    model = Model(2.0, np.array([1.0, 2, 3, 4, 5]), np.array([6.0, 7, 8]))
    monkeypatch.setattr(module, "best_start", lambda _: model)
    monkeypatch.setattr(module, "ROUND", 2)
    return told


@pytest.mark.parametrize(
    ("importances", "swap"), [((1.0, 1.0, 0.5), 1.0), ((1.0, 0.5, 1.0), 0.0), ((0.5, 1.0, 1.0), 0.0)]
)
def test_the_worst_half_is_swept_until_boxes_are_used_up(
    importances: tuple[float, float, float], swap: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fifty-one: 25 go, one comes back; of 27 then 13; of 15 the two that are left; the least still open counts."""
    bounds = np.random.default_rng(3).permutation(51) / 64.0
    told = started(monkeypatch, bounds.tolist(), np.array([1.0]))
    found = least_of_triple(0.5, importances, 0.25, 40)
    assert [n for _, n, _ in told] == [25, 13, 2]
    wanted = [np.arange(25), np.arange(25, 38), np.arange(38, 40)]
    assert all((given == each / 64.0).all() for (given, _, _), each in zip(told, wanted, strict=True))
    assert told[0][2].tolist() == [0.5, 0.9 * 0.25, swap, *importances]
    assert found[:2] == (40 / 64.0, 2.0)
    assert found.n_boxes == 40


def test_a_search_ends_where_all_boxes_are_nearly_good_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """At 95 % of the width asked for; and at the smallest rounds all that is left goes at once."""
    enough = 2.0 * (1.0 - 0.95 * 0.5)
    told = started(monkeypatch, [enough, 1.5], np.array([]))
    assert least_of_triple(0.5, (1.0, 1.0, 1.0), 0.5, 99)[::4] == (enough, 0)
    assert not told
    told = started(monkeypatch, [np.nextafter(enough, 0.0), 1.5], np.array([]))
    assert least_of_triple(0.5, (1.0, 1.0, 1.0), 0.5, 99)[::4] == (2.0, 2)
    assert len(told) == 1


def test_numbers_found_by_trial_are_what_they_were() -> None:
    assert (module.DONE, module.NEARLY, module.ROUND) == (0.9, 0.95, 2048)


@pytest.mark.parametrize(("p", "r"), [(0.01, 0.3), (0.03, 3.0)])
def test_low_densities_reduce_to_two_features(p: float, r: float) -> None:
    """Proved, not assumed: no use of all three in the plane is better than a pair and a feature on its own axis."""
    found = least_of_triple(p, (1.0, 1.0, r), 1e-6, 400_000)
    pair = least_of_pair(p, min(r, 1.0), 1e-9, 1_000_000)
    assert found.lower <= pair.lower
    assert pair.upper <= found.upper * (1 + 1e-9)
    assert found.upper - found.lower <= 1e-6 * found.upper


@pytest.mark.slow
@pytest.mark.parametrize("p", [0.01, 0.03, 0.1])
@pytest.mark.parametrize("r", [0.02, 0.3, 1.0, 3.0])
def test_it_holds_what_a_search_finds(p: float, r: float) -> None:
    found = least_of_triple(p, (1.0, 1.0, r), 1e-6, 1_000_000)
    searched = tt.minimize(tt.Problem.toy(3, importance=r, density=p), tt.Multistart(n_starts=32, seed=0)).loss
    assert searched.interval[1] >= found.lower
    assert searched.interval[0] <= found.upper
    assert found.upper - found.lower <= 1e-6 * found.upper


@pytest.mark.parametrize(("p", "r"), [(0.7, 1.0), (0.5, 0.6), (1.0, 0.9), (0.1, 0.3)])
@pytest.mark.parametrize("budget", [1, 100, 20_000])
def test_a_budget_leaves_a_wider_bound_that_still_holds(p: float, r: float, budget: int) -> None:
    found = least_of_triple(p, (1.0, 1.0, r), 1e-9, budget)
    searched = tt.minimize(tt.Problem.toy(3, importance=r, density=p), tt.Multistart(n_starts=16, seed=0)).loss
    assert found.n_boxes <= budget
    assert 0.0 <= found.lower <= searched.interval[1]
    assert searched.interval[0] <= found.upper <= 1.001 * searched.value


def test_a_larger_budget_narrows() -> None:
    lower = [least_of_triple(0.01, (1.0, 1.0, 0.3), 1e-9, budget).lower for budget in (1_000, 30_000, 42_000)]
    assert lower[0] < lower[1] < lower[2]


def test_without_a_change_of_places_the_same_interval() -> None:
    """Importances a hair apart are searched without it, over twice the boxes or so."""
    one, other = (least_of_triple(0.01, (1.0, second, 0.3), 1e-5, 200_000) for second in (1.0, math.nextafter(1.0, 0)))
    assert other.n_boxes > 1.3 * one.n_boxes
    assert max(one.lower, other.lower) <= min(one.upper, other.upper)
    assert other.upper - other.lower <= 1e-5 * other.upper


@pytest.mark.parametrize(("p", "r"), [(0.7, 1.0), (0.1, 0.3), (0.05, 0.01)])
def test_models_beyond_the_region_cost_more(p: float, r: float) -> None:
    """One output alone already does: with nothing written on it, and its best bias."""
    problem = tt.Problem(n_features=1, n_hidden=1, density=p)
    importances, loss = (1.0, 1.0, r), 0.9 * r * (p / 3 - p * p / 4)
    box = _region(p, importances, loss)[0]
    for j, importance in enumerate(importances):
        for length in (box[2 * j] * 0.999, box[2 * j + 1] * 1.001):
            biases = np.linspace(-2.0 * length**2, 1.0, 20_001)
            losses = tt.loss(problem, np.full((len(biases), 1, 1), length), biases[:, None])
            assert importance * losses.min() > loss or length == 0.0
    assert box[6] <= 0.0
    assert box[7] > math.pi
    assert -box[8] == box[9] > math.pi
    assert all(box[1:BIAS:2] > box[0:BIAS:2])


# p, importances, the width asked for, boxes allowed; then bounds and biases; the boxes taken.
SEARCHES: list[tuple[float, tuple[float, float, float], float, int, list[float], int]] = [
    (0.7, (1.0, 1.0, 1.0), 1e-06, 3000, [0, 0.102201064, 0.322528956, 0.322528967, 0.32252895], 3000),
    (0.1, (1.0, 1.0, 0.3), 0.001, 5000, [0, 0.00214356516, 0.0, 0.000723255755, 0.00315174824], 5000),
    (0.05, (1.0, 0.8, 0.3), 0.001, 4000, [0, 0.000456676455, 0.0, 0.000177241177, 0.000577652257], 4000),
    (0.03, (1.0, 1.0, 3.0), 0.01, 5000, [0, 0.000299693789, 9.86495677e-05, 9.86773104e-05, -8.29518821e-08], 5000),
    (0.01, (1.0, 1.0, 0.3), 0.01, 3000, [0, 2.16483959e-05, 0.0, 6.11594047e-06, 2.55379783e-05], 3000),
    (0.01, (1.0, 1.0, 0.3), 0.9, 30000, [3.65832624e-06, 2.16483959e-05, 0.0, 6.11594047e-06, 2.55379783e-05], 3865),
]


@pytest.mark.parametrize(("p", "importances", "width", "allowed", "wanted", "boxes"), SEARCHES)
def test_a_search_ends_where_it_did(
    p: float, importances: tuple[float, float, float], width: float, allowed: int, wanted: list[float], boxes: int
) -> None:
    found = least_of_triple(p, importances, width, allowed)
    assert [found.lower, found.upper, *found.bias] == pytest.approx(wanted, rel=1e-4, abs=2e-7)
    assert found.upper == pytest.approx(wanted[1], rel=1e-8)
    assert found.n_boxes == boxes


def test_the_worst_boxes_are_judged_first_and_none_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for the sweep: every box makes two, of higher bounds; half of those waiting go a round, if many."""
    rounds: list[tuple[int, float]] = []
    size, levels = 2, []

    def sweep(chosen: Array, n: int, children: Array, rules: Array, found: Array) -> int:
        assert len(chosen) == n
        rounds.append((n, float(chosen[:, BOUND].max())))
        levels.append(float(chosen[:, BOUND].min()))
        made = chosen.repeat(size, axis=0)
        made[:, BOUND] += 1e-4 * np.arange(1, len(made) + 1) / len(made)
        children[: len(made)] = made
        return len(made)

    monkeypatch.setattr(module, "sweep", sweep)
    found = least_of_triple(0.1, (1.0, 1.0, 0.3), 1e-9, 20_000)
    assert [n for n, _ in rounds] == [1 << k for k in range(11)] + [2048, 2048, 3072, 4608, 6177]
    assert sum(n for n, _ in rounds) == found.n_boxes == 20_000
    assert levels == sorted(levels)
    assert found.lower >= levels[-1]
