"""Each degeneracy, exactly there."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest
import toytoy as tt
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from toytoy.compare import strategies
from toytoy.compare.strategies.degenerate import DEGENERACIES, TINY, TOLERANCES, possible

Array = NDArray[np.float64]
EPS = float(np.finfo(float).eps)
TOY = tt.Problem.toy(3, density=0.5)


def alike(weights: Array, sign: float) -> bool:
    pairs = itertools.combinations(weights.T, 2)
    return any(bool(one.any()) and np.array_equal(one, sign * other) for one, other in pairs)


def on_boundary(measure: Array) -> bool:
    return bool(np.abs(measure[:, None] / np.array(TOLERANCES) - 1).min() <= 1e-6)  # of 1e-4, beside entries of 2


def n_parallel(weights: Array) -> int:
    return int(np.linalg.matrix_rank(weights, tol=1e-12))


THERE: dict[str, Callable[[Array], bool]] = {
    "zero entries": lambda w: bool((w == 0).any()),
    "tiny entries": lambda w: bool((abs(w) == TINY).any()),
    "zero columns": lambda w: bool((w == 0).all(axis=0).any()),
    "equal columns": lambda w: alike(w, 1.0),
    "antipodal columns": lambda w: alike(w, -1.0),
    "parallel columns": lambda w: n_parallel(w) == 1,
    "orthonormal columns": lambda w: bool(np.abs(np.linalg.svd(w)[1] - 1).max() < 20 * EPS),
    "rank deficient": lambda w: n_parallel(w) <= 1,
    "length on a boundary": lambda w: on_boundary(np.square(w).sum(axis=0)),
    "overlap on a boundary": lambda w: on_boundary(tt.superposition(w)),
}


@pytest.mark.parametrize("kind", DEGENERACIES)
@given(st.data())
def test_it_is_there(kind: str, data: st.DataObject) -> None:
    weights = data.draw(strategies.degenerate_weights(TOY, [kind], displaced=False))
    assert THERE[kind](weights)
    assert np.abs(weights).max() <= 3.0


def test_kinds_that_a_shape_cannot_have_are_left_out() -> None:
    assert "equal columns" not in possible(1, 1)
    assert "rank deficient" not in possible(1, 2)
    assert set(possible(2, 3)) == set(DEGENERACIES)
