"""The tables of a report: what was asked, what must hold, what training reached, and under which tolerances."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ...analytic.markup import Markup, element, percent
from ..agreement import Agreement
from ..checks import Check
from ..curves import BoundaryCurve
from ..diagram import PhaseDiagram
from ..figures.colors import map_name, spoken
from ..findings import EXCESS_QUANTILES, mismatches, reached
from ..lines import SpecialPoint
from ..statuses import DISAGREEMENT, NOT_REACHED
from .page import table
from .statistics import quantile_name

Array = NDArray[np.float64]
TIED = "\N{NO-BREAK SPACE}"  # holds numbers and their signs on one line


def asked(diagrams: Mapping[str, PhaseDiagram]) -> Markup:
    """Say how each map was made."""
    rows = [
        (
            map_name(name),
            str(diagram.data.attrs["method"]),
            f"{len(diagram.densities)} × {len(diagram.importances)}".replace(" ", TIED),
            _span(diagram.densities),
            _span(diagram.importances),
            str(diagram.data.attrs["seed"]),
            f"{diagram.tolerance:g}",
            str(diagram.data.attrs["version"]),
        )
        for name, diagram in diagrams.items()
    ]
    header = ("map", "method", "cells", "density p", "importance r", "seed", "label tolerance", "toytoy")
    return table("The maps, and how each was made", header, rows)


def _span(grid: Array) -> str:
    text = f"{grid[0]:.4g}" if len(grid) == 1 else f"{grid[0]:.4g} to {grid[-1]:.4g}"
    return text.replace(" ", TIED)


def checked(checks: Iterable[Check]) -> Markup:
    """List the checks, with what each found and allows."""
    rows = [
        (c.name, spoken(c.verdict), float(c.value), float(c.tolerance), c.reason, "; ".join(c.failures) or "none")
        for c in checks
    ]
    header = ("check", "verdict", "value", "tolerance", "why this tolerance", "what breaks it")
    return table("What must hold", header, rows)


def skipped(idle: Iterable[tuple[str, str]]) -> Markup:
    """List the checks that had nothing to compare, and why."""
    return table("Checks that had nothing to compare", ("check", "why"), [tuple(each) for each in idle])


def closer(checks: Iterable[Check]) -> Markup:
    """List, folded, how to look closer at the entry of each check that comes closest to breaking it."""
    given = (
        (
            element("dt", f"{check.name}: {check.worst}"),
            element("dd", element("pre", element("code", check.look_closer))),
        )
        for check in checks
        if check.look_closer
    )
    lines = element("dl", *(part for pair in given for part in pair))
    said = element("summary", "How to look closer: each line computes one entry again")
    return element("details", said, lines, class_="screen")  # lines to copy, pages of them: nothing for paper


def special(points: Iterable[SpecialPoint]) -> Markup:
    """List the points at which the optimum's lines begin, end, meet or turn."""
    rows = [
        (
            spoken(point.name),
            f"{point.density.value:.10g}",
            f"± {point.density.error:.1e}",
            f"{point.importance.value:.10g}",
            f"± {point.importance.error:.1e}",
            float(point.residual),
            f"{point.status}{f': {point.note}' if point.note else ''}",
        )
        for point in points
    ]
    header = ("point", "density p", "error of p", "importance r", "error of r", "residual", "status")
    return table("Special points of the optimum's diagram", header, rows)


def tolerances(name: str, found: Agreement) -> Markup:
    """Give every tolerance used, with its reason."""
    rows = [(spoken(what), float(entry.value), entry.reason) for what, entry in found.tolerances.items()]
    return table(f"Tolerances of this comparison: {map_name(name)}", ("of", "value", "why"), rows)


def worst(name: str, found: Agreement) -> Markup:
    """List the worst cells."""
    rows = [
        (
            f"p = {cell.density:.4g}, r = {cell.importance:.4g}",
            spoken(cell.status),
            spoken(cell.regime),
            spoken(cell.optimum_regime),
            cell.excess,
            cell.margin,
        )
        for cell in found.worst
    ]
    header = ("cell", "status", "its regime", "optimum's regime", "excess loss", "margin of another regime")
    return table(f"Worst cells, disagreements first: {map_name(name)}", header, rows)


def mismatch(name: str, diagram: PhaseDiagram, optimum: PhaseDiagram) -> Markup:
    """Give the share of cells that another map names differently than the optimum."""
    rows = [
        (
            f"{found.of} of the extra feature",
            found.cells,
            percent(found.share),
            found.lowest_density,
            found.median_excess,
            found.largest_excess,
        )
        for found in mismatches(diagram, optimum)
    ]
    header = ("another", "cells", "share", "least density with one", "median relative excess there", "largest")
    size = f"{len(diagram.densities)} × {len(diagram.importances)} cells"
    return table(f"Where {map_name(name)} and optimum differ, of {size}", header, rows)


def instances(trained: PhaseDiagram, optimum: PhaseDiagram) -> Markup:
    """Compare one trained instance with the best of several."""
    rows = [
        (row.models, *map(percent, (row.same_regime, row.not_reached, row.disagreement)), *row.excess)
        for row in reached(trained, optimum)
    ]
    quantiles = tuple(f"excess, {quantile_name(q)}" for q in EXCESS_QUANTILES)
    header = ("models", "optimum's regime", spoken(NOT_REACHED), DISAGREEMENT, *quantiles)
    return table("What training reached: shares of cells, and relative excess loss", header, rows)


def boundary_points(name: str, curves: Sequence[BoundaryCurve], exact: Sequence[BoundaryCurve] = ()) -> Markup:
    """List every point of every boundary, with its error, and the optimum's line nearest to it."""
    lines = {curve.between: curve for curve in exact}
    rows = [
        (
            " | ".join(map(spoken, curve.between)),
            float(p),
            f"{r:.10g}",
            f"± {error:.1e}",
            *(_line_at(lines.get(curve.between), p, r) if exact else ()),
            float(jump),
            float(published),
        )
        for curve in curves
        for p, r, error, jump, published in zip(
            curve.density, curve.importance, curve.error, curve.jump, curve.ansatz, strict=True
        )
    ]
    line = ("r on the optimum's line", "error of the line", "decades off it") if exact else ()
    header = (
        "boundary, by rising r",
        "density p",
        "importance r",
        "error of r",
        *line,
        "jump of ‖W‖",
        "r in the ansatz",
    )
    return table(f"Points of the boundaries: {map_name(name)}", header, rows)


def _line_at(line: BoundaryCurve | None, density: float, importance: float) -> tuple[str, str, float]:
    """Give the nearest point of a line at a density, its error, and how far off it a point is."""
    there = np.empty(0, dtype=int) if line is None else np.flatnonzero(line.density == density)
    if line is None or not there.size:
        return "none", "–", float("nan")
    decades = np.log10(importance / line.importance[there])
    nearest = int(np.abs(decades).argmin())
    r, error = line.importance[there[nearest]], line.error[there[nearest]]
    return f"{r:.12g}", f"± {error:.1e}", float(decades[nearest])
