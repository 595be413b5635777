"""The paper-style diagram: the extra feature's regime over importance and density, alone or side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..agreement import Agreement
from ..curves import BoundaryCurve
from ..diagram import PhaseDiagram
from ..statuses import DISAGREEMENT, NOT_REACHED
from .canvas import (
    FONT,
    TITLE_FONT,
    axes_on,
    check_diagram,
    legend_below,
    mark_cells,
    paint_names,
    patches,
)
from .colors import KIND_TITLES, REGIME_COLORS, spoken
from .overlays import check_boundaries, draw_boundaries

PANEL = (3.6, 4.3)  # inches


def diagram_title(diagram: PhaseDiagram) -> str:
    """Say which of the three answers a diagram shows, of which toy."""
    template = diagram.template
    dimensions = "dimension" if template.n_hidden == 1 else "dimensions"
    several = f", best of {diagram.data.sizes['instance']}" if diagram.data.sizes.get("instance", 1) > 1 else ""
    toy = f"{template.n_features} features in {template.n_hidden} {dimensions}"
    sigma = "" if template.activation == "relu" else f", {template.activation}"
    return f"{KIND_TITLES[diagram.kind]}{several}\n{toy}{sigma}"


def phase_map(
    diagram: PhaseDiagram,
    ax: Axes | None = None,
    boundaries: Iterable[BoundaryCurve] | None = None,
    title: str | None = None,
) -> Axes:
    """Draw what becomes of the extra feature: not represented, dedicated or superposed.

    Importance of the extra feature runs to the right, density upwards, both logarithmic: sparse features are at the
    bottom. Cells end at geometric midpoints; those at density 1 are cut there.

    Parameters
    ----------
    diagram : PhaseDiagram
    ax : matplotlib Axes, optional
        Of a new Figure if left out; no pyplot state is touched.
    boundaries : iterable of BoundaryCurve, optional
        As `diagram.boundaries()` returns; drawn in black, with bars where they are known to a cell only. The closed
        form of the published ansatz (for ReLU) is dashed beside them.
    title : str, optional
        Names the kind and the toy if left out.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    TypeError
        If an argument is of another type.

    References
    ----------
    Elhage et al. 2022, "Toy Models of Superposition", arXiv 2209.10652, "Superposition as a phase change".

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.compare import plot
    >>> diagram = tt.phase_diagram(2, 1, density=[0.1, 0.9], importance=[0.5, 2.0], method="ansatz")
    >>> ax = plot.phase_map(diagram, boundaries=diagram.boundaries())
    >>> ax.figure.savefig("map.png")
    """
    check_diagram(diagram)
    curves = check_boundaries(boundaries)
    ax = axes_on(ax)
    _draw(ax, diagram, curves)
    ax.set_title(diagram_title(diagram) if title is None else title, fontsize=TITLE_FONT)
    legend_below(ax, [*_regime_patches(), *_overlaid([ax])])
    return ax


def compare_maps(
    diagrams: Mapping[str, PhaseDiagram],
    agreements: Mapping[str, Agreement] | None = None,
    boundaries: Mapping[str, Iterable[BoundaryCurve]] | None = None,
) -> Figure:
    """Draw several diagrams of one toy side by side, with shared axes and one legend.

    Parameters
    ----------
    diagrams : mapping of name to PhaseDiagram
        In the order to be drawn; grids may differ.
    agreements : mapping of name to Agreement, optional
        Cells of the diagram of that name that are not reached get a circle, disagreements a cross.
    boundaries : mapping of name to iterable of BoundaryCurve, optional
        As in `phase_map`.

    Returns
    -------
    matplotlib Figure

    Raises
    ------
    TypeError
        If an argument is of another type.
    ValueError
        If there is no diagram, toys differ, or a name stands for no diagram.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.compare import plot
    >>> grid = dict(density=[0.1, 0.9], importance=[0.5, 2.0])
    >>> maps = {kind: tt.phase_diagram(2, 1, **grid, method=kind) for kind in ("ansatz", "optimum")}
    >>> figure = plot.compare_maps(maps, {"ansatz": tt.agreement(maps["ansatz"], maps["optimum"])})
    >>> [ax.get_title().split(":")[0] for ax in figure.axes]
    ['ansatz', 'optimum']
    """
    agreements, boundaries = agreements or {}, boundaries or {}
    _check_maps(diagrams, agreements, boundaries)
    figure = Figure(figsize=(0.7 + PANEL[0] * len(diagrams), PANEL[1]), layout="constrained")
    panels = figure.subplots(1, len(diagrams), sharex=True, sharey=True, squeeze=False)[0]
    for ax, (name, diagram) in zip(panels, diagrams.items(), strict=True):
        _draw(ax, diagram, check_boundaries(boundaries.get(name)))
        if name in agreements:
            cells = agreements[name].cells
            mark_cells(ax, cells == NOT_REACHED, "o", "optimum not reached")
            mark_cells(ax, cells == DISAGREEMENT, "x", "disagreement")
        ax.set_title(diagram_title(diagram).replace(": ", ":\n").rsplit("\n", 1)[0], fontsize=TITLE_FONT)
        ax.label_outer()
    _narrow(panels)
    entries = [*_regime_patches(), *_overlaid(panels)]
    columns = len(entries) if len(diagrams) > 2 else 3
    figure.legend(handles=entries, loc="outside lower center", ncols=columns, fontsize=FONT, frameon=False)
    return figure


def _narrow(panels: Iterable[Axes]) -> None:
    """Limit shared axes to what every map covers: where grids differ, the coarser one's outer cells are cut."""
    lows, highs = zip(*(ax.dataLim.get_points() for ax in panels), strict=True)
    (left, bottom), (right, top) = np.max(lows, axis=0), np.min(highs, axis=0)
    for ax in panels:
        ax.set_xlim(left, right)
        ax.set_ylim(bottom, top)


