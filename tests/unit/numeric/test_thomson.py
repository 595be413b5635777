"""Known energies, what costs nothing, and where charges and features want the same."""

from __future__ import annotations

import math

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.polytopes import congruence, ring
from toytoy.numeric.energies import ENERGIES
from toytoy.numeric.thomson import SAME, arrange

# Wales and Ulker 2006, Phys. Rev. B 74, 212101; the Cambridge Cluster Database prints nine decimals
PUBLISHED = {
    2: 0.5,
    3: 1.732050808,
    4: 3.674234614,
    5: 6.474691495,
    6: 9.985281374,
    7: 14.452977414,
    8: 19.675287861,
    9: 25.759986531,
    10: 32.716949460,
    11: 40.596450510,
    12: 49.165253058,
}
GOLDEN = (1 + math.sqrt(5)) / 2
EDGE = 1 / math.sin(2 * math.pi / 5)  # of an icosahedron of radius 1
CLOSED = {
    2: 1 / 2,
    3: math.sqrt(3),
    4: 6 * math.sqrt(3 / 8),
    5: 1 / 2 + 6 / math.sqrt(2) + math.sqrt(3),
    6: 3 / 2 + 12 / math.sqrt(2),
    7: 1 / 2 + 10 / math.sqrt(2) + sum(5 / (4 * math.sin(math.pi * k / 5)) for k in range(1, 5)),
    12: 3 + 30 / EDGE + 30 / (GOLDEN * EDGE),
}
SHAPES = {
    3: "triangle",
    4: "tetrahedron",
    5: "antipodal × triangle",
    6: "antipodal^3",
    7: "antipodal × pentagon",
    8: "square_antiprism",
    12: "icosahedron",
}


@pytest.mark.equation("geometry-thomson")
@pytest.mark.parametrize("n", PUBLISHED)
def test_known_energies_of_charges(n):
    found = arrange(n, n_starts=8, seed=1)
    assert abs(found.energy.value - PUBLISHED[n]) < 1e-8
    if n in CLOSED:
        assert abs(found.energy.value - CLOSED[n]) <= 1e-12 * CLOSED[n] + found.energy.error
    assert np.allclose(np.linalg.norm(found.points, axis=0), 1, atol=1e-15)
    assert found.gradient_norm < 1e-6
    assert found.hits >= found.runs // 2
    if n in SHAPES:
        structure = tt.structure(found.points)
        assert structure.product == SHAPES[n]
        assert all(block.regular for block in structure.blocks)


@pytest.mark.parametrize("n", range(3, 10))
def test_charges_on_a_circle_are_regular_polygons(n):
    assert congruence(arrange(n, 2, n_starts=4).points, ring(n)) < 1e-6


@pytest.mark.equation("geometry-interference")
@pytest.mark.parametrize("d", [2, 3, 4, 6])
def test_up_to_twice_as_many_features_as_dimensions_interfere_not_at_all(d):
    for n in range(2, 2 * d + 1):
        assert arrange(n, d, "interference", n_starts=4).energy.interval[0] <= 0.0
    full = arrange(2 * d, d, "interference", n_starts=4)
    assert tt.structure(full.points, 1e-6).product == f"antipodal^{d}"  # and only in one way
    assert arrange(2 * d + 1, d, "interference", n_starts=8).energy.value > 0.1


def test_below_that_charges_choose_one_of_many_arrangements_that_cost_nothing():
    for n in (4, 5, 6):  # of rank 3
        charges = arrange(n, 3, n_starts=4)
        assert ENERGIES["interference"].evaluate(charges.points, charges.bias)[0] < 1e-12
        features = arrange(n, 3, "interference", n_starts=4)
        assert (congruence(features.points, charges.points) < 1e-6) == (n == 6)


