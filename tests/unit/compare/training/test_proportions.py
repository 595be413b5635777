"""Wilson's intervals: their defining equation, and the coverage they promise."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, norm
from toytoy.compare.training.proportions import wilson


@pytest.mark.parametrize("total", [1, 7, 40])
def test_ends_are_as_far_from_the_share_as_their_own_deviation_allows(total: int) -> None:
    hits = np.arange(total + 1)
    ends = wilson(hits, total)
    distance = np.abs(ends - (hits / total)[:, None])
    np.testing.assert_allclose(distance, norm.ppf(0.975) * np.sqrt(ends * (1 - ends) / total), atol=1e-12)
    assert ((ends[:, 0] <= hits / total) & (hits / total <= ends[:, 1])).all()


def test_coverage_is_near_what_is_promised() -> None:
    total, hits = 20, np.arange(21)
    ends = wilson(hits, total)
    shares = np.linspace(0.05, 0.95, 91)
    inside = (ends[:, 0] <= shares[:, None]) & (shares[:, None] <= ends[:, 1])
    covered = (binom.pmf(hits, total, shares[:, None]) * inside).sum(axis=1)
    assert 0.93 < covered.mean() < 0.97


def test_shape_is_kept() -> None:
    assert wilson(np.zeros((2, 3), dtype=int), 5).shape == (2, 3, 2)


@pytest.mark.parametrize(
    ("hits", "total"), [([5], 3), ([-1], 3), ([0.5], 3), ([np.nan], 3), (0, 0), ("a", 3), (1, 2.5)]
)
def test_what_are_no_counts_is_refused(hits: object, total: int) -> None:
    with pytest.raises((TypeError, ValueError), match=r"(hits|total) must be (a )?whole number") as caught:
        wilson(hits, total)  # type: ignore[arg-type]
    assert "got" in str(caught.value)
