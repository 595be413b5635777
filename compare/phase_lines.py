"""The optimum's phase diagram as lines: all boundaries and special points of a toy, beside the ansatz' lines."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from ..analytic.ansatz import CANDIDATES
from ..analytic.domain import DENSITY, IMPORTANCE
from ..analytic.published import ansatz_boundary
from ..numeric.boundaries.continuation import Window
from ..numeric.boundaries.continuous import continuous_lines as find_continuous
from ..numeric.boundaries.network import Progress, network
from . import tracing
from .grids import PAPER_DENSITY, PAPER_IMPORTANCE, toy_template
from .line_ends import lost_ends
from .lines import Line, Order, PhaseLines, SpecialPoint, Status
from .special import special_points_of
from .spinodals import spinodal_lines

Array = NDArray[np.float64]
ANSATZ_POINTS = 200


def phase_lines(
    n_features: int,
    n_hidden: int,
    *,
    density: Sequence[float] = PAPER_DENSITY,
    importance: Sequence[float] = PAPER_IMPORTANCE,
    spinodals: bool = False,
    progress: Progress | None = None,
) -> PhaseLines:
    """Trace all boundaries of the optimum's phase diagram of a toy, and find its special points.

    First-order lines are curves of equal loss of two local minima, :eq:`boundary-equal-loss`, traced by
    pseudo-arclength continuation in (log r, p); continuous ones are where a model loses stability,
    :eq:`stability-threshold`. A line is kept where an independent search finds nothing better; where a third model is
    as good, three lines meet.

    Parameters
    ----------
    n_features, n_hidden : int
        (2, 1) or (3, 2), with ReLU.
    density, importance : (float, float)
        The window: lowest and highest density in (0, 1], and importance of the extra feature > 0.
    spinodals : bool
        Also trace where the two minima of every jump line cease to exist or to be stable.
    progress : callable (done, total), optional

    Returns
    -------
    PhaseLines

    Raises
    ------
    TypeError, ValueError
        If the size is neither toy, or the window is empty or out of range.

    Notes
    -----
    What is not resolved is said: jumps of Gram entries below 0.002 are lines of status "unresolved", whose error holds
    the depth of the jump, and phases narrower than 1e-4 in log r make their lines `narrow`. Lines end on the window's
    border, at special points, or on other lines; where one could not be followed that far, its end is a point of kind
    "lost".

    Examples
    --------
    >>> import toytoy as tt
    >>> lines = tt.phase_lines(2, 1, density=(0.3, 0.5), importance=(0.2, 1.0))
    >>> [(line.between, str(line.order)) for line in lines]
    [(('not_represented', 'antipodal'), 'jump')]
    """
    toy_template(n_features, n_hidden, "relu")
    window = Window(_range(IMPORTANCE.name, importance), _range(DENSITY.name, density))
    found = network(n_features, window, progress)
    continuous = find_continuous(found)
    lines = [tracing.jump_line(segment) for segment in found.segments if segment.stable]
    lines += [line for each in continuous for line in tracing.continuous_lines(each)]
    points = special_points_of(found, continuous)
    return PhaseLines(
        n_features,
        n_hidden,
        window.density,
        window.importance,
        tuple(lines),
        tuple(sorted((*points, *lost_ends(lines, points, window)), key=lambda point: point.density.value)),
        ansatz_lines(n_features, window),
        spinodal_lines(found) if spinodals else (),
    )


def special_points(n_features: int, n_hidden: int, *, progress: Progress | None = None) -> tuple[SpecialPoint, ...]:
    """Find the special points of a toy's optimum diagram, in the paper's window, by solving what defines each.

    Triple points: three models of equal loss. Tricritical points: zeros of the cubic coefficient of the onset,
    :eq:`onset-coefficient`. Critical points: minima that merge, h = h_u = h_uu = 0 of the landscape. Critical end
    points: a continuous line that ends on a jump.

    Parameters
    ----------
    n_features, n_hidden : int
        (2, 1) or (3, 2), with ReLU.
    progress : callable (done, total), optional

    Returns
    -------
    tuple of SpecialPoint, by density

    Raises
    ------
    ValueError
        If the size is neither toy.

    Examples
    --------
    >>> import toytoy as tt
    >>> window = tt.phase_lines(2, 1, density=(0.3, 0.5), importance=(0.2, 1.0))
    >>> [point.kind for point in window.points]  # special_points(2, 1) are those of the whole diagram: a minute
    ['border', 'border']
    """
    toy_template(n_features, n_hidden, "relu")
    return _paper_lines(n_features, n_hidden, progress).points


@lru_cache
def _paper_lines(n_features: int, n_hidden: int, progress: Progress | None) -> PhaseLines:
    return phase_lines(n_features, n_hidden, progress=progress)


def _range(name: str, given: Sequence[float]) -> tuple[float, float]:
    """Check a window's range.

    Raises
    ------
    TypeError, ValueError
        If it is not two positive numbers in ascending order, inside the domain.
    """
    domain = DENSITY if name == DENSITY.name else IMPORTANCE
    if not hasattr(given, "__len__") or len(given) != 2:
        raise ValueError(f"{name} must be a range (low, high), got {name}={given!r}")
    low, high = (float(domain.check(value)) for value in given)
    if not 0 < low < high:
        raise ValueError(f"{name} must go from a positive low to a higher end, got {name}={tuple(given)!r}")
    return low, high


def ansatz_lines(n_features: int, window: Window) -> tuple[Line, ...]:
    """Lay out the closed-form boundaries between the published frozen matrices inside a window."""
    lines = []
    for pair in combinations(CANDIDATES[n_features], 2):
        density = np.linspace(*window.density, ANSATZ_POINTS)
        try:
            curve = np.asarray(ansatz_boundary(n_features, pair, density=density), dtype=float)
        except ValueError:  # these two never meet
            continue
        if np.isnan(curve).all():
            curve = np.geomspace(*window.importance, ANSATZ_POINTS)
            density = np.asarray(ansatz_boundary(n_features, pair, importance=curve), dtype=float)
        inside = np.array([window.holds(r, p) for r, p in zip(curve, density, strict=True)])
        if inside.any():
            lines.append(_ansatz_line((str(pair[0]), str(pair[1])), curve[inside], density[inside]))
    return tuple(lines)


def _ansatz_line(pair: tuple[str, str], importance: Array, density: Array) -> Line:
    nothing = np.zeros(len(density))
    unknown = np.full(len(density), np.nan)
    flags = nothing.astype(bool)
    return Line(
        pair,
        Order.JUMP,
        Status.CONVERGED,
        density,
        importance,
        nothing,
        nothing,
        unknown,
        unknown,
        unknown,
        pair,
        flags,
    )
