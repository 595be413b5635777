"""Operations are counted right."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from toytoy.analytic import line_row

from tests.benchmarks import limits, operations
from tests.benchmarks.line_models import random_case
from tests.benchmarks.operations import Counted, counting


def test_every_operation_counts_once_and_nothing_else_does() -> None:
    a: Any = Counted(3.0)
    before = Counted.operations
    value = 2.0 * a + a / 4.0 - np.float64(1.0) * a
    assert float(value) == 3.75
    assert Counted.operations - before == 5
    assert max(a, 0.0) is a
    assert abs(-a).value == 3.0
    assert Counted.operations - before == 5


def test_arrays_of_whole_numbers_stay_as_they_are() -> None:
    assert counting(np.arange(3)).dtype.kind == "i"
    assert isinstance(counting(np.zeros((2, 2)))[1, 1], Counted)


@pytest.mark.slow
def test_kernels_in_python_are_counted() -> None:
    found = operations.count()
    assert 100 < found["2,1"] < found["3,2"] < 1e4
    assert found["line"] == pytest.approx(92, abs=1)  # forward 44, backward 48, and what a feature has once


def test_the_passes_of_a_line_are_counted_without_changing_it() -> None:
    case, before = random_case(20, 5, 0.3), line_row.line_row
    counted = limits.count_passes(case)
    assert counted % 1 == 0
    assert counted >= 20 * 19
    assert line_row.line_row is before
