"""Parts of the sum over nodes: means of exponentials, products but one, the taper."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import torch
from toytoy.analytic import line_hinge
from toytoy.numeric.line_sums import mean_exponentials, one_left_out, taper


@pytest.mark.parametrize("u", [0, 1e-9, -1e-3 + 1e-3j, 0.6 + 0.7j, 0.8 + 0.7j, -3 + 40j, 5 + 300j, -40.0])
def test_means_of_exponentials_have_all_digits(u: complex) -> None:
    ours = mean_exponentials(torch.tensor([u], dtype=torch.complex128), 3)
    with mpmath.workdps(50):
        for k, mean in enumerate(ours):  # ∫ x^k e^(ux) dx over the unit interval
            exact = mpmath.hyp1f1(k + 1, k + 2, u) / (k + 1)
            assert abs(mean.item() - exact) <= 1e-15 * (1 + abs(mpmath.exp(u))) * 4 / max(1, abs(u))


def test_each_factor_is_left_out_once_though_factors_vanish() -> None:
    rng = np.random.default_rng(0)
    factors = rng.normal(size=(4, 6)) + 1j * rng.normal(size=(4, 6))
    factors[1, 2] = factors[2, 0] = factors[3, 5] = factors[3, 1] = 0
    given = torch.tensor(factors)
    expected = [[np.prod(np.delete(row, i)) for i in range(6)] for row in factors]
    np.testing.assert_allclose(one_left_out(given, given.cumprod(1)), expected, rtol=1e-14)


def test_the_taper_is_the_compiled_one() -> None:
    x = np.linspace(0, 1.5, 61)
    np.testing.assert_allclose(taper(torch.tensor(x)), [line_hinge.taper(v) for v in x], rtol=1e-14, atol=1e-16)
    assert taper(torch.tensor([line_hinge.TAPER, 1.0])).tolist() == [1.0, 0.0]
