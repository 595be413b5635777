"""Dimensions a feature: from one each to a share of many, best of several descents, never above what a search finds."""

from __future__ import annotations

import json

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.paper.dimensionality import PLATEAUS, Sweep, descend, dimensionality

DENSITIES = (0.5, 0.1)


def test_the_best_is_what_an_independent_search_finds() -> None:
    found = dimensionality(5, 2, densities=DENSITIES, starts=5, trained=None)
    for density, level in zip(found.densities, found.losses, strict=True):
        problem = tt.Problem(n_features=5, n_hidden=2, density=float(density))
        wanted = float(tt.minimize(problem, tt.Multistart(n_starts=64, seed=5)).loss)
        assert level == pytest.approx(wanted, rel=1e-6)


def test_measures_are_those_of_the_weights() -> None:
    found = dimensionality(5, 2, densities=DENSITIES, starts=2, trained=tt.Trained(steps=3, batch=4), seed=2)
    for trained, weights in ((False, found.weights), (True, found.trained_weights)):
        np.testing.assert_allclose(found.overall(trained), [2 / np.sum(w**2) for w in weights], rtol=1e-14)
        there = ~np.isnan(found.each(trained))
        np.testing.assert_allclose(found.each(trained)[there], tt.capacity(weights)[there])
    assert (np.nansum(found.each(), axis=1) <= 2 + 1e-9).all()
    assert (found.trained_losses > found.losses).all()
    data = json.loads(json.dumps(found.to_dict()))
    assert data["optimum"]["overall"] == found.overall().tolist()
    assert len(found.sentences()) == 2


def test_sparse_features_are_pairs_or_share_more() -> None:
    found = dimensionality(4, 2, densities=(0.5, 0.05), starts=4, trained=None)
    assert found.overall()[1] == pytest.approx(PLATEAUS["digon"], abs=0.01)  # four features, two antipodal pairs
    np.testing.assert_allclose(found.each()[1], 0.5, atol=1e-3)


def test_a_descent_never_climbs() -> None:
    rng = np.random.default_rng(0)
    problem = tt.Problem(n_features=5, n_hidden=2, density=0.1)
    start = rng.normal(size=(2, 5)), np.zeros(5)
    (weights, bias), level = descend(problem, start)
    assert level < tt.loss(problem, *start)
    assert level == pytest.approx(float(tt.loss(problem, weights, bias)), rel=1e-12)


def test_progress_counts_every_leg() -> None:
    counts: list[tuple[int, int]] = []
    dimensionality(3, 2, densities=(1.0, 0.1), starts=1, trained=None, progress=lambda *count: counts.append(count))
    totals = [total for done, total in counts if done == total]
    assert totals[1:] == [2, *totals[2:-1], 2]  # from the one neighbor each; at last once each
    assert len(counts) == sum(totals)


def test_a_neighbor_that_gained_is_tried_from_and_the_better_end_is_kept() -> None:
    problems = [tt.Problem(n_features=4, n_hidden=2, density=p) for p in (0.12, 0.1)]
    pairs = np.array([[1.0, -1, 0, 0], [0, 0, 1, -1]]), np.zeros(4)
    lost = np.zeros((2, 4)), np.full(4, 0.05)
    search = Sweep(problems, map, None)
    for k, start in enumerate((pairs, lost)):
        search.best[k], search.losses[k] = descend(problems[k], start)
    worse = search.losses[1]
    search.fresh = {0}
    search.neighbors()
    assert search.losses[1] < 0.5 * worse
    assert search.fresh == {1}
