"""Symmetries of blocks: what stays equal on the way along them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from toytoy.numeric.boundaries.branch import Branch
from toytoy.numeric.boundaries.symmetry import symmetric_directions

PAIR, OTHERS, TRIANGLE = Branch(2, (0, 1), ()), Branch(3, (0, 1), ()), Branch(3, (0, 1, 2), ())
EQUAL_PAIR = np.array([-0.95, 0.95, 0.1, 0.1])
ISOSCELES = np.array([-0.6, -0.6, 0.5, 0.7, -0.7, 0.1, 0.1, 0.4])
EQUILATERAL = np.array([-0.45, -0.45, 0.9, 0.45 * math.sqrt(3), -0.45 * math.sqrt(3), 0.3, 0.3, 0.3])


@pytest.mark.parametrize(
    ("branch", "theta", "importance", "dimension"),
    [
        (PAIR, EQUAL_PAIR, 1.0, 2),
        (PAIR, EQUAL_PAIR, 0.9, 4),  # a coincidence: features of unequal importance have no symmetry
        (OTHERS, EQUAL_PAIR, 0.9, 2),  # the extra is elsewhere
        (OTHERS, EQUAL_PAIR + 1e-5 * np.eye(4)[0], 0.9, 4),
        (TRIANGLE, ISOSCELES, 0.9, 5),
        (TRIANGLE, ISOSCELES, 1.0, 5),
        (TRIANGLE, ISOSCELES + 1e-5 * np.eye(8)[0], 1.0, 8),
        (TRIANGLE, EQUILATERAL, 1.0, 2),
        (TRIANGLE, EQUILATERAL, math.nan, 5),  # the importance is going to change
    ],
)
def test_the_gradient_of_a_symmetric_model_lies_in_its_directions(
    branch: Branch, theta: np.ndarray, importance: float, dimension: int
) -> None:
    basis = symmetric_directions(branch, theta, importance)
    assert basis.shape == (theta.size, dimension)
    assert np.allclose(basis.T @ basis, np.eye(dimension), atol=1e-14)
    assert np.allclose(basis @ (basis.T @ theta), theta, atol=1e-14)  # the model itself does
    slopes = branch.slopes(theta, 0.9 if math.isnan(importance) else importance, 0.6)
    across = slopes.gradient - basis @ (basis.T @ slopes.gradient)
    assert np.abs(across).max() < 1e-15
    mixed = slopes.hessian @ basis
    assert np.abs(mixed - basis @ (basis.T @ mixed)).max() < 1e-14
