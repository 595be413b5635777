"""Everything about one cell of a map: its model in pictures, tables and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...analytic.decomposition import LossDecomposition, decompose
from ...analytic.gram import capacity
from ...analytic.regime import regimes
from ...analytic.solution import Kind
from ...analytic.structure import structure
from ..diagram import PhaseDiagram
from ..figures.colors import spoken
from . import model_figures
from .near_boundary import NearBoundary, near_boundary
from .places import Place, nearest_cell
from .theme import Figure, Theme, theme_of

Array = NDArray[np.float64]
CAPTIONS = {
    "arrows": "Weights: column W_i of each feature",
    "gram": "WᵀW: squared lengths, and interference",
    "bias": "Biases",
    "parts": "Loss by output and part",
}


@dataclass(frozen=True)
class Table:
    """A table as text: what stands in for a picture, or beside it."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, eq=False)
class CellView:
    """One cell, to be shown.

    Parameters
    ----------
    kind : str
        Which of the three answers: ansatz, optimum or trained.
    place : Place
        Row, column, density and importance of the cell.
    phase : str
        Of the extra feature.
    regimes : tuple of str
        One a feature.
    loss, loss_error : float
        Exact loss per input, summed over features, and the bound on its rounding.
    margin, margin_error : float or None
        Of an optimum: what the best model whose extra feature has another regime costs more, and its
        error.
    boundary : NearBoundary or None
    facts : tuple of (str, str)
        All of this in words, label and text.
    figures : dict of plotly figures
        "arrows", "gram", "bias", "parts".
    tables : dict of Table
        Under the same names, the same in numbers.
    """

    kind: str
    place: Place
    phase: str
    regimes: tuple[str, ...]
    loss: float
    loss_error: float
    margin: float | None
    margin_error: float | None
    boundary: NearBoundary | None
    facts: tuple[tuple[str, str], ...]
    figures: dict[str, Figure]
    tables: dict[str, Table]


def cell_view(
    diagram: PhaseDiagram,
    density: float,
    importance: float,
    lines: Mapping[str, Any] | None = None,
    theme: str = "light",
) -> CellView:
    """Open the cell of a diagram that is nearest to a place.

    Parameters
    ----------
    diagram : PhaseDiagram
    density, importance : float
        The place, in (0, 1] and > 0.
    lines : mapping, optional
        As `shipped_lines` returns: to measure the distance to.
    theme : {"light", "dark"}

    Returns
    -------
    CellView

    Raises
    ------
    TypeError, ValueError
        If the place is out of range, or the theme unknown.

    Examples
    --------
    >>> from toytoy.compare.explorer.cell import cell_view
    >>> from toytoy.compare.explorer.shipped import shipped, shipped_lines
    >>> view = cell_view(shipped(2)["optimum"], 0.2, 0.6, shipped_lines(2))
    >>> view.phase, view.regimes
    ('antipodal', ('superposed', 'superposed'))
    >>> print(view.boundary)
    not represented | antipodal, 0.74 decades below, at r = 0.1094
    """
    look, place = theme_of(theme), nearest_cell(diagram, density, importance)
    cell = diagram.data.isel(density=place.row, importance=place.column)
    weights, bias = np.asarray(cell.weights.values), np.asarray(cell.bias.values)
    parts = decompose(diagram.problem(place.density, place.importance), weights, bias)
    boundary = near_boundary(diagram, place.density, place.importance, lines)
    view: dict[str, Any] = {
        "kind": str(diagram.kind),
        "place": place,
        "phase": str(cell.phase.values),
        "regimes": tuple(str(name) for name in regimes(weights, diagram.tolerance)),
        "loss": float(cell.loss.values),
        "loss_error": float(cell.loss_error.values),
        **{name: float(cell[name].values) if name in cell else None for name in ("margin", "margin_error")},
        "boundary": boundary,
    }
    return CellView(
        **view,
        facts=tuple(_facts(view, diagram, weights)),
        figures=model_pictures(weights, bias, parts, look),
        tables=model_tables(weights, bias, parts),
    )


def model_pictures(weights: Array, bias: Array, parts: LossDecomposition, theme: Theme) -> dict[str, Figure]:
    """Draw a model's weights, WᵀW, biases and loss, under the names of `CAPTIONS`."""
    return {
        "arrows": model_figures.arrows(weights, theme),
        "gram": model_figures.gram(weights, theme),
        "bias": model_figures.biases(bias, theme),
        "parts": model_figures.loss_bars(parts, theme),
    }


def model_tables(weights: Array, bias: Array, parts: LossDecomposition) -> dict[str, Table]:
    """Write the same numbers as tables, for those who can't see the pictures or want more digits."""
    names = model_figures.feature_names(len(bias))
    each = parts.parts()
    sums = [float(sum(values[i] for values in each.values())) for i in range(len(bias))]
    columns = zip(names, weights.T, np.linalg.norm(weights, axis=0), capacity(weights), strict=True)
    dimensions = tuple(f"dimension {k}" for k in range(len(weights)))
    return {
        "arrows": Table(
            CAPTIONS["arrows"],
            ("feature", *dimensions, "length", "capacity"),
            tuple((name, *_numbers([*column, length, share])) for name, column, length, share in columns),
        ),
        "gram": Table(
            CAPTIONS["gram"],
            ("feature", *names),
            tuple((name, *_numbers(row)) for name, row in zip(names, weights.T @ weights, strict=True)),
        ),
        "bias": Table(
            CAPTIONS["bias"],
            ("feature", "bias"),
            tuple((name, *_numbers([value])) for name, value in zip(names, bias, strict=True)),
        ),
        "parts": Table(
            CAPTIONS["parts"],
            ("output", *map(spoken, each), "sum"),
            tuple((name, *_numbers([*(v[i] for v in each.values()), sums[i]])) for i, name in enumerate(names)),
        ),
    }


def _facts(view: Mapping[str, Any], diagram: PhaseDiagram, weights: Array) -> list[tuple[str, str]]:
    place, names = view["place"], model_figures.feature_names(weights.shape[1])
    said = [
        ("cell", f"density p = {place.density:.4g}, importance r = {place.importance:.4g}"),
        ("phase of the extra feature", spoken(view["phase"])),
        ("regimes", "; ".join(f"{name}: {spoken(r)}" for name, r in zip(names, view["regimes"], strict=True))),
        ("structure", spoken(str(structure(weights, diagram.tolerance)))),
        ("loss", f"{view['loss']:.8g} ± {view['loss_error']:.1g} per input, summed over features"),
    ]
    if view["margin"] is not None:
        known = "" if view["margin_error"] is None else f" ± {view['margin_error']:.1g}"
        about = "what the best model with another regime of the extra costs more"
        said.append(("margin", f"{view['margin']:.3g}{known}: {about}"))
    whose = "the optimum's boundary" if diagram.kind is Kind.TRAINED else "nearest boundary"
    near: NearBoundary | None = view["boundary"]
    text = "none at this density" if near is None else f"{near} ({near.known})"
    return [*said, (whose, text)]


def _numbers(values: Sequence[float] | Array) -> tuple[str, ...]:
    return tuple(f"{float(value):.5g}" for value in values)
