"""How each cell of a diagram is judged against an optimum: by its regime, and where that differs by its loss."""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from .._version import __version__
from ..analytic.domain import short
from ..analytic.solution import Kind
from ..numeric.cells import Cells
from ..numeric.margin import COARSE
from .diagram import PhaseDiagram
from .statuses import AGREES, DISAGREEMENT, NOT_REACHED

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
CELL = ("density", "importance")


def check_comparable(a: object, b: object) -> tuple[PhaseDiagram, PhaseDiagram]:
    """Return two diagrams as given, if they are of one toy on one grid.

    Raises
    ------
    TypeError
        If either is not a `PhaseDiagram`.
    ValueError
        If grids or toys differ, dims are in another order, or there is no cell.
    """
    for diagram in (a, b):
        if not isinstance(diagram, PhaseDiagram):
            raise TypeError(f"agreement compares two PhaseDiagrams, got a {type(diagram).__name__}")
    assert isinstance(a, PhaseDiagram)
    assert isinstance(b, PhaseDiagram)
    if a.template != b.template:
        raise ValueError(f"diagrams must be of the same toy, got {a.template} and {b.template}")
    for name in CELL:
        if not np.array_equal(a.data[name].values, b.data[name].values):
            raise ValueError(
                f"{name} grids must be equal, got {short(a.data[name].values)} and {short(b.data[name].values)}"
            )
    dims = [diagram.data.loss.dims for diagram in (a, b)]
    if any(each != CELL for each in dims):  # a square map turned over has the same shape
        raise ValueError(f"diagrams must have dims {CELL}, got losses of dims {dims}; transpose the data")
    if not a.data.loss.size:
        raise ValueError(f"diagrams must have cells to be compared, got grids of {dict(a.data.loss.sizes)}")
    return a, b


def roles(a: object, b: object) -> tuple[PhaseDiagram, PhaseDiagram]:
    """Tell the optimum from the other, after checking that they can be compared.

    Raises
    ------
    TypeError, ValueError
        As `check_comparable`; also if neither is an optimum with its margin.
    """
    a, b = check_comparable(a, b)
    if Kind.OPTIMUM not in (a.kind, b.kind):
        raise ValueError(
            f"one diagram must be an optimum, whose margin decides, got kinds {a.kind} and {b.kind}; "
            "toytoy.compare.agreements compares any, without a verdict"
        )
    judges = [each for each in (a, b) if each.kind is Kind.OPTIMUM]
    optimum = next((each for each in judges if carries_margin(each)), None)
    if optimum is None:
        raise ValueError("the optimum must carry its margin and margin_error, which decide; make it with phase_diagram")
    return optimum, b if optimum is a else a


def carries_margin(diagram: PhaseDiagram) -> bool:
    """Whether it can judge another: it says what another regime costs, and how well that is known."""
    return "margin" in diagram.data and "margin_error" in diagram.data


def looser_tolerance(*diagrams: PhaseDiagram) -> float:
    """Give the tolerance at which all are named again: the loosest in use, and at least that of trained weights."""
    return max((COARSE, *(diagram.tolerance for diagram in diagrams)))


def contradicts(same: Flags, excess: Array, errors: Array, margin: Array, margin_error: Array) -> Flags:
    """Whether a loss can't be: below the optimum's, or of another regime and nearer to it than the margin.

    Every test is negated, so that what is not a number contradicts; so does a margin, or an error, below zero.
    """
    fails = ~(excess >= -errors) | ~(same | (excess >= margin - margin_error - errors))
    return np.asarray(fails | ~(margin >= 0) | ~(margin_error >= 0) | ~(errors >= 0))


def judged(same: Flags, impossible: Flags) -> NDArray[np.str_]:
    """Name each cell's status."""
    return np.where(impossible, DISAGREEMENT, np.where(same, AGREES, NOT_REACHED))


def compared(optimum: PhaseDiagram, other: PhaseDiagram, tolerance: float) -> xr.Dataset:
    """Compare two diagrams cell by cell: all that a verdict and its statistics are made of.

    Returns
    -------
    xarray.Dataset
        Dims (density, importance); variables status, regime, optimum_regime, loss, optimum_loss, excess, excess_error
        (both rounding errors), optimum_error, margin, margin_error, and sound: whether losses and labels of both
        follow from their weights. Attributes kind, method, optimum_method, tolerance, problem, version.
    """
    regimes = {name: each.regime_at(tolerance).astype(str) for name, each in (("o", optimum), ("x", other))}
    excess = other.data.loss.values - optimum.data.loss.values
    columns = {
        "regime": regimes["x"],
        "optimum_regime": regimes["o"],
        "loss": other.data.loss.values,
        "optimum_loss": optimum.data.loss.values,
        "excess": excess,
        "excess_error": other.data.loss_error.values + optimum.data.loss_error.values,
        "optimum_error": optimum.data.loss_error.values,
        "margin": optimum.data.margin.values,
        "margin_error": optimum.data.margin_error.values,
        "sound": sound(optimum) & sound(other),
    }
    data = xr.Dataset({name: (CELL, values) for name, values in columns.items()}, dict(optimum.data[list(CELL)].coords))
    data.attrs = {
        "kind": str(other.kind),
        "method": str(other.data.attrs["method"]),
        "optimum_method": str(optimum.data.attrs["method"]),
        "tolerance": float(tolerance),
        "problem": optimum.data.attrs["problem"],
        "version": __version__,
    }
    return data.assign(status=(CELL, statuses(data)))


def statuses(data: xr.Dataset) -> NDArray[np.str_]:
    """Judge each cell by the numbers of `compared`."""
    same = np.asarray(data.regime.values == data.optimum_regime.values)
    numbers = (data[name].values for name in ("excess", "excess_error", "margin", "margin_error"))
    return judged(same, contradicts(same, *numbers) | ~data.sound.values.astype(bool))


def sound(diagram: PhaseDiagram) -> Flags:
    """Whether each cell's loss and regime are those of its weights and biases."""
    data = diagram.data
    shape = data.loss.shape
    density, importance = np.meshgrid(diagram.densities, diagram.importances, indexing="ij")
    cells = Cells.make(diagram.template, density.ravel(), importance.ravel())
    models = np.concatenate([data.weights.values.reshape(*shape, -1), data.bias.values], axis=-1)
    _, out = cells.descend(models.reshape(len(cells), -1), max_steps=0)
    faithful = np.abs(out[:, 0].reshape(shape) - data.loss.values) <= 2 * data.loss_error.values
    named = diagram.regime_at(diagram.tolerance) == data.regime.values
    return np.asarray(faithful & named)
