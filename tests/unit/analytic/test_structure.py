"""Names of orthogonal blocks, their order, and what they do not depend on."""

import copy
import dataclasses
import math
import pickle

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.gram import overlaps, projections
from toytoy.analytic.polytopes import ring, square_antiprism
from toytoy.analytic.structure import Block, Structure


def polygon(k):
    angles = 2 * np.pi * np.arange(k) / k
    return np.array([np.cos(angles), np.sin(angles)])


def side_by_side(*blocks):
    rows, columns = np.sum([np.shape(b) for b in blocks], axis=0)
    weights, row, column = np.zeros((rows, columns)), 0, 0
    for block in blocks:
        height, width = np.shape(block)
        weights[row : row + height, column : column + width] = block
        row, column = row + height, column + width
    return weights


TETRAHEDRON = np.array([[1, 1, -1, -1], [1, -1, 1, -1], [1, -1, -1, 1]]) / np.sqrt(3)
CASES = [
    ([[1.0, -1.0, 0.0], [0.0, 0.0, 1.0]], "dedicated[2] + antipodal[0,1]"),
    (np.zeros((1, 2)), "not_represented[0,1]"),
    ([[0.0, 2.0]], "dedicated[1] + not_represented[0]"),
    ([[1.0, 0.3]], "aligned[0,1]"),
    ([[1.0, 0.6], [0.0, 0.8]], "2_in_2[0,1]"),
    ([[1.0, 1.0, -1.0]], "3_in_1[0,1,2]"),
    (polygon(3), "triangle[0,1,2]"),
    (polygon(4), "antipodal[0,2] + antipodal[1,3]"),  # the square is two pairs
    (polygon(5), "pentagon[0,1,2,3,4]"),
    (polygon(6), "hexagon[0,1,2,3,4,5]"),
    (polygon(5) * [1, 1, 1, 1, 0.5], "irregular_pentagon[0,1,2,3,4]"),
    (polygon(8)[:, :5], "5_in_2[0,1,2,3,4]"),  # half a plane is empty, but for its edge
    (polygon(9), "9-gon[0,1,2,3,4,5,6,7,8]"),
    (TETRAHEDRON, "tetrahedron[0,1,2,3]"),
    (side_by_side(TETRAHEDRON, polygon(3), [[1, -2]], np.zeros((0, 2)), [[1]]),
     "dedicated[11] + antipodal[7,8] + triangle[4,5,6] + tetrahedron[0,1,2,3] + not_represented[9,10]"),
]  # fmt: skip


@pytest.mark.parametrize(("weights", "expected"), CASES)
def test_blocks_are_named_and_ordered(weights, expected):
    assert str(tt.structure(weights)) == expected


@pytest.mark.parametrize(("weights", "expected"), CASES)
def test_rotation_and_sign_change_nothing(weights, expected):
    rng = np.random.default_rng(0)
    turn = np.linalg.qr(rng.normal(size=(len(weights),) * 2))[0]
    assert str(tt.structure(turn @ np.array(weights))) == expected
    assert str(tt.structure(-np.array(weights))) == expected


@pytest.mark.parametrize(("weights", "expected"), CASES)
def test_relabeling_permutes_features_and_keeps_the_signature(weights, expected):
    weights = np.array(weights)
    new_from_old = np.random.default_rng(1).permutation(weights.shape[1])
    relabeled = np.empty_like(weights)
    relabeled[:, new_from_old] = weights
    before, after = tt.structure(weights), tt.structure(relabeled)
    moved = [Block(b.name, tuple(sorted(int(new_from_old[f]) for f in b.features))) for b in before.blocks]
    assert after == Structure(tuple(moved))
    assert after.signature == before.signature
    assert str(before) == expected


def test_signature_tells_names_and_sizes():
    structure = tt.structure([[1.0, -1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]])
    assert structure.signature == (("antipodal", 2), ("dedicated", 1), ("not_represented", 1))


def test_structures_are_hashable_and_equal_in_any_order_of_blocks():
    one, two = Block("dedicated", (2,)), Block("antipodal", (0, 1))
    assert Structure((one, two)) == Structure((two, one))
    assert len({Structure((one, two)), Structure((two, one))}) == 1


def test_the_tolerance_decides_on_overlap_rank_and_representation():
    noisy = np.array([[1.0, -1.0, 0.03], [0.02, 0.03, 1.0]])
    assert str(tt.structure(noisy, tolerance=0.01)) == "dedicated[2] + antipodal[0,1]"
    assert str(tt.structure(noisy)) == "triangle[0,1,2]"
    assert str(tt.structure([[1.0, 0.05]], tolerance=0.01)) == "dedicated[0] + not_represented[1]"


def test_a_chain_of_overlaps_is_one_block():
    chain = np.array([[1.0, 0.6, 0.0], [0.0, 0.8, 0.0], [0.0, 0.6, 1.0]])  # 0 and 2 do not overlap
    assert str(tt.structure(chain)) == "3_in_3[0,1,2]"


def test_a_batch_is_refused():
    with pytest.raises(ValueError, match="one model"):
        tt.structure(np.zeros((4, 1, 2)))


def test_the_tolerance_is_kept_and_judges_regularity():
    near = polygon(5) + 0.01 * np.array([[1, 0, -1, 0, 0], [0, 1, 0, 0, 0]])
    loose, strict = (tt.structure(near, tolerance) for tolerance in (0.01, 1e-8))
    assert (loose.tolerance, strict.tolerance) == (0.01, 1e-8)
    assert (str(loose), str(strict)) == ("pentagon[0,1,2,3,4]", "irregular_pentagon[0,1,2,3,4]")
    (seen,) = loose.blocks
    assert seen.regular
    assert seen.deviation == strict.blocks[0].deviation
    assert 1e-4 < seen.deviation < 0.1  # between the two tolerances' roots


