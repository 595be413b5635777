"""Passages without a jump, or with one too small to trace: the closed threshold, certified intervals, searches."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.certified_boundary import certified_boundary
from toytoy.analytic.stability import onset_window, threshold
from toytoy.numeric.boundaries import appearing as module
from toytoy.numeric.boundaries.appearing import Appearing, appearing
from toytoy.numeric.boundaries.branch import Branch, State

from tests import traced

FIRST = Branch(2, (), (0,))


def optimum(n: int, importance: float, density: float) -> State:
    problem = tt.Problem.toy(n, importance=importance, density=density)
    found = tt.minimize(problem, tt.Multistart(n_starts=32, seed=6))
    return Branch.at(np.asarray(found.weights), np.asarray(found.bias), importance, density)


def at_density(density: float, n: int = 2, mirrored: bool = False) -> Appearing:
    r = threshold(density)
    sides = (1 / r * 1.02, 1 / r * 0.98) if mirrored else (r * 0.98, r * 1.02)
    one, other = (optimum(n, side, density) for side in sides)
    return appearing(other, one, by_importance=True) if mirrored else appearing(one, other, by_importance=True)


@pytest.mark.equation("stability-threshold")
@pytest.mark.parametrize("n", [2, 3])
@pytest.mark.parametrize("density", [0.53, 0.7, 0.83])
def test_in_the_window_the_extra_appears_at_the_threshold(density: float, n: int) -> None:
    found = at_density(density, n)
    assert found.continuous
    assert found.density == density
    assert found.density_error == 0.0
    assert abs(found.importance - threshold(density)) <= found.importance_error < 1e-15
    assert found.plain.branch == (traced.NONE if n == 2 else traced.NONE_3)
    assert len(found.grown.branch.block) == n


def test_exchanged_features_appear_at_the_inverse() -> None:
    found = at_density(0.7, mirrored=True)
    assert found.continuous
    assert found.plain.branch == FIRST
    assert found.importance * threshold(0.7) == pytest.approx(1.0, abs=4e-16)


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("density", [0.5195, 0.8385])
def test_outside_it_the_interval_holds_the_certified_boundary(density: float, mirrored: bool) -> None:
    """A jump too small to be traced: the interval given is not empty, narrow, and holds what is proved."""
    low, high = onset_window()
    assert not low <= density <= high
    found, proved = at_density(density, mirrored=mirrored), certified_boundary(density).interval
    if mirrored:
        proved = 1 / proved[1], 1 / proved[0]
    assert not found.continuous
    assert 0 < found.importance_error < 1e-4
    for end in proved:
        assert abs(found.importance - end) <= found.importance_error
    limit = 1 / threshold(density) if mirrored else threshold(density)
    assert (found.importance < limit) is not mirrored


def test_beside_a_third_feature_the_interval_is_wider() -> None:
    two, three = at_density(0.8385), at_density(0.8385, n=3)
    low, high = two.importance - two.importance_error, two.importance + two.importance_error
    assert three.importance - three.importance_error < low
    assert three.importance + three.importance_error >= high * (1 - 1e-15)


@pytest.mark.parametrize("importance", [0.6, 0.8, 0.89])
@pytest.mark.parametrize("mirrored", [False, True])
def test_at_a_given_importance_the_threshold_has_it_there(importance: float, mirrored: bool) -> None:
    r = 1 / importance if mirrored else importance
    grid = np.linspace(0.5203, 0.8373, 2000)
    density = float(np.interp(importance, [threshold(p) for p in grid], grid))
    one, other = optimum(2, r, density + 0.01), optimum(2, r, density - 0.01)
    found = appearing(one, other, by_importance=False)
    assert found.importance == r
    assert found.importance_error == 0.0
    assert found.continuous
    assert threshold(found.density) == pytest.approx(importance, rel=1e-14)
    assert 0 < found.density_error < 1e-14


def test_an_overlap_of_three_dedicated_like_features_grows_where_a_search_says() -> None:
    """(3,2), r from 1.14 to 1.2 at p = 0.79: an unequal pair of the others becomes a scalene triangle as r falls."""
    density = 0.79
    one, other = optimum(3, 1.14, density), optimum(3, 1.2, density)
    assert one.branch == traced.TRIANGLE
    assert other.branch == traced.OTHERS
    found = appearing(one, other, by_importance=True)
    assert found.continuous
    assert found.importance_error < 1e-9
    overlaps = {}
    for shift in (-1e-4, 1e-4):
        gram = traced.gram(optimum(3, found.importance * (1 + shift), density))
        overlaps[shift] = np.abs(gram[2, :2]).max()
    assert overlaps[1e-4] < 1e-6
    assert 1e-5 < overlaps[-1e-4] < 0.1
    back = appearing(
        optimum(3, found.importance, density - 0.01),
        optimum(3, found.importance, density + 0.01),
        by_importance=False,
    )
    assert back.density == pytest.approx(density, abs=1e-9)


def test_a_threshold_of_another_density_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "threshold", lambda p: threshold(p * (1 + 1e-12)))
    with pytest.raises(AssertionError):
        test_in_the_window_the_extra_appears_at_the_threshold(0.7, 2)
    monkeypatch.setattr(module, "onset_window", lambda: (0.0, 1.0))
    with pytest.raises(AssertionError):
        test_outside_it_the_interval_holds_the_certified_boundary(0.8385, False)
