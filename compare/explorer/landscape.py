"""The exact loss of (2,1) over its two weights, every bias at its best: a surface that moves with density and r."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...analytic.ansatz import CANDIDATES, frozen_model
from ...analytic.loss import loss as exact_loss
from ...analytic.loss import rounding_bound
from ...analytic.problem import Problem
from ..figures.colors import INK, spoken
from .best_bias import best_biases, surface
from .cell import Table
from .minima import Minimum, local_minima, tied
from .places import checked_place
from .theme import Figure, Theme, axis, bar_above, figure, legend, theme_of

Array = NDArray[np.float64]
REACH, COUNT = 1.4, 61  # weights shown; no optimum of the paper's window has a longer one than 1.05
GRID = np.linspace(-REACH, REACH, COUNT)
FLOOR = -3.0  # power of ten of the loss above the least, over that of the answer 0: what counts as the bottom
LEVELS = 0.25  # of these powers, from contour to contour
TICKS = {-3: "≤ 0.1 %", -2: "1 %", -1: "10 %", 0: "100 %"}
WHITE = "#ffffff"


@dataclass(frozen=True, eq=False)
class Landscape:
    """The loss of a (2,1) toy over its weights.

    Parameters
    ----------
    density, importance : float
    grid : array, shape (k,)
    losses : array, shape (k, k)
        Least loss over the biases; first axis w_0, second w_1, of the extra feature.
    null_loss : float
        Of a model that always answers 0.
    minima : list of Minimum
        The deepest first; each stands for its mirror image, too.
    n_tied : int
        How many of them are as deep as the deepest.
    ansatz : dict of Minimum
        By phase: the published frozen models, with their own biases.
    """

    density: float
    importance: float
    grid: Array
    losses: Array
    null_loss: float
    minima: list[Minimum]
    n_tied: int
    ansatz: dict[str, Minimum]


@dataclass(frozen=True, eq=False)
class LandscapeView:
    """A landscape to be shown: picture, caption, and the marked models as a table."""

    landscape: Landscape
    figure: Figure
    caption: str
    table: Table


def landscape(density: float, importance: float, theme: str = "light") -> Figure:
    """Draw the loss of (2,1) over its weights, with the frozen models of the ansatz and all local minima.

    Parameters
    ----------
    density : float
        p, in (0, 1].
    importance : float
        r, > 0, of the extra feature.
    theme : {"light", "dark"}

    Returns
    -------
    dict
        A plotly figure. Colors and contours stand for the loss above the least, on a logarithmic scale, as a share of
        the loss of a model that always answers 0.

    Raises
    ------
    TypeError, ValueError
        If a number is out of range, or the theme unknown.

    Examples
    --------
    >>> from toytoy.compare.explorer.landscape import landscape
    >>> picture = landscape(0.2, 0.6)
    >>> [trace["name"] for trace in picture["data"]][:2]
    ['loss', 'published ansatz']
    """
    return landscape_view(density, importance, theme).figure


def landscape_view(density: float, importance: float, theme: str = "light") -> LandscapeView:
    """Draw the landscape as `landscape` does, with what is to be said about it.

    Examples
    --------
    >>> from toytoy.compare.explorer.landscape import landscape_view
    >>> view = landscape_view(0.2, 0.6)
    >>> [row[0] for row in view.table.rows]
    ['optimum', 'local minimum', 'ansatz: not represented', 'ansatz: dedicated', 'ansatz: antipodal']
    """
    look, found = theme_of(theme), landscape_of(density, importance)
    return LandscapeView(found, _drawn(found, look), _caption(found), _table(found))


def landscape_of(density: float, importance: float) -> Landscape:
    """Compute the landscape at a place.

    The loss separates over outputs, and the second output's error is the first one's with the features exchanged: one
    surface, which only the density moves, gives both; the importance weighs them.

    Raises
    ------
    TypeError, ValueError
        If a number is out of range.
    """
    p, r = checked_place(density, importance)
    problem = Problem.toy(2, density=p, importance=r)
    errors = _errors(p)
    losses = errors + r * errors.T
    minima = local_minima(problem, GRID, losses)
    return Landscape(
        p,
        r,
        GRID,
        losses,
        float(problem.null_loss),
        minima,
        tied(minima, problem),
        {str(name): _frozen(problem, str(name)) for name in CANDIDATES[2]},
    )


@lru_cache(64)
def _errors(density: float) -> Array:
    return surface(density, GRID)


def _frozen(problem: Problem, name: str) -> Minimum:
    weights, bias = frozen_model(name, problem)
    return Minimum(weights, bias, float(exact_loss(problem, weights, bias)))


def _drawn(found: Landscape, theme: Theme) -> Figure:
    share = (found.losses - found.minima[0].loss) / found.null_loss
    decades = np.log10(np.maximum(share, 10**FLOOR))
    contours = {
        "type": "contour",
        "name": "loss",
        "x": found.grid.round(6).tolist(),
        "y": found.grid.round(6).tolist(),
        "z": decades.T.round(4).tolist(),
        "customdata": np.vectorize(lambda value: float(f"{value:.5g}"))(found.losses.T).tolist(),
        "zmin": FLOOR,
        "zmax": 0.0,
        "colorscale": "Viridis",
        "contours": {"start": FLOOR + LEVELS, "end": 0.5, "size": LEVELS},
        "line": {"width": 0.6, "color": "rgba(255,255,255,0.45)"},
        "colorbar": bar_above(theme, "loss above the least, as a share of the null model's", TICKS),
        "hovertemplate": "w = (%{x:.3f}, %{y:.3f})<br>least loss over b: %{customdata}<extra></extra>",
    }
    ends: dict[str, Any] = {"range": [-REACH, REACH], "showgrid": False, "constrain": "domain"}
    return figure(
        theme,
        [contours, *_marks(found)],
        height=540,
        showlegend=True,
        legend=legend(theme),
        xaxis=axis(theme, "weight of feature 0, w₀", **ends),
        yaxis=axis(theme, "weight of the extra feature, w₁", scaleanchor="x", **ends),
        uirevision="landscape",
    )


def _marks(found: Landscape) -> list[dict[str, Any]]:
    """Mark the frozen models, the other minima, and the optimum over them."""
    best, others = found.minima[: found.n_tied], found.minima[found.n_tied :]
    ansatz = [(spoken(name), model) for name, model in found.ansatz.items()]
    return [
        _points("published ansatz", ansatz, _solid("square", 9)),
        *([_points("local minimum", [("local minimum", m) for m in others], _solid("circle", 9))] if others else []),
        _points("optimum", [("optimum", m) for m in best], _solid("star", 13)),
    ]


def _solid(symbol: str, size: int) -> dict[str, Any]:
    return {"symbol": symbol, "size": size, "color": WHITE, "line": {"color": INK, "width": 1.5}}


def _points(name: str, models: list[tuple[str, Minimum]], marker: dict[str, Any]) -> dict[str, Any]:
    """Draw models and their mirror images."""
    both = [(label, sign * m.weights[0], m) for label, m in models for sign in (1.0, -1.0)]
    said = [f"{label}<br>b = ({m.bias[0]:.4f}, {m.bias[1]:.4f})<br>loss {m.loss:.6g}" for label, _, m in both]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [float(w[0]) for _, w, _ in both],
        "y": [float(w[1]) for _, w, _ in both],
        "text": said,
        "hovertemplate": "w = (%{x:.4f}, %{y:.4f})<br>%{text}<extra></extra>",
        "marker": marker,
    }


def _caption(found: Landscape) -> str:
    """Say what the picture shows, and what the ansatz gives away here."""
    name, best = min(found.ansatz.items(), key=lambda item: item[1].loss)
    away = best.loss / found.minima[0].loss - 1 if found.minima[0].loss > 0 else 0.0
    several = f"{len(found.minima)} local minima" if len(found.minima) > 1 else "one minimum"
    tie = f", {found.n_tied} of them equally deep" if found.n_tied > 1 else ""
    return (
        f"Exact loss at p = {found.density:.4g}, r = {found.importance:.4g} over both weights, each bias at its best: "
        f"{several} found, up to the sign of W{tie}. The best frozen model, {spoken(name)}, "
        f"{f'lies {100 * away:.2g} % above the least loss' if away > 1e-12 else 'is the optimum'}."
    )


def _table(found: Landscape) -> Table:
    labels = ["optimum" if k < found.n_tied else "local minimum" for k in range(len(found.minima))]
    models = [*zip(labels, found.minima, strict=True), *((f"ansatz: {spoken(n)}", m) for n, m in found.ansatz.items())]
    rows = []
    for label, model in models:
        errors = best_biases(found.density, model.weights[0])[1]
        eased = errors[0] + found.importance * errors[1]
        numbers = (*model.weights[0], *model.bias, model.loss, min(eased, model.loss))
        rows.append((label, *(f"{float(value):.6g}" for value in numbers)))
    header = ("model", "w₀", "w₁", "b₀", "b₁", "loss", "loss with the best biases")
    deepest = max(model.loss for _, model in models)
    error = float(rounding_bound(np.array(deepest), found.null_loss))
    return Table(f"Models marked in the landscape; losses to ± {error:.1g}", header, tuple(rows))
