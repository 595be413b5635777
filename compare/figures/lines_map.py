"""All lines and special points of a phase diagram, over the map of its phases, on one Axes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..diagram import PhaseDiagram
from ..lines import PhaseLines, SpecialPoint
from ..special_table import lettered
from .canvas import (
    DENSITY_LABEL,
    IMPORTANCE_LABEL,
    TITLE_FONT,
    axes_on,
    log_axis,
    root_figure,
)
from .phase_maps import diagram_title
from .point_letters import draw_dots, write_letters
from .region_names import name_regions
from .room import Room
from .shades import check_maps, paint_shades
from .traced import draw_lines, line_handles

SIZE = (7.6, 4.9)  # inches, the key beside included
KEY_FONT = 8.0  # points
LINE_COST, THIN_COST = 1.0, 0.4  # of covering a line with a letter, and a thin one; only lines part regions
FEW = 3.0  # an axis whose ends have a smaller ratio is labelled in even steps
STEPS = 5  # at most


def phase_lines(
    lines: PhaseLines,
    diagram: PhaseDiagram | Iterable[PhaseDiagram] | None = None,
    ax: Axes | None = None,
    title: str | None = None,
) -> Axes:
    """Draw every line of a phase diagram: solid where models exchange by a jump, dashed where one grows continuously.

    Special points are dots with letters, which the key beside the Axes explains; an open dot is unresolved. The
    published ansatz' lines are thin and white, spinodals dotted. Importance of the extra feature runs to the right,
    density upwards, both logarithmic.

    Parameters
    ----------
    lines : PhaseLines
        As `phase_lines` returns.
    diagram : PhaseDiagram or iterable of them, optional
        Of the same toy; later ones are drawn over earlier ones. Its phases are colors, the paler the smaller ‖W_e‖,
        and are named where there is room, each beside a model of its region.
    ax : matplotlib Axes, optional
        Of a new Figure if left out; no pyplot state is touched.
    title : str, optional
        Names the kind and the toy if left out.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    TypeError
        If an argument is of another type.
    ValueError
        If a diagram is of another toy.

    Examples
    --------
    >>> from toytoy.compare import plot
    >>> from toytoy.compare.lines import PhaseLines
    >>> window = PhaseLines(2, 1, density=(0.01, 1.0), importance=(0.1, 10.0), lines=(), points=())
    >>> ax = plot.phase_lines(window)
    >>> [float(end) for end in ax.get_ylim()]
    [0.01, 1.0]
    """
    check_lines(lines)
    maps = check_maps(diagram, lines.n_features)
    ax = axes_on(ax, SIZE)
    points = lettered(lines.points)
    frame_window(ax, lines.importance, lines.density)
    paint_shades(ax, maps)
    draw_lines(ax, lines)
    ax.set_title(lines_title(lines, maps) if title is None else title, fontsize=TITLE_FONT)
    write_key(ax, key_text(points))
    legend = ax.legend(
        handles=line_handles([ax]), loc="lower left", bbox_to_anchor=(1.0, -0.02), fontsize=KEY_FONT, frameon=False
    )
    legend.set_gid("kinds of line")
    root_figure(ax).draw_without_rendering()  # settles where the axes are
    write_on(ax, lines, maps, points)
    return ax


def check_lines(lines: object) -> PhaseLines:
    """Return lines as given.

    Raises
    ------
    TypeError
        If they are something else.
    """
    if not isinstance(lines, PhaseLines):
        raise TypeError(f"lines must be PhaseLines, got lines of type {type(lines).__name__}; use phase_lines")
    return lines


def frame_window(ax: Axes, importance: tuple[float, float], density: tuple[float, float]) -> None:
    """Set up logarithmic, labelled axes; a short one has its ticks in even steps."""
    for name, ends, text in (("x", importance, IMPORTANCE_LABEL), ("y", density, DENSITY_LABEL)):
        log_axis(ax, name, *ends, text)
        if ends[1] / ends[0] < FEW:
            axis = ax.xaxis if name == "x" else ax.yaxis
            axis.set_major_locator(MaxNLocator(STEPS, steps=[1, 2, 5, 10]))
            axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.6g}"))


def write_on(
    ax: Axes,
    lines: PhaseLines,
    maps: Sequence[PhaseDiagram],
    points: dict[str, SpecialPoint],
    unlettered: frozenset[str] = frozenset(),
) -> Room:
    """Put dots, letters and the names of regions where they hide nothing; the figure must be laid out."""
    room = Room(ax)
    for line in (*lines.ansatz, *lines.spinodals):
        room.take_line(line.importance, line.density, THIN_COST)
    for line in lines.lines:
        room.take_line(line.importance, line.density, LINE_COST)
    within = room.taken < LINE_COST
    draw_dots(ax, points, room)
    write_letters(ax, {letter: point for letter, point in points.items() if letter not in unlettered}, room)
    name_regions(ax, maps, room, within)
    return room


def lines_title(lines: PhaseLines, maps: Sequence[PhaseDiagram]) -> str:
    """Say which toy the lines are of, and which of the three answers the map below them shows."""
    if maps:
        return diagram_title(maps[0])
    dimensions = "dimension" if lines.n_hidden == 1 else "dimensions"
    return f"lines of the optimum\n{lines.n_features} features in {lines.n_hidden} {dimensions}"


def key_text(points: dict[str, SpecialPoint]) -> str:
    """Lay out the special points: letter, kind, importance and density, in a font of equal widths."""
    if not points:
        return ""
    rows = [
        (letter, point.kind.replace("_", " "), f"{point.importance.value:.6f}", f"{point.density.value:.6f}")
        for letter, point in points.items()
    ]
    rows.insert(0, ("", "special point", "r", "p"))
    widths = [max(len(row[k]) for row in rows) for k in range(4)]
    return "\n".join(f"{a:<{widths[0]}} {b:<{widths[1]}} {c:>{widths[2]}} {d:>{widths[3]}}" for a, b, c, d in rows)


def write_key(ax: Axes, text: str, at: tuple[float, float] = (1.03, 1.0)) -> None:
    """Write a key, by default to the right of the axes."""
    ax.text(
        *at, text, transform=ax.transAxes, family="monospace", fontsize=KEY_FONT, va="top", linespacing=1.25
    ).set_gid("key")
