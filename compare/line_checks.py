"""Checks of boundaries against the optimum's lines: what bisection, equations and tracing find must be one line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from .boundary import boundary
from .checks import Check, judge
from .curves import BoundaryCurve

MISSING = np.inf  # distance from a line that is not there
# found by two independent solvers: (what, argument of boundary, number given, number known, half its last digit)
KNOWN = {
    2: (("not_represented", "antipodal"), {"density": 0.5}, 0.53573876406532962, 1e-16),
    3: (("triangle", "antipodal_others"), {"importance": 1.0}, 0.52183765907142, 1e-14),
}


class _Point(NamedTuple):
    pair: frozenset[str]
    density: float
    log_r: float
    error: float  # of log r


def on_lines(name: str, curves: Iterable[BoundaryCurve], lines: Iterable[BoundaryCurve], reason: str) -> Check | None:
    """Check that every point of some curves lies on a line of the same regimes, within both errors.

    Parameters
    ----------
    name : str
    curves : iterable of BoundaryCurve
        What is checked.
    lines : iterable of BoundaryCurve
        At the same densities.
    reason : str
        Why the tolerance, the sum of both errors, has its value.

    Returns
    -------
    Check or None
        Its value is |Δ log r|, infinite where there is no line; None if there is no point.
    """
    points, known = _points(curves), _points(lines)
    if not points:
        return None
    gaps, allowed = zip(*(_nearest(point, known) for point in points), strict=True)
    names = [
        f"density={p.density:.6g}, importance={np.exp(p.log_r):.10g} ({' | '.join(sorted(p.pair))})" for p in points
    ]
    return judge(name, np.array(gaps), np.array(allowed), names, reason)


def known_boundary(n_features: int) -> Check:
    """Check a boundary that is solved for against digits that are known: in (3,2) the onset of the triangle."""
    between, given, known, digit = KNOWN[n_features]
    density, importance = given.get("density"), given.get("importance")
    found = boundary(n_features, n_features - 1, between=between, density=density, importance=importance)
    free = found.importance if "density" in given else found.density
    entry = f"{' | '.join(between)}, {', '.join(f'{key}={value}' for key, value in given.items())}"
    apart, allowed = np.array(abs(free.value - known)), np.array(free.error + digit)
    return judge("boundary at a known point", apart, allowed, [entry], "its error, and the last known digit's")


def _points(curves: Iterable[BoundaryCurve]) -> list[_Point]:
    return [
        _Point(frozenset(curve.between), float(p), float(np.log(r)), float(error / r))
        for curve in curves
        for p, r, error in zip(curve.density, curve.importance, curve.error, strict=True)
    ]


def _nearest(point: _Point, known: list[_Point]) -> tuple[float, float]:
    """Distance to the line that comes closest to holding a point, and the sum of both errors."""
    there = [other for other in known if other.pair == point.pair and other.density == point.density]
    if not there:
        return MISSING, point.error
    pairs = [(abs(point.log_r - other.log_r), point.error + other.error) for other in there]
    return min(pairs, key=lambda pair: pair[0] - pair[1])
