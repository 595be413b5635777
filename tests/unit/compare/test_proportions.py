"""Wilson's intervals: their defining equation, 50 digits, and the coverage they promise."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest
from scipy.stats import binom, binomtest, norm
from toytoy.compare.proportions import score_interval, wilson

EPS = float(np.finfo(float).eps)
LEVELS = (0.5, 0.9, 0.95, 0.999)


@pytest.mark.equation("wilson-condition")
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("total", [1, 7, 40])
def test_ends_are_as_far_from_the_share_as_their_own_deviation_allows(total: int, level: float) -> None:
    hits = np.arange(total + 1)
    ends = wilson(hits, total, level)
    distance = np.abs(ends - (hits / total)[:, None])
    z = norm.ppf((1 + level) / 2)
    np.testing.assert_allclose(distance, z * np.sqrt(ends * (1 - ends) / total), atol=1e-12)
    assert ((ends[:, 0] <= hits / total) & (hits / total <= ends[:, 1])).all()


@pytest.mark.equation("wilson-interval")
@pytest.mark.parametrize(("hits", "total"), [(0, 3), (1, 10**9), (1, 1), (999_999, 10**6), (2.5, 7.25)])
def test_roots_to_fifty_digits(hits: float, total: float) -> None:
    with mpmath.workdps(50):
        k, n, z = mpmath.mpf(hits), mpmath.mpf(total), mpmath.sqrt(2) * mpmath.erfinv(mpmath.mpf("0.95"))
        roots = mpmath.polyroots([n + z**2, -(2 * k + z**2), k**2 / n], maxsteps=200, extraprec=200)
        wanted = [float(root.real) for root in sorted(roots, key=lambda root: root.real)]
    low, high = score_interval(hits, total)
    assert low == pytest.approx(wanted[0], rel=32 * EPS, abs=0.0 if hits else 1e-60)  # also where it is tiny
    assert 1 - high == pytest.approx(1 - wanted[1], abs=4 * EPS)


@pytest.mark.parametrize("level", LEVELS)
def test_scipy_finds_the_same(level: float) -> None:
    for hits, total in ((0, 5), (2, 5), (5, 5), (17, 300)):
        found = binomtest(hits, total).proportion_ci(level, method="wilson")
        assert wilson(hits, total, level) == pytest.approx([found.low, found.high], abs=8 * EPS)


@pytest.mark.parametrize("level", LEVELS)
def test_coverage_is_near_what_is_promised(level: float) -> None:
    total, hits = 60, np.arange(61)
    ends = wilson(hits, total, level)
    shares = np.linspace(0.05, 0.95, 181)
    inside = (ends[:, 0] <= shares[:, None]) & (shares[:, None] <= ends[:, 1])
    covered = (binom.pmf(hits, total, shares[:, None]) * inside).sum(axis=1)
    assert abs(covered.mean() - level) < 0.01


def test_none_and_all_are_exact_ends() -> None:
    for total in (1, 3, 49, 10**6):
        assert wilson([0, total], total)[[0, 1], [0, 1]].tolist() == [0.0, 1.0]


def test_hits_and_misses_mirror_each_other() -> None:
    hits = np.arange(31)
    np.testing.assert_allclose(wilson(hits, 30)[:, ::-1], 1 - wilson(30 - hits, 30), atol=2 * EPS)


def test_shape_is_kept_and_totals_may_differ() -> None:
    assert wilson(np.zeros((2, 3), dtype=int), 5).shape == (2, 3, 2)
    rows = wilson([[1, 2], [3, 4]], [[5], [50]])
    assert rows[1].tolist() == wilson([3, 4], 50).tolist()


WRONG: list[tuple[Any, Any]] = [
    *(([5], 3), ([-1], 3), ([0.5], 3), ([np.nan], 3), (0, 0), ("a", 3), (1, 2.5)),
    *((1, []), ([1, 1], [3, 0]), ([3, 3], [3, 2]), (True, 3), (1, np.nan)),
]


@pytest.mark.parametrize(("hits", "total"), WRONG)
def test_what_are_no_counts_is_refused(hits: Any, total: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=r"(hits|total) must be (a )?whole number") as caught:
        wilson(hits, total)
    assert "got" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("level", [95, 0, 1, np.nan, "0.95", None])
def test_what_is_no_level_is_refused(level: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="level must lie in"):
        wilson(1, 2, level)


def test_no_total_is_a_total_of_nothing() -> None:
    with pytest.raises(ValueError, match="total=0"):
        wilson(1, [])
