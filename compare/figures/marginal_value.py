"""What a little more capacity is worth to each feature: against its capacity, or along a line of problems."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike, NDArray

from ...analytic.capacity_value import first_values
from ...analytic.regime import Regime
from ...numeric.marginal_value import MarginalValues
from .canvas import FONT, TITLE_FONT, axes_on
from .colors import FEATURE_COLORS, INK

Array = NDArray[np.float64]
SIZE = (6.4, 4.6)
LARGEST_MARKER, SHRINK = 8.0, 0.8  # points: a later feature is smaller, so that equal values show as rings
MARKERS = {Regime.NOT_REPRESENTED: "v", Regime.SUPERPOSED: "o", Regime.DEDICATED: "^"}
ENTRIES = {
    Regime.NOT_REPRESENTED: "first bit (C = 0): may lie lower",
    Regime.SUPERPOSED: "0 < C < 1: equal, by the rule",
    Regime.DEDICATED: "last bit (C = 1): may lie higher",
}


def marginal_value(
    found: MarginalValues | Iterable[MarginalValues],
    *,
    along: ArrayLike | None = None,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the marginal values of capacity, in units of the first feature's variance p/3 - p²/4.

    Parameters
    ----------
    found : MarginalValues, or several
        From `marginal_values`.
    along : array, shape (k,), optional
        One number a model, such as its importance r: the horizontal axis, and each feature is a line. Left out, the
        axis is the features' capacity.
    title : str, optional
    ax : Axes, optional

    Returns
    -------
    Axes

    Raises
    ------
    TypeError
        If something else is given.
    ValueError
        If `along` has another length.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.compare.figures.marginal_value import marginal_value
    >>> from toytoy.numeric.marginal_value import marginal_values
    >>> found = marginal_values(tt.ansatz("antipodal", tt.Problem.toy(2, density=0.2), free=True))
    >>> marginal_value(found).get_xlabel()
    'capacity C'
    """
    models = _checked(found)
    ax = axes_on(ax, SIZE)
    places = None if along is None else np.asarray(along, dtype=float)
    if places is not None and places.shape != (len(models),):
        raise ValueError(f"along must have one number a model, got shape {places.shape} with {len(models)} models")
    heights = np.array([model.values / _unit(model) for model in models])
    errors = np.array([model.errors / _unit(model) for model in models])
    for j in range(heights.shape[1]):
        x = np.array([model.capacity[j] for model in models]) if places is None else places
        _feature(ax, j, x, heights[:, j], errors[:, j], [model.solution.regimes[j] for model in models])
        if places is not None:
            ax.plot(places, heights[:, j], "-", color=_color(j), lw=1.0, alpha=0.6)
    ax.set_xlabel("capacity C" if places is None else "", fontsize=FONT)
    ax.set_ylabel("marginal value, in variances of a feature", fontsize=FONT)
    ax.tick_params(labelsize=FONT)
    ax.set_title("what a little more capacity is worth" if title is None else title, fontsize=TITLE_FONT)
    _legend(ax, heights.shape[1], {regime for model in models for regime in model.solution.regimes})
    return ax


def _checked(found: Any) -> list[MarginalValues]:
    models = [found] if isinstance(found, MarginalValues) else list(found)
    for model in models:
        if not isinstance(model, MarginalValues):
            raise TypeError(f"found must be MarginalValues, got a {type(model).__name__}; make them by marginal_values")
    sizes = {len(model.values) for model in models}
    if len(sizes) != 1:
        raise ValueError(f"found must hold models of one size, got n_features of {sorted(sizes)}")
    return models


def _unit(model: MarginalValues) -> float:
    return float(first_values(model.solution.problem.replace(importance=1))[0])


def _color(j: int) -> str:
    return FEATURE_COLORS[j % len(FEATURE_COLORS)]


def _feature(ax: Axes, j: int, x: Array, y: Array, errors: Array, regimes: list[Regime]) -> None:
    """Mark one feature's values by regime, with error bars where they can be seen."""
    for regime, marker in MARKERS.items():
        here = np.array([each is regime for each in regimes])
        if here.any():
            style: dict[str, Any] = {
                "color": _color(j),
                "markersize": max(3.0, LARGEST_MARKER * SHRINK**j),
                "linestyle": "none",
                "capsize": 2,
            }
            ax.errorbar(x[here], y[here], errors[here], marker=marker, label=f"{j}:{regime}", **style)


def _legend(ax: Axes, n: int, regimes: set[Regime]) -> None:
    """Explain colors by feature, markers by regime."""
    entries = [Line2D([], [], color=_color(j), lw=2, label=f"feature {j}") for j in range(n)]
    for regime in (regime for regime in MARKERS if regime in regimes):
        entries.append(Line2D([], [], color=INK, marker=MARKERS[regime], linestyle="none", label=ENTRIES[regime]))
    ax.legend(handles=entries, frameon=False, fontsize=FONT - 1)
