"""Phases as colors, the paler the smaller the extra feature: a jump is an edge, a continuous onset fades in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from numpy.typing import ArrayLike, NDArray

from ...analytic.domain import DENSITY, IMPORTANCE
from ...analytic.regime import Phase
from ..diagram import PhaseDiagram
from .canvas import cell_edges, check_diagram
from .colors import PHASE_COLORS

Array = NDArray[np.float64]
Names = NDArray[np.str_]
T = TypeVar("T", bound=np.generic)


def shade(phases: ArrayLike, norm: ArrayLike) -> Array:
    """Mix each phase's color with that of an absent feature, by ‖W_e‖ up to 1; shape (..., 3)."""
    names = np.asarray(phases)
    table = {str(name): to_rgb(color) for name, color in PHASE_COLORS.items()}
    pure = np.array([table[str(name)] for name in names.ravel()]).reshape(*names.shape, 3)
    share = np.clip(np.asarray(norm, dtype=float), 0, 1)[..., None]
    return np.asarray(share * pure + (1 - share) * np.array(to_rgb(PHASE_COLORS[Phase.NOT_REPRESENTED])))


def check_maps(diagrams: object, n_features: int) -> tuple[PhaseDiagram, ...]:
    """Return diagrams of one toy as a tuple; None is none, and one may stand alone.

    Raises
    ------
    TypeError
        If there is anything else among them.
    ValueError
        If one is of another toy.
    """
    if diagrams is None:
        return ()
    given = diagrams if isinstance(diagrams, Iterable) else (diagrams,)
    maps = tuple(check_diagram(diagram) for diagram in given)
    for diagram in maps:
        if diagram.template.n_features != n_features:
            raise ValueError(
                f"diagram must be of the toy that the lines are of, with n_features={n_features}, "
                f"got n_features={diagram.template.n_features}; trace its own lines"
            )
    return maps


def paint_shades(ax: Axes, diagrams: Sequence[PhaseDiagram]) -> None:
    """Fill the cells of maps, later ones over earlier ones; the axes' limits stay as they are."""
    limits = ax.get_xlim(), ax.get_ylim()
    for diagram in diagrams:
        colors = shade(diagram.data.phase.values, norms(diagram))
        x, y = cell_edges(diagram.importances), cell_edges(diagram.densities, DENSITY.high)
        ax.pcolormesh(x, y, colors, rasterized=True, zorder=0).set_gid("phase and norm")
    ax.set_xlim(limits[0])
    ax.set_ylim(limits[1])


def norms(diagram: PhaseDiagram) -> Array:
    """Return ‖W_e‖ of every cell, shape (d, r)."""
    return np.asarray(np.sqrt((diagram.data.weights.values[..., -1] ** 2).sum(axis=-1)))


def phases_at(diagrams: Sequence[PhaseDiagram], importance: Array, density: Array) -> Names:
    """Name the phase of the last map's cell at each place of a grid, shape (d, r); "" where there is none."""
    found = np.full((len(density), len(importance)), "", dtype="<U40")
    return _looked_up(found, [(d, d.data.phase.values) for d in diagrams], importance, density)


def norms_at(diagrams: Sequence[PhaseDiagram], importance: Array, density: Array) -> Array:
    """Return ‖W_e‖ of the last map's cell at each place of a grid, shape (d, r); NaN where there is none."""
    found = np.full((len(density), len(importance)), np.nan)
    return _looked_up(found, [(d, norms(d)) for d in diagrams], importance, density)


def weights_at(diagrams: Sequence[PhaseDiagram], importance: float, density: float) -> Array | None:
    """Return the weights of the last map's cell at a place, None if no map covers it."""
    for diagram in reversed(diagrams):
        row, column = _cells(diagram, np.array([importance]), np.array([density]))
        if row[0] >= 0 and column[0] >= 0:
            return np.asarray(diagram.data.weights.values[row[0], column[0]])
    return None


def _looked_up(
    found: NDArray[T], values: Sequence[tuple[PhaseDiagram, NDArray[T]]], importance: Array, density: Array
) -> NDArray[T]:
    for diagram, cells in values:
        row, column = _cells(diagram, importance, density)
        found[np.ix_(row >= 0, column >= 0)] = cells[np.ix_(row[row >= 0], column[column >= 0])]
    return found


def _cells(diagram: PhaseDiagram, importance: Array, density: Array) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Index rows and columns of cells, -1 outside of the map."""
    return (
        _positions(cell_edges(diagram.densities, DENSITY.high), density),
        _positions(cell_edges(diagram.importances, IMPORTANCE.high), importance),
    )


def _positions(edges: Array, values: Array) -> NDArray[np.intp]:
    at = np.searchsorted(edges, values, side="right") - 1
    at[values == edges[-1]] = len(edges) - 2
    at[(at < 0) | (at > len(edges) - 2)] = -1
    return np.asarray(at)
