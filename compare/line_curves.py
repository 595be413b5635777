"""The optimum's lines at a diagram's densities, as curves between regimes: what its boundaries are measured against."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..analytic.regime import Phase, Regime
from .boundary import boundary
from .curves import BoundaryCurve, published_curve
from .diagram import PhaseDiagram
from .distance import BoundaryDistance, boundary_distances
from .grids import toy_template
from .line_places import line_places
from .lines import Boundary, PhaseLines, Status

Array = NDArray[np.float64]
Progress = Callable[[int, int], object]
SUFFIXES = ("_small", "_large", "_equal", "_unequal")  # tell two models of one phase apart
REGIMES = {
    Phase.NOT_REPRESENTED: Regime.NOT_REPRESENTED,
    Phase.DEDICATED: Regime.DEDICATED,
    Phase.ANTIPODAL_OTHERS: Regime.DEDICATED,
    Phase.ANTIPODAL: Regime.SUPERPOSED,
    Phase.ALIGNED: Regime.SUPERPOSED,
    Phase.TRIANGLE: Regime.SUPERPOSED,
}


class Place(NamedTuple):
    """A point of a boundary between two regimes."""

    between: tuple[str, str]
    density: float
    importance: float
    error: float
    jump: float


def solved_curves(
    n_features: int,
    n_hidden: int,
    density: Sequence[float],
    importance: tuple[float, float] = (0.0, np.inf),
    progress: Progress | None = None,
) -> tuple[BoundaryCurve, ...]:
    """Solve for every boundary between regimes of the optimum at some densities, by `boundary`.

    Parameters
    ----------
    n_features, n_hidden : int
        (2, 1) or (3, 2).
    density : sequence of float
    importance : (float, float)
        Boundaries outside are left out.
    progress : callable (done, total), optional

    Returns
    -------
    tuple of BoundaryCurve
        One for each pair of regimes; an error of near rounding, or what a point that was not solved for may be off.

    Raises
    ------
    ValueError
        If the size is neither toy, or a density is out of range.

    Examples
    --------
    >>> from toytoy.compare.line_curves import solved_curves
    >>> (curve,) = solved_curves(2, 1, [0.25, 0.5], (0.1, 1.0))
    >>> curve.between, curve.importance.round(6).tolist()
    (('not_represented', 'superposed'), [0.155241, 0.535739])
    """
    toy_template(n_features, n_hidden, "relu")
    found = []
    for k, p in enumerate(density):
        if progress:
            progress(k, len(density))
        for each in _all_at(n_features, float(p)):
            pair = regimes_of(each.phases)
            if pair and each.status is not Status.METASTABLE:
                found.append(Place(pair, float(p), each.importance.value, each.importance.error, each.jump))
    if progress:
        progress(len(density), len(density))
    return _curves(n_features, found, importance)


def _all_at(n_features: int, density: float) -> tuple[Boundary, ...]:
    try:
        first = boundary(n_features, n_features - 1, density=density)
    except ValueError:  # none is met
        return ()
    return first, *first.others


def traced_curves(
    lines: PhaseLines, density: Sequence[float], importance: tuple[float, float] = (0.0, np.inf)
) -> tuple[BoundaryCurve, ...]:
    """Read traced lines at some densities, as curves between regimes; their errors hold that of the interpolation."""
    found = []
    for line in lines:
        pair = regimes_of(line.between)
        if pair is None or line.status is Status.METASTABLE:
            continue
        found += [Place(pair, float(p), *place) for p in density for place in line_places(line, float(p))]
    return _curves(lines.n_features, found, importance)


def line_distances(diagram: PhaseDiagram, lines: PhaseLines | None = None) -> tuple[BoundaryDistance, ...]:
    """Measure how far a diagram draws its boundaries from the optimum's lines, in decades of importance.

    Parameters
    ----------
    diagram : PhaseDiagram
        An optimum, ansatz, or trained map.
    lines : PhaseLines, optional
        Traced in a window that holds the diagram. Without them the boundaries are solved for at its densities.

    Returns
    -------
    tuple of BoundaryDistance
        One for each pair of regimes.

    Raises
    ------
    ValueError
        If the diagram is not of the toy with ReLU, or the lines are of the other toy.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.compare.line_curves import line_distances
    >>> grid = dict(density=[0.25, 0.5], importance=[0.1, 0.3, 0.6, 1.0])
    >>> (found,) = line_distances(tt.phase_diagram(2, 1, **grid, method="optimum"))
    >>> found.n_shared, found.n_within, found.largest < 1e-8
    (2, 2, True)
    """
    template = diagram.template
    if template != toy_template(template.n_features, template.n_hidden, "relu"):
        raise ValueError(f"lines are the ReLU's, got a diagram of activation={template.activation!r}")
    if lines is not None and lines.n_features != template.n_features:
        raise ValueError(
            f"lines must be of the diagram's toy, got {lines.n_features} and {template.n_features} features"
        )
    window = window_of(diagram)
    curves = (
        solved_curves(template.n_features, template.n_hidden, diagram.densities.tolist(), window)
        if lines is None
        else traced_curves(lines, diagram.densities.tolist(), window)
    )
    return boundary_distances(curves, diagram.boundaries())


def window_of(diagram: PhaseDiagram) -> tuple[float, float]:
    """Return the range of importances of a diagram."""
    return float(diagram.importances[0]), float(diagram.importances[-1])


def regimes_of(phases: tuple[str, str]) -> tuple[str, str] | None:
    """Name the regimes on the two sides of a line; None if they are the same, or a phase has none of its own."""
    found = [REGIMES.get(Phase(_bare(name))) for name in phases]
    if None in found or found[0] is found[1]:
        return None
    return str(found[0]), str(found[1])


def _bare(name: str) -> str:
    for suffix in SUFFIXES:
        name = name.removesuffix(suffix)
    return name


def _curves(n_features: int, places: Iterable[Place], importance: tuple[float, float]) -> tuple[BoundaryCurve, ...]:
    template = toy_template(n_features, n_features - 1, "relu")
    inside = sorted({place for place in places if importance[0] <= place.importance <= importance[1]})
    curves = []
    for pair in sorted({place.between for place in inside}):
        density, r, error, jump = np.array([place[1:] for place in inside if place.between == pair]).T
        curves.append(BoundaryCurve(pair, density, r, error, jump, published_curve(template, pair, density)))
    return tuple(curves)
