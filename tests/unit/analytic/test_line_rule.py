"""Where the line lies: images do not matter, nothing cancels, and bounds of the end bound it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from toytoy.analytic.line_hinge import SILENT, SIZE, hinge_line
from toytoy.analytic.line_pass import ALPHA, DENSITY, OTHERS, lane_arrays
from toytoy.analytic.line_rule import (
    BEYOND,
    DAMPING,
    GROWTH,
    end_far,
    growth_exponent,
    lay_bounds,
    line_rule,
    mean_factor,
    place_line,
    sets_beyond,
)

EPS = float(np.finfo(float).eps)


def constants_of(alphas: np.ndarray, p: float) -> np.ndarray:
    constants = lane_arrays(len(alphas))[1]
    constants[:, ALPHA], constants[:, DENSITY] = alphas, p
    constants[:, OTHERS] = (1 - p) ** (len(alphas) - 1)
    return constants


DRAWS = [(n, p, seed) for n in (1, 3, 20, 200) for p in (0.003, 0.3, 1.0) for seed in (0, 1)]


@pytest.mark.parametrize(("n", "p", "seed"), DRAWS)
def test_the_line_is_where_little_cancels_and_images_are_far(n: int, p: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    alphas = rng.normal(size=n) * (1.0 if n < 10 else 0.2)
    theta, own = -0.1 - max(0.0, 0.5 * p * float(alphas.sum() + 1.0)), 1.0
    up = theta + own + float(np.maximum(alphas, 0).sum())
    if up <= 0:
        pytest.skip("v is never positive")
    constants = constants_of(alphas, p)
    steepest = max(own + float(np.maximum(alphas, 0).sum()), -theta)
    c, reach = place_line(n, theta, own, p, up, steepest, constants)
    assert c * reach == pytest.approx(DAMPING)
    exponent = growth_exponent(n, theta, own, p, c, constants)
    assert exponent < 1.5 * GROWTH
    beyond = [
        growth_exponent(n, theta, own, p, t, constants) - t * reach for t in np.geomspace(0.1, 400 / steepest, 200)
    ]
    assert reach >= up * (1 - 4 * EPS) or min(beyond) <= -0.9 * BEYOND


@pytest.mark.equation("line-images")
def test_what_a_coarse_step_adds_is_the_sum_of_images() -> None:
    """Of v = θ + α x₁ + α x₂: E (v + mR)₊² for each m, damped by e^(-mcR), with both signs."""
    theta, alpha, p, c = -0.2, 0.8, 0.5, 1.5
    reach = 3.0
    arrays, sums = lane_arrays(2), np.zeros(SIZE + 1)
    arrays[1][:2, ALPHA], arrays[1][:2, DENSITY], arrays[1][:2, OTHERS] = alpha, p, 1 - p
    hinge_line(0, False, 2, (0.0, 0.0), (theta, 1.0, 0.0, 0.0), (c, 2 * math.pi / reach, 400), False, arrays, sums)

    def squares(shift: float) -> float:
        corners = ((0, 1), (1, -2), (2, 1))
        return sum(w * max(theta + shift + k * alpha, 0.0) ** 4 for k, w in corners) / (12 * alpha**2)

    images = sum((-1) ** m * math.exp(-m * c * reach) * squares(m * reach) for m in range(8))
    assert images != pytest.approx(squares(0.0), rel=1e-3)  # the step is coarse indeed
    assert sums[SILENT] == pytest.approx(p * p * images, rel=1e-8)


@pytest.mark.equation("line-end")
@pytest.mark.parametrize("size", [20.0, 100.0, 1000.0])
def test_factors_stay_below_their_bounds(size: float) -> None:
    rng = np.random.default_rng(2)
    alphas, p, c = rng.normal(size=6) * np.array([1, 1, 1, 0.1, 0.01, 1e-4]), 0.4, 2.0
    constants = constants_of(alphas, p)
    lay_bounds(6, c, constants)
    for y in size * np.array([1.0, 1.3, 2.0, 5.1]):
        s = complex(c, math.sqrt(y * y - c * c))
        phi = [1 - p + p * (np.exp(a * s) - 1) / (a * s) for a in alphas]
        company = np.prod(phi) - (1 - p) ** 6
        several = company - sum((f - (1 - p)) * (1 - p) ** 5 for f in phi)
        _, _, two, any_one = sets_beyond(0, 6, abs(s), True, constants)
        assert abs(several) <= two * (1 + 1e-12)
        assert abs(company) <= any_one * (1 + 1e-12)
        own, hinge = (0.9, 0.3), (-0.2, 1.0, 1.0, 0.5)
        psi = (np.exp(own[0] * s) - 1) / (own[0] * s)
        xi = (np.exp(own[0] * s) - psi) / (own[0] * s)
        kernel = 2 / s**3 + 2 * 0.5 / s**2
        integrand = (1 - own[1]) * kernel * several + own[1] * (psi * kernel - 2 * xi / s**2) * company
        assert abs(integrand) <= end_far(0, 6, (False, False), own, hinge, c, abs(s), constants) * (1 + 1e-12)


def test_a_stricter_target_takes_more_nodes() -> None:
    alphas = np.random.default_rng(3).normal(size=12) * 0.4
    own, hinge = (1.0, 0.1), (-0.1, 1.0, 1.0, 0.0)  # a slope may be off by far
    blocks = [
        line_rule(0, 12, (False, False), own, hinge, 2.0, target, 1e6, constants_of(alphas, 0.1))[2]
        for target in (1e4, 1e2, 1.0)
    ]
    assert blocks[0] < blocks[1] < blocks[2]


def test_the_mean_factor_is_continuous_where_its_formula_changes() -> None:
    assert mean_factor(0.99e-4) == pytest.approx(math.expm1(0.99e-4) / 0.99e-4, rel=1e-11)
    assert mean_factor(1.01e-4) == pytest.approx(math.expm1(1.01e-4) / 1.01e-4, rel=1e-11)
