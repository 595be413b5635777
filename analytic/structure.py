"""The geometry that a model chose: orthogonal blocks of WᵀW, each with a name."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .domain import TOLERANCE
from .gram import Array, overlap_graph, overlaps, projections, rank
from .model import check_weights
from .polytopes import identify

NOT_REPRESENTED = "not_represented"


class _Named(NamedTuple):
    name: str
    features: tuple[int, ...]


class Block(_Named):
    """Features that overlap each other, directly or through others, and overlap no feature outside.

    A pair (name, features); what was measured stands beside it and does not count when blocks are compared.

    Parameters
    ----------
    name : str
    features : tuple of int
        In ascending order.
    deviation : float
        From the regular shape of that name: the largest difference between the two Gram matrices, in units of the
        diagonal, at the best scale and order; inf if the name stands for no regular shape, NaN if unknown.
    spread : float
        Of the squared singular values of the block's columns: (largest - smallest) / mean; 0 for a tight frame.
    tolerance : float
        That of the call, to which the squares of deviation and spread are compared; NaN if unknown.
    """

    deviation: float = math.nan
    spread: float = math.nan
    tolerance: float = math.nan

    def __new__(
        cls,
        name: str,
        features: tuple[int, ...],
        deviation: float = math.nan,
        spread: float = math.nan,
        tolerance: float = math.nan,
    ) -> Block:
        """Make the pair, and put the measures beside it."""
        block = super().__new__(cls, name, features)
        block.deviation, block.spread, block.tolerance = deviation, spread, tolerance
        return block

    def __str__(self) -> str:
        return f"{self.name}[{','.join(map(str, self.features))}]"

    @property
    def regular(self) -> bool:
        """Whether lengths and angles are those of the regular shape, within the tolerance."""
        return self.deviation**2 <= self.tolerance

    @property
    def tight(self) -> bool:
        """Whether W Wᵀ is a multiple of the identity on the block's space, within the tolerance.

        At equal lengths each of k features of rank d then has the capacity d/k, :eq:`geometry-capacity`.
        """
        return self.spread**2 <= self.tolerance


@dataclass(frozen=True)
class Structure:
    """Orthogonal blocks of a Gram matrix: small ones first, features that are not represented last.

    Parameters
    ----------
    blocks : tuple of Block
        In any order; they are sorted, so that equal sets of blocks are equal structures.
    tolerance : float
        By which they were told apart; does not count when structures are compared. NaN if unknown.

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
    tolerance: float = field(default=math.nan, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "blocks", tuple(sorted(self.blocks, key=_order)))

    def __str__(self) -> str:
        return " + ".join(map(str, self.blocks))

    @property
    def signature(self) -> tuple[tuple[str, int], ...]:
        """Sorted (name, number of features) of every block: the structure up to relabeling."""
        return tuple(sorted((block.name, len(block.features)) for block in self.blocks))

    @property
    def product(self) -> str:
        """The whole as a tegum product of its blocks: shapes on orthogonal spaces, equal ones as a power.

        "antipodal^2" is a square, "antipodal^3" an octahedron, "antipodal × triangle" a triangular bipyramid. Features
        that are not represented are left out; "" if none is.
        """
        counts = Counter(block.name for block in self.blocks if block.name != NOT_REPRESENTED)
        return " × ".join(name if count == 1 else f"{name}^{count}" for name, count in counts.items())


def structure(weights: ArrayLike, tolerance: float = 1e-8) -> Structure:
    """Name the orthogonal blocks of WᵀW.

    A block is a set of features connected by overlaps: (Ŵ_i·W_j)² or (Ŵ_j·W_i)² above the tolerance. Its rank
    counts the singular values of its columns whose square exceeds the tolerance. Splitting into blocks is writing the
    whole as a tegum product (see `Structure.product`): a square is two antipodal pairs, an octahedron three.

    Names: dedicated (one feature); antipodal, which is the digon, and aligned (two of rank 1); triangle (three of rank
    2) and quadrilateral, of any angles; pentagon to octagon, 9-gon, …; tetrahedron, 4-simplex, …; square_antiprism of
    any height, cube, icosahedron, 5-demicube (16 of rank 5). "irregular_pentagon" and its like surround the origin
    too, but lengths or angles differ; what surrounds nothing, or has another count, is k_in_d (k features of rank d).
    `Block.regular` and `Block.deviation` tell how regular those are whose names do not; `Block.tight` tells the
    antiprism of a cube's height from others.

    Parameters
    ----------
    weights : array, shape (n_hidden, n_features)
    tolerance : float in [0, 1)
        1e-8 suits exact optima, 0.01 trained weights. It is no share of anything: an output's error is in units of the
        features, so that a model of which every ‖W_i‖² is below it represents nothing, whatever its shape. Each pair is
        looked at by itself, where `regimes` adds up a feature's overlaps: many weak ones, each below the tolerance,
        leave blocks of one that are called dedicated, and regimes that are called superposed.

    Returns
    -------
    Structure
        Unchanged by a rotation of the hidden space and by W → -W; relabeling features relabels it.

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
    blocks = [_block(array, features, tolerance) for features in _components(edges, represented)]
    dropped = tuple(np.flatnonzero(~represented).tolist())
    if dropped:
        blocks.append(Block(NOT_REPRESENTED, dropped, tolerance=tolerance))
    return Structure(tuple(blocks), tolerance)


def _order(block: Block) -> tuple[bool, int, tuple[int, ...]]:
    return block.name == NOT_REPRESENTED, len(block.features), block.features


def _block(weights: Array, features: tuple[int, ...], tolerance: float) -> Block:
    """Name the columns in coordinates of their own space; equal to a power of two, so that no square is lost."""
    columns = weights[:, features]
    d = max(1, int(rank(columns, tolerance)))  # of one column on the boundary the singular value may round below it
    scaled = np.ldexp(columns, -int(np.frexp(np.abs(columns).max())[1]))
    _, singular, right = np.linalg.svd(scaled, full_matrices=False)
    name, deviation = identify(singular[:d, None] * right[:d], tolerance)
    squares = singular[:d] ** 2
    return Block(name, features, deviation, float(np.ptp(squares) / squares.mean()), tolerance)


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
