"""Good models of (3,2): known optima are met, and slopes are the derivatives of the loss."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from numpy.typing import NDArray
from toytoy.analytic.proof import triple_start as module
from toytoy.analytic.proof.pair_search import least_of_pair
from toytoy.analytic.proof.triple_boxes import SLOPE
from toytoy.analytic.proof.triple_start import ALL, STARTS, best_start, descend, evaluate

Array = NDArray[np.float64]


def rules_of(p: float, r: float) -> Array:
    return np.array([p, 0.0, 1.0, 1.0, 1.0, r])


def test_slopes_are_derivatives() -> None:
    sides, rules, h = np.array([0.9, 0.8, 0.7, 2.0, -2.2]), rules_of(0.6, 0.7), 1e-4
    _, slope = evaluate(rules, sides)
    for i in ALL:
        step = h * np.eye(5)[i]
        above, below = evaluate(rules, sides + step)[0].loss, evaluate(rules, sides - step)[0].loss
        assert (above - below) / (2 * h) == pytest.approx(slope[i], abs=1e-5)


def test_held_sides_stay_and_the_loss_falls() -> None:
    rules = rules_of(0.3, 0.5)
    for start in STARTS:
        sides = np.array(start.sides)
        found = descend(rules, sides, start.free)
        assert found.loss <= evaluate(rules, sides)[0].loss
        assert all(found.sides[i] == sides[i] for i in ALL if i not in start.free)


# p, r; then the loss each start leads to, and the models it asks for on the way
DESCENTS = [
    (0.7, 1.0, [0.108106365] * 3 + [0.110833333] * 3 + [0.102201064] * 2, [36, 36, 36, 1, 1, 1, 36, 61]),
    (
        *(0.3, 0.5, [0.0217423694, 0.0217423694, 0.0293103553, 0.03875, 0.0775, 0.0775, 0.0217423694, 0.0217423694]),
        [41, 41, 41, 1, 1, 1, 73, 76],
    ),
]


@pytest.mark.parametrize(("p", "r", "losses", "asked"), DESCENTS)
def test_descents_lead_where_they_did_and_are_no_longer(
    p: float, r: float, losses: list[float], asked: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a poor model of the curvature they would take more steps, or stop early. Roundings move the last few."""
    rules, found = rules_of(p, r), []
    counts: list[int] = []

    def counting(*given: Array) -> tuple[module.Model, Array]:
        counts[-1] += 1
        return evaluate(*given)

    monkeypatch.setattr(module, "evaluate", counting)
    for start in STARTS:
        counts.append(0)
        found.append(descend(rules, np.array(start.sides), start.free).loss)
    assert found == pytest.approx(losses, rel=1e-8)
    assert counts == pytest.approx(asked, rel=0.15)


