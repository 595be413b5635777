"""Regular shapes are known in any order and rotation; near misses are not."""

from __future__ import annotations

import math

import numpy as np
import pytest
from toytoy.analytic.polytopes import (
    congruence,
    cube,
    demicube,
    deviation,
    icosahedron,
    identify,
    ring,
    simplex,
    square_antiprism,
)


def corners(k):
    """Give k unit vectors of rank k - 1 with the simplex's Gram matrix."""
    values, vectors = np.linalg.eigh(simplex(k))
    return (vectors * np.sqrt(np.clip(values, 0, None))).T[1:]


SHAPES = {
    "triangle": ring(3),
    "pentagon": ring(5),
    "hexagon": ring(6),
    "heptagon": ring(7),
    "octagon": ring(8),
    "11-gon": ring(11),
    "tetrahedron": corners(4),
    "4-simplex": corners(5),
    "7-simplex": corners(8),
    "square_antiprism": square_antiprism(),
    "cube": cube(),
    "icosahedron": icosahedron(),
    "5-demicube": demicube(),
}
RNG = np.random.default_rng(20)


def disguised(columns, noise=0.0):
    """Turn or reflect, relabel, scale, and disturb."""
    d, k = columns.shape
    turn = np.linalg.qr(RNG.normal(size=(d, d)))[0]
    return 1.7 * (turn @ columns[:, RNG.permutation(k)] + noise * RNG.uniform(-1, 1, size=(d, k)))


@pytest.mark.parametrize("name", SHAPES)
def test_shapes_are_unit_vectors_and_tight(name):
    columns = SHAPES[name]
    d, k = columns.shape
    assert np.allclose(np.linalg.norm(columns, axis=0), 1, atol=1e-14)
    assert np.allclose(columns @ columns.T, k / d * np.eye(d), atol=1e-13)


# what a corner sees: cosines to all corners, and how many there are of each (Coxeter, Regular Polytopes, table I)
SEEN = {
    "cube": {1: 1, 1 / 3: 3, -1 / 3: 3, -1: 1},
    "icosahedron": {1: 1, 1 / math.sqrt(5): 5, -1 / math.sqrt(5): 5, -1: 1},
    "5-demicube": {1: 1, 1 / 5: 10, -3 / 5: 5},
    "tetrahedron": {1: 1, -1 / 3: 3},
    "hexagon": {1: 1, 1 / 2: 2, -1 / 2: 2, -1: 1},
}


@pytest.mark.parametrize("name", SEEN)
def test_every_corner_sees_the_same_others(name):
    columns = SHAPES[name]
    expected = sorted(cosine for cosine, count in SEEN[name].items() for _ in range(count))
    for row in columns.T @ columns:
        assert np.allclose(np.sort(row), expected, atol=1e-14)


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_is_known_in_any_order_rotation_and_size(name):
    for _ in range(5):
        found, away = identify(disguised(SHAPES[name]), 1e-8)
        assert found == name
        assert away < 1e-13


@pytest.mark.parametrize("name", [name for name in SHAPES if name != "triangle"])
def test_noise_below_the_tolerance_is_forgiven_and_above_it_is_not(name):
    for tolerance, quiet, loud in ((1e-8, 1e-5, 1e-3), (0.01, 0.01, 0.3)):
        noisy = disguised(SHAPES[name], quiet)
        found, away = identify(noisy, tolerance)
        assert found == name
        assert 0 < away <= math.sqrt(tolerance)
        assert identify(disguised(SHAPES[name], loud), tolerance)[0] != name


@pytest.mark.parametrize("height", [0.3, 0.5604, 0.7])
def test_an_antiprism_of_any_height_is_one(height):
    assert identify(disguised(square_antiprism(height)), 1e-8)[0] == "square_antiprism"


def test_prisms_are_no_antiprisms():
    prism = np.concatenate(
        [np.vstack([0.8 * ring(4), np.full(4, h)]) for h in (0.6, -0.6)], axis=1
    )  # of another height
    assert identify(disguised(prism), 1e-8) == ("8_in_3", math.inf)
    assert congruence(cube(), square_antiprism()) == math.inf
    twisted = square_antiprism()
    twisted[:2, 4:] = np.array([[np.cos(0.2), -np.sin(0.2)], [np.sin(0.2), np.cos(0.2)]]) @ twisted[:2, 4:]
    assert identify(disguised(twisted), 1e-8) == ("8_in_3", math.inf)


def test_four_in_three_dimensions_need_not_be_a_tetrahedron():
    flat = corners(4) * np.array([[1], [1], [0.5]])
    assert identify(flat, 1e-8)[0] == "irregular_tetrahedron"
    assert identify(np.abs(corners(4)) + np.eye(3, 4), 1e-8)[0] == "4_in_3"  # all on one side


def test_flipping_one_feature_leaves_no_pentagon():
    flipped = ring(5) * [1, 1, 1, 1, -1]  # the same lines, but another model: a ReLU tells the two ends apart
    assert identify(flipped, 1e-8)[0] == "irregular_pentagon"


def test_a_pentagram_is_a_pentagon_relabeled():
    assert identify(ring(5, step=2), 1e-8)[0] == "pentagon"
    assert congruence(ring(5, step=2), ring(5)) < 1e-14


def test_nine_of_ten_directions_are_no_polygon():
    assert identify(ring(10)[:, :9], 1e-8)[0] == "irregular_9-gon"


