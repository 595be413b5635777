"""Numbers with errors."""

from __future__ import annotations

import math

import pytest
import toytoy as tt
from toytoy.analytic.estimate import ErrorKind


def test_interval_and_value() -> None:
    estimate = tt.Estimate(3, 1, "bracket")
    assert estimate.interval == (2.0, 4.0)
    assert float(estimate) == 3.0
    assert estimate.kind is ErrorKind.BRACKET
    assert "±" in str(estimate)
    assert estimate == tt.Estimate(3.0, 1.0, ErrorKind.BRACKET)


@pytest.mark.parametrize("error", [-1e-300, math.nan])
def test_a_number_needs_its_error(error: float) -> None:
    with pytest.raises(ValueError, match="error must be non-negative"):
        tt.Estimate(1.0, error, "rounding")


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="got kind='brackets'; did you mean 'bracket'"):
        tt.Estimate(1.0, 0.1, "brackets")


def test_bounds_agree_when_they_overlap() -> None:
    one, other = tt.Estimate(1.0, 0.25, "rounding"), tt.Estimate(1.5, 0.25, "bracket")
    assert one.agrees(other)
    assert other.agrees(one)
    assert not one.agrees(tt.Estimate(1.5 + 1e-9, 0.25, "bracket"))


def test_standard_errors_are_multiplied_and_bounds_are_not() -> None:
    sampled, bound = tt.Estimate(1.0, 0.1, "standard_error"), tt.Estimate(1.55, 0.1, "rounding")
    assert sampled.agrees(bound)  # 5 × 0.1 + 0.1
    assert not sampled.agrees(bound, standard_errors=4.0)


def test_nan_agrees_with_nothing() -> None:
    nan = tt.Estimate(math.nan, 1.0, "rounding")
    assert not nan.agrees(nan)
    assert not nan.agrees(tt.Estimate(0.0, 1.0, "rounding"))


def test_five_standard_errors_are_allowed_unless_told_otherwise() -> None:
    """Of whichever of the two was sampled; two samples add theirs."""
    sampled, twin = tt.Estimate(1.0, 0.125, "standard_error"), tt.Estimate(2.25, 0.125, "standard_error")
    assert sampled.agrees(twin)
    assert not sampled.agrees(tt.Estimate(2.2500001, 0.125, "standard_error"))
    bound = tt.Estimate(1.75, 0.125, "bracket")
    assert sampled.agrees(bound)
    assert bound.agrees(sampled)
    assert not sampled.agrees(tt.Estimate(1.7500001, 0.125, "bracket"))


def test_no_error_is_an_error_too_and_all_kinds_are_known() -> None:
    for kind in ("rounding", "standard_error", "quadrature", "bracket", "certified"):
        assert tt.Estimate(1.0, 0, kind).interval == (1.0, 1.0)
    assert str(tt.Estimate(1 / 3, 0.00123, "rounding")) == "0.3333333333 ± 1.2e-03 (rounding)"
