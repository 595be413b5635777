"""Open boxes integrated as polynomials, against exact fractions, with small, zero and equal entries."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from toytoy.analytic.cube import ALPHA, COEFFICIENTS, box_polynomial, lay_powers, scratch

from tests.reference.exact import Cube

EPS = float(np.finfo(float).eps)
BOX_ROUNDING = 64 * EPS  # relative: a sum of positive terms, each a product of up to 20 rounded factors


@pytest.mark.parametrize("weighed", [(-1, -1), (1, -1), (2, -1), (1, 2), (1, 1), (0, 0)])
def test_box_polynomials_lose_no_digits(weighed: tuple[int, int]) -> None:
    rng = np.random.default_rng(7)
    for _ in range(20):
        alpha, c = rng.choice([1.0, 0.3, 1e-9, 0.0], size=4), float(rng.choice([0.0, 1e-9, 0.7]))
        work, _ = scratch(4)
        work[ALPHA, :4] = alpha
        lay_powers(c, 5, work)
        box_polynomial(0, 4, 5, *weighed, work)
        # with y = 1 - w the form is c + Σα − Σ α w
        cube = Cube([-Fraction(float(a)) for a in alpha], Fraction(c) + sum(Fraction(float(a)) for a in alpha))
        for q in range(6):
            wanted = float(cube.moment(15, tuple(i for i in weighed if i >= 0), q))
            assert abs(work[COEFFICIENTS, q] - wanted) <= BOX_ROUNDING * wanted
