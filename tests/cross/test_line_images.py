"""What the line integral leaves out, :eq:`line-images`: images above cost nothing, however far off the hinge is.

`make fuzz` found the first two models. In one the hinge is 1e-7 above what z reaches: only the corner of the cube
passes it; in the other a corner is 1e-3 from it.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.line_pass import ALPHA, DENSITY
from toytoy.analytic.line_row import line_scratch
from toytoy.analytic.line_rule import place_line
from toytoy.analytic.support import Independent, Support

CORNER = [[-0.5, -1.0, -0.5, -0.5], [0.0, 0.0, 0.0, 0.0]]


@pytest.mark.parametrize("past", [1e-6, 2e-7, 1.5e-7, 1.2e-7, 1e-7, 8e-8, 5e-8, 2e-8, 1e-8])
@pytest.mark.parametrize("support", [Independent(), tt.CorrelatedGroups(sizes=(4,))])
def test_a_hinge_that_only_a_corner_passes_adds_nothing(support: Support, past: float) -> None:
    problem = tt.Problem(n_features=4, n_hidden=2, density=1.0, activation=tt.ClippedReLU(upper=1.0), support=support)
    bias = [0.0, 1.0 - past, 0.0, 0.0]
    line = tt.loss_estimate(problem, CORNER, bias, method="line")
    assert line.agrees(tt.loss_estimate(problem, CORNER, bias, method="cube"))
    assert abs(line.value - 0.61328125) <= line.error  # 157 / 256, that of a bias of 1, but for past**5


@pytest.mark.parametrize("bias", np.linspace(-0.603, -0.599, 17))
def test_what_a_corner_near_the_hinge_leaves_beyond_the_end_is_claimed(bias: float) -> None:
    """The tail oscillates once over the whole line, and two rules of different length agree by chance."""
    problem = tt.Problem(n_features=3, n_hidden=1, density=0.8, support=tt.CorrelatedGroups(sizes=(1, 2)))
    model = [[-1.2019, -0.5, 0.0]], [bias, 0.0, 0.0]
    line = tt.loss_estimate(problem, *model, method="line")
    assert line.agrees(tt.loss_estimate(problem, *model))
    assert line.error < 1e-10


def growth(theta: float, alphas: np.ndarray, densities: np.ndarray, t: np.ndarray) -> np.ndarray:
    """ln E e^(tv) of independent features."""
    u = np.outer(t, alphas).clip(max=700.0)
    factor = np.where(np.abs(u) < 1e-6, 1.0 + u / 2, np.expm1(u) / np.where(u == 0.0, 1.0, u))
    return np.asarray(theta * t + np.log1p(densities * (factor - 1.0)).sum(axis=1))


def zero_below(problem: tt.Problem, size: float) -> tuple[np.ndarray, np.ndarray]:
    """A model, and its bias so far below 0 that no output exceeds 0 but with a chance below `size`, by Markov."""
    weights = np.linspace(0.5, 1.0, problem.n_features)
    bias = np.empty(problem.n_features)
    t = np.geomspace(0.1, 300.0, 200)
    for j, row in enumerate(np.outer(weights, weights)):
        bias[j] = -((growth(0.0, row, np.asarray(problem.densities), t) - math.log(size)) / t).min()
    return weights[None], bias


@pytest.mark.parametrize("n", [12, 30, 60])
@pytest.mark.parametrize("density", [0.01, 0.1, 0.5])
@pytest.mark.parametrize("size", [1e-20, 1e-22, 1e-25, 1e-60])
def test_outputs_that_are_never_above_0_cost_what_their_features_are(n: int, density: float, size: float) -> None:
    problem = tt.Problem(n_features=n, n_hidden=1, density=density)
    estimate = tt.loss_estimate(problem, *zero_below(problem, size), method="line")
    assert abs(estimate.value - n * density / 3.0) <= estimate.error
    assert estimate.error < 1e-9


@pytest.mark.parametrize("seed", range(60))
def test_no_image_above_is_amplified_to_more_than_it_may_cost(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(np.exp(rng.uniform(math.log(3), math.log(300))))
    alphas = rng.choice([-1.0, 1.0], n) * 10 ** rng.uniform(-1.5, 0.0, n)
    alphas[0] = 1.0
    densities = np.full(n, 10 ** rng.uniform(-3, 0))
    highest, spread = alphas.clip(min=0.0).sum(), math.sqrt((densities * alphas**2 / 3.0).sum())
    theta = max(-0.9 * highest, -0.5 * densities @ alphas - rng.uniform(0.0, 30.0) * spread)
    constants = line_scratch(n + 1)[2][1]
    constants[:n, ALPHA], constants[:n, DENSITY] = alphas, densities
    up = theta + highest
    c, step = place_line(np.int64(n), theta, 0.0, 0.0, up, 1.0, constants)
    t = np.geomspace(c, max(100.0 * c, 1e3), 400)
    for m in range(1, math.ceil(up / step)):  # images at m R, by Markov: e^(mcR) E e^(t(v - mR)), for the best t >= c
        assert (growth(theta, alphas, densities, t) - (t - c) * m * step).min() < -25.0