def _draw(ax: Axes, diagram: PhaseDiagram, curves: tuple[BoundaryCurve, ...]) -> None:
    paint_names(ax, diagram.data.regime, REGIME_COLORS)
    draw_boundaries(ax, curves, diagram.template)


def _regime_patches() -> list[Any]:
    return patches(REGIME_COLORS, (spoken(regime) for regime in REGIME_COLORS))


def _overlaid(panels: Iterable[Axes]) -> list[Any]:
    """List what is drawn over the maps, once for each label."""
    seen: dict[str, Any] = {}
    for ax in panels:
        for handle, label in zip(*ax.get_legend_handles_labels(), strict=True):
            seen.setdefault(label, handle)
    return list(seen.values())


def _check_maps(diagrams: object, agreements: object, boundaries: object) -> None:
    if not isinstance(diagrams, Mapping):
        kind = type(diagrams).__name__
        raise TypeError(f"diagrams must be a mapping of names to PhaseDiagrams, got diagrams of type {kind}")
    if not diagrams:
        raise ValueError("diagrams must hold at least one PhaseDiagram, got none")
    for name, diagram in diagrams.items():
        check_diagram(diagram, f"diagrams[{name!r}]")
    toys = {diagram.template for diagram in diagrams.values()}
    if len(toys) > 1:
        raise ValueError(f"diagrams must be of the same toy, got {' and '.join(map(str, toys))}")
    for what, given in (("agreements", agreements), ("boundaries", boundaries)):
        if not isinstance(given, Mapping):
            raise TypeError(
                f"{what} must be a mapping by the names of diagrams, got {what} of type {type(given).__name__}"
            )
        for name in given:
            if name not in diagrams:
                raise ValueError(f"{what} must be named as diagrams are ({', '.join(diagrams)}), got {name!r}")
    for name, found in agreements.items() if isinstance(agreements, Mapping) else ():
        if not isinstance(found, Agreement):
            raise TypeError(f"agreements[{name!r}] must be an Agreement, got type {type(found).__name__}")
