"""Windows of the toys' diagrams in which lines crowd, and which a figure draws again, larger."""

from __future__ import annotations

from typing import NamedTuple

from ..lines import PhaseLines


class Zoom(NamedTuple):
    """A window inside a diagram's."""

    importance: tuple[float, float]
    density: tuple[float, float]

    def inside(self, importance: tuple[float, float], density: tuple[float, float]) -> bool:
        """Tell whether it lies wholly in a window."""
        return all(
            low <= ends[0] and ends[1] <= high
            for ends, (low, high) in ((self.importance, importance), (self.density, density))
        )

    def holds(self, importance: float, density: float) -> bool:
        """Tell whether a point lies in it."""
        return self.importance[0] <= importance <= self.importance[1] and self.density[0] <= density <= self.density[1]


# chosen by eye: the part above p = 1/2 where all lines but the longest end, and the two places where points crowd
ZOOMS: dict[int, tuple[Zoom, ...]] = {
    2: (Zoom((0.5, 2.0), (0.48, 1.0)), Zoom((0.55, 0.59), (0.503, 0.526)), Zoom((0.88, 0.92), (0.82, 0.86))),
    3: (Zoom((0.82, 1.5), (0.68, 1.0)), Zoom((0.53, 0.71), (0.495, 0.56)), Zoom((0.896, 0.9), (0.836, 0.842))),
}


def zooms_of(lines: PhaseLines) -> tuple[Zoom, ...]:
    """Return the zooms of a toy's diagram that lie in its window."""
    return tuple(zoom for zoom in ZOOMS[lines.n_features] if zoom.inside(lines.importance, lines.density))
