"""Orthogonal matrices: orthogonal, and short."""

from __future__ import annotations

import numpy as np
from hypothesis import find, given
from hypothesis import strategies as st
from toytoy.compare import strategies
from toytoy.compare.strategies.rotations import turns

EPS = float(np.finfo(float).eps)


@given(st.data(), st.integers(1, 4))
def test_they_are_orthogonal(data: st.DataObject, size: int) -> None:
    turn = data.draw(strategies.rotations(size))
    assert np.abs(turn.T @ turn - np.eye(size)).max() <= 20 * EPS  # three turns, each rounded


def test_the_simplest_are_the_identity_and_a_quarter_turn() -> None:
    assert find(strategies.rotations(2), lambda turn: True).tolist() == [[1.0, 0.0], [0.0, 1.0]]
    assert find(turns(2), lambda turn: True).tolist() == [[0.0, -1.0], [1.0, 0.0]]


def test_slanted_ones_shrink_to_three_fifths() -> None:
    turn = find(turns(2), lambda turn: bool((turn != 0).all()))
    assert set(np.abs(turn).ravel().round(12)) == {0.6, 0.8}


def test_reflections_are_drawn() -> None:
    find(strategies.rotations(3), lambda turn: bool(np.linalg.det(turn) < 0))
