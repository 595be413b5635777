"""A model's weights as arrows: one for each feature, along a line or in a plane."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from ...analytic.model import check_weights
from .canvas import FONT, TITLE_FONT, axes_on
from .colors import FEATURE_COLORS, INK

Array = NDArray[np.float64]
DIRECTIONS = 16  # of the compass, to choose from for the label of a dot
ROOM = 1.3  # beyond the longest arrow, for labels
LABEL_AT = 0.12  # of the unit length, beyond an arrow's tip
INVISIBLE = 0.06  # arrows shorter than this share of the axes are dots


def weights(weights: ArrayLike, ax: Axes | None = None, title: str | None = None) -> Axes:
    """Draw the columns of W as arrows from the origin, numbered by feature from 0.

    With one hidden dimension the arrows stand one above the other, so that none hides another; with two they share
    a plane of equal scales. A feature that is not represented is a dot.

    Parameters
    ----------
    weights : array, shape (1, n_features) or (2, n_features)
    ax : matplotlib Axes, optional
        Of a new Figure if left out; no pyplot state is touched.
    title : str, optional
        None if left out.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    TypeError, ValueError
        If the weights are not real and finite, or not those of one model with one or two hidden dimensions.

    Examples
    --------
    >>> from toytoy.compare import plot
    >>> ax = plot.weights([[0.9, -0.8]])
    >>> [text.get_text() for text in ax.texts]
    ['0', '1']
    """
    array = check_weights(weights)
    if array.ndim != 2 or array.shape[0] not in (1, 2):
        raise ValueError(
            f"weights must be of one model with 1 or 2 hidden dimensions, got weights of shape {array.shape}; "
            "for more, look at capacity or structure"
        )
    ax = axes_on(ax, (3.6, 3.6) if array.shape[0] == 2 else (3.6, 2.4))
    reach = ROOM * max(1.0, float(np.sqrt((array**2).sum(axis=0)).max()))
    _draw(ax, array, reach)
    ax.set_xlim(-reach, reach)
    ax.set_xlabel("hidden dimension 0", fontsize=FONT)
    if array.shape[0] == 2:
        ax.set_ylim(-reach, reach)
        ax.set_ylabel("hidden dimension 1", fontsize=FONT)
        ax.set_aspect("equal")
        ax.axhline(0, color="#bbbbbb", linewidth=0.6, zorder=0)
    else:
        ax.set_ylim(array.shape[1] - 0.4, -0.6)
        ax.set_ylabel("feature", fontsize=FONT)
        ax.set_yticks(range(array.shape[1]))
    ax.axvline(0, color="#bbbbbb", linewidth=0.6, zorder=0)
    ax.tick_params(labelsize=FONT)
    ax.set_title(title or "", fontsize=TITLE_FONT)
    return ax


def _draw(ax: Axes, array: Array, reach: float) -> None:
    m, n = array.shape
    colors = [FEATURE_COLORS[i % len(FEATURE_COLORS)] for i in range(n)]
    u, v = (array[0], np.zeros(n)) if m == 1 else array
    base = np.arange(n) if m == 1 else np.zeros(n)
    ax.quiver(
        np.zeros(n),
        base,
        u,
        v,
        color=colors,
        angles="xy",
        scale_units="xy",
        scale=1,
        width=0.014,
        zorder=2,
        minlength=0,
    )
    lengths = np.hypot(u, v)
    free = _free_directions(u, v, lengths >= INVISIBLE * reach)
    for i in range(n):
        if lengths[i] < INVISIBLE * reach:
            ax.plot([0], [base[i]], "o", color=colors[i], markersize=7, zorder=3)
            direction = np.array([1.0, 0.0]) if m == 1 else free.pop()
        else:
            direction = np.array([u[i], v[i]]) / lengths[i]
        x, y = np.array([u[i], base[i] + v[i]]) + LABEL_AT * reach * direction
        ax.text(x, y, str(i), ha="center", va="center", fontsize=TITLE_FONT, color=INK)


def _free_directions(u: Array, v: Array, visible: NDArray[np.bool_]) -> list[Array]:
    """Find a direction for the label of each dot: as far as can be from all arrows, and from each other's labels."""
    angles = np.linspace(-np.pi, np.pi, DIRECTIONS, endpoint=False)
    taken = list(np.arctan2(v[visible], u[visible]))
    found = []
    for _ in range(np.count_nonzero(~visible)):
        apart = [np.abs(np.angle(np.exp(1j * (angles - other)))) for other in taken]
        taken.append(float(angles[np.min(apart, axis=0).argmax()]) if apart else 0.0)
        found.append(np.array([np.cos(taken[-1]), np.sin(taken[-1])]))
    return found
