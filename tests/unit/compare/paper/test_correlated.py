"""Pairs in the plane: correlated ones orthogonal, anticorrelated ones opposite, and the ladder of collapse."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.paper.correlated import LADDER, collapse, correlated_sets
from toytoy.compare.paper.panels import group_cosines


def test_correlated_features_are_orthogonal_and_anticorrelated_ones_opposite() -> None:
    found = correlated_sets(starts=32, trained=None)
    assert found.labels[0] == "2 correlated pairs"
    together, crowded, apart, apart_too = (group_cosines(s) for s in found.optimum)
    assert np.abs(together).max() < 0.02  # nearly: the best angle lies a little above a right one
    assert together.max() < 0
    assert (crowded > 0).all()  # no room for right angles: side by side
    for cosines in (apart, apart_too):
        np.testing.assert_allclose(cosines, -1, atol=1e-6)


def test_two_anticorrelated_pairs_cost_nothing() -> None:
    solution = correlated_sets(pairs=(2,), starts=16, trained=None).optimum[1]
    assert float(solution.loss) < 1e-20
    exact = tt.loss(solution.problem, [[1, -1, 0, 0], [0, 0, 1, -1]], [0, 0, 0, 0], method="fraction")
    assert exact == 0


def test_pairs_open_one_after_another() -> None:
    found = collapse(starts=96, trained=None)
    assert [s.problem.density for s in found.optimum] == list(LADDER) == [0.5, 0.25, 0.15, 0.05]
    collapsed = [int((group_cosines(s) > 0.999).sum()) for s in found.optimum]
    assert collapsed == [3, 2, 1, 0]


def test_a_collapsed_pair_shares_its_principal_component() -> None:
    dense = collapse((0.5,), starts=32, trained=None).optimum[0]
    pairs = dense.weights.reshape(2, 3, 2)
    np.testing.assert_allclose(pairs[..., 0], pairs[..., 1], atol=1e-6)  # equal, not only parallel


@pytest.mark.parametrize("density", [0.0, 0.6])
def test_a_density_that_no_pair_can_have_is_refused(density: float) -> None:
    with pytest.raises(ValueError, match="density"):
        correlated_sets(density, starts=1, trained=None)
