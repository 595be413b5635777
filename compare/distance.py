"""How far apart two diagrams draw the same boundary, in decades of importance, and how well that is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from .curves import BoundaryCurve
from .proportions import wilson

Array = NDArray[np.float64]
Interval = tuple[float, float]
NAN = float("nan")
NOTHING = (NAN, NAN)


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
    n_extra : int
        Crossings at shared densities that only one curve has: labels that change there and back.
    density, shift, errors : tuple of float
        Shared densities; log10 r of the second curve minus that of the first; both errors, in decades.

    Examples
    --------
    >>> from toytoy.compare.distance import BoundaryDistance
    >>> found = BoundaryDistance.of(("not_represented", "superposed"), [0.1, 0.2, 0.4], [0.01, -0.1, 0.02], [0.02] * 3)
    >>> found.median, [round(x, 3) for x in found.median_interval], found.n_within
    (0.02, [0.0, 0.04], 2)
    """

    between: tuple[str, str]
    median: float
    largest: float
    error: float
    n_shared: int
    n_unmatched: int
    n_within: int = 0
    n_extra: int = 0
    density: tuple[float, ...] = ()
    shift: tuple[float, ...] = ()
    errors: tuple[float, ...] = ()

    @classmethod
    def of(
        cls,
        between: tuple[str, str],
        density: list[float],
        shift: list[float],
        errors: list[float],
        n_unmatched: int = 0,
        n_extra: int = 0,
    ) -> BoundaryDistance:
        """Make it from the shifts at shared densities; all else follows from them."""
        if not density:
            return cls(between, NAN, NAN, NAN, 0, n_unmatched)
        gaps = np.abs(shift)
        worst = int(np.argmax(gaps))
        return cls(
            between,
            float(np.median(gaps)),
            float(gaps[worst]),
            errors[worst],
            len(density),
            n_unmatched,
            int((gaps <= np.array(errors)).sum()),
            n_extra,
            tuple(density),
            tuple(shift),
            tuple(errors),
        )

    @property
    def median_interval(self) -> Interval:
        """Least and largest median that the errors of all points allow."""
        if not self.n_shared:
            return NOTHING
        low, high = self._ends
        return float(np.median(low)), float(np.median(high))

    @property
    def largest_interval(self) -> Interval:
        """Least and largest value that the largest distance can have within the errors of all points."""
        if not self.n_shared:
            return NOTHING
        low, high = self._ends
        return float(low.max()), float(high.max())

    @property
    def sampled_interval(self) -> Interval:
        """Order statistics that hold the median over all densities with 95 %, for densities drawn at random."""
        from .training.quantiles import quantile

        if not self.n_shared:
            return NOTHING
        found = quantile(np.abs(self.shift))
        return max(found.low, 0.0), found.high

    @property
    def within_interval(self) -> Interval:
        """Wilson's 95 % interval of the share of shared densities at which both errors cover the difference."""
        if not self.n_shared:
            return 0.0, 1.0
        low, high = wilson(self.n_within, self.n_shared)
        return float(low), float(high)

    @property
    def _ends(self) -> tuple[Array, Array]:
        gaps, errors = np.abs(self.shift), np.array(self.errors)
        return np.maximum(gaps - errors, 0.0), gaps + errors


def boundary_distances(
    first: tuple[BoundaryCurve, ...], second: tuple[BoundaryCurve, ...]
) -> tuple[BoundaryDistance, ...]:
    """Measure the distance between curves of the same name; a curve that only one has is unmatched throughout."""
    left, right = ({curve.between: curve for curve in curves} for curves in (first, second))
    return tuple(_distance(pair, left.get(pair), right.get(pair)) for pair in sorted({*left, *right}))


def _distance(pair: tuple[str, str], a: BoundaryCurve | None, b: BoundaryCurve | None) -> BoundaryDistance:
    points_a, points_b = _points(a), _points(b)
    shared = sorted({*points_a} & {*points_b})
    shifts, errors, extra = [], [], 0
    for density in shared:
        here, there = points_a[density], points_b[density]
        extra += abs(len(here) - len(there))
        shift, error = max(_matched(here, there), key=lambda point: abs(point[0]))
        shifts.append(shift)
        errors.append(error)
    return BoundaryDistance.of(pair, shared, shifts, errors, len({*points_a} ^ {*points_b}), extra)


def _matched(here: list[Interval], there: list[Interval]) -> list[Interval]:
    """Pair as many crossings as can be, so that they lie nearest in all: shifts, and both errors."""
    if len(here) == len(there) == 1:  # nearly always
        ((at, off),), ((to, by),) = here, there
        return [(to - at, off + by)]
    from scipy.optimize import linear_sum_assignment

    (r, e), (s, f) = (np.array(points).T for points in (here, there))
    rows, columns = linear_sum_assignment(np.abs(r[:, None] - s))
    shifts, errors = s[columns] - r[rows], e[rows] + f[columns]
    return [(float(shift), float(error)) for shift, error in zip(shifts, errors, strict=True)]


def _points(curve: BoundaryCurve | None) -> dict[float, list[Interval]]:
    """List (log10 r, its error) by density."""
    points: dict[float, list[Interval]] = {}
    if curve is not None:
        for density, r, error in zip(curve.density, curve.importance, curve.error, strict=True):
            points.setdefault(float(density), []).append((float(np.log10(r)), float(error / r / np.log(10))))
    return points


def distance_table(found: tuple[BoundaryDistance, ...]) -> xr.Dataset:
    """Lay distances out by boundary, with every interval.

    Returns
    -------
    xarray.Dataset
        Dim boundary, "lower | higher". Variables median, median_low, median_high (within the points' errors),
        sampled_low, sampled_high (densities taken for a sample), largest, largest_low, largest_high, error; shared,
        unmatched, extra, within (counts); within_share, within_low, within_high (Wilson's 95 %). NaN where no density
        is shared.

    Examples
    --------
    >>> from toytoy.compare.distance import BoundaryDistance, distance_table
    >>> pair = ("superposed", "dedicated")
    >>> table = distance_table((BoundaryDistance.of(pair, [0.1], [0.25], [0.5]),))
    >>> float(table.largest_high.sel(boundary="superposed | dedicated"))
    0.75
    """
    rows = [_row(each) for each in found]
    names = list(_row(BoundaryDistance.of(("", ""), [], [], [])))
    columns = {name: ("boundary", np.array([row[name] for row in rows])) for name in names}
    return xr.Dataset(columns, {"boundary": np.array([" | ".join(each.between) for each in found], dtype=str)})


def _row(each: BoundaryDistance) -> dict[str, float]:
    intervals = {
        "median": each.median_interval,
        "sampled": each.sampled_interval,
        "largest": each.largest_interval,
        "within": each.within_interval,
    }
    ends = {f"{name}_{side}": pair[k] for name, pair in intervals.items() for k, side in enumerate(("low", "high"))}
    share = each.n_within / each.n_shared if each.n_shared else NAN
    counts = {name: getattr(each, f"n_{name}") for name in ("shared", "unmatched", "extra", "within")}
    values = {"median": each.median, "largest": each.largest, "error": each.error, "within_share": share}
    return values | ends | counts
