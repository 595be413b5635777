"""Traced lines on Axes: solid for jumps, dashed for a continuous onset, and quiet where less is known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patheffects import Normal, Stroke

from ..lines import Line, Order, PhaseLines, Status
from .colors import INK

QUIET = "#5f5f5f"  # of what is unresolved or metastable


class Style(NamedTuple):
    """How lines of one kind look, and what the legend calls them."""

    label: str
    color: str
    width: float  # points
    dashes: Any = "solid"
    halo: str | None = "white"  # around the line, so that it stands out on dark colors
    order: float = 3.0


JUMP = Style("jump", INK, 1.6)
CONTINUOUS = Style("continuous onset", INK, 1.6, (0, (3.2, 1.5)))
UNRESOLVED = Style("unresolved: tiny jump or sliver", QUIET, 1.1, (0, (1.5, 1.0)), order=2.8)
METASTABLE = Style("metastable: a third is better", QUIET, 0.8, (0, (1, 2)), None, 2.4)
GUESS = Style("not converged", QUIET, 0.8, (0, (5, 3)), None, 2.4)
SPINODAL = Style("spinodal: local minima end", QUIET, 0.9, (0, (1, 1.4)), None, 2.5)
ANSATZ = Style("published ansatz", "#ffffff", 1.0, halo="#8a8a8a", order=2.0)
STYLES = (JUMP, CONTINUOUS, UNRESOLVED, METASTABLE, GUESS, SPINODAL, ANSATZ)
HALO = 1.2  # points on both sides together


def style_of(line: Line) -> Style:
    """Choose a line's style by its status, and by its order where it is known."""
    quiet = {Status.UNRESOLVED: UNRESOLVED, Status.METASTABLE: METASTABLE, Status.GUESS: GUESS}
    return quiet.get(line.status) or (CONTINUOUS if line.order is Order.CONTINUOUS else JUMP)


def draw_line(ax: Axes, line: Line, style: Style | None = None) -> Line2D:
    """Draw one line, whole; the axes' limits cut it."""
    style = style_of(line) if style is None else style
    (drawn,) = ax.plot(
        line.importance,
        line.density,
        linestyle=style.dashes,
        color=style.color,
        linewidth=style.width,
        label=style.label,
        zorder=style.order,
        dash_capstyle="butt",
        solid_capstyle="round",
    )
    drawn.set_gid(f"{' | '.join(line.between)}: {line.order}, {line.status}")
    if style.halo:
        around = Stroke(linewidth=style.width + HALO, foreground=style.halo, alpha=0.75)
        drawn.set_path_effects([around, Normal()])
    return drawn


def draw_lines(ax: Axes, lines: PhaseLines, ansatz: bool = True) -> None:
    """Draw the ansatz' lines and spinodals first, and the optimum's over them; the axes' limits stay as they are."""
    limits = ax.get_xlim(), ax.get_ylim()
    for line in lines.ansatz if ansatz else ():
        draw_line(ax, line, ANSATZ)
    for line in lines.spinodals:
        draw_line(ax, line, SPINODAL)
    for line in lines.lines:
        draw_line(ax, line)
    ax.set_xlim(limits[0])
    ax.set_ylim(limits[1])


def line_handles(panels: Iterable[Axes]) -> list[Any]:
    """Make a legend's entries for the kinds of line that are drawn, in the order of `STYLES`."""
    met = {line.get_label() for ax in panels for line in ax.get_lines()}
    handles = []
    for style in STYLES:
        if style.label in met:
            handle = Line2D([], [], color=style.color, linewidth=style.width, linestyle=style.dashes, label=style.label)
            if style.halo and style.halo != "white":
                handle.set_path_effects([Stroke(linewidth=style.width + HALO, foreground=style.halo), Normal()])
            handles.append(handle)
    return handles
