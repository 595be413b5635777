"""The figures of a report, each with the text that stands for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...analytic.markup import Markup, element, percent
from ...analytic.regime import Regime
from ..agreement import Agreement
from ..curves import BoundaryCurve
from ..diagram import PhaseDiagram
from ..figures.agreement_maps import agreement_map, excess_map
from ..figures.arrows import weights
from ..figures.canvas import root_figure
from ..figures.colors import KIND_TITLES, map_name, spoken
from ..figures.loss_parts import line_parts, loss_parts
from ..figures.norm_maps import norm_map
from ..figures.phase_maps import phase_map
from ..findings import TellingCell
from ..statuses import AGREES, DISAGREEMENT, NOT_REACHED
from .page import figure_with_caption, image

LINE = 0.5  # the density and the importance along whose lines losses are taken apart, where the grid holds it
# inches: three maps, or two of the others, fill a row of a desktop page, and none shrinks much on a phone
MAP_SIZE, WIDE_SIZE, PARTS_SIZE, NORM_SIZE = (3.9, 4.7), (4.7, 3.9), (4.9, 4.7), (5.9, 4.3)


def map_figure(name: str, diagram: PhaseDiagram, curves: Sequence[BoundaryCurve]) -> Markup:
    """Draw a phase map with its boundaries."""
    size = f"{len(diagram.densities)} by {len(diagram.importances)}"
    alt = f"Map of {size} cells, {map_name(name)}. Extra feature: {_shares(diagram)}."
    caption = f"{KIND_TITLES[diagram.kind]}; {size} cells. {_shares(diagram).capitalize()}."
    return figure_with_caption(root_figure(phase_map(diagram, _axes(MAP_SIZE), boundaries=curves)), alt, caption)


def norm_figure(name: str, diagram: PhaseDiagram) -> Markup:
    """Draw a map by norm and superposition."""
    alt = f"The same map of the {map_name(name)}, colored by the extra feature's norm and superposition."
    caption = f"{map_name(name)}: grey is no norm, blue a dimension of its own, orange one that is shared."
    return figure_with_caption(root_figure(norm_map(diagram, _axes(NORM_SIZE))), alt, caption)


def agreement_figure(name: str, found: Agreement) -> Markup:
    """Draw which cells agree."""
    counts = ", ".join(f"{found.count(status)} {spoken(status)}" for status in (AGREES, NOT_REACHED, DISAGREEMENT))
    alt = f"Map of {map_name(name)} against the optimum: {counts}."
    return figure_with_caption(
        root_figure(agreement_map(found, _axes(MAP_SIZE))), alt, f"{map_name(name)} against the optimum, cell by cell."
    )


def excess_figure(name: str, diagram: PhaseDiagram, optimum: PhaseDiagram) -> Markup:
    """Draw the excess loss of a map."""
    excess = diagram.data.loss.values / optimum.data.loss.values - 1
    known = bool(np.isfinite(excess).all())
    size = f"median {np.median(excess):.2g}, largest {excess.max():.2g}" if known else "in some cells it is no number"
    alt = f"Map of the excess loss of {map_name(name)} over the optimum, relative to it: {size}."
    return figure_with_caption(
        root_figure(excess_map(diagram, optimum, _axes(WIDE_SIZE))), alt, f"{map_name(name)}, excess loss: {size}."
    )


def arrow_figures(cell: TellingCell, diagrams: Mapping[str, PhaseDiagram]) -> Markup:
    """Draw the weights of every map in one cell, side by side."""
    first = next(iter(diagrams.values()))
    where = f"p = {first.densities[cell.row]:.3g}, r = {first.importances[cell.column]:.3g}"
    pictures = []
    for name, diagram in diagrams.items():
        here = diagram.data.isel(density=cell.row, importance=cell.column)
        title = f"{map_name(name)}: {spoken(str(here.phase.values))}\nloss {float(here.loss):.4g}"
        columns = "; ".join(f"feature {i}: {_vector(column)}" for i, column in enumerate(here.weights.values.T))
        alt = f"Weights of the {map_name(name)} as arrows. {columns}."
        pictures.append(image(root_figure(weights(here.weights.values, title=title)), alt))
    caption = element("figcaption", f"{where}: {cell.why}.")
    return element("figure", element("div", *pictures, class_="row"), caption)


def parts_figures(name: str, diagram: PhaseDiagram) -> list[Markup]:
    """Draw the parts of the loss along a line in density and a line in importance, where the grid has such lines."""
    found = []
    for held, grid in (("importance", diagram.importances), ("density", diagram.densities)):
        along = diagram.densities if held == "importance" else diagram.importances
        if len(along) < 2:
            continue
        value = float(np.clip(LINE, grid[0], grid[-1]))
        parts, null_loss, line = line_parts(diagram, **{held: value})
        share = {part: float(np.max(heights / null_loss)) for part, heights in parts.items()}
        largest = max(share, key=lambda part: share[part])
        alt = (
            f"Stacked parts of the loss of the {map_name(name)} at {held} {float(line[held]):.3g}, "
            f"relative to always answering 0. The largest part is {spoken(largest)}, up to {percent(share[largest])}."
        )
        caption = f"{map_name(name)}, {held} held at {float(line[held]):.3g}; straight lines join the cells."
        found.append(figure_with_caption(root_figure(_line_axes(diagram, held, value)), alt, caption))
    return found


def _line_axes(diagram: PhaseDiagram, held: str, value: float) -> Axes:
    ax = _axes(PARTS_SIZE)
    return (
        loss_parts(diagram, density=value, ax=ax) if held == "density" else loss_parts(diagram, importance=value, ax=ax)
    )


def _shares(diagram: PhaseDiagram) -> str:
    labels = diagram.data.regime.values
    return ", ".join(f"{percent(float((labels == str(regime)).mean()))} {spoken(regime)}" for regime in Regime)


def _vector(column: np.ndarray) -> str:
    return "(" + ", ".join(f"{value:.2f}" for value in column) + ")"


def _axes(size: tuple[float, float]) -> Axes:
    return Figure(figsize=size, layout="constrained").subplots()
