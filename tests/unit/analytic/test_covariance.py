"""Moments of inputs: against the list of active sets, in exact fractions, and against a sample."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.covariance import input_moments

EPS = float(np.finfo(float).eps)
LAWS = [
    (tt.Independent(), (0.5, 0.25, 0.125, 1.0)),
    (tt.CorrelatedGroups((3, 1)), (0.25, 0.25, 0.25, 0.5)),
    (tt.AnticorrelatedGroups((2, 2)), (0.5, 0.5, 0.125, 0.125)),
    (tt.OneHot(), None),
]


@pytest.mark.equation("readout-covariance")
@pytest.mark.parametrize(("support", "density"), LAWS)
def test_moments_are_sums_over_active_sets(support: tt.Independent, density: tuple[float, ...] | None) -> None:
    problem = tt.Problem(n_features=4, n_hidden=2, density=density, support=support)  # type: ignore[arg-type]
    mean = [Fraction(0)] * 4
    second = [[Fraction(0)] * 4 for _ in range(4)]
    for active, chance in problem.active_sets():
        for i in active:
            mean[i] += Fraction(chance) / 2
            for j in active:
                second[i][j] += Fraction(chance) * (Fraction(1, 3) if i == j else Fraction(1, 4))
    found, covariance = input_moments(problem)
    np.testing.assert_allclose(found, [float(x) for x in mean], rtol=4 * EPS)
    wanted = [[float(second[i][j] - mean[i] * mean[j]) for j in range(4)] for i in range(4)]
    np.testing.assert_allclose(covariance, wanted, rtol=0, atol=2 * EPS)


def test_hundreds_of_features_and_a_law_of_one_s_own() -> None:
    mean, covariance = input_moments(tt.Problem(n_features=300, n_hidden=2, density=0.01))
    assert mean.shape == (300,)
    assert np.count_nonzero(covariance) == 300  # independent: not even rounding off the diagonal

    class Both(tt.Independent):
        """A law that is none of the library's groups."""

    assert np.count_nonzero(input_moments(tt.Problem(n_features=3, n_hidden=2, density=0.1, support=Both()))[1]) == 3


@pytest.mark.parametrize(("support", "density"), LAWS[1:])
def test_a_sample_has_these_moments(support: tt.Independent, density: tuple[float, ...] | None) -> None:
    problem = tt.Problem(n_features=4, n_hidden=2, density=density, support=support)  # type: ignore[arg-type]
    x = tt.sample(problem, 40_000, seed=1)
    mean, covariance = input_moments(problem)
    products = (x - mean)[:, :, None] * (x - mean)[:, None, :]
    error = products.std(axis=0) / len(x) ** 0.5
    assert (np.abs(products.mean(axis=0) - covariance) < 5 * error).all()


@pytest.mark.parametrize(("support", "density"), LAWS[1:])
def test_laws_that_are_listed_have_the_same_moments(
    support: tt.Independent, density: tuple[float, ...] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A law of one's own has no formula of its own: its active sets are listed."""
    problem = tt.Problem(n_features=4, n_hidden=2, density=density, support=support)  # type: ignore[arg-type]
    mean, covariance = input_moments(problem)
    monkeypatch.setattr("toytoy.analytic.covariance.is_grouped", lambda law: False)
    listed_mean, listed = input_moments(problem)
    np.testing.assert_allclose(listed_mean, mean, rtol=4 * EPS)
    np.testing.assert_allclose(listed, covariance, rtol=0, atol=2 * EPS)
