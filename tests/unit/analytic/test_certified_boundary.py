"""The certified boundary: known values inside, both sides checked by searches, as narrow as asked at every density."""

from __future__ import annotations

from fractions import Fraction

import pytest
import toytoy as tt
from toytoy.analytic.certified_boundary import boundary_of_pair, certified_boundary, polished
from toytoy.analytic.fraction import exact_loss, exactly
from toytoy.analytic.stability import onset_window, threshold

BOUNDARY = 0.53573876406532962  # at p = 1/2
WINDOW = onset_window()
DENSITIES = (0.01, 0.1, 0.3, 0.5, 0.515, 0.52, 0.525, 0.6, 0.7, 0.8, 0.837, 0.8375, 0.85, 0.9, 0.95, 0.99, 1.0)


@pytest.mark.parametrize("p", DENSITIES)
def test_it_is_narrow_at_every_density(p: float) -> None:
    low, high = certified_boundary(p).interval
    assert 0 < low < high
    assert high - low <= 1e-10 * high
    assert high <= threshold(p) * (1 + 1e-14)


def test_a_known_value_lies_inside() -> None:
    low, high = certified_boundary(0.5).interval
    assert low < BOUNDARY < high


@pytest.mark.parametrize("p", [0.53, 0.6, 0.7, 0.8, 0.83])
def test_in_the_window_it_is_the_loss_of_stability(p: float) -> None:
    assert WINDOW[0] < p < WINDOW[1]
    low, high = certified_boundary(p).interval
    assert low < threshold(p) < high
    assert boundary_of_pair(p).model is None


@pytest.mark.parametrize("p", [0.01, 0.3, 0.5, 0.515, 0.85, 0.97])
def test_the_model_of_the_upper_end_is_as_good_as_said(p: float) -> None:
    """Its exact loss is at most r v at the upper end, in fractions."""
    found = boundary_of_pair(p)
    assert found.model is not None
    t, s, biases, importance = found.model
    problem = tt.Problem.toy(2, importance=exactly(importance), density=exactly(p))
    loss = exact_loss(problem, [[exactly(t), -exactly(s)]], [exactly(b) for b in biases])
    assert loss <= exactly(importance) * (exactly(p) / 3 - exactly(p) ** 2 / 4)
    assert importance == found.upper


@pytest.mark.parametrize("p", [0.05, 0.4, 0.7, 0.96])
def test_searches_agree_on_both_sides(p: float) -> None:
    low, high = certified_boundary(p, 1e-6).interval
    v = Fraction(p) / 3 - Fraction(p) ** 2 / 4
    for r, dropped in ((low * (1 - 1e-2), True), (high * (1 + 1e-2), False)):
        problem = tt.Problem.toy(2, importance=r, density=p)
        found = tt.minimize(problem, tt.Multistart(n_starts=24, seed=0))
        assert (found.loss.value < float(r * v) * (1 - 1e-9)) != dropped


def test_rare_features_reach_the_limit() -> None:
    """r_b / p goes to (2 + √2) / 8 (:eq:`onset-rare-limit`), linearly in p."""
    limit = (2 + 2**0.5) / 8
    gaps = [certified_boundary(p, 1e-6).value / p - limit for p in (1e-3, 2e-3)]
    assert 0 < gaps[0] < 1e-2
    assert gaps[1] / gaps[0] == pytest.approx(2.0, rel=0.02)


@pytest.mark.parametrize("density", [1e-4, 2e-4])
def test_it_ends_where_a_model_met_is_no_better_once_rounded(density: float) -> None:
    low, high = certified_boundary(density).interval
    assert 0.0 < high / low - 1 < 1e-8
    assert low < density * (2 + 2**0.5) / 8 * (1 + 2 * density)


def test_densities_too_low_to_prove_are_refused() -> None:
    with pytest.raises(ValueError, match="density must be at least 2e-05"):
        certified_boundary(1e-9)


def test_polishing_only_lowers() -> None:
    found = boundary_of_pair(0.5, 1e-3)
    assert found.model is not None
    start = found.model._replace(importance=found.model.importance * (1 + 1e-12))
    assert polished(0.5, start).importance <= start.importance


@pytest.mark.parametrize("density", [0.0, 1.1, float("nan")])
def test_bad_densities_are_refused(density: float) -> None:
    with pytest.raises(ValueError, match="density must lie in"):
        certified_boundary(density)
