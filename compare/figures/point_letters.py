"""Special points as dots with letters, each letter where it covers least."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.text import Text

from ..lines import SpecialPoint, Status
from .colors import INK
from .room import Room

SIZE = 8.0  # points of the font
WIDTH, HEIGHT = 0.74 * SIZE, 1.0 * SIZE  # of a letter
DOT = 4.2  # points across
TOGETHER = 5.0  # points: dots closer than this share one label
DISTANCES = (1.0, 9.0, 18.0, 30.0)  # points from a dot's rim to its letters' nearest edge
FAR = 4.0  # points beyond which a thin line leads to the dot
DIRECTIONS = 16
PER_POINT = 0.6  # what a point of distance costs, against cells covered
DOT_COST, LETTER_COST = 8.0, 50.0


def draw_dots(ax: Axes, points: Mapping[str, SpecialPoint], room: Room) -> None:
    """Draw a dot for every point inside the axes, open where it is unresolved, and take its room."""
    for letter, point in _inside(ax, points).items():
        x, y = room.place(np.array([point.importance.value]), np.array([point.density.value]))[0]
        room.take_box((x - DOT / 2, y - DOT / 2, DOT, DOT), DOT_COST)
        face = INK if point.status is Status.CONVERGED else "white"
        (dot,) = ax.plot(
            [point.importance.value],
            [point.density.value],
            "o",
            markersize=DOT,
            markerfacecolor=face,
            markeredgecolor="white" if face == INK else INK,
            markeredgewidth=0.7,
            zorder=7,
            clip_on=False,
        )
        dot.set_gid(f"point {letter}")


def write_letters(ax: Axes, points: Mapping[str, SpecialPoint], room: Room) -> list[Text]:
    """Write the letters of the points inside the axes; points closer than a dot share one label."""
    written: list[Text] = []
    for names, places in _groups(ax, points, room):
        label = "".join(names) if max(map(len, names)) == 1 else ",".join(names)
        width, height = WIDTH * len(label), HEIGHT
        x, y = places.mean(axis=0)
        left, bottom, distance = _spot(room, x, y, width, height)
        room.take_box((left, bottom, width, height), LETTER_COST)
        middle = (left + width / 2 - x, bottom + height / 2 - y)
        (r,), (p,) = room.data(np.array([x]), np.array([y]))
        text = ax.annotate(
            label,
            (float(r), float(p)),
            middle,
            textcoords="offset points",
            ha="center",
            va="center_baseline",
            fontsize=SIZE,
            fontweight="bold",
            color=INK,
            zorder=8,
            arrowprops={"arrowstyle": "-", "color": INK, "linewidth": 0.6, "shrinkA": 1, "shrinkB": 1, "zorder": 6}
            if distance > FAR
            else None,
        )
        text.set_path_effects([withStroke(linewidth=2.2, foreground="white", alpha=0.9)])
        text.set_in_layout(False)
        written.append(text)
    return written


def beside_box(ax: Axes, room: Room, box: tuple[float, float, float, float], words: str) -> Text:
    """Write words beside a box, given in points, on the side where they cover least."""
    left, bottom, wide, tall = box
    width, height = WIDTH * len(words), HEIGHT
    gap = 2.0
    corners = [
        (x, y)
        for x in (left - gap - width, left, left + wide - width, left + wide + gap)
        for y in (bottom - gap - height, bottom, bottom + tall - height, bottom + tall + gap)
        if x + width < left or x > left + wide or y + height < bottom or y > bottom + tall
    ]
    x, y = min(corners, key=lambda at: room.cost((*at, width, height)))
    (r,), (p,) = room.data(np.array([x + width / 2]), np.array([y + height / 2]))
    text = ax.text(
        float(r), float(p), words, ha="center", va="center_baseline", fontsize=SIZE, fontweight="bold", zorder=8
    )
    text.set_path_effects([withStroke(linewidth=2.2, foreground="white", alpha=0.9)])
    text.set_in_layout(False)
    return text


def _inside(ax: Axes, points: Mapping[str, SpecialPoint]) -> dict[str, SpecialPoint]:
    (left, right), (low, high) = sorted(ax.get_xlim()), sorted(ax.get_ylim())
    return {
        letter: point
        for letter, point in points.items()
        if left <= point.importance.value <= right and low <= point.density.value <= high
    }


def _groups(ax: Axes, points: Mapping[str, SpecialPoint], room: Room) -> list[tuple[list[str], np.ndarray]]:
    """Join points whose dots overlap, directly or by others."""
    inside = _inside(ax, points)
    if not inside:
        return []
    r = np.array([point.importance.value for point in inside.values()])
    p = np.array([point.density.value for point in inside.values()])
    places, names = room.place(r, p), list(inside)
    group = np.arange(len(names))
    for i in range(len(names)):
        for j in range(i):
            if np.hypot(*(places[i] - places[j])) < TOGETHER:
                group[group == group[i]] = group[j]
    return [([names[k] for k in np.flatnonzero(group == g)], places[group == g]) for g in np.unique(group)]


def _spot(room: Room, x: float, y: float, width: float, height: float) -> tuple[float, float, float]:
    """Choose the corner of a letter's box, and its distance: the least of what it covers and how far it is."""
    best = (np.inf, x, y, 0.0)
    for distance in DISTANCES:
        for angle in np.arange(DIRECTIONS) * 2 * np.pi / DIRECTIONS:
            reach = DOT / 2 + distance
            cx = x + np.cos(angle) * (reach + width / 2)
            cy = y + np.sin(angle) * (reach + height / 2)
            box = (cx - width / 2, cy - height / 2, width, height)
            cost = room.cost(box) + PER_POINT * distance
            if cost < best[0]:
                best = (cost, box[0], box[1], distance)
    return best[1], best[2], best[3]
