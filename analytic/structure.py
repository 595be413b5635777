"""The geometry that a model chose: orthogonal blocks of WᵀW, each with a name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .domain import TOLERANCE
from .gram import Array, overlap_graph, overlaps, projections, rank
from .model import check_weights

NOT_REPRESENTED = "not_represented"
_NAMES = {  # by (number of features, rank)
    (1, 1): "dedicated",
    (3, 2): "triangle",
    (4, 2): "quadrilateral",
    (5, 2): "pentagon",
    (6, 2): "hexagon",
    (7, 2): "heptagon",
    (8, 2): "octagon",
    (4, 3): "tetrahedron",
}


class Block(NamedTuple):
    """Features that overlap each other, directly or through others, and overlap no feature outside."""

    name: str
    features: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.name}[{','.join(map(str, self.features))}]"


@dataclass(frozen=True)
class Structure:
    """Orthogonal blocks of a Gram matrix: small ones first, features that are not represented last.

    Parameters
    ----------
    blocks : tuple of Block
        In any order; they are sorted, so that equal sets of blocks are equal structures.

    Examples
    --------
    >>> import toytoy as tt
    >>> structure = tt.structure([[1.0, -1.0, 0.0], [0.0, 0.0, 1.0]])
    >>> print(structure)
    dedicated[2] + antipodal[0,1]
    >>> structure.signature
    (('antipodal', 2), ('dedicated', 1))
    """

    blocks: tuple[Block, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "blocks", tuple(sorted(self.blocks, key=_order)))

    def __str__(self) -> str:
        return " + ".join(map(str, self.blocks))

    @property
    def signature(self) -> tuple[tuple[str, int], ...]:
        """Sorted (name, number of features) of every block: the structure up to relabelling."""
        return tuple(sorted((block.name, len(block.features)) for block in self.blocks))


def structure(weights: ArrayLike, tolerance: float = 1e-8) -> Structure:
    """Name the orthogonal blocks of WᵀW.

    A block is a set of features connected by overlaps: (Ŵ_i·W_j)² or (Ŵ_j·W_i)² above the tolerance. Its rank
    counts the singular values of its columns whose square exceeds the tolerance. Names: dedicated (one feature),
    antipodal and aligned (two of rank 1), triangle to octagon (three to eight of rank 2), tetrahedron (four of
    rank 3), otherwise k_in_d (k features of rank d). The names say how many features share how many
    dimensions, not that angles are equal.

    Parameters
    ----------
    weights : array, shape (n_hidden, n_features)
    tolerance : float in [0, 1)
        1e-8 suits exact optima, 0.01 trained weights.

    Returns
    -------
    Structure
        Unchanged by a rotation of the hidden space and by W → -W; relabelling features relabels it.

    Raises
    ------
    TypeError, ValueError
        If the weights are not one real, finite matrix, or the tolerance is out of range.

    Examples
    --------
    >>> import toytoy as tt
    >>> print(tt.structure([[1.0, -0.5, -0.5, 0.0], [0.0, 0.8, -0.8, 0.0]]))
    triangle[0,1,2] + not_represented[3]
    """
    TOLERANCE.check(tolerance)
    array = check_weights(weights)
    if array.ndim != 2:
        raise ValueError(f"structure takes one model, got leading axes {array.shape[:-2]}; loop over them")
    projected = projections(array)
    represented = np.diagonal(overlaps(projected)) > tolerance
    edges = overlap_graph(projected, tolerance)
    blocks = [Block(_name(array, projected, c, tolerance), c) for c in _components(edges, represented)]
    dropped = tuple(np.flatnonzero(~represented).tolist())
    return Structure((*blocks, Block(NOT_REPRESENTED, dropped)) if dropped else tuple(blocks))


def _order(block: Block) -> tuple[bool, int, tuple[int, ...]]:
    return block.name == NOT_REPRESENTED, len(block.features), block.features


def _name(weights: Array, projected: Array, features: tuple[int, ...], tolerance: float) -> str:
    k, d = len(features), int(rank(weights[:, features], tolerance))
    if (k, d) == (2, 1):
        return "antipodal" if projected[features] < 0 else "aligned"
    return _NAMES.get((k, d), f"{k}_in_{d}")


def _components(edges: NDArray[np.bool_], represented: NDArray[np.bool_]) -> list[tuple[int, ...]]:
    """List the connected components of the overlap graph, among the represented features."""
    components: list[tuple[int, ...]] = []
    left: set[int] = set(np.flatnonzero(represented).tolist())
    while left:
        found: set[int] = set()
        front = {min(left)}
        while front:
            found |= front
            front = set(np.flatnonzero(edges[list(front)].any(0)).tolist()) - found
        components.append(tuple(sorted(found)))
        left -= found
    return components
