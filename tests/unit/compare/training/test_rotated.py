"""Rotated models: orthogonal matrices, and counts of neurons by chance (the laws are in tests/properties)."""

from __future__ import annotations

import numpy as np
import toytoy as tt
from toytoy.compare.training.rotated import hidden_changes, mean_monosemantic, plain_changes, rotations

EPS = float(np.finfo(float).eps)


def test_rotations_are_orthogonal_and_seeded() -> None:
    turns = rotations(4, seed=1, count=5)
    np.testing.assert_allclose(turns @ turns.mT, np.broadcast_to(np.eye(4), (5, 4, 4)), atol=20 * EPS)
    np.testing.assert_array_equal(turns, rotations(4, seed=1, count=5))
    assert not np.allclose(turns, rotations(4, seed=2, count=5))


def test_the_identity_changes_nothing_in_either_model() -> None:
    problem = tt.Problem(n_features=3, n_hidden=2, density=0.3)
    weights, bias, one = np.eye(2, 3), np.full(3, 0.05), np.eye(2)[None]
    assert plain_changes(problem, weights, bias, one).tolist() == [0.0]
    assert hidden_changes(problem, weights, bias, one)[0].tolist() == [0.0]


def test_counts_by_chance() -> None:
    weights = np.eye(2, 3)
    assert mean_monosemantic(weights, np.eye(2)[None]) == 2
    # in a plane: angles whose squared sine or cosine is below a tenth, 4 arcsin(√0.1) / π of them
    wanted = 2 * 4 * np.arcsin(np.sqrt(0.1)) / np.pi
    turns = rotations(2, 0, 4000)
    assert abs(mean_monosemantic(weights, turns) - wanted) < 5 * 2 * 0.5 / np.sqrt(len(turns))
