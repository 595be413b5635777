"""The paper's phase diagrams of the extra feature: theory, optimum and training; and the optimum's lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...analytic.domain import DENSITY, IMPORTANCE, SEED
from ...numeric.trained import Trained
from ..diagram import PhaseDiagram, phase_diagram
from ..grids import log_grid
from ..lines import PhaseLines
from ..phase_lines import phase_lines
from ..plans import COARSE_GRID, DETAIL, PUBLISHED
from ..poster_maps import DETAIL as POSTER_DETAIL
from ..poster_maps import poster_maps
from ..summary import shares, summarize_diagram, summarize_lines
from .settings import Progress

Window = Sequence[float]
DENSITIES, IMPORTANCES = (0.01, 1.0), (0.1, 10.0)  # the paper's


@dataclass(frozen=True, eq=False)
class PhaseChange:
    """Three diagrams of one toy, by kind: "ansatz", "optimum", and "trained" if models were trained."""

    diagrams: dict[str, PhaseDiagram]

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data."""
        return {kind: summarize_diagram(diagram) for kind, diagram in self.diagrams.items()}

    def sentences(self) -> tuple[str, ...]:
        """Give the share of each phase in each diagram."""
        return tuple(
            f"{kind}: " + ", ".join(f"{name} {share:.0%}" for name, share in shares(diagram, "phase").items())
            for kind, diagram in self.diagrams.items()
        )


@dataclass(frozen=True, eq=False)
class Poster:
    """The optimum's lines, and the maps they are drawn on."""

    lines: PhaseLines
    maps: tuple[PhaseDiagram, ...]

    def to_dict(self) -> dict[str, Any]:
        """Give the lines and points as plain data."""
        return summarize_lines(self.lines)

    def sentences(self) -> tuple[str, ...]:
        """Count lines, and name the special points."""
        points = [
            f"{point.name}: p = {point.density.value:.8g}, r = {point.importance.value:.8g}"
            for point in self.lines.points
        ]
        return (f"{len(self.lines.lines)} lines", *points)


def phase_change(
    n_features: int,
    n_hidden: int,
    *,
    detail: int = DETAIL,
    trained_detail: int = COARSE_GRID,
    trained: Trained | None = PUBLISHED,
    seed: int = 0,
    progress: Progress | None = None,
) -> PhaseChange:
    """Compute the paper's phase diagram of the (2,1) or (3,2) toy in three kinds.

    Parameters
    ----------
    n_features, n_hidden : int
        (2, 1) or (3, 2).
    detail, trained_detail : int
        Cells along each axis of the exact maps, and of the one on which models are trained.
    trained : Trained, optional
        None trains nothing.
    seed : int
        Of training.
    progress : callable (done, total), optional
        Counts the steps of each map in turn.

    Returns
    -------
    PhaseChange

    References
    ----------
    Elhage et al. 2022, arXiv 2209.10652, "Superposition as a phase change".

    Examples
    --------
    >>> from toytoy.compare.paper.phase_changes import phase_change
    >>> found = phase_change(2, 1, detail=4, trained=None)
    >>> [str(diagram.kind) for diagram in found.diagrams.values()]
    ['ansatz', 'optimum']
    """
    SEED.check(seed)
    methods: dict[str, tuple[Any, int]] = {"ansatz": ("ansatz", detail), "optimum": ("optimum", detail)}
    if trained is not None:
        methods["trained"] = replace(trained, seed=seed), trained_detail
    diagrams = {}
    for kind, (method, count) in methods.items():
        grid: dict[str, Any] = {
            "density": log_grid(DENSITY, *DENSITIES, count),
            "importance": log_grid(IMPORTANCE, *IMPORTANCES, count),
        }
        diagrams[kind] = phase_diagram(n_features, n_hidden, **grid, method=method, progress=progress)
    return PhaseChange(diagrams)


def lines_poster(
    n_features: int,
    n_hidden: int,
    *,
    density: Window = DENSITIES,
    importance: Window = IMPORTANCES,
    detail: int = POSTER_DETAIL,
    seed: int = 0,
    progress: Progress | None = None,
) -> Poster:
    """Trace all lines of the optimum's phase diagram in a window, and compute the maps to draw them on.

    Parameters
    ----------
    n_features, n_hidden : int
        (2, 1) or (3, 2).
    density, importance : (float, float)
        The window's ends.
    detail : int
        Cells along each side of the maps.
    seed : int
        Without effect: nothing here is random.
    progress : callable (done, total), optional

    Returns
    -------
    Poster

    Examples
    --------
    >>> from toytoy.compare.paper.phase_changes import lines_poster
    >>> found = lines_poster(2, 1, density=(0.3, 0.5), importance=(0.2, 1.0), detail=4)
    >>> found.lines.lines[0].between
    ('not_represented', 'antipodal')
    """
    SEED.check(seed)
    lines = phase_lines(n_features, n_hidden, density=density, importance=importance, progress=progress)
    return Poster(lines, poster_maps(lines, detail, progress))
