"""Lines stand where little cancels and images cost nothing, by draws of features."""

from __future__ import annotations

import numpy as np
import pytest
from toytoy.analytic.line_rule import growth_exponent, place_line

from tests.unit.analytic.test_line_rule import BEYOND, DAMPING, EPS, GROWTH, constants_of

DRAWS = [(n, p, seed) for n in (1, 3, 20, 200) for p in (0.003, 0.3, 1.0) for seed in (0, 1)]


@pytest.mark.parametrize(("n", "p", "seed"), DRAWS)
def test_the_line_is_where_little_cancels_and_images_are_far(n: int, p: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    alphas = rng.normal(size=n) * (1.0 if n < 10 else 0.2)
    theta, own = -0.1 - max(0.0, 0.5 * p * float(alphas.sum() + 1.0)), 1.0
    up = theta + own + float(np.maximum(alphas, 0).sum())
    assert up > 0
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
