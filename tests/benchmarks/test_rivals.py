"""The rivals answer the same question: samples and plain training estimate and approach what is exact."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt

from tests.benchmarks import plain_training, sampling, torch_line, training
from tests.benchmarks.kernels import models, problem_of
from tests.benchmarks.maps import plain_search


def test_plain_samples_estimate_the_loss_within_their_error() -> None:
    problem, (weights, bias) = problem_of(3, 2), (batch[0] for batch in models(3, 2, 1))
    value, error = sampling.plain_sampling(problem, weights, bias, 40_000, seed=3)
    exact = float(tt.loss(problem, weights, bias))
    assert abs(value - exact) < 5 * error
    assert error < 0.02 * exact


def test_the_rate_of_samples_is_measured() -> None:
    problem, (weights, bias) = problem_of(2, 1), (batch[0] for batch in models(2, 1, 1))
    assert sampling.rate(problem, weights, bias, 10_000, 60).exponent == pytest.approx(-0.5, abs=0.1)


def test_a_duration_is_said_in_seconds_or_years() -> None:
    assert sampling.duration(12.0) == "12 s"
    assert sampling.duration(1e12).endswith("e+04 years")


def test_plain_training_goes_where_the_optimum_is() -> None:
    cells = training.Cells(2, np.array([0.3]), np.array([0.7, 0.9]))
    early, late = (plain_training.train(np.full(2, 0.3), cells.importance, 1, steps, 64) for steps in (1, 250))
    for problem, before, after in zip(cells.problems, zip(*early, strict=True), zip(*late, strict=True), strict=True):
        best = float(tt.minimize(problem, tt.Multistart(n_starts=8)).loss)
        assert best <= float(tt.loss(problem, *after)) < 0.9 * float(tt.loss(problem, *before))


def test_a_plain_search_finds_the_optimum() -> None:
    problem = tt.Problem.toy(2, density=0.5, importance=0.7)
    best = float(tt.minimize(problem, tt.Multistart(n_starts=8)).loss)
    assert plain_search(problem, 4) == pytest.approx(best, rel=1e-8)


def test_both_routes_to_the_line_agree() -> None:
    loss, gradient = torch_line.apart(torch_line.QUICK[0], "cpu")
    assert loss < 1e-12
    assert gradient < 1e-11
