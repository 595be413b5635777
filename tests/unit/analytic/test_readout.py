"""Linear probes: exact fractions, laws of projections, and least squares on samples."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import numpy as np
import pytest
import sympy
import toytoy as tt
from toytoy.analytic.covariance import input_moments
from toytoy.analytic.readout import read_out

EPS = float(np.finfo(float).eps)
WEIGHTS = np.array([[1.0, -0.5, 0.25, 0.0], [0.5, 1.0, -0.75, 0.0]])
EQUAL = tt.Problem(n_features=4, n_hidden=2, density=0.25)
UNEQUAL = EQUAL.replace(density=(0.5, 0.25, 0.125, 1.0))
TOGETHER = EQUAL.replace(support=tt.CorrelatedGroups((2, 2)))


def in_fractions(problem: tt.Problem) -> tuple[sympy.Matrix, sympy.Matrix, sympy.Matrix]:
    """Solve the normal equations in rational numbers: directions, offsets, explained shares."""
    mean, covariance = input_moments(problem)
    sigma = sympy.Matrix(4, 4, lambda i, j: sympy.Rational(0))
    for i in range(4):
        p = Fraction(float(problem.densities[i]))
        sigma[i, i] = sympy.Rational(*(p / 3 - p * p / 4).as_integer_ratio())
        for j in range(4):
            if i != j:  # the entries off the diagonal are dyadic here, hence without rounding
                sigma[i, j] = sympy.Rational(*Fraction(float(covariance[i, j])).as_integer_ratio())
    w = sympy.Matrix(2, 4, lambda i, j: sympy.Rational(*Fraction(float(WEIGHTS[i, j])).as_integer_ratio()))
    directions = sigma * w.T * (w * sigma * w.T).inv()
    mu = sympy.Matrix([sympy.Rational(*Fraction(float(x)).as_integer_ratio()) for x in mean])
    explained = directions * w * sigma
    shares = sympy.Matrix([explained[i, i] / sigma[i, i] for i in range(4)])
    return directions, mu - directions * w * mu, shares


@pytest.mark.equation("readout-best", "readout-share")
@pytest.mark.parametrize("problem", [EQUAL, UNEQUAL, TOGETHER])
def test_the_best_probe_in_fractions(problem: tt.Problem) -> None:
    found = read_out(problem, WEIGHTS)
    directions, offsets, shares = (np.array(each.tolist(), dtype=float) for each in in_fractions(problem))
    np.testing.assert_allclose(found.directions, directions, rtol=0, atol=40 * EPS)
    np.testing.assert_allclose(found.offsets, offsets[:, 0], rtol=0, atol=40 * EPS)
    np.testing.assert_allclose(found.share, shares[:, 0], rtol=0, atol=40 * EPS)


@pytest.mark.equation("readout-own")
def test_along_its_own_direction_a_feature_s_share_is_its_capacity() -> None:
    rng = np.random.default_rng(0)
    for n, m in ((2, 1), (5, 2), (9, 4)):
        weights = rng.normal(size=(20, m, n))
        found = read_out(tt.Problem(n_features=n, n_hidden=m, density=0.03), weights)
        np.testing.assert_allclose(found.own_share, tt.capacity(weights), rtol=100 * EPS)
        assert (found.own_share <= found.share + 10 * EPS).all()
    unequal = read_out(UNEQUAL, WEIGHTS)
    assert (unequal.own_share <= unequal.share + 10 * EPS).all()
    assert np.abs(unequal.own_share - tt.capacity(WEIGHTS)).max() > 0.05  # of unequal variances it is not


@pytest.mark.equation("readout-budget")
def test_shares_of_independent_features_add_up_to_the_rank() -> None:
    rng = np.random.default_rng(1)
    for rank in (1, 2, 3):
        weights = rng.normal(size=(10, 3, rank)) @ rng.normal(size=(10, rank, 7))
        problem = tt.Problem(n_features=7, n_hidden=3, density=tuple(rng.uniform(0.01, 1, 7)))
        np.testing.assert_allclose(read_out(problem, weights).share.sum(-1), rank, rtol=0, atol=1e-12)
    pair = tt.Problem(n_features=2, n_hidden=1, density=0.01, support=tt.CorrelatedGroups((2,)))
    assert read_out(pair, [[1.0, 1.0]]).share.sum() > 1.5  # correlated ones are outside this


def test_least_squares_on_a_sample_agrees() -> None:
    for problem in (EQUAL, TOGETHER):
        x = tt.sample(problem, 100_000, seed=3)
        h = np.column_stack([x @ WEIGHTS.T, np.ones(len(x))])
        solved, *_ = np.linalg.lstsq(h, x)
        found = read_out(problem, WEIGHTS)
        np.testing.assert_allclose(solved[:2].T, found.directions, rtol=0, atol=0.01)  # 1 / √100 000, a few times
        left = np.square(x - h @ solved)
        explained = 1 - left.mean(axis=0) / x.var(axis=0)
        error = left.std(axis=0) / x.var(axis=0) / len(x) ** 0.5
        assert (np.abs(explained - found.share) < 6 * error + 1e-12).all()


def test_a_rotation_of_the_hidden_layer_changes_no_share() -> None:
    rotation = np.linalg.qr(np.random.default_rng(2).normal(size=(2, 2)))[0]
    one, other = read_out(TOGETHER, WEIGHTS), read_out(TOGETHER, rotation @ WEIGHTS)
    np.testing.assert_allclose(other.share, one.share, rtol=0, atol=40 * EPS)
    np.testing.assert_allclose(other.directions, one.directions @ rotation.T, rtol=0, atol=100 * EPS)


def test_nothing_is_read_of_what_is_not_there() -> None:
    found = read_out(EQUAL, WEIGHTS)
    assert found.share[3] == found.own_share[3] == 0
    assert found.offsets[3] == 0.125  # the mean is the best guess
    nothing = read_out(EQUAL, np.zeros((2, 4)))
    assert not nothing.share.any()
    assert not nothing.directions.any()
    # but a correlated partner tells of it
    assert read_out(TOGETHER, WEIGHTS).share[3] > 0.1
    assert read_out(TOGETHER, WEIGHTS).own_share[3] == 0


def test_weights_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="weights"):
        read_out(EQUAL, np.zeros((3, 2)))


@pytest.mark.filterwarnings("error")
def test_zero_columns_warn_of_nothing_and_read_exactly_nothing() -> None:
    for weights in (np.zeros((2, 4)), WEIGHTS * [1, 0, 1, 0], WEIGHTS * [[1], [0]]):
        found = read_out(EQUAL, weights)
        for values in (found.share, found.own_share, found.directions, found.offsets):
            assert np.isfinite(values).all()
        silent = ~weights.any(axis=0)
        assert not found.share[silent].any()
        assert not found.own_share[silent].any()
        assert (found.offsets[silent] == 0.125).all()


@pytest.mark.parametrize("size", [1e-200, 1e-3, 1e150])
@pytest.mark.parametrize("problem", [EQUAL, UNEQUAL, TOGETHER])
def test_the_scale_of_the_weights_changes_no_share(problem: tt.Problem, size: float) -> None:
    one, other = read_out(problem, WEIGHTS), read_out(problem, size * WEIGHTS)
    np.testing.assert_allclose(other.share, one.share, rtol=0, atol=40 * EPS)
    np.testing.assert_allclose(other.own_share, one.own_share, rtol=0, atol=40 * EPS)
    np.testing.assert_allclose(other.directions * size, one.directions, rtol=0, atol=100 * EPS)
    np.testing.assert_allclose(other.offsets, one.offsets, rtol=0, atol=40 * EPS)


@pytest.mark.equation("readout-own")
@pytest.mark.parametrize("problem", [EQUAL, UNEQUAL, TOGETHER])
def test_the_own_share_is_the_squared_correlation_in_fractions(problem: tt.Problem) -> None:
    """Cov(x_i, W_i·h)² / (Var x_i Var W_i·h), each a sum over entries of exact fractions."""
    covariance = [[Fraction(float(x)) for x in row] for row in input_moments(problem)[1]]
    w = [[Fraction(float(x)) for x in row] for row in WEIGHTS]
    gram = [[sum(row[i] * row[j] for row in w) for j in range(4)] for i in range(4)]
    for i in range(4):
        shared = sum(gram[i][j] * covariance[j][i] for j in range(4))
        spread = sum(gram[i][j] * covariance[j][k] * gram[i][k] for j in range(4) for k in range(4))
        expected = shared**2 / (spread * covariance[i][i]) if spread else Fraction(0)
        assert read_out(problem, WEIGHTS).own_share[i] == pytest.approx(float(expected), abs=40 * EPS)


def test_a_hidden_direction_of_rounding_is_lost_and_one_above_is_read() -> None:
    """Of n = 4 features a direction counts from 4 eps of the largest spread on."""
    for times, rank in ((1.0, 1), (3.5, 1), (4.5, 2), (16.0, 2)):
        weights = np.array([[1.0, 0.0, 0.0, 0.0], [0.0, times * EPS, 0.0, 0.0]])
        assert read_out(EQUAL, weights).share.sum() == pytest.approx(rank, abs=1e-12)


def test_shares_never_exceed_all() -> None:
    rng = np.random.default_rng(4)
    weights = rng.normal(size=(50, 4, 4))
    found = read_out(tt.Problem(n_features=4, n_hidden=4, density=(0.5, 0.25, 0.125, 1.0)), weights)
    assert found.share.max() <= 1.0
    np.testing.assert_allclose(found.share, 1.0, rtol=0, atol=1e-10)  # an invertible matrix loses nothing
    eye = read_out(tt.Problem(n_features=4, n_hidden=4, density=0.3), np.eye(4))
    assert (eye.own_share == 1.0).all()


def test_a_column_however_small_reads_itself() -> None:
    """Of orthogonal columns each is read by its own direction alone, whatever its length."""
    weights = np.diag([1e-200, 1.0, 1e100, 1e-150])
    assert read_out(tt.Problem(n_features=4, n_hidden=4, density=0.3), weights).own_share == pytest.approx(1, abs=1e-12)


def test_own_shares_that_rounding_puts_above_all_are_all() -> None:
    """Next to a feature that hardly ever is active the other one is read as a whole, up to rounding to either side."""
    problem = tt.Problem(n_features=2, n_hidden=1, density=(0.3, 1e-20))
    weights = np.ones((200, 1, 2))
    weights[:, 0, 0] = np.random.default_rng(5).uniform(0.1, 1.0, 200)
    share = read_out(problem, weights).own_share[:, 0]
    assert share.max() == 1.0
    assert share.min() >= 1.0 - 4 * EPS


def test_a_batch_is_read_as_its_models_one_by_one() -> None:
    """Three hidden directions, as the singular vectors of two may happen to be symmetric; normal equations by hand."""
    problem = tt.Problem(n_features=4, n_hidden=3, density=(0.5, 0.25, 0.125, 1.0))
    weights = np.random.default_rng(6).normal(size=(2, 3, 3, 4))
    mean, sigma = input_moments(problem)
    found = read_out(problem, weights)
    for index in np.ndindex(2, 3):
        w = weights[index]
        directions = sigma @ w.T @ np.linalg.inv(w @ sigma @ w.T)
        np.testing.assert_allclose(found.directions[index], directions, rtol=0, atol=1e-12)
        np.testing.assert_allclose(found.offsets[index], mean - directions @ w @ mean, rtol=0, atol=1e-12)


def test_probes_are_values_that_stand_for_themselves() -> None:
    one, other = read_out(EQUAL, WEIGHTS), read_out(EQUAL, WEIGHTS)
    assert len({one, other}) == 2
    assert one != other
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.share = other.share  # type: ignore[misc]
