"""How far apart two diagrams draw the same boundary, in decades of importance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .curves import BoundaryCurve

Array = NDArray[np.float64]


@dataclass(frozen=True)
class BoundaryDistance:
    """Distance between two curves, over the densities at which both exist.

    Parameters
    ----------
    between : (str, str)
        Labels on the sides of lower and of higher importance.
    median, largest : float
        Of the absolute difference of log10 r; NaN if the curves share no density.
    error : float
        Of the largest: both curves' errors, in decades.
    n_shared, n_unmatched : int
        Densities at which both curves exist, and at which only one does.
    n_within : int
        Shared densities at which the difference is no more than both errors.
    """

    between: tuple[str, str]
    median: float
    largest: float
    error: float
    n_shared: int
    n_unmatched: int
    n_within: int = 0


def boundary_distances(
    first: tuple[BoundaryCurve, ...], second: tuple[BoundaryCurve, ...]
) -> tuple[BoundaryDistance, ...]:
    """Measure the distance between curves of the same name; a curve that only one has is unmatched throughout."""
    left, right = ({curve.between: curve for curve in curves} for curves in (first, second))
    return tuple(_distance(pair, left.get(pair), right.get(pair)) for pair in sorted({*left, *right}))


def _distance(pair: tuple[str, str], a: BoundaryCurve | None, b: BoundaryCurve | None) -> BoundaryDistance:
    points_a, points_b = _points(a), _points(b)
    shared = sorted({*points_a} & {*points_b})
    unmatched = len({*points_a} ^ {*points_b})
    if not shared:
        return BoundaryDistance(pair, float("nan"), float("nan"), float("nan"), 0, unmatched)
    gaps, errors = [], []
    for density in shared:
        # where a curve crosses a density more than once, the nearest points are compared
        candidates = [(abs(r - s), e + f) for r, e in points_a[density] for s, f in points_b[density]]
        gap, error = min(candidates)
        gaps.append(gap)
        errors.append(error)
    worst = int(np.argmax(gaps))
    within = sum(gap <= error for gap, error in zip(gaps, errors, strict=True))
    return BoundaryDistance(pair, float(np.median(gaps)), gaps[worst], errors[worst], len(shared), unmatched, within)


def _points(curve: BoundaryCurve | None) -> dict[float, list[tuple[float, float]]]:
    """List (log10 r, its error) by density."""
    points: dict[float, list[tuple[float, float]]] = {}
    if curve is not None:
        for density, r, error in zip(curve.density, curve.importance, curve.error, strict=True):
            points.setdefault(float(density), []).append((float(np.log10(r)), float(error / r / np.log(10))))
    return points
