"""Traced lines on disk: as JSON, as a poster, or over a map."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .diagram import PhaseDiagram
from .lines import PhaseLines
from .outputs import write_whole
from .summary import summarize_lines, summarize_map, to_json

DOTS = 150  # per inch, of figures


def write_lines(lines: PhaseLines, path: Path, maps: Sequence[PhaseDiagram] = ()) -> Path:
    """Write lines as the file's ending says: .json data, anything else a poster on the maps given.

    Raises
    ------
    OSError
        If the file can't be written.
    """
    if path.suffix == ".json":
        text = to_json(summarize_lines(lines)) + "\n"
        return write_whole(path, lambda beside: beside.write_text(text, "utf8"))
    from . import plot

    figure = plot.poster(lines, maps)
    return write_whole(path, lambda beside: figure.savefig(beside, dpi=DOTS))


def write_map(diagram: PhaseDiagram, path: Path, lines: PhaseLines | None = None) -> Path:
    """Write a diagram as `write_diagram` does; if lines are given, they are in its JSON form and in its figure.

    Raises
    ------
    OSError
        If the file can't be written.
    """
    if lines is None or path.suffix == ".nc":
        from .results import write_diagram

        return write_diagram(diagram, path)
    if path.suffix == ".json":
        text = to_json(summarize_map(diagram, lines)) + "\n"
        return write_whole(path, lambda beside: beside.write_text(text, "utf8"))
    from . import plot
    from .figures.canvas import root_figure

    figure = root_figure(plot.phase_lines(lines, diagram))
    return write_whole(path, lambda beside: figure.savefig(beside, dpi=DOTS))
