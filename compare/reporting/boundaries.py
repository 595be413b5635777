"""The report's section on boundaries: how far each map is from the optimum's lines, point by point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...analytic.markup import Markup, element
from ..curves import BoundaryCurve
from ..diagram import PhaseDiagram
from ..distance import boundary_distances
from ..figures.colors import map_name
from ..lines import PhaseLines
from . import statistics as statistics
from . import tables as tables
from .page import section

LINES = (
    "The optimum's lines are solved for: on them two models are stationary and have the same loss, or one model loses "
    "its stability. A trained map lies as far from them as it is wrong there; what its grid can't tell is its error. "
    "To look closer: "
)
BISECTED = "Errors hold half the last bracket, and how late a label comes where the overlap sets in continuously."


def boundaries_section(
    diagrams: Mapping[str, PhaseDiagram],
    curves: Mapping[str, Sequence[BoundaryCurve]],
    exact: Mapping[str, Sequence[BoundaryCurve]],
    lines: PhaseLines | None,
) -> Markup:
    """Write the section.

    Parameters
    ----------
    diagrams : mapping of name to PhaseDiagram
    curves : mapping of name to sequence of BoundaryCurve
        Of the maps whose points are listed.
    exact : mapping of name to sequence of BoundaryCurve
        The optimum's lines at the densities of the diagram of that name.
    lines : PhaseLines or None
        Their special points are listed.
    """
    distances = [
        statistics.distances(name, boundary_distances(tuple(exact[name]), diagram.boundaries()), "the optimum's lines")
        for name, diagram in diagrams.items()
        if name in exact
    ]
    lists = [
        element(
            "details",
            element("summary", f"Boundaries of {map_name(name)}"),
            tables.boundary_points(name, found, exact.get(name, ())),
        )
        for name, found in curves.items()
        if found
    ]
    closer = [_closer(diagrams["optimum"])] if exact else []
    points = [tables.special(lines.points)] if lines and lines.points else []
    text = element("p", BISECTED)
    return section("boundaries", "Boundaries in numbers", text, *closer, *distances, *lists, *points)


def _closer(optimum: PhaseDiagram) -> Markup:
    """Say what the lines are, and how to look closer."""
    size = f"--features {optimum.template.n_features} --hidden {optimum.template.n_hidden}"
    density = f"{optimum.densities[len(optimum.densities) // 2]:.4g}"
    return element(
        "p",
        LINES,
        element("code", f"toytoy boundary {size} --density {density}"),
        " at one density, ",
        element("code", f"toytoy lines {size}"),
        " for all lines and special points.",
    )
