"""The least loss of (2,1): exact where the feature is dropped, between bounds elsewhere."""

from __future__ import annotations

import pytest
from toytoy.analytic.proof import pair_search as module
from toytoy.analytic.proof.branching import variance
from toytoy.analytic.proof.onset_bound import OnsetBound, onset_bound
from toytoy.analytic.proof.pair_search import least_of_pair

BOUNDARY = 0.53573876406532962  # r_b at p = 1/2


def test_below_the_boundary_the_feature_is_dropped_and_above_it_is_not() -> None:
    below, above = (least_of_pair(0.5, BOUNDARY * (1 + d), 1e-9, 10**6) for d in (-1e-9, 1e-9))
    assert below.dropped
    assert below.weights == (1.0, 0.0)
    assert not above.dropped
    assert above.lower < above.upper < BOUNDARY * variance(0.5) * (1 + 1e-9)


def test_a_tie_is_told_as_far_as_doubles_tell() -> None:
    """Within rounding of the boundary the interval is as narrow as was asked, whether or not a proof succeeds."""
    for d in (-1e-15, 0.0, 1e-15):
        r = BOUNDARY * (1 + d)
        found = least_of_pair(0.5, r, 1e-9, 10**6)
        assert found.lower <= r * variance(0.5) * (1 + 1e-14)
        assert found.upper - found.lower <= 1e-9 * found.upper


def test_without_the_lemma_nothing_is_called_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "onset_bound", lambda low, high: OnsetBound(0.0, 0.0))
    found = least_of_pair(0.5, 0.4, 1e-9, 10**6)
    assert not found.dropped
    assert found.lower <= 0.4 * variance(0.5) <= found.upper
    assert found.upper - found.lower <= 1e-9 * found.upper


def test_a_lemma_that_claims_too_much_is_found_out_by_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted fault: were it claimed for r up to 1, the search outside of the radius would meet a better model."""
    sound = onset_bound(0.5, 0.5)
    monkeypatch.setattr(module, "onset_bound", lambda low, high: sound._replace(ratio=1.0))
    assert not least_of_pair(0.5, 0.6, 1e-9, 10**6).dropped