def test_a_quadratic_loss_is_descended_to_its_minimum(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two free sides of five, of unlike curvatures: quasi-Newton steps end at the minimum, exactly, in few of them."""
    target, bends = np.array([9.0, 1.25, 9.0, 0.5, 9.0]), np.array([1.0, 3.0, 1.0, 0.25, 1.0])
    asked: list[Array] = []

    def quadratic(_rules: Array, sides: Array) -> tuple[module.Model, Array]:
        asked.append(sides.copy())
        off = (sides - target) * [0, 1, 0, 1, 0]
        tilt = 0.5 * off[[0, 3, 2, 1, 4]]
        slope = bends * off + tilt * [0, 1, 0, 1, 0]
        return module.Model(float(0.5 * off @ slope), sides, np.zeros(3)), slope

    monkeypatch.setattr(module, "evaluate", quadratic)
    found = descend(rules_of(0.5, 1.0), np.array([1.0, 1.0, 1.0, 1.0, 1.0]), (1, 3))
    assert found.sides[[1, 3]] == pytest.approx(target[[1, 3]], abs=1e-7)
    assert found.sides[[0, 2, 4]].tolist() == [1.0] * 3
    assert len(asked) < 70
    assert asked[1][[1, 3]] - 1.0 == pytest.approx(
        -2.0 * (bends * (1 - target) + 0.5 * (1 - target[[0, 3, 2, 1, 4]]))[[1, 3]]
    )


def test_the_best_of_all_starts_is_taken() -> None:
    for p, r, losses, _ in DESCENTS:
        assert best_start(rules_of(p, r)).loss == pytest.approx(min(losses), rel=1e-8)


def test_starts_are_the_known_phases() -> None:
    """Pairs of opposite features of length 1 beside one on its own axis, each pair once; each feature dropped once."""
    opposite, dropped = [], []
    for start in STARTS:
        x, y, z, alpha, beta = start.sides
        columns = np.array(
            [[x, 0.0], y * np.array([np.cos(alpha), np.sin(alpha)]), z * np.array([np.cos(beta), np.sin(beta)])]
        )
        gram = columns @ columns.T
        if start.free == ALL:  # an even fan, of a third feature as long or shorter
            assert np.degrees([alpha, beta]) == pytest.approx([120.0, -120.0])
            assert (x, y) == (0.9, 0.9)
            continue
        pairs = [(i, j) for i in range(3) for j in range(i) if abs(gram[i, j] + 1.0) < 1e-12]
        assert np.abs(gram - np.diag(np.diagonal(gram))).sum() == pytest.approx(2.0 * len(pairs), abs=1e-12)
        if pairs:
            opposite.append(pairs[0])
            assert start.free == tuple(sorted(pairs[0]))
        else:
            dropped.append(int(np.argmin(np.diagonal(gram))))
            assert sorted(np.diagonal(gram)) == [0.0, 1.0, 1.0]
    assert sorted(opposite) == [(1, 0), (2, 0), (2, 1)]
    assert sorted(dropped) == [0, 1, 2]


def test_numbers_found_by_trial_are_what_they_were() -> None:
    assert (module.STEPS, module.HALVINGS, module.ARMIJO, ALL) == (100, 30, 1e-4, (0, 1, 2, 3, 4))
    assert [start.sides[2] for start in STARTS if start.free == ALL] == [0.9, 0.4]
    assert all(0.0 <= length <= 1.0 for start in STARTS for length in start.sides[:3])


def test_a_model_is_evaluated_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its best biases from any bias on; then slopes over the box that is this point, their middles."""
    asked: list[Any] = []

    def bounded(*given: Any) -> None:
        sides, biases, rules, found, values, stack = given
        asked.append((sides.tolist(), biases.tolist(), rules.tolist(), found[0], values.shape, stack.shape))
        found[:] = [0.5, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0, 6.0, 7.0, 8.0]

    def chained(box: Array, room: Array) -> None:
        asked.append((box[:16].tolist(), room.shape))
        room[SLOPE, :, 0], room[SLOPE, :, 1] = range(5), range(2, 7)

    monkeypatch.setattr(module, "value_bounds", bounded)
    monkeypatch.setattr(module, "lay_out", lambda box, room: asked.append((box[:16].tolist(), room.shape)))
    monkeypatch.setattr(module, "enclose_slopes", lambda *given: asked.append(given[3]))
    monkeypatch.setattr(module, "chain", chained)
    rules, sides = rules_of(0.5, 0.25), [1.0, 2.0, 3.0, 4.0, 5.0]
    model, slope = evaluate(rules, np.array(sides))
    assert (model.loss, model.sides.tolist(), model.bias.tolist()) == (0.5, sides, [6.0, 7.0, 8.0])
    assert slope.tolist() == [1.0, 2.0, 3.0, 4.0, 5.0]
    first = (sides, [-9e9, 9e9] * 3, rules.tolist(), math.inf, (6,), (64, 2))
    box = [1.0, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8], (9, 5, 2)
    assert asked == [first, box, 0.0, box]


@pytest.mark.parametrize(("p", "r"), [(0.01, 0.3), (0.1, 1.0), (0.3, 0.5), (0.05, 0.01)])
def test_low_densities_reduce_to_two_features(p: float, r: float) -> None:
    """One feature on an axis of its own, which costs nothing, and the best of two features in one dimension."""
    pair = least_of_pair(p, r, 1e-9, 1_000_000)
    assert best_start(rules_of(p, r)).loss == pytest.approx(pair.upper, rel=1e-8)


def test_the_triangle_is_met() -> None:
    found = best_start(rules_of(0.7, 1.0))
    assert 0.1022010637277116 < found.loss < 0.1022010637277117 * (1 + 1e-6)
    assert found.sides[:3] == pytest.approx([0.87975877489817233] * 3, rel=1e-4)


@pytest.mark.parametrize(("p", "r"), [(0.6, 0.7), (0.9, 0.95), (0.3, 3.0)])
def test_a_search_finds_hardly_better_ones(p: float, r: float) -> None:
    problem = tt.Problem.toy(3, importance=r, density=p)
    searched = tt.minimize(problem, tt.Multistart(n_starts=32, seed=0)).loss.value
    assert searched * (1 - 1e-9) <= best_start(rules_of(p, r)).loss <= searched * (1 + 1e-3)
