"""Energies against sums written out, the exact loss of one-hot inputs, and their own differences."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import toytoy as tt
from scipy.integrate import quad
from toytoy.numeric.energies import ENERGIES, interference_energy, sparse_energy, thomson_energy

RNG = np.random.default_rng(4)


def points(d, n):
    x = RNG.normal(size=(d, n))
    return x / np.linalg.norm(x, axis=0)


@pytest.mark.equation("geometry-thomson")
def test_charges_repel_by_one_over_their_distance():
    for d, n in ((2, 5), (3, 8), (5, 4)):
        x = points(d, n)
        plain = sum(1 / np.linalg.norm(x[:, i] - x[:, j]) for i, j in itertools.combinations(range(n), 2))
        assert thomson_energy(x, np.zeros(n))[0] == pytest.approx(plain, rel=1e-14)


@pytest.mark.equation("geometry-interference")
def test_interference_is_what_each_feature_writes_on_every_other():
    x = points(3, 6)
    plain = sum(
        quad(lambda u, a=x[:, i] @ x[:, j]: max(a * u, 0.0) ** 2, 0, 1)[0]
        for i, j in itertools.permutations(range(6), 2)
    )
    assert interference_energy(x, np.zeros(6))[0] == pytest.approx(plain, rel=1e-12)


@pytest.mark.equation("geometry-sparse")
def test_the_sparse_limit_is_the_loss_of_one_hot_inputs():
    for d, n in ((2, 5), (3, 8), (4, 6)):
        x, b = points(d, n), -RNG.uniform(0, 1, size=n)
        problem = tt.Problem(n_features=n, n_hidden=d, support=tt.OneHot())
        assert sparse_energy(x, b)[0] == pytest.approx(n * float(tt.loss(problem, x, b)), rel=1e-12)
        assert sparse_energy(x, 0 * b)[0] == pytest.approx(interference_energy(x, b)[0], rel=1e-14)


@pytest.mark.equation("geometry-sparse")
def test_the_sparse_limit_is_the_limit_of_the_loss():
    x, b = points(2, 4), -RNG.uniform(0.1, 0.4, size=4)
    for p in (1e-2, 1e-3, 1e-4):
        loss = float(tt.loss(tt.Problem(n_features=4, n_hidden=2, density=p), x, b)) / p
        assert abs(loss - sparse_energy(x, b)[0]) < 20 * p


@pytest.mark.parametrize("name", ENERGIES)
def test_gradients_are_those_of_central_differences(name):
    energy, step = ENERGIES[name], 1e-6
    for d, n in ((2, 4), (3, 7)):
        x, b = points(d, n), -RNG.uniform(0.05, 0.5, size=n)
        _, d_points, d_bias = energy.evaluate(x, b)
        for index in np.ndindex(d, n):
            move = np.zeros((d, n))
            move[index] = step
            # along the sphere only: off it, a diagonal of the Gram matrix would have to be differentiated, too
            slope = (energy.evaluate(x + move, b)[0] - energy.evaluate(x - move, b)[0]) / (2 * step)
            assert d_points[index] == pytest.approx(slope, rel=1e-6, abs=1e-8)
        for j in range(n):
            move = step * np.eye(n)[j]
            slope = (energy.evaluate(x, b + move)[0] - energy.evaluate(x, b - move)[0]) / (2 * step)
            assert d_bias[j] == pytest.approx(slope if energy.biased else 0.0, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("name", ENERGIES)
def test_order_rotation_and_reflection_change_nothing_but_rounding(name):
    energy = ENERGIES[name]
    x, b = points(3, 9), -RNG.uniform(0.05, 0.5, size=9)
    order, turn = RNG.permutation(9), np.linalg.qr(RNG.normal(size=(3, 3)))[0]
    moved = turn @ x[:, order]
    change = abs(energy.evaluate(moved, b[order])[0] - energy.evaluate(x, b)[0])
    assert change <= energy.rounding(x, b) + energy.rounding(moved, b[order])
    assert energy.rounding(x, b) < 1e-11


def test_orthogonal_blocks_add_their_interference_but_charges_see_each_other():
    one, other = points(2, 5), points(3, 6)
    both = np.block([[one, np.zeros((2, 6))], [np.zeros((3, 5)), other]])
    b = -RNG.uniform(0, 0.3, size=11)
    for energy, adds in ((interference_energy, True), (sparse_energy, True), (thomson_energy, False)):
        parts = energy(one, b[:5])[0] + energy(other, b[5:])[0]
        assert (abs(energy(both, b)[0] - parts) < 1e-12) == adds


def test_features_at_one_point_cost_a_third_each_and_charges_everything():
    x = np.array([[1.0, 1.0], [0.0, 0.0]])
    assert interference_energy(x, np.zeros(2))[0] == pytest.approx(2 / 3, rel=1e-15)
    assert thomson_energy(x, np.zeros(2))[0] == np.inf
