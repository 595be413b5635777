"""The geometry of a model as a graph: features are nodes, overlaps edges, orthogonal blocks stand apart."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike, NDArray

from ...analytic.structure import NOT_REPRESENTED, Block, structure
from .canvas import FONT, TITLE_FONT, axes_on
from .colors import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, SKY, VERMILLION, YELLOW, spoken

Array = NDArray[np.float64]
SHAPE_COLORS = (BLUE, ORANGE, GREEN, PURPLE, SKY, INK, YELLOW)  # in the order of the structure's blocks
SAME_SIGN, OPPOSITE = VERMILLION, "#aaaaaa"  # of the overlap
REACH, PITCH = 0.3, 1.25  # radius of a block, and the height of a cell, in units of its width
FLAT = 0.05  # of the largest axis: smaller ones are not seen
VIEWS = 100  # of a solid, to choose from: that which keeps its corners farthest apart
WIDEST = 3.0  # points: the line of an overlap as large as the squared length
MOST_NUMBERED = 40  # features: more of them get no numbers, as these would not fit
MOST_NAMED = 12  # blocks: more of them are named by their color alone
SIZE = (5.6, 5.2)


def geometry_graph(
    weights: ArrayLike, tolerance: float = 0.01, ax: Axes | None = None, title: str | None = None
) -> Axes:
    """Draw features as nodes, joined where they overlap, block by block; shapes are named by color.

    Every block stands in a cell of its own: pairs and polygons as they are, the first feature on top; solids from a
    side from which no corner hides another; of higher ranks only the three largest axes. A single feature has no
    direction to show. All lengths share one scale. A line is the wider the
    larger the overlap abs(W_i·W_j) is against the larger of the two squared lengths: grey where it is negative, which a
    ReLU can silence, red where it is positive. Features that are not represented are small grey dots.

    Parameters
    ----------
    weights : array, shape (n_hidden, n_features)
    tolerance : float in [0, 1)
        That of `structure`, of which these are the blocks: 0.01 suits trained weights, 1e-8 exact optima.
    ax : matplotlib Axes, optional
        Of a new Figure if left out; no pyplot state is touched.
    title : str, optional
        The tegum product of the blocks if left out, where it is short.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    TypeError, ValueError
        If the weights are not one real, finite matrix, or the tolerance is out of range.

    Examples
    --------
    >>> from toytoy.compare import plot
    >>> ax = plot.geometry_graph([[1.0, -1.0, 0.0], [0.0, 0.0, 1.0]])
    >>> ax.get_title()
    'dedicated × antipodal'
    >>> [entry.get_text() for entry in ax.get_legend().get_texts()]
    ['dedicated: 1', 'antipodal: 1']
    """
    found = structure(weights, tolerance)
    ax = axes_on(ax, SIZE)
    array = np.asarray(weights, dtype=np.float64)
    longest = float(np.linalg.norm(array, axis=0).max(initial=0.0)) or 1.0
    names = list(dict.fromkeys(b.name for b in found.blocks if b.name != NOT_REPRESENTED))
    colors = {name: SHAPE_COLORS[i % len(SHAPE_COLORS)] for i, name in enumerate(names)} | {NOT_REPRESENTED: GREY}
    across = math.ceil(math.sqrt(len(found.blocks)))
    numbered = array.shape[1] <= MOST_NUMBERED
    for index, block in enumerate(found.blocks):
        center = np.array([[index % across], [-PITCH * (index // across)]], dtype=np.float64)
        spots = center + REACH * _view(array[:, block.features] / longest, block)
        _edges(ax, array[:, block.features], spots)
        ax.plot(spots[0], spots[1], "o", color=colors[block.name], markersize=_dot(across, block), zorder=3)
        if numbered:
            _numbers(ax, block, spots, center)
        if len(found.blocks) <= MOST_NAMED:
            ax.text(center[0, 0], center[1, 0] - 0.57, spoken(block.name), ha="center", va="center", fontsize=FONT)
    rows = math.ceil(len(found.blocks) / across)
    ax.set(xlim=(-0.6, across - 0.4), ylim=(-PITCH * (rows - 1) - 0.7, 0.55), aspect="equal")
    ax.set_axis_off()
    _legend(ax, found.blocks, colors)
    product = spoken(found.product)
    ax.set_title(title if title is not None else product if len(product) < 60 else "", fontsize=TITLE_FONT)
    return ax


def _view(columns: Array, block: Block) -> Array:
    """Project a block's columns to the page, shape (2, k); those that are nothing stand in a square of dots."""
    k = columns.shape[1]
    if block.name == NOT_REPRESENTED:
        side = math.ceil(math.sqrt(k))
        grid = np.array([np.arange(k) % side, -(np.arange(k) // side)], dtype=np.float64)
        return np.asarray((grid - grid.mean(axis=1, keepdims=True)) / max(side - 1, 1) * 1.2)
    if k == 1:
        return np.zeros((2, 1))
    _, singular, right = np.linalg.svd(columns, full_matrices=False)
    d = int((singular > FLAT * singular[0]).sum())
    seen = np.zeros((3, k))
    seen[: min(3, d)] = (singular[:, None] * right)[: min(3, d)]
    if d == 1:
        return np.asarray(seen[:2] * (-1.0 if seen[0, 0] > 0 else 1.0))
    if d == 2:
        turn = np.pi / 2 - np.arctan2(seen[1, 0], seen[0, 0])
        return np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ seen[:2]
    return max((view @ seen for view in _views()), key=_clearance)


def _views() -> list[Array]:
    """Draw directions to look from, the same in every call: two rows of a random rotation each."""
    rng = np.random.default_rng(0)
    return [np.linalg.qr(rng.normal(size=(3, 3)))[0][:2] for _ in range(VIEWS)]


def _clearance(spots: Array) -> float:
    """Least distance between two nodes."""
    apart = ((spots[:, :, None] - spots[:, None, :]) ** 2).sum(0)
    return float((apart + np.diag(np.full(len(apart), np.inf))).min())


def _edges(ax: Axes, columns: Array, spots: Array) -> None:
    """Join every two features of a block, as widely as they overlap."""
    gram = columns.T @ columns
    first, second = np.triu_indices(gram.shape[0], 1)
    largest = np.maximum(gram[first, first], gram[second, second])
    share = gram[first, second] / np.where(largest > 0, largest, 1.0)
    drawn = np.argsort(share)  # red over grey
    drawn = drawn[np.abs(share[drawn]) > 1e-3]  # thinner lines are not seen
    ends = np.stack([spots[:, first[drawn]].T, spots[:, second[drawn]].T], axis=1)
    shades = [SAME_SIGN if s > 0 else OPPOSITE for s in share[drawn]]
    if len(drawn):
        widths = WIDEST * np.abs(share[drawn])
        ax.add_collection(LineCollection(list(ends), colors=shades, linewidths=widths, zorder=2))


def _dot(across: int, block: Block) -> float:
    """Size of a node in points: the smaller, the more cells there are."""
    return 2.5 if block.name == NOT_REPRESENTED else max(2.5, 8.0 - 0.6 * across)


def _numbers(ax: Axes, block: Block, spots: Array, center: Array) -> None:
    """Write each feature's number beyond its node, seen from the middle of the cell."""
    for feature, spot in zip(block.features, spots.T, strict=True):
        outward = spot - center[:, 0]
        length = float(np.hypot(*outward))
        x, y = spot + 0.11 * (outward / length if length > 1e-9 else np.array([0.0, 1.0]))
        ax.text(x, y, str(feature), ha="center", va="center", fontsize=FONT, color=INK, zorder=4)


def _legend(ax: Axes, blocks: tuple[Block, ...], colors: dict[str, str]) -> None:
    """Count blocks by shape; of what is not represented, features."""
    counts = Counter(block.name for block in blocks)
    dropped = sum(len(block.features) for block in blocks if block.name == NOT_REPRESENTED)
    counts[NOT_REPRESENTED] = dropped
    handles = [
        Line2D([], [], marker="o", linestyle="none", color=colors[name], label=f"{spoken(name)}: {count}")
        for name, count in counts.items()
        if count
    ]
    ax.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=3, fontsize=FONT, frameon=False)
