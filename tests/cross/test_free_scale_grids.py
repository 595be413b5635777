"""The grid of free factors has no gap and is widened only while the loss falls at its end."""

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.ansatz import frozen_model
from toytoy.analytic.free_scale import FACTORS, LARGEST_FACTOR, _Search, free_minima

from tests.unit.analytic.test_free_scale import EPS


def asked_factors(problem, name, monkeypatch):
    """Solve, and return the grid of factors that was asked for: what comes before the polish."""
    asked = []
    whole = _Search.profile

    def profile(self, factors):
        asked.append(factors)
        return whole(self, factors)

    monkeypatch.setattr(_Search, "profile", profile)
    minima = free_minima(problem, frozen_model(name, problem)[0])
    octaves = [FACTORS]
    for factors in asked[1:]:
        if len(factors) == 8 and factors[-1] == 2 * octaves[-1][-1]:
            octaves.append(factors)
    return np.concatenate(octaves), minima


def test_the_grid_has_no_gap_and_ends_where_the_loss_no_longer_falls(monkeypatch):
    """Eight an octave, also where it is widened; an output that saturates may profit anywhere, up to the bound."""
    problem = tt.Problem(
        n_features=2, n_hidden=1, density=(0.3, 0.33), importance=(1.6, 0.27), activation=tt.ClippedReLU(0.05)
    )
    grid, minima = asked_factors(problem, "antipodal", monkeypatch)
    assert (grid[0], grid[1], grid[-1]) == (0.0, 2**-7, LARGEST_FACTOR)
    assert np.abs(np.log2(grid[2:] / grid[1:-1]) - 1 / 8).max() <= 10 * EPS
    assert minima.gram_factors[[0, -1]].tolist() == [0.0, LARGEST_FACTOR]
    inner, search = minima.gram_factors[1:-1], _Search(problem, frozen_model("antipodal", problem)[0])
    assert (search.profile(inner * (1 - 1e-6)).slope < 0).all()
    assert (search.profile(inner * (1 + 1e-6)).slope > 0).all()


@pytest.mark.parametrize("importance", [0.5, 0.0])
def test_where_the_loss_rises_or_is_flat_at_the_end_the_grid_is_not_widened(monkeypatch, importance):
    problem = tt.Problem.toy(2, importance=0.5, density=0.5, activation="linear").replace(importance=importance)
    grid, minima = asked_factors(problem, "antipodal", monkeypatch)
    assert grid[-1] == 2.0
    assert minima.status == "converged"
    assert minima.gram_factors[0] == 0.0
    assert np.abs(minima.gram_factors[1:] - 0.5).max(initial=0.0) <= 100 * EPS
    assert len(minima.gram_factors) == (2 if importance else 1)
