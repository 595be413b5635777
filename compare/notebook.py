"""What a notebook shows of diagrams: a small map, its shares, and how it was made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..analytic.cards import card, cut, facts, note, shown, stack, table
from ..analytic.markup import Markup, element, percent
from ..analytic.regime import Phase
from .cell_image import as_source, cell_image
from .figures.colors import KIND_TITLES, REGIME_COLORS, spoken

if TYPE_CHECKING:
    from .diagram import PhaseDiagram

SIDE = 220  # of a map, in pixels
MOST_CELLS = 400  # along an axis: more than the pixels of a dense screen
UNKNOWN = "#ff00ff"  # of a label that is none of ours
SWATCH = "display:inline-block;width:.8em;height:.8em;margin-right:.5em;border:1px solid currentColor;background:"


def diagram_html(diagram: PhaseDiagram) -> str | None:
    """Write a diagram's card, or nothing where its data was tampered with."""
    return shown(diagram_card, diagram)


def diagram_card(diagram: PhaseDiagram) -> Markup:
    """Show a diagram: its map by regime, and how it was made."""
    toy, data = diagram.template, diagram.data
    labels = data.regime.values
    made = {
        "density p": _span(diagram.densities),
        "importance r": _span(diagram.importances),
        "σ": cut(toy.activation),
        "method": cut(data.attrs["method"]),
        "seed": cut(data.attrs["seed"]),
        "labels at tolerance": f"{diagram.tolerance:g}",
        "made by": f"toytoy {cut(data.attrs['version'])}",
    }
    phases = [
        (spoken(phase), percent(float(share)))
        for phase in Phase
        if (share := (data.phase.values == str(phase)).mean()) > 0
    ]
    size = f"{labels.shape[0]} × {labels.shape[1]} cells"
    headline = f"{toy.n_features} features in {toy.n_hidden}, {size}; {KIND_TITLES[diagram.kind]}"
    shares = table("Phase of the extra feature", ("phase", "share of cells"), phases)
    picture = map_block(
        labels, {str(regime): color for regime, color in REGIME_COLORS.items()}, "regime of the extra feature"
    )
    return card("Phase diagram", headline, stack(picture, element("div", facts(made), shares)))


def map_block(labels: NDArray[np.str_], colors: Mapping[str, str], what: str) -> Markup:
    """Draw cells by label, and say what share each label has; every so many cells of a map that is too fine."""
    kinds = np.full(labels.shape, len(colors), dtype=np.int64)
    for k, label in enumerate(colors):
        kinds[labels == label] = k
    shares = np.bincount(kinds.ravel(), minlength=len(colors) + 1) / max(kinds.size, 1)
    found = {spoken(label): (color, share) for (label, color), share in zip(colors.items(), shares, strict=False)}
    if shares[-1]:
        found["other"] = (UNKNOWN, shares[-1])
    said = ", ".join(f"{percent(float(share))} {label}" for label, (_, share) in found.items())
    legend = [
        element("div", element("span", style=SWATCH + color), f"{label}: {percent(float(share))}")
        for label, (color, share) in found.items()
    ]
    picture = _picture(kinds, [*colors.values(), UNKNOWN], f"Map of the {what}: {said}.")
    return element("div", picture, *legend, style=f"max-width:{SIDE + 2}px")


def _picture(kinds: NDArray[np.int64], colors: list[str], alt: str) -> Markup:
    if not kinds.size:
        return note("no cells")
    steps = (-(-size // MOST_CELLS) for size in kinds.shape)
    source = as_source(cell_image(kinds[tuple(slice(None, None, step) for step in steps)], colors))
    style = f"width:{SIDE}px;height:{SIDE}px;max-width:none;image-rendering:pixelated;border:1px solid currentColor"
    axes = note("density p upwards, importance r to the right; a square a cell")
    return element("div", element("img", src=source, alt=alt, width=SIDE, height=SIDE, style=style), axes)


def _span(grid: NDArray[np.float64]) -> str:
    return f"{grid[0]:.4g}" if len(grid) == 1 else f"{grid[0]:.4g} to {grid[-1]:.4g}, {len(grid)} values"
