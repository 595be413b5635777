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
