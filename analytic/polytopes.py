"""Regular arrangements of directions, and how far given columns are from one, whatever their order and rotation."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .model import check_weights

__all__ = ["congruence"]

Array = NDArray[np.float64]
POLYGONS = {4: "quadrilateral", 5: "pentagon", 6: "hexagon", 7: "heptagon", 8: "octagon"}
PAIRS = {-1.0: "antipodal", 1.0: "aligned"}
ANTIPRISM, CUBE, ICOSAHEDRON, DEMICUBE = "square_antiprism", "cube", "icosahedron", "5-demicube"
ANY_ANGLES = ("triangle", "quadrilateral")  # names of shapes that need not be regular: a connected four never is
SLACK = 0.3  # entries of Gram matrices that differ by more of a squared length are never taken for one another
ROUNDING = 1e-12  # of angles and of null vectors: a margin where the tolerance is 0
MOST_DIMENSIONS = 5  # of a search over d-tuples of columns


def simplex(k: int) -> Array:
    """Gram matrix of k unit vectors of rank k - 1 with equal angles, all cosines -1 / (k - 1)."""
    return (np.eye(k) * k - 1.0) / (k - 1)


def ring(k: int, step: int = 1) -> Array:
    """Give k unit vectors in the plane, `step` k-ths of a turn apart, shape (2, k)."""
    angles = 2 * np.pi * step * np.arange(k) / k
    return np.array([np.cos(angles), np.sin(angles)])


def square_antiprism(height: float = 1 / math.sqrt(3)) -> Array:
    """Give unit vectors to two squares at ± `height`, an eighth of a turn against each other, shape (3, 8).

    At the height left out, that of a cube, W Wᵀ is a multiple of the identity: the tight antiprism, of which every
    feature has the capacity 3/8.
    """
    eighths = np.concatenate([ring(8)[:, ::2], ring(8)[:, 1::2]], axis=1)
    return np.vstack([math.sqrt(1 - height**2) * eighths, np.repeat([height, -height], 4)])


def cube() -> Array:
    """Give unit vectors to the corners of a cube, shape (3, 8)."""
    return np.array(np.meshgrid(*[[-1.0, 1.0]] * 3)).reshape(3, -1) / math.sqrt(3)


def icosahedron() -> Array:
    """Give unit vectors to the corners of an icosahedron, shape (3, 12)."""
    golden = (1 + math.sqrt(5)) / 2
    corners = [np.roll([0.0, a, b * golden], turn) for turn in range(3) for a in (-1, 1) for b in (-1, 1)]
    return np.array(corners).T / math.hypot(1, golden)


def demicube(d: int = 5) -> Array:
    """Give unit vectors to every other corner of a d-cube, an even number of minus signs, shape (d, 2^(d-1)).

    In five dimensions 16 features share it in the best model found of 20 equal ones at density 0.1, with capacity 5/16.
    """
    corners = np.array(np.meshgrid(*[[-1.0, 1.0]] * d)).reshape(d, -1)
    return np.asarray(corners[:, corners.prod(axis=0) > 0] / math.sqrt(d))


def deviation(gram: Array, ideal: Array) -> float:
    """Largest ``|G_ij / c - ideal_ij|`` at the scale c that fits best, in the order given; inf if no c > 0 does."""
    scale = float((gram * ideal).sum() / (ideal * ideal).sum())
    return float(np.abs(gram / scale - ideal).max()) if scale > 0 else math.inf


def congruence(columns: ArrayLike, others: ArrayLike) -> float:
    """How far two sets of vectors are from being one, up to order, rotation, reflection and scale.

    Parameters
    ----------
    columns, others : array, shape (d, k), d at most 5
        Both of rank d. The second are directions: their lengths are set to 1.

    Returns
    -------
    float
        Largest difference between entries of the two Gram matrices, in units of the second's diagonal, at the best
        order and scale found; inf where none comes within 0.3.

    Raises
    ------
    TypeError, ValueError
        If the arrays are not real and finite, differ in shape, have more than five rows, or the second a lower rank.

    Notes
    -----
    A linear map is fixed by d columns. Every d-tuple of `columns` whose Gram matrix resembles that of d fixed columns
    of `others` gives one; it is a match if it carries every column next to another one. Exact for copies, and for
    noise small against the distances between columns.

    Examples
    --------
    >>> from toytoy.analytic.polytopes import congruence, ring
    >>> congruence(ring(5), ring(5, step=2)) < 1e-14  # a pentagram is a pentagon, its features in another order
    True
    """
    x, p = check_weights(columns), check_weights(others)
    if x.shape != p.shape or p.ndim != 2 or len(p) > MOST_DIMENSIONS:
        raise ValueError(
            f"columns and others must have the same shape (d, k), d at most {MOST_DIMENSIONS}, "
            f"got {x.shape} and {p.shape}; compare Gram matrices beyond that"
        )
    lengths, size = np.linalg.norm(p, axis=0), np.sqrt((x**2).sum(0).mean())
    anchors = _independent(p)
    if not (lengths.all() and size and len(anchors) == len(p)):
        raise ValueError(f"columns must not vanish, and others must have rank {len(p)} and no zero column")
    x, p = x / size, p / lengths
    gram, ideal = x.T @ x, p.T @ p
    inverse = np.linalg.inv(p[:, anchors]) @ p
    best = math.inf
    for chosen in _alike(gram, ideal[np.ix_(anchors, anchors)]):
        carried = x[:, chosen] @ inverse
        order = ((carried[:, :, None] - x[:, None, :]) ** 2).sum(0).argmin(1)
        if len(set(order.tolist())) == len(order):
            best = min(best, deviation(gram[np.ix_(order, order)], ideal))
    return best if best <= SLACK else math.inf


def identify(columns: Array, tolerance: float) -> tuple[str, float]:
    """Name connected columns of full row rank, shape (d, k), and say how far they are from their regular shape.

    The second value is that of `deviation`, inf where the name stands for no regular shape. A shape is regular if the
    square of the deviation is at most the tolerance.
    """
    d, k = columns.shape
    gram, most = columns.T @ columns, math.sqrt(tolerance)
    if k == 1:
        return "dedicated", 0.0
    if (k, d) == (2, 1):
        sign = math.copysign(1.0, gram[0, 1])
        return PAIRS[sign], deviation(gram, np.array([[1.0, sign], [sign, 1.0]]))
    if d == k - 1:
        away = deviation(gram, simplex(k))
        name = {3: "triangle", 4: "tetrahedron"}.get(k, f"{k - 1}-simplex")
        return _told(name, away, most, _around_simplex(columns, most), (k, d))
    if d == 2:
        turned = np.argsort(np.arctan2(columns[1], columns[0]))
        away = deviation(gram[np.ix_(turned, turned)], ring(k).T @ ring(k))
        return _told(POLYGONS.get(k, f"{k}-gon"), away, most, _around_polygon(columns, most), (k, d))
    for name, ideal in _solids(columns):
        if (away := congruence(columns, ideal)) <= most:
            return name, away
    return f"{k}_in_{d}", math.inf


def _told(name: str, away: float, most: float, around: bool, size: tuple[int, int]) -> tuple[str, float]:
    """Say of an irregular shape that it is one; of columns on one side of the origin only count and rank."""
    if away <= most or name in ANY_ANGLES:
        return name, away
    return (f"irregular_{name}", away) if around else (f"{size[0]}_in_{size[1]}", math.inf)


def _around_simplex(columns: Array, margin: float) -> bool:
    """Whether the origin is inside, off the faces: the weights that make the columns add up to 0 are of one sign."""
    null = np.linalg.svd(columns / np.linalg.norm(columns, axis=0))[2][-1]
    return bool(max(null.min(), -null.max()) > max(margin, ROUNDING))


def _around_polygon(columns: Array, margin: float) -> bool:
    """Whether the origin is inside, off the sides: every half of the plane holds a column."""
    angles = np.sort(np.arctan2(columns[1], columns[0]))
    return bool(np.diff(angles, append=angles[0] + 2 * np.pi).max() < np.pi - max(margin, ROUNDING))


def _solids(columns: Array) -> list[tuple[str, Array]]:
    """List solids with this many corners; antiprisms of the heights that the columns' second moments allow."""
    if columns.shape == (3, 12):
        return [(ICOSAHEDRON, icosahedron())]
    if columns.shape == (5, 16):
        return [(DEMICUBE, demicube())]
    if columns.shape != (3, 8):
        return []
    moments = np.linalg.eigvalsh(columns @ columns.T)
    heights = np.sqrt(moments / moments.sum()).tolist()  # the axis is one of the three
    return [(CUBE, cube()), *((ANTIPRISM, square_antiprism(height)) for height in heights)]


def _independent(p: Array) -> list[int]:
    """Choose the first columns that span the space."""
    chosen: list[int] = []
    for i in range(p.shape[1]):
        if np.linalg.matrix_rank(p[:, [*chosen, i]], tol=1e-6) > len(chosen):
            chosen.append(i)
    return chosen


def _alike(gram: Array, ideal: Array) -> list[list[int]]:
    """List the tuples of columns whose Gram matrix is within the slack of the ideal one."""
    found: list[list[int]] = [[]]
    for step in range(len(ideal)):
        fits = np.abs(gram.diagonal() - ideal[step, step]) <= SLACK
        longer = []
        for chosen in found:
            near = fits & (np.abs(gram[chosen] - ideal[:step, step, None]) <= SLACK).all(0)
            near[chosen] = False
            longer += [[*chosen, int(i)] for i in np.flatnonzero(near)]
        found = longer
    return found
