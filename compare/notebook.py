"""What a notebook shows of diagrams and agreements: a small map, shares, and what came of the comparison."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..analytic.cards import card, cut, facts, note, shown, stack, table
from ..analytic.markup import Markup, element, percent
from ..analytic.regime import Phase
from .agreement_text import kappa_text
from .cell_image import as_source, cell_image
from .figures.colors import KIND_TITLES, REGIME_COLORS, STATUS_COLORS, spoken

if TYPE_CHECKING:
    from .agreement import Agreement
    from .diagram import PhaseDiagram

SIDE = 220  # of a map, in pixels
MOST_CELLS = 400  # along an axis: more than the pixels of a dense screen
UNKNOWN = "#ff00ff"  # of a label that is none of ours
SWATCH = "display:inline-block;width:.8em;height:.8em;margin-right:.5em;border:1px solid currentColor;background:"


def diagram_html(diagram: PhaseDiagram) -> str | None:
    """Write a diagram's card, or nothing where its data was tampered with."""
    return shown(diagram_card, diagram)


def agreement_html(found: Agreement) -> str | None:
    """Write an agreement's card, or nothing where its data was tampered with."""
    return shown(agreement_card, found)


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
    picture = _map(
        labels, {str(regime): color for regime, color in REGIME_COLORS.items()}, "regime of the extra feature"
    )
    return card("Phase diagram", headline, stack(picture, element("div", facts(made), shares)))


def agreement_card(found: Agreement) -> Markup:
    """Show what came of a comparison."""
    statuses = _map(found.cells.values, STATUS_COLORS, "what came of each cell")
    gaps = {
        f"{q:g}": float(value)
        for q, value in zip(found.loss_gap["quantile"].values, found.loss_gap.values, strict=True)
    }
    excess = f"median {gaps['0.5']:.3g}, 90 % of cells up to {gaps['0.9']:.3g}, largest {gaps['1']:.3g}"
    if np.isnan(gaps["1"]):
        excess = "unknown: a loss is not a number"
    more = facts({"excess loss over the optimum's": excess, "Cohen's kappa": kappa_text(found.kappa)})
    return card(
        "Agreement", found.verdict, stack(statuses, _shares(found)), more, _confusion(found), *_distances(found)
    )


def _shares(found: Agreement) -> Markup:
    data = found.shares
    columns = (data[name].values for name in ("status", "cells", "share", "low", "high"))
    rows = [
        (spoken(str(status)), int(cells), percent(float(share)), f"{percent(float(low))} to {percent(float(high))}")
        for status, cells, share, low, high in zip(*columns, strict=True)
    ]
    return table("Cells by what came of the comparison", ("status", "cells", "share", "95 % interval"), rows)


def _confusion(found: Agreement) -> Markup:
    names = [str(name) for name in found.confusion["other"].values]
    rows = [
        (f"optimum: {spoken(str(name))}", *map(int, counts))
        for name, counts in zip(found.confusion["optimum"].values, found.confusion.values, strict=True)
    ]
    return table("Regime of the extra feature, in cells", ("cells", *(f"other: {spoken(n)}" for n in names)), rows)


def _distances(found: Agreement) -> list[Markup]:
    rows = [
        (" | ".join(map(spoken, each.between)), each.median, each.largest, each.error, each.n_shared)
        for each in found.boundary_distance
        if each.n_shared
    ]
    header = ("boundary, by rising r", "median", "largest", "its error", "densities shared")
    return [table("Distance of boundaries, in decades of r", header, rows)] if rows else []


def _map(labels: NDArray[np.str_], colors: Mapping[str, str], what: str) -> Markup:
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
