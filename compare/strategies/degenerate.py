"""Ways in which weights are degenerate: made exactly so, in place, with the entry to move to leave it by a little."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from .numbers import displacements
from .rotations import rotations

Array = NDArray[np.float64]
TINY = 1e-9  # an entry that a division would turn into noise, and that is not zero
TOLERANCES = (1e-8, 0.01)  # of regimes: of exact optima, and of trained weights
LENGTHS = (1.0, 0.5, -0.5, -1.0)  # of what is parallel, against what it is parallel to


class Degeneracy(NamedTuple):
    """How to make weights degenerate, and the fewest features and dimensions it takes."""

    make: Callable[[st.DrawFn, Array], int]  # changes the weights; returns a column that takes part
    features: int
    hidden: int


def _two(draw: st.DrawFn, n: int) -> tuple[int, int]:
    """Draw two features."""
    first = draw(st.integers(0, n - 2))
    return first, draw(st.integers(first + 1, n - 1))


def _some(draw: st.DrawFn, matrix: Array) -> NDArray[np.bool_]:
    """Draw which entries are meant, not none of them."""
    where = draw(st.lists(st.booleans(), min_size=matrix.size, max_size=matrix.size))
    where[draw(st.integers(0, matrix.size - 1))] = True
    return np.array(where).reshape(matrix.shape)


def _direction(draw: st.DrawFn, matrix: Array, column: int) -> Array:
    """Give the column, or the first axis where it is 0: degenerate columns have a direction."""
    if not matrix[:, column].any():
        matrix[0, column] = 1.0
    return matrix[:, column]


def _zero_entries(draw: st.DrawFn, matrix: Array) -> int:
    matrix[_some(draw, matrix)] = 0.0
    return 0


def _tiny_entries(draw: st.DrawFn, matrix: Array) -> int:
    where = _some(draw, matrix)
    matrix[where] = TINY * np.where(matrix[where] < 0, -1.0, 1.0)
    return 0


def _zero_columns(draw: st.DrawFn, matrix: Array) -> int:
    n = matrix.shape[1]
    dropped = draw(st.lists(st.integers(0, n - 1), min_size=1, max_size=n, unique=True))
    matrix[:, dropped] = 0.0
    return dropped[0]


def _equal_columns(draw: st.DrawFn, matrix: Array) -> int:
    source, target = _two(draw, matrix.shape[1])
    matrix[:, target] = _direction(draw, matrix, source)
    return target


def _antipodal_columns(draw: st.DrawFn, matrix: Array) -> int:
    source, target = _two(draw, matrix.shape[1])
    matrix[:, target] = -_direction(draw, matrix, source)
    return target


def _parallel_columns(draw: st.DrawFn, matrix: Array) -> int:
    """Lay all columns along one direction, of several lengths: rank 1."""
    along = _direction(draw, matrix, 0).copy()
    for i in range(matrix.shape[1]):
        matrix[:, i] = draw(st.sampled_from(LENGTHS)) * along
    return 0


def _rank_deficient(draw: st.DrawFn, matrix: Array) -> int:
    """Make the last row of the weights a multiple of the first."""
    matrix[-1] = draw(st.sampled_from((*LENGTHS, 0.0))) * matrix[0]
    return 0


def _orthonormal_columns(draw: st.DrawFn, matrix: Array) -> int:
    """Make as many columns orthonormal as there are dimensions, and drop the other features."""
    m, n = matrix.shape
    kept = draw(st.permutations(range(n)))[:m]
    matrix[:] = 0.0
    matrix[:, kept] = draw(rotations(m))
    return kept[0]


def _length_on_boundary(draw: st.DrawFn, matrix: Array) -> int:
    """Make ‖W_i‖² a tolerance, so that feature i is on the boundary of being represented."""
    column = draw(st.integers(0, matrix.shape[1] - 1))
    along = _direction(draw, matrix, column)
    matrix[:, column] = along / np.linalg.norm(along) * math.sqrt(draw(st.sampled_from(TOLERANCES)))
    return column


def _overlap_on_boundary(draw: st.DrawFn, matrix: Array) -> int:
    """Make Σ_{j≠i} (Ŵ_i·W_j)² a tolerance: feature i, alone but for one other, is nearly dedicated."""
    i, j = _two(draw, matrix.shape[1])
    axis = _direction(draw, matrix, i)
    axis = axis / np.linalg.norm(axis)
    rivals = np.delete(np.arange(matrix.shape[1]), i)
    matrix[:, rivals] -= np.outer(axis, axis @ matrix[:, rivals])
    matrix[:, j] += axis * math.sqrt(draw(st.sampled_from(TOLERANCES)))
    return j


DEGENERACIES: dict[str, Degeneracy] = {
    "zero entries": Degeneracy(_zero_entries, 1, 1),
    "tiny entries": Degeneracy(_tiny_entries, 1, 1),
    "zero columns": Degeneracy(_zero_columns, 1, 1),
    "equal columns": Degeneracy(_equal_columns, 2, 1),
    "antipodal columns": Degeneracy(_antipodal_columns, 2, 1),
    "parallel columns": Degeneracy(_parallel_columns, 2, 1),
    "orthonormal columns": Degeneracy(_orthonormal_columns, 1, 1),
    "rank deficient": Degeneracy(_rank_deficient, 2, 2),
    "length on a boundary": Degeneracy(_length_on_boundary, 1, 1),
    "overlap on a boundary": Degeneracy(_overlap_on_boundary, 2, 1),
}


def possible(n_hidden: int, n_features: int) -> list[str]:
    """Name the degeneracies that weights of a shape can have."""
    return [name for name, d in DEGENERACIES.items() if d.features <= n_features and d.hidden <= n_hidden]


def degenerate(draw: st.DrawFn, matrix: Array, kinds: list[str], displaced: bool) -> None:
    """Make weights degenerate in the ways named, in turn and in place; leave each by a little, if displaced."""
    for kind in kinds:
        column = DEGENERACIES[kind].make(draw, matrix)
        if displaced:
            _displace(draw, matrix, column)
    matrix += 0.0  # never -0.0


def _displace(draw: st.DrawFn, matrix: Array, column: int) -> None:
    """Move one entry of a column by a little, or by nothing."""
    matrix[draw(st.integers(0, len(matrix) - 1)), column] += draw(displacements())
