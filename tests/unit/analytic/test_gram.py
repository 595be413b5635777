"""Capacity, superposition and overlaps: values known by hand, extreme scales, refusals."""

from fractions import Fraction

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.gram import overlap_graph, projections, rank

EPS = np.finfo(float).eps


def polygon(k):
    angles = 2 * np.pi * np.arange(k) / k
    return np.array([np.cos(angles), np.sin(angles)])


TETRAHEDRON = np.array([[1, 1, -1, -1], [1, -1, 1, -1], [1, -1, -1, 1]]) / np.sqrt(3)


@pytest.mark.parametrize(
    ("weights", "plateau"),
    [(np.array([[1, -1]]), 1 / 2), (polygon(3), 2 / 3), (polygon(5), 2 / 5), (TETRAHEDRON, 3 / 4), (np.eye(3), 1.0)],
    ids=["digon", "triangle", "pentagon", "tetrahedron", "identity"],
)
def test_capacity_of_the_known_polytopes(weights, plateau):
    rounding = 10 * EPS  # a handful of products and sums of numbers of size one
    assert np.abs(tt.capacity(weights) - plateau).max() <= rounding


def test_both_measures_are_their_definitions_in_exact_fractions():
    rng = np.random.default_rng(3)
    weights = rng.integers(-8, 9, size=(3, 5)) / 4.0
    exact = [[Fraction(v) for v in row] for row in weights.tolist()]
    gram = [[sum(row[i] * row[j] for row in exact) for j in range(5)] for i in range(5)]
    for i in range(5):
        others = sum(gram[i][j] ** 2 for j in range(5) if j != i)
        expected = gram[i][i] ** 2 / (gram[i][i] ** 2 + others)
        assert tt.capacity(weights)[i] == pytest.approx(float(expected), rel=10 * EPS)
        assert tt.superposition(weights)[i] == pytest.approx(float(others / gram[i][i]), rel=10 * EPS)


def test_zero_columns_have_no_capacity_and_no_superposition():
    weights = [[0.0, 2.0, 1.0], [0.0, 1.0, 0.0]]
    assert tt.capacity(weights)[0] == 0
    assert tt.superposition(weights)[0] == 0
    assert (tt.capacity(np.zeros((2, 3))) == 0).all()


@pytest.mark.parametrize("size", [1e-300, 1e-200, 1e-5, 1e150, 1e300])
def test_capacity_does_not_see_the_scale_of_the_weights(size):
    weights = np.random.default_rng(0).normal(size=(2, 4))
    rounding = 40 * EPS  # scaling by a number that is no power of two rounds every entry once
    assert np.abs(tt.capacity(size * weights) - tt.capacity(weights)).max() <= rounding


def test_columns_of_very_different_size_stand_side_by_side():
    assert tt.capacity([[1e-200, 1e150], [1e-200, 1e150]]).tolist() == [0.0, 1.0]
    # orthogonal columns: an inner product must cancel exactly, for it is compared at a scale of 1e350
    assert tt.capacity([[1e-200, 1e150], [1e-200, -1e150]]).tolist() == [1.0, 1.0]
    assert tt.superposition([[1e-200, 1e150], [1e-200, 1e150]]) == pytest.approx([2e300, 0.0], rel=10 * EPS)


@pytest.mark.filterwarnings("error")
def test_numbers_beyond_the_largest_are_infinite_without_a_warning():
    assert tt.superposition([[1.0, 1e200]])[0] == np.inf
    assert [str(r) for r in tt.regimes([[1.0, 1e200]])] == ["superposed", "superposed"]


def test_a_batch_is_its_models_one_by_one():
    batch = np.random.default_rng(1).normal(size=(4, 5, 2, 3))
    graph = lambda weights: overlap_graph(projections(weights), 0.3)  # noqa: E731
    for function in (tt.capacity, tt.superposition, projections, graph, lambda weights: rank(weights, 0.5)):
        whole = function(batch)
        assert all(np.array_equal(whole[i, j], function(batch[i, j])) for i in range(4) for j in range(5))


def test_projections_have_signs_and_norms():
    assert projections([[3.0, -1.0, 0.0]]).tolist() == [[3.0, -1.0, 0.0], [-3.0, 1.0, -0.0], [0.0, 0.0, 0.0]]


def test_one_direction_of_overlap_is_enough_for_an_edge():
    projected = projections([[10.0, 0.2], [0.0, 1.0]])  # (Ŵ_0·W_1)² = 0.04, (Ŵ_1·W_0)² = 3.8
    assert overlap_graph(projected, 0.5).tolist() == [[False, True], [True, False]]
    assert not overlap_graph(projected, 4.0).any()


def test_rank_is_taken_at_the_tolerance_and_never_below_rounding():
    weights = np.array([[0.7, -0.7], [0.3, -0.3]])
    bent = weights + np.diag([0.0, 0.1])
    assert rank(weights, 0.0) == 1
    assert rank(bent, 1e-8) == 2
    assert rank(bent, 0.01) == 1


def test_graphs_of_many_models_are_each_models_own():
    weights = np.random.default_rng(8).normal(size=(2, 2, 4))
    graphs = overlap_graph(projections(weights), 1e-8)
    for model, graph in zip(weights, graphs, strict=True):
        assert np.array_equal(graph, overlap_graph(projections(model), 1e-8))
        assert not graph.diagonal().any()


def test_rank_does_not_see_how_many_models_are_beside_it():
    weights = np.diag([1.0, 40 * EPS])  # above the rounding of 2 × 2 numbers, below that of a thousand
    assert rank(weights, 0.0) == 2
    assert (rank(np.broadcast_to(weights, (1000, 2, 2)), 0.0) == 2).all()


@pytest.mark.parametrize("bad", [[1.0, 2.0], [[1.0, np.nan]], [[np.inf, 0.0]]])
def test_bad_weights_are_refused(bad):
    with pytest.raises(ValueError, match="weights must"):
        tt.capacity(bad)


@pytest.mark.parametrize("bad", [[[1j, 0.0]], [["a", "b"]]])
def test_weights_that_are_no_real_numbers_are_refused(bad):
    with pytest.raises(TypeError, match="weights must be real"):
        tt.superposition(bad)


def test_what_equals_the_tolerance_is_within_it() -> None:
    projected = projections([[3.0, -1.0]])  # squares: 9 and 1
    assert not overlap_graph(projected, 1.0).any()
    assert overlap_graph(projected, 0.999).tolist() == [[False, True], [True, False]]
    assert [rank(np.diag([1.0, 0.5]), tolerance) for tolerance in (0.25, 0.2499)] == [1, 2]


def test_rounding_of_a_rank_is_that_of_the_longer_side() -> None:
    for length, expected in ((64, 1), (2, 2)):
        tall = np.zeros((length, 2))
        tall[0, 0], tall[1, 1] = 1.0, 20 * EPS
        assert rank(tall, 0.0) == rank(tall.T, 0.0) == expected
    assert rank(np.zeros((2, 3)), 0.0) == 0


@pytest.mark.parametrize("size", [1e-12, 1.0, 1e12])
def test_rounding_adds_no_rank_at_any_size(size):
    weights = size * np.outer([1.0, 3.0, 7.0], [1.0, 0.3, 0.7, 0.1])
    assert rank(weights, 0.0) == 1
    assert rank(weights + size * np.outer([0.0, 1e-3, 0.0], [0.0, 0.0, 1.0, 0.0]), 0.0) == 2