def test_a_triangle_of_any_angles_is_a_triangle_and_says_whether_it_is_regular():
    for apex, regular in ((1.0, True), (0.7, False)):
        (block,) = tt.structure(polygon(3) * [1, 1, apex]).blocks
        assert (block.name, block.regular) == ("triangle", regular)


def test_a_lopsided_pair_is_antipodal_and_not_regular():
    (even,), (uneven,) = tt.structure([[1.0, -1.0]]).blocks, tt.structure([[1.0, -0.5]]).blocks
    assert even.name == uneven.name == "antipodal"
    assert even.regular
    assert not uneven.regular
    assert uneven.deviation == pytest.approx(7 / 9, abs=1e-12)  # Gram 1, -1/2, 1/4: 9/16 fits best


@pytest.mark.equation("geometry-capacity")
@pytest.mark.parametrize(
    ("weights", "capacity"),
    [
        ([[1.0, -1.0]], 1 / 2),
        (polygon(3), 2 / 3),
        (TETRAHEDRON, 3 / 4),
        (polygon(5), 2 / 5),
        (square_antiprism(), 3 / 8),
    ],
)
def test_plateaus_of_capacity_are_rank_over_count_of_tight_blocks(weights, capacity):
    (block,) = tt.structure(weights).blocks
    assert block.regular
    assert block.tight
    assert np.allclose(tt.capacity(weights), capacity, rtol=0, atol=1e-14)


def test_only_the_antiprism_of_a_cubes_height_is_tight():
    thomson = 0.5604  # lower than 1/sqrt(3) = 0.5774: where eight repelling charges stand
    (block,) = tt.structure(square_antiprism(thomson)).blocks
    assert (block.name, block.regular, block.tight) == ("square_antiprism", True, False)
    assert np.abs(tt.capacity(square_antiprism(thomson)) - 3 / 8).min() > 1e-4


def test_the_whole_is_a_tegum_product():
    octahedron = side_by_side(*[[[1, -1]]] * 3)
    assert tt.structure(octahedron).product == "antipodal^3"
    assert tt.structure(side_by_side(ring(3), [[1, -1, 0]])).product == "antipodal × triangle"
    assert tt.structure(np.zeros((2, 3))).product == ""


def test_what_was_measured_does_not_count_in_comparisons():
    found = tt.structure(polygon(5), tolerance=1e-6)
    bare = Structure((Block("pentagon", (0, 1, 2, 3, 4)),))
    assert found == bare
    assert hash(found) == hash(bare)
    assert found.blocks[0] == ("pentagon", (0, 1, 2, 3, 4))
    assert math.isnan(bare.tolerance)
    assert not bare.blocks[0].regular  # unknown


@pytest.mark.parametrize("through", [copy.deepcopy, lambda s: pickle.loads(pickle.dumps(s))])
def test_copies_keep_what_was_measured(through):
    (block,) = through(tt.structure(polygon(5), tolerance=1e-6)).blocks
    assert block.tolerance == 1e-6
    assert block.regular


def test_size_does_not_matter():
    for size in (1e-3, 1.0, 1e100):
        assert tt.structure(size * polygon(5), tolerance=1e-8).signature == (("pentagon", 5),)


def test_regular_and_tight_include_the_tolerance_itself():
    at, above = 0.5, np.nextafter(0.5, 1)  # squares compared to 1/4, exactly representable
    kept = Block("pentagon", (0, 1), deviation=at, spread=at, tolerance=0.25)
    assert (kept.regular, kept.tight) == (True, True)
    lost = Block("pentagon", (0, 1), deviation=above, spread=above, tolerance=0.25)
    assert (lost.regular, lost.tight) == (False, False)
    assert (lost.deviation, lost.spread, lost.tolerance) == (above, above, 0.25)


def test_a_column_whose_square_is_the_tolerance_is_not_represented():
    assert str(tt.structure([[1.0, 0.0], [0.0, 0.5]], tolerance=0.25)) == "dedicated[0] + not_represented[1]"
    assert str(tt.structure([[1.0, 0.0], [0.0, np.nextafter(0.5, 1)]], tolerance=0.25)) == "dedicated[0] + dedicated[1]"


def test_a_column_just_above_the_tolerance_has_a_direction_though_its_singular_value_may_round_below():
    """Of 40 columns some have a singular value whose square, rounded, is not above the tolerance."""
    for column in np.random.default_rng(0).uniform(0.1, 0.5, size=(40, 3, 1)):
        length = float(overlaps(projections(column))[0, 0])
        (block,) = tt.structure(column, tolerance=np.nextafter(length, 0)).blocks
        assert (block, block.spread) == (("dedicated", (0,)), 0.0)


@pytest.mark.parametrize("columns", [polygon(3) * [1, 1, 0.7], polygon(5) * [1, 0.8, 1, 1.1, 1], [[3.0, -1.0]]])
@pytest.mark.parametrize("size", [1.0, 1e-3, 3e120, 3e200])
def test_the_spread_is_that_of_the_eigenvalues_of_the_columns_products(columns, size):
    columns = np.array(columns)
    (block,) = tt.structure(size * columns).blocks
    squares = np.linalg.eigvalsh(columns @ columns.T)
    assert block.spread == pytest.approx((squares[-1] - squares[0]) / squares.mean(), abs=1e-13)


def test_a_power_counts_equal_shapes_only():
    assert (
        tt.structure(side_by_side(ring(3), ring(3), [[1]], [[1, -1]])).product == "dedicated × antipodal × triangle^2"
    )


def test_a_structure_cannot_be_changed():
    found = tt.structure([[1.0, -1.0]])
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.blocks = ()  # type: ignore[misc]
