"""Names of orthogonal blocks, their order, and what they do not depend on."""

import numpy as np
import pytest
import toytoy as tt
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
    (polygon(9), "9_in_2[0,1,2,3,4,5,6,7,8]"),
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
def test_relabelling_permutes_features_and_keeps_the_signature(weights, expected):
    weights = np.array(weights)
    new_from_old = np.random.default_rng(1).permutation(weights.shape[1])
    relabelled = np.empty_like(weights)
    relabelled[:, new_from_old] = weights
    before, after = tt.structure(weights), tt.structure(relabelled)
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
