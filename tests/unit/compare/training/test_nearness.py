"""Verdicts on planted models: the optimum turned and relabeled, one short of it, one elsewhere, one near a line."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.training.nearness import CLOSE, Verdict, nearness
from toytoy.numeric.atlas import Atlas, optimum_map

Array = Any


def optima(n: int, density: float, importance: float) -> Atlas:
    return optimum_map(tt.Problem.toy(n, density=density), np.array([density]), np.array([importance]))


def judged(atlas: Atlas, *models: tuple[Array, Array]) -> Any:
    weights, bias = (np.array([part]) for part in zip(*models, strict=True))
    return nearness(atlas, weights, bias)


def best(atlas: Atlas) -> tuple[Array, Array]:
    weights, bias = atlas.cells.split(atlas.thetas)
    return weights[0], bias[0]


def test_the_optimum_is_reached_turned_and_relabeled_too() -> None:
    atlas = optima(3, 0.2, 0.5)
    weights, bias = best(atlas)
    turn, order = np.array([[0.6, -0.8], [0.8, 0.6]]), [1, 0, 2]
    found = judged(atlas, (weights, bias), (turn @ weights, bias), (weights[:, order], bias[order]))
    assert found.count(Verdict.REACHED) == 3
    assert np.abs(found.excess).max() < 1e-12
    assert found.distance.max() < 1e-12
    assert found.same_regime.all()


def test_exchanging_features_that_differ_is_a_distance() -> None:
    atlas = optima(3, 0.2, 0.5)
    weights, bias = best(atlas)
    order = [0, 2, 1]
    gram, other = weights.T @ weights, weights[:, order].T @ weights[:, order]
    found = judged(atlas, (weights[:, order], bias[order]))
    swapped = gram[[1, 0, 2]][:, [1, 0, 2]], bias[[1, 0, 2]]
    wanted = min(np.sqrt(((other - g) ** 2).sum() + ((bias[order] - b) ** 2).sum()) for g, b in ((gram, bias), swapped))
    assert found.distance[0, 0] == pytest.approx(wanted, rel=1e-12)
    assert wanted > 0.1


def test_short_of_it_and_elsewhere_are_told_apart() -> None:
    atlas = optima(2, 0.5, 1.0)
    weights, bias = best(atlas)
    problem = tt.Problem.toy(2, density=0.5)
    dropped = np.array([[1.0, 0.0]]), np.array([0.0, 0.25])
    found = judged(atlas, (0.8 * weights, bias), dropped)
    assert found.verdicts[0].tolist() == [Verdict.SHORT, Verdict.ELSEWHERE]
    least = float(atlas.losses[0])
    for k, model in enumerate(((0.8 * weights, bias), dropped)):
        assert found.excess[0, k] == pytest.approx(tt.loss(problem, *model) / least - 1, rel=1e-10)
    assert found.below[0, 0] == pytest.approx(found.excess[0, 0], rel=1e-9)
    assert found.below[0, 1] < 1e-12 < found.excess[0, 1]
    assert found.represented[0].tolist() == [True, False]
    assert found.same_regime[0].tolist() == [True, False]


def test_near_a_line_loss_decides_not_the_label() -> None:
    """Half a thousandth beside the jump at density 0.3 both phases are minima of nearly the same loss."""
    line = tt.boundary(2, 1, between=("not_represented", "antipodal"), density=0.3)
    atlas = optima(2, 0.3, line.importance.value * 1.0005)
    dropped = np.array([[1.0, 0.0]]), np.array([0.0, 0.15])
    found = judged(atlas, dropped)
    assert not found.same_regime[0, 0]
    assert 0 < found.excess[0, 0] < CLOSE
    assert found.verdicts[0, 0] == Verdict.REACHED


def test_cells_keep_their_own_optima() -> None:
    atlas = optimum_map(tt.Problem.toy(2, density=0.5), np.array([0.2, 0.6]), np.array([0.3, 1.0]))
    weights, bias = atlas.cells.split(atlas.thetas)
    assert nearness(atlas, weights[:, None], bias[:, None]).count(Verdict.REACHED) == 4
    shifted = nearness(atlas, np.roll(weights, 1, axis=0)[:, None], np.roll(bias, 1, axis=0)[:, None])
    assert shifted.count(Verdict.REACHED) < 4
