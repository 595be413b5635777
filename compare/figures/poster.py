"""The poster: the optimum's diagram beside the published one, zooms where lines crowd, and every special point."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ...analytic.regime import Phase
from ...analytic.solution import Kind
from ..diagram import PhaseDiagram
from ..lines import PhaseLines, SpecialPoint
from ..special_table import lettered
from .canvas import TITLE_FONT
from .colors import INK, PHASE_COLORS, spoken
from .lines_map import KEY_FONT, check_lines, frame_window, key_text, write_key, write_on
from .point_letters import beside_box
from .room import Room
from .shades import check_maps, paint_shades, shade
from .traced import JUMP, draw_line, draw_lines, line_handles
from .zooms import Zoom, zooms_of

WIDTH = 12.3  # inches: with zooms, a page on its side
LEFT, BOTTOM, ROOM, SPACE = 0.7, 0.5, 8.9, 0.55  # inches: of a row of panels, with the space between small ones
LARGE, LARGE_SPACE = 4.25, 0.4  # sides of the panels above, and the space between them
SMALL_HEIGHT, SMALL_WIDTH = 2.75, 2.6  # of those below, at most so wide
SHIFT, TOP = 3.65, 0.6  # of the row above if there is one below, and what remains for the title
KEY_LEFT, KEY_WIDTH = 9.8, 2.4
NUMERALS = ("i", "ii", "iii", "iv")
LEAST = 0.014  # of the axes: the least side of a zoom's outline
SIGNS = np.array([-1.0, 1.0])
ARROWS = "arrows: a model's columns of W,\nthe extra feature's in red"
ROW = 0.18  # inches: of a legend
STRIP, HEIGHT, GAP = 48, 0.13, 0.08  # a key's strips: steps of shade, and inches


def poster(
    lines: PhaseLines, diagrams: PhaseDiagram | Iterable[PhaseDiagram] | None = None, zooms: bool = True
) -> Figure:
    """Draw everything that is known of a toy's phase diagram, on one page.

    Above: the optimum's diagram with all its lines and special points, and the part of it in which they crowd. Below:
    the published ansatz' diagram, and smaller windows. Beside: every special point, and what lines and colors mean.

    Parameters
    ----------
    lines : PhaseLines
        As `phase_lines` returns.
    diagrams : PhaseDiagram or iterable of them, optional
        Maps to color the panels, of kind ansatz and of kind optimum; where several of a kind overlap, later ones are
        drawn over earlier ones: give finer ones of the zooms' windows last.
    zooms : bool
        Draw the windows in which lines crowd, as far as the lines' window holds them; otherwise, or if it holds none,
        the two diagrams stand side by side.

    Returns
    -------
    matplotlib Figure

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
    >>> [ax.get_title(loc="left") for ax in plot.poster(window, zooms=False).axes[:2]]
    ['optimum', 'published ansatz']
    """
    check_lines(lines)
    maps = check_maps(diagrams, lines.n_features)
    best = [diagram for diagram in maps if diagram.kind is not Kind.ANSATZ]
    windows = zooms_of(lines) if zooms else ()
    figure, axes = _panels(len(windows))
    sheet = Sheet(lines, best, lettered(lines.points), dict(zip(NUMERALS, windows, strict=False)))
    sheet.draw(axes[0], Zoom(lines.importance, lines.density), "optimum")
    for ax, (numeral, zoom) in zip([axes[1], *axes[3:]], sheet.zooms.items(), strict=False):
        sheet.draw(ax, zoom, f"{numeral}   optimum")
    _draw_ansatz(axes[2] if windows else axes[1], lines, [d for d in maps if d.kind is Kind.ANSATZ])
    for ax in (axes[1], *axes[2 if len(windows) == 1 else 3 :]):  # all but the first of each row
        ax.set_ylabel("")
    axes[1].tick_params(labelleft=bool(windows))  # two panels of one window share their densities
    _draw_key(figure, axes, maps, sheet.points)
    dimensions = "dimension" if lines.n_hidden == 1 else "dimensions"
    toy = f"{lines.n_features} features in {lines.n_hidden} {dimensions}"
    left, top = LEFT / WIDTH, 1 - 0.12 / figure.get_figheight()
    figure.suptitle(f"What becomes of the extra feature: {toy}", fontsize=TITLE_FONT + 4, x=left, y=top, ha="left")
    return figure


def _panels(zooms: int) -> tuple[Figure, list[Axes]]:
    """Make a page for the optimum, the first zoom, the ansatz and further zooms; without zooms for two panels.

    Two large panels stand above, the others below; three panels stand in one row, as one alone below would look lost.
    """
    if zooms == 1:
        boxes, shift = _row(3, BOTTOM, LARGE), 0.0
    else:
        shift = SHIFT if zooms else 0.0
        above = [(LEFT + k * (LARGE + LARGE_SPACE), BOTTOM + shift, LARGE, LARGE) for k in range(2)]
        boxes = above + _row(zooms, BOTTOM, SMALL_HEIGHT)
    height = shift + BOTTOM + LARGE + TOP
    figure = Figure(figsize=(WIDTH, height))
    return figure, [figure.add_axes((x / WIDTH, y / height, w / WIDTH, h / height)) for x, y, w, h in boxes]


def _row(count: int, bottom: float, height: float) -> list[tuple[float, float, float, float]]:
    """Place small panels side by side: left, bottom, width and height in inches."""
    width = min(SMALL_WIDTH, (ROOM + SPACE) / max(count, 1) - SPACE)
    return [(LEFT + k * (width + SPACE), bottom, width, height) for k in range(count)]


@dataclass(frozen=True)
class Sheet:
    """What the panels of the optimum share: lines, maps, points by their letters, and zooms by their numerals."""

    lines: PhaseLines
    maps: Sequence[PhaseDiagram]
    points: dict[str, SpecialPoint]
    zooms: dict[str, Zoom]

    def draw(self, ax: Axes, window: Zoom, title: str) -> None:
        """Draw a window; points that a zoom inside of it shows better get no letter here."""
        frame_window(ax, window.importance, window.density)
        paint_shades(ax, self.maps)
        draw_lines(ax, self.lines)
        ax.set_title(title, fontsize=TITLE_FONT, loc="left")
        within = {
            numeral: zoom
            for numeral, zoom in self.zooms.items()
            if zoom != window and zoom.inside(window.importance, window.density)
        }
        crowded = frozenset(
            letter
            for letter, point in self.points.items()
            if any(zoom.holds(point.importance.value, point.density.value) for zoom in within.values())
        )
        room = write_on(ax, self.lines, self.maps, self.points, crowded)
        for numeral, zoom in within.items():
            if not any(zoom != other and zoom.inside(*other) for other in within.values()):
                _outline(ax, zoom, numeral, room)


def _draw_ansatz(ax: Axes, lines: PhaseLines, maps: Sequence[PhaseDiagram]) -> None:
    frame_window(ax, lines.importance, lines.density)
    paint_shades(ax, maps)
    for line in lines.ansatz:
        draw_line(ax, line, JUMP)
    frame_window(ax, lines.importance, lines.density)
    ax.set_title("published ansatz", fontsize=TITLE_FONT, loc="left")
    write_on(ax, replace(lines, lines=lines.ansatz, points=(), spinodals=()), maps, {})


def _outline(ax: Axes, zoom: Zoom, numeral: str, room: Room) -> None:
    """Draw a zoom's outline, and its numeral where it covers least."""
    corners = room.place(np.array(zoom.importance), np.array(zoom.density))
    middle = corners.mean(axis=0)
    half = np.maximum((corners[1] - corners[0]) / 2, LEAST * room.width / 2)
    (left, right), (low, high) = room.data(middle[0] + half[0] * SIGNS, middle[1] + half[1] * SIGNS)
    ax.add_patch(Rectangle((left, low), right - left, high - low, fill=False, edgecolor=INK, linewidth=0.7, zorder=4))
    beside_box(ax, room, (*(middle - half), *(2 * half)), numeral)


