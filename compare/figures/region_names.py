"""Phases written inside their regions of a diagram, each with a model of its own, where there is room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.text import Text

from ...analytic.regime import Phase
from ..diagram import PhaseDiagram
from .badges import RADIUS, draw_badge
from .colors import INK, spoken
from .room import Flags, Room
from .shades import norms_at, phases_at, weights_at

SIZE = 8.0  # points of the font
LETTER, LINE = 0.58 * SIZE, 1.25 * SIZE  # width and height that a letter, and a line of text, take
MARGIN = 3.0  # points around
UNLIKE = 0.3  # difference of ‖W_e‖ at which a region shows a second model
WORDS = {
    Phase.NOT_REPRESENTED: ("not\nrepresented",),
    Phase.DEDICATED: ("dedicated,\nother dropped", "dedicated"),
    Phase.ANTIPODAL_OTHERS: ("others\nantipodal", "others antipodal"),
}


def name_regions(ax: Axes, diagrams: Sequence[PhaseDiagram], room: Room, within: Flags) -> list[Text]:
    """Write each phase once, in its largest region with room for it, and draw models where there is room.

    `within` is False on what parts regions, the lines. Each region shows a model of its own; one whose extra feature
    is small here and large there shows two.
    """
    from scipy.ndimage import label

    importance, density = room.cells()
    phases, norm = phases_at(diagrams, importance, density), norms_at(diagrams, importance, density)
    written: list[Text] = []
    for name in sorted(set(phases.ravel()) - {""}):
        found: Any = label((phases == name) & within)
        regions, count = found
        words = WORDS.get(Phase(name), (spoken(name),))
        for k in sorted(range(1, count + 1), key=lambda k: -int((regions == k).sum())):
            place, text = _fill(ax, diagrams, room, regions == k, words)
            if text is not None:
                written.append(text)
                words = ()
            if place is not None:
                shown = norms_at(diagrams, *(np.array([x]) for x in place))[0, 0]
                _fill(ax, diagrams, room, (regions == k) & (abs(norm - shown) > UNLIKE), ())
    return written


def _fill(
    ax: Axes, diagrams: Sequence[PhaseDiagram], room: Room, region: Flags, words: tuple[str, ...]
) -> tuple[tuple[float, float] | None, Text | None]:
    """Fit words and a model, or the words, or shorter ones, or the model alone into a region; say where, and what."""
    for text, badge in [*((w, True) for w in words[:1]), *((w, False) for w in words), ("", True)]:
        rows = text.split("\n")
        tall = LINE * len(rows) if text else 0.0
        width = max(LETTER * max(map(len, rows)), 2 * RADIUS * badge) + 2 * MARGIN
        height = tall + 2 * RADIUS * badge + 2 * MARGIN
        center = room.widest(region, width, height)
        if center is None:
            continue
        room.take_box((center[0] - width / 2, center[1] - height / 2, width, height), 1.0)
        (r,), (p,) = room.data(np.array([center[0]]), np.array([center[1]]))
        place = (float(r), float(p))
        weights = weights_at(diagrams, *place)
        if badge and weights is not None:
            draw_badge(ax, *place, weights, tall / 2)
        return place, _write(ax, *place, text, -RADIUS * badge) if text else None
    return None, None


def _write(ax: Axes, importance: float, density: float, words: str, lift: float) -> Text:
    text = ax.annotate(
        words,
        (importance, density),
        (0, lift),
        textcoords="offset points",
        ha="center",
        va="center",
        fontsize=SIZE,
        color=INK,
        linespacing=1.1,
        zorder=6,
    )
    text.set_path_effects([withStroke(linewidth=2.0, foreground="white", alpha=0.8)])
    text.set_in_layout(False)
    return text
