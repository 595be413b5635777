"""hypothesis strategy for orthogonal matrices that a person can read."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from numpy.typing import NDArray

from ...analytic.domain import N_HIDDEN

Array = NDArray[np.float64]
_TURNS = ((0.0, 1.0), (0.6, 0.8), (-0.8, 0.6), (math.sqrt(0.5), math.sqrt(0.5)), (0.28, 0.96))  # cosine and sine


def rotations(size: int) -> SearchStrategy[Array]:
    """Draw an orthogonal matrix, shape (size, size): up to three turns in planes of axes, and reflections of axes.

    The simplest is the identity; then a quarter turn, and turns by the angles of triangles with sides 3, 4, 5.

    Parameters
    ----------
    size : int
        >= 1.

    Raises
    ------
    TypeError, ValueError
        If the size is no whole number >= 1.

    Examples
    --------
    >>> import numpy as np
    >>> from hypothesis import given
    >>> from toytoy.compare import strategies
    >>> @given(strategies.rotations(3))
    ... def test_columns_are_orthonormal(turn):
    ...     assert np.allclose(turn.T @ turn, np.eye(3), rtol=0, atol=1e-14)
    >>> test_columns_are_orthonormal()
    """
    return _rotations(N_HIDDEN.check(size, "size"), 0)


@st.composite
def _rotations(draw: st.DrawFn, size: int, least: int) -> Array:
    """Draw at least so many turns (none in one dimension), then signs."""
    matrix = np.eye(size)
    turns = st.tuples(st.integers(0, size - 1), st.integers(1, max(1, size - 1)), _turn())
    for a, step, (c, s) in draw(st.lists(turns, min_size=least, max_size=3)) if size > 1 else ():
        b = (a + step) % size
        matrix[[a, b]] = c * matrix[a] - s * matrix[b], s * matrix[a] + c * matrix[b]
    signs = draw(st.lists(st.sampled_from([1.0, -1.0]), min_size=size, max_size=size))
    turned: Array = matrix * np.array(signs)[:, None] + 0.0  # never -0.0
    return turned


def _turn() -> SearchStrategy[tuple[float, float]]:
    angles = st.floats(0.0, 3.0).map(lambda angle: (math.cos(angle), math.sin(angle)))
    return st.one_of(st.sampled_from(_TURNS), angles)


def turns(size: int) -> SearchStrategy[Array]:
    """Draw an orthogonal matrix that turns some plane, where there is one."""
    return _rotations(size, 1)
