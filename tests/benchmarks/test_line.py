"""The reference of the line integral answers as the cube does, and the errors that are told are errors."""

from __future__ import annotations

import numpy as np
import pytest
from toytoy.analytic.loss import evaluate

from tests.benchmarks import line
from tests.benchmarks.line_models import digon_case, optimized_case, random_case, truth


@pytest.mark.parametrize("p", [0.003, 0.3])
@pytest.mark.parametrize("bias", [None, 0.0, -0.05])
def test_the_reference_is_the_cube_where_both_are_possible(p: float, bias: float | None) -> None:
    case = random_case(8, 3, p)
    case = case if bias is None else case._replace(bias=np.full(8, bias))
    known, exact = truth(case, 8), evaluate(case.problem, case.weights, case.bias, method="cube")
    gradient = np.concatenate([exact.d_weights.ravel(), exact.d_bias])
    assert len(known.outputs) == 8
    assert known.loss == pytest.approx(float(exact.loss), rel=1e-12)
    assert known.doubt <= 1e-10 * known.loss
    assert np.linalg.norm(known.gradient - gradient) <= 1e-9 * np.linalg.norm(gradient)


def test_groups_add_up_to_the_whole() -> None:
    case = digon_case(8, 1e-2, -0.05, group=4)
    exact = evaluate(case.problem, case.weights, case.bias, method="cube")
    known = truth(case, 8)
    assert known.loss == pytest.approx(float(exact.loss), rel=1e-12)
    assert known.gradient == pytest.approx(np.concatenate([exact.d_weights.ravel(), exact.d_bias]), rel=1e-9)


def test_errors_are_small_and_covered() -> None:
    for case, outputs in line.cases(quick=True):
        errors = line.measure_errors(case, truth(case, outputs))
        assert errors.covers, case.what
        assert errors.met, case.what


def test_an_error_that_is_not_covered_is_shouted() -> None:
    assert "NOT COVERED" in str(line.Errors(1e-6, 1e-7, claimed=1e-9, doubt=0.0))
    assert str(line.Errors(1e-10, 1e-7, claimed=1e-9, doubt=0.0)).endswith("gradient to 1e-07")


def test_an_optimized_model_is_better_than_a_random_one() -> None:
    start, end = random_case(20, 5, 0.03), optimized_case(20, 5, 0.03)
    values = [evaluate(case.problem, case.weights, case.bias).loss for case in (start, end)]
    assert values[1] < 0.7 * values[0]
