"""Free factors: turning points, nodes, brackets and pieces."""

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.ansatz import frozen_model
from toytoy.analytic.free_scale import (
    EDGE,
    _brackets,
    _nodes,
    _Search,
    _turning_points,
)

from tests.unit.analytic.test_free_scale import ACTIVATIONS, EPS


@pytest.mark.parametrize("degree", [2, 3, 4, 5])
def test_turning_points_are_those_of_a_polynomial_known_by_them(degree):
    """p′ = Π (x - turn); p itself by its nodes, and any constant added to it."""
    turns = np.array([[0.2, 0.7, -0.4, 1.6], [0.55, 0.1, 0.9, 0.3]])[:, : degree - 1]
    values = []
    for each in turns:
        whole = np.polynomial.Polynomial.fromroots(each).integ()
        values.append(3.0 - 2.0 * whole(_nodes(degree)))
    found = np.sort(_turning_points(np.array(values)), axis=-1)
    assert np.abs(found - np.sort(turns, axis=-1)).max() <= 1e-11


def test_turning_points_of_lower_degree_are_found_beside_roots_far_away():
    """A parabola among cubics: one turn is its own, the other one lies far outside the piece."""
    values = (_nodes(3) - 0.3) ** 2
    found = _turning_points(values[None])[0]
    assert np.abs(found - 0.3).min() <= 1e-6
    assert np.abs(found - 0.3).max() >= 1e3
    assert np.isfinite(_turning_points(np.zeros((1, 4)))).all()  # an output that is silent


def test_nodes_are_chebyshevs():
    """Zeros of T_(d+1)(2x - 1), ascending, inside the piece."""
    for degree in (1, 2, 5):
        nodes = _nodes(degree)
        assert nodes.shape == (degree + 1,)
        assert ((nodes > 0) & (nodes < 1) & (np.diff(nodes, prepend=0.0) > 0)).all()
        assert np.abs(np.polynomial.Chebyshev.basis(degree + 1)(2 * nodes - 1)).max() <= 1e-14


def test_brackets_are_falls_that_end_in_rises():
    slopes = np.array([[-1.0, 1.0], [0.0, 1.0], [-1.0, 0.0], [0.0, 0.0], [1.0, -1.0], [1.0, 2.0], [-2.0, -1.0]])
    assert _brackets(slopes)[:, 0].tolist() == [True, True, True, False, False, False, False]
    assert _brackets(np.array([-1.0, 1.0, -1.0, 2.0])).tolist() == [True, False, True]


@pytest.mark.parametrize("activation", ["relu", "abs", tt.LeakyReLU(-0.5), tt.ClippedReLU(0.4)], ids=str)
def test_pieces_end_where_corners_cross_hinges_and_where_biases_can_no_longer_help(activation):
    """By hand for W = (1, -1) at factor 4/9: z_1 = b + (4/9) (x_1 - x_2) lies in b ± 4/9, with corners at 0 twice."""
    search = _Search(tt.Problem.toy(2, importance=0.5, density=0.5, activation=activation), np.array([[1.0, -1.0]]))
    edges = search.bias_edges(np.array([4 / 9]))
    g = 4 / 9
    hinges = [0.0, 0.4] if activation == tt.ClippedReLU(0.4) else [0.0]
    wanted = [hinge - corner for hinge in hinges for corner in (0.0, g, -g, 0.0)] + [-g, 1 + g]
    wanted += [-1 - g] if activation == "abs" else []
    wanted += [-2 - g] if activation == tt.LeakyReLU(-0.5) else []
    assert edges.shape == (1, 2, len(wanted))
    assert np.abs(edges - np.sort(wanted)).max() <= 4 * EPS


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
def test_the_slope_by_a_bias_is_monotone_between_neighbors_of_the_grid(activation):
    problem = tt.Problem(
        n_features=3, n_hidden=2, density=(0.3, 0.8, 0.5), importance=(1.0, 0.4, 0.7), activation=activation
    )
    search = _Search(problem, frozen_model("triangle", problem)[0])
    factors = np.array([0.3, 1.1])
    grid = search.bias_grid(factors)
    assert (np.diff(grid) >= 0).all()
    shares = np.linspace(0.0, 1.0, 9)[:, None, None, None]
    between = grid[..., :-1] + shares * np.diff(grid)
    slopes = np.array([search.slopes(factors, each) for each in between])
    steps = np.diff(slopes, axis=0)
    skipped = np.diff(grid) <= 8 * EDGE  # across an edge the slope itself may jump
    rises, falls = (steps >= -1e-9).all(axis=0), (steps <= 1e-9).all(axis=0)
    assert (rises | falls | skipped).all()
