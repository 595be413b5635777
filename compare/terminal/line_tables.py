"""Boundaries, lines, special points and certificates as tables for a terminal."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TextIO

from ...analytic.certificate import Certificate
from ...analytic.estimate import Estimate
from ..diagram import PhaseDiagram
from ..lines import Boundary, Line, PhaseLines, Status
from ..special_table import COLUMNS, special_rows
from .map_tables import diagram_parts
from .tables import table

if TYPE_CHECKING:
    from rich.console import Group, RenderableType


def boundary_parts(boundary: Boundary, stream: TextIO) -> list[RenderableType]:
    """Lay out a boundary and the others that were met."""
    columns = ["between", "p", "±", "r", "±", "order", "jump of\n‖W_e‖", "jump of\ncapacity", "loss", "status"]
    rows = [
        [
            " | ".join(each.phases),
            *_estimate(each.density),
            *_estimate(each.importance),
            str(each.order),
            _number(each.jump),
            _number(each.capacity_jump),
            "-" if math.isnan(each.loss) else f"{each.loss:.12g}",
            str(each.status),
        ]
        for each in (boundary, *boundary.others)
    ]
    kind = boundary.importance.kind
    return [table(f"Boundaries, the one asked for first; its error is of kind {kind}", columns, rows, stream)]


def line_parts(lines: PhaseLines, stream: TextIO) -> list[RenderableType]:
    """Lay out the lines of a diagram, each with its ends, and its special points."""
    columns = ["line", "order", "status", "points", "from r, p", "to r, p", "largest\njump", "largest\nerror of r"]
    rows = [_line(line) for line in (*lines.lines, *lines.spinodals)]
    parts: list[RenderableType] = [table("Lines", columns, rows, stream)]
    if lines.points:
        points = special_rows(lines.points)
        parts.append(table("Special points", COLUMNS[:-1], [row[:-1] for row in points], stream))
        notes = [f"{letter or name}: {note}." for name, letter, *_, note in points if note]
        if notes:
            parts.append("\n".join(notes))
    unresolved = sum(line.status is Status.UNRESOLVED for line in lines.lines)
    if unresolved:
        parts.append(f"{unresolved} lines are unresolved: their jumps are too small, or their phases slivers.")
    return parts


def map_parts(diagram: PhaseDiagram, lines: PhaseLines | None, stream: TextIO) -> list[RenderableType]:
    """Lay out a diagram, and if they were traced the optimum's lines in its window."""
    return [*diagram_parts(diagram, stream), *(() if lines is None else line_parts(lines, stream))]


def certificate_parts(certificate: Certificate, stream: TextIO) -> list[RenderableType]:
    """Lay out the interval that holds the least loss, and the best model met."""
    estimate = certificate.estimate
    low, high = estimate.interval
    how = "in closed form" if certificate.exact else f"by {certificate.n_boxes} boxes"
    facts = [
        f"certified: the least loss lies in [{low:.17g}, {high:.17g}]",
        f"relative width {2 * estimate.error / estimate.value if estimate.value else 0.0:.1e}, {how}"
        + ("" if certificate.complete else ": wider than asked: the boxes allowed were used up, or doubles end here"),
    ]
    weights = [f"weight[{k}]" for k in range(len(certificate.weights))]
    rows = [
        [str(i), *(f"{row[i]:z.9f}" for row in certificate.weights), f"{bias:z.9f}"]
        for i, bias in enumerate(certificate.bias)
    ]
    return ["\n".join(facts), _features(weights, rows, stream)]


def _features(weights: list[str], rows: list[list[str]], stream: TextIO) -> Group:
    return table("A model whose loss lies there", ["feature", *weights, "bias"], rows, stream)


def _line(line: Line) -> list[str]:
    jumps = [abs(x) for x in line.jump if math.isfinite(x)]
    errors = [x for x in line.error if math.isfinite(x)]
    ends = [f"{line.importance[k]:.6g}, {line.density[k]:.6g}" for k in (0, -1)]
    largest = [f"{max(values):.1e}" if values else "-" for values in (jumps, errors)]
    return [" | ".join(line.between), str(line.order), str(line.status), str(len(line)), *ends, *largest]


def _estimate(estimate: Estimate) -> list[str]:
    return [f"{estimate.value:.15g}", f"{estimate.error:.0e}" if estimate.error else "given"]


def _number(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:z.6f}"