def _draw_key(
    figure: Figure, panels: Sequence[Axes], maps: Sequence[PhaseDiagram], points: dict[str, SpecialPoint]
) -> None:
    """Write the table of points, and below it the kinds of lines and the shades of phases."""
    height = figure.get_figheight()
    ax = figure.add_axes((KEY_LEFT / WIDTH, BOTTOM / height, KEY_WIDTH / WIDTH, 1 - (BOTTOM + TOP) / height))
    ax.set_axis_off()
    tall = ax.get_position().height * height
    ax.set_xlim(0, KEY_WIDTH)
    ax.set_ylim(0, tall)  # in inches
    write_key(ax, key_text(points), (0.0, 1.0))
    shown = _shown(maps)
    for k, phases in enumerate(reversed(shown)):
        low = 0.3 + (HEIGHT + GAP) * k
        ax.imshow(
            shade([[phases[0]] * STRIP], np.linspace(0, 1, STRIP)[None]),
            aspect="auto",
            extent=(0, 0.6, low, low + HEIGHT),
        )
        ax.add_patch(Rectangle((0, low), 0.6, HEIGHT, fill=False, edgecolor=INK, linewidth=0.5))
        ax.text(0.7, low + HEIGHT / 2, " / ".join(map(spoken, phases)), fontsize=KEY_FONT, va="center")
    if shown:
        ax.text(0, 0.24, r"$\Vert W_e\Vert$ from 0 to 1", fontsize=KEY_FONT, va="top")
    ax.set_xlim(0, KEY_WIDTH)
    ax.set_ylim(0, tall)
    low = 0.4 + (HEIGHT + GAP) * len(shown)
    handles = line_handles(panels)
    if shown:
        ax.text(0, low + 0.1 + ROW * len(handles), ARROWS, fontsize=KEY_FONT, va="bottom", linespacing=1.25)
    ax.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(-0.05, low / tall),
        fontsize=KEY_FONT,
        frameon=False,
        borderaxespad=0.0,
    )


def _shown(maps: Sequence[PhaseDiagram]) -> list[list[Phase]]:
    """List the phases of a represented extra feature that are met, those of one color together."""
    met = {str(name) for diagram in maps for name in np.unique(diagram.data.phase.values)} - {Phase.NOT_REPRESENTED}
    groups: dict[str, list[Phase]] = {}
    for phase, color in PHASE_COLORS.items():
        if str(phase) in met:
            groups.setdefault(color, []).append(phase)
    return list(groups.values())