def test_congruence_is_the_deviation_of_the_best_order():
    for columns in (ring(7), corners(4), corners(5), cube(), RNG.normal(size=(3, 7))):
        columns = columns / np.linalg.norm(columns, axis=0)
        noise = 1e-4 * RNG.normal(size=columns.shape)
        near = columns + noise
        known = deviation(near.T @ near, columns.T @ columns)
        found = congruence(disguised(near), columns)
        assert found <= known * (1 + 1e-9)
        assert found > known / 10  # a symmetry may fit better, by no more than noise


def test_lengths_of_the_others_do_not_count():
    assert congruence(disguised(cube()), cube() * np.arange(1, 9)) < 1e-14


def test_congruence_is_symmetric_for_copies_and_inf_for_strangers():
    one, other = (RNG.normal(size=(3, 9)) for _ in range(2))
    one, other = (x / np.linalg.norm(x, axis=0) for x in (one, other))
    assert congruence(disguised(one), one) < 1e-12
    assert congruence(one, other) == math.inf
    assert congruence(other, one) == math.inf


@pytest.mark.parametrize(
    ("columns", "others", "match"),
    [
        (ring(5), ring(6), "same shape"),
        (corners(7), corners(7), "at most 5"),
        (np.zeros((2, 3)), ring(3), "vanish"),
        (ring(3), np.ones((2, 3)), "rank 2"),
        ([[np.nan]], [[1.0]], "finite"),
    ],
)
def test_other_columns_are_refused_in_one_line(columns, others, match):
    with pytest.raises(ValueError, match=match) as caught:
        congruence(columns, others)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("columns", "name", "away"),
    [
        ([[2.0]], "dedicated", 0.0),
        ([[1.0], [-3.0]], "dedicated", 0.0),
        ([[1.0, -1.0]], "antipodal", 0.0),
        ([[-3.0, -3.0]], "aligned", 0.0),
        ([[1.0, -0.5]], "antipodal", 7 / 9),  # Gram 1, -1/2, 1/4: 9/16 fits best
        ([[0.5, 1.0]], "aligned", 7 / 9),
        ([[1.0, 1.0, -1.0]], "3_in_1", math.inf),
        ([[1.0, 0.6], [0.0, 0.8]], "2_in_2", math.inf),
    ],
)
def test_small_blocks_by_hand(columns, name, away):
    found, deviates = identify(np.array(columns), 1e-8)
    assert found == name
    assert deviates == pytest.approx(away, abs=1e-14)


def test_deviation_by_hand():
    """The scale is that of least squares; a shape that points away from the ideal has none."""
    ideal = np.array([[1.0, -0.5], [-0.5, 1.0]])
    assert deviation(7 * ideal, ideal) == pytest.approx(0, abs=1e-15)
    skewed = np.array([[2.0, -1.0], [-1.0, 1.0]])  # scale (2 + 1 + 1/2 + 1/2) / (5/2) = 8/5
    assert deviation(skewed, ideal) == pytest.approx(3 / 8)
    assert deviation(-ideal, ideal) == math.inf
    assert deviation(0 * ideal, ideal) == math.inf


def test_the_tolerance_is_of_the_squared_deviation_and_inclusive():
    flat = ring(5) * np.array([[1.0], [0.9]])
    _, away = identify(flat, 0.0)
    assert identify(flat, away**2 * (1 + 1e-12)) == ("pentagon", away)
    assert identify(flat, away**2 * (1 - 1e-12)) == ("irregular_pentagon", away)
    assert identify(flat, away**2) == ("pentagon", away)  # a rounded square's rounded root is the number itself
    squeezed = cube() * np.array([[1.0], [1.0], [0.95]])
    assert identify(squeezed, congruence(squeezed, cube()) ** 2)[0] == "cube"


def test_names_of_polygons_and_simplices():
    for k, name in {3: "triangle", 5: "pentagon", 8: "octagon", 9: "9-gon", 12: "12-gon"}.items():
        assert identify(ring(k), 1e-8)[0] == name
    for k, name in {3: "triangle", 4: "tetrahedron", 5: "4-simplex", 6: "5-simplex"}.items():
        assert identify(corners(k), 1e-8)[0] == name
        assert np.allclose(simplex(k).sum(0), 0, atol=1e-15)
        assert np.allclose(np.diagonal(simplex(k)), 1, atol=1e-15)


def test_a_quadrilateral_need_not_be_regular():
    found, away = identify(np.array([[1.0, 0.2, -1.0, -0.1], [0.1, 1.0, 0.3, -1.0]]), 1e-8)
    assert found == "quadrilateral"
    assert 0 < away < 1


@pytest.mark.parametrize("k", [5, 6, 9])
def test_a_polygon_surrounds_the_origin_or_is_none(k):
    """With one gap of just less than a half turn it does; of just more it does not."""
    for gap, name in (
        (np.pi - 0.01, f"irregular_{ {5: 'pentagon', 6: 'hexagon', 9: '9-gon'}[k] }"),
        (np.pi + 0.01, f"{k}_in_2"),
        (np.pi - 0.5e-4, f"{k}_in_2"),  # but for the margin, the root of the tolerance
    ):
        angles = np.linspace(0.0, 2 * np.pi - gap, k) + 0.3
        assert identify(np.array([np.cos(angles), np.sin(angles)]), 1e-8)[0] == name


def test_a_simplex_surrounds_the_origin_or_is_none():
    """Weights that add its columns up to nothing are positive inside; 1e-3 of one column is still inside."""
    for last, name in ((1e-3, "irregular_tetrahedron"), (-1e-3, "4_in_3"), (0.0, "4_in_3")):
        columns = np.column_stack([np.eye(3), [-1.0, -1.0, -last]])
        assert identify(columns, 1e-8)[0] == name
    assert identify(corners(4) * [1.0, 1.0, 1.0, 1e-5], 1e-8)[0] == "irregular_tetrahedron"  # lengths do not count