AGREE = [("interference", 2, 5), ("interference", 2, 6), ("interference", 3, 7), ("sparse", 2, 7), ("sparse", 3, 12)]
SAME_NAME = [("interference", 3, 8, 0.0112), ("sparse", 3, 8, 0.0713)]
DIFFER = [("interference", 2, 7), ("sparse", 3, 7), ("interference", 3, 11), ("interference", 3, 12)]


@pytest.mark.parametrize(("kind", "d", "n"), AGREE)
def test_where_features_and_charges_agree(kind, d, n):
    features, charges = arrange(n, d, kind), arrange(n, d)
    assert congruence(features.points, charges.points) < 1e-6
    assert tt.structure(features.points).signature == tt.structure(charges.points).signature


@pytest.mark.parametrize(("kind", "d", "n", "apart"), SAME_NAME)
def test_where_the_shape_is_one_but_not_its_angles(kind, d, n, apart):
    features, charges = arrange(n, d, kind), arrange(n, d)
    assert tt.structure(features.points).signature == tt.structure(charges.points).signature
    assert congruence(features.points, charges.points) == pytest.approx(apart, abs=1e-4)
    biases = arrange(n, d, kind).bias
    assert features.energy.value < ENERGIES[kind].evaluate(charges.points, biases)[0] - 1e-4


@pytest.mark.parametrize(("kind", "d", "n"), DIFFER)
def test_where_they_differ(kind, d, n):
    features, charges = arrange(n, d, kind, n_starts=64), arrange(n, d)
    assert congruence(features.points, charges.points) > 0.01


def test_from_seven_in_the_plane_two_features_share_a_direction():
    features = arrange(7, 2, "interference", n_starts=64)
    nearest = (features.points.T @ features.points - 2 * np.eye(7)).max()
    assert nearest > 1 - 1e-12
    assert features.energy.value < ENERGIES["interference"].evaluate(ring(7), np.zeros(7))[0] - 1e-3


@pytest.mark.equation("geometry-sparse")
def test_best_biases_of_the_pentagon_are_those_of_a_fine_grid():
    found = arrange(5, 2, "sparse")
    grid = np.linspace(-0.5, 0, 100001)
    a = math.cos(2 * math.pi / 5)
    costs = grid**2 + 2 * grid**3 / 3 + 2 * np.maximum(a + grid, 0) ** 3 / (3 * a)
    assert found.energy.value == pytest.approx(5 * costs.min(), abs=1e-9)
    assert found.bias == pytest.approx(np.full(5, grid[costs.argmin()]), abs=1e-5)


def test_no_random_arrangement_is_better():
    rng = np.random.default_rng(8)
    for kind, energy in ENERGIES.items():
        found = arrange(7, 3, kind, n_starts=8)
        for _ in range(200):
            x = found.points + rng.choice([1e-3, 0.1, 10]) * rng.normal(size=(3, 7))
            value = energy.evaluate(x / np.linalg.norm(x, axis=0), found.bias)[0]
            assert value >= found.energy.value - found.energy.error


def test_the_same_seed_gives_the_same_points_and_hits_are_counted():
    one, two = (arrange(11, 3, "interference", n_starts=16, seed=3) for _ in range(2))
    assert np.array_equal(one.points, two.points)
    assert one.runs == 16
    near = one.energies - one.energies.min() <= SAME * (1 + one.energies.min())
    assert one.hits == near.sum() < 16
    assert not np.array_equal(one.points, arrange(11, 3, "interference", n_starts=16, seed=4).points)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: arrange(1), ValueError),
        (lambda: arrange("4"), TypeError),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        (lambda: arrange(4, 1), ValueError),
        (lambda: arrange(4, energy="thompson"), ValueError),
        (lambda: arrange(4, n_starts=0), ValueError),
        (lambda: arrange(4, seed=-1), ValueError),
    ],
)
def test_bad_input_is_refused_in_one_line(call, error):
    with pytest.raises(error, match=r"got|must") as caught:
        call()
    assert "\n" not in str(caught.value)
