"""Lines and special points of a phase diagram, as data: what tracing finds, and what is plotted, saved, compared."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..analytic.estimate import Estimate
from ..numeric.boundaries.crossing import Crossing

Array = NDArray[np.float64]


class Order(StrEnum):
    """What kind of transition a line is.

    JUMP: two different models have the same loss on it (first order). CONTINUOUS: one model loses its stability, and
    the other grows from it.

    Examples
    --------
    >>> from toytoy.compare.lines import Order
    >>> Order("jump") is Order.JUMP, str(Order.CONTINUOUS)
    (True, 'continuous')
    """

    JUMP = "jump"
    CONTINUOUS = "continuous"


class Status(StrEnum):
    """How well a line is known.

    CONVERGED: traced to the errors stated. UNRESOLVED: a jump too small, or a sliver too narrow, to be traced; the
    line's error tells within what it lies. METASTABLE: a third model is better on it. GUESS: Newton's method did not
    converge.

    Examples
    --------
    >>> from toytoy.compare.lines import Status
    >>> Status.CONVERGED == "converged"
    True
    """

    CONVERGED = "converged"
    UNRESOLVED = "unresolved"
    METASTABLE = "metastable"
    GUESS = "guess"


def _finite(value: float) -> float | None:
    """Turn what JSON has no number for into null."""
    return value if math.isfinite(value) else None


@dataclass(frozen=True, eq=False)
class Boundary:
    """Where two phases of the optimum (or of the published ansatz) exchange.

    Parameters
    ----------
    density, importance : Estimate
        The one that was given has error 0.
    order : {"jump", "continuous"}
    jump, capacity_jump : float
        Of ‖W_e‖, and of the extra feature's capacity: the second phase's minus the first one's. NaN for an ansatz.
    loss : float
        Exact loss on the boundary, of both models. NaN for an ansatz.
    phases : (str, str)
        Below and above, in importance; at given importance, in density.
    optimal : (bool, bool)
        Whether each of the two models is the global optimum on its side, as far as an independent search can tell.
    status : {"converged", "guess", "metastable"}
        "metastable": a third model is better on both sides.
    others : tuple of Boundary
        The other boundaries, those asked for first, by importance (or density).

    Examples
    --------
    >>> import toytoy as tt
    >>> found = tt.boundary(2, 1, between=("not_represented", "antipodal"), density=0.5)
    >>> found.density.error, found.jump > 0, found.optimal
    (0.0, True, (True, True))
    """

    density: Estimate
    importance: Estimate
    order: Order
    jump: float
    capacity_jump: float
    loss: float
    phases: tuple[str, str]
    optimal: tuple[bool, bool] = (True, True)
    status: Status = Status.CONVERGED
    others: tuple[Boundary, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """Return plain numbers and strings, for JSON; `error` is that of the number not given."""
        return {
            "density": self.density.value,
            "importance": self.importance.value,
            "error": _finite(max(self.density.error, self.importance.error)),
            "kind": str(self.importance.kind),
            "order": str(self.order),
            "jump": _finite(self.jump),
            "capacity_jump": _finite(self.capacity_jump),
            "loss": _finite(self.loss),
            "phases": list(self.phases),
            "optimal": list(self.optimal),
            "status": str(self.status),
        }


@dataclass(frozen=True, eq=False)
class Line:
    """One boundary of the optimum's phase diagram, as a curve; `len(line)` points in the order in which it was traced.

    Parameters
    ----------
    between : (str, str)
        Phases on its two sides: first the one of lower importance (of lower density, where the line does not depend on
        the importance). Within one phase, which of the two has the smaller ‖W_e‖: "triangle_small", "triangle_large".
    order : {"jump", "continuous"}
    status : {"converged", "unresolved", "metastable", "guess"}
    density, importance : arrays, shape (k,)
    error : array, shape (k,)
        Of the importance at fixed density; infinite where the line runs along the importance.
    density_error : array, shape (k,)
        Of the density at fixed importance; infinite where the line runs along the density.
    jump, capacity_jump : arrays, shape (k,)
        Of ‖W_e‖ and of the extra feature's capacity, second side minus first.
    loss : array, shape (k,)
        Exact loss on the line, the same on both sides.
    shapes : (str, str)
        The models on the two sides in words, such as "isosceles triangle".
    narrow : array of bool, shape (k,)
        The phase on one side is a sliver: a third one is better within 1e-4 in log r.
    crossings : tuple of Crossing, length k or 0
        Of a jump: the models on both sides of each point.

    Examples
    --------
    >>> import toytoy as tt
    >>> (line,) = tt.phase_lines(2, 1, density=(0.3, 0.5), importance=(0.2, 1.0))
    >>> line.between, str(line.order), bool(line.jump.min() > 0)
    (('not_represented', 'antipodal'), 'jump', True)
    """

    between: tuple[str, str]
    order: Order
    status: Status
    density: Array
    importance: Array
    error: Array
    density_error: Array
    jump: Array
    capacity_jump: Array
    loss: Array
    shapes: tuple[str, str]
    narrow: NDArray[np.bool_]
    crossings: tuple[Crossing, ...] = field(default=(), repr=False)

    def __len__(self) -> int:
        return len(self.density)

    def to_dict(self) -> dict[str, Any]:
        """Return plain lists and strings, for JSON; an infinite error becomes None."""
        arrays = {
            name: [_finite(float(x)) for x in getattr(self, name)]
            for name in ("density", "importance", "error", "density_error", "jump", "capacity_jump", "loss")
        }
        return {
            "between": list(self.between),
            "order": str(self.order),
            "status": str(self.status),
            "shapes": list(self.shapes),
            "narrow": bool(self.narrow.any()),
            **arrays,
        }


@dataclass(frozen=True)
class SpecialPoint:
    """A point at which lines of the diagram begin, end, meet or turn.

    Parameters
    ----------
    name : str
        Unique in its diagram: its kind, and the phases that meet there.
    kind : str
        "triple": three phases have the same loss. "tricritical": a continuous line becomes a jump. "critical": a jump
        within one phase vanishes. "critical_end": a continuous line ends on a jump. "extreme": a line turns back in
        density or importance. "border": a line leaves the window. "lost": a line could not be followed further, though
        nothing ends it there.
    density, importance : Estimate
    residual : float
        What is left of the equations that define it, as a share of the loss, or of the coefficient that vanishes.
    phases : tuple of str
        That meet there.
    status : {"converged", "unresolved"}
    note : str
        What is to be said about it, if anything.

    Examples
    --------
    >>> import toytoy as tt
    >>> first, last = tt.phase_lines(2, 1, density=(0.3, 0.5), importance=(0.2, 1.0)).points
    >>> first.kind, str(first.status), round(first.density.value, 12)
    ('border', 'converged', 0.3)
    """

    name: str
    kind: str
    density: Estimate
    importance: Estimate
    residual: float
    phases: tuple[str, ...]
    status: Status = Status.CONVERGED
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers and strings, for JSON; `error` is the importance's."""
        return {
            "name": self.name,
            "kind": self.kind,
            "density": self.density.value,
            "importance": self.importance.value,
            "error": _finite(self.importance.error),
            "density_error": _finite(self.density.error),
            "residual": _finite(self.residual),
            "phases": list(self.phases),
            "status": str(self.status),
            "note": self.note,
        }


@dataclass(frozen=True, eq=False)
class PhaseLines:
    """All lines and special points of a toy's optimum diagram, and the published ansatz' lines beside them.

    Parameters
    ----------
    n_features, n_hidden : int
    density, importance : (float, float)
        The window.
    lines : tuple of Line
    points : tuple of SpecialPoint
    ansatz : tuple of Line
        Between the published frozen matrices, in closed form.
    spinodals : tuple of Line
        Where a branch of local minima ends (status "metastable"): between a jump line's two spinodals both models are
        local minima, and training may stay on either. Empty unless asked for.

    Examples
    --------
    >>> import toytoy as tt
    >>> found = tt.phase_lines(2, 1, density=(0.3, 0.5), importance=(0.2, 1.0))
    >>> len(found.lines), [point.kind for point in found.points], found.spinodals
    (1, ['border', 'border'], ())
    """

    n_features: int
    n_hidden: int
    density: tuple[float, float]
    importance: tuple[float, float]
    lines: tuple[Line, ...]
    points: tuple[SpecialPoint, ...]
    ansatz: tuple[Line, ...] = ()
    spinodals: tuple[Line, ...] = field(default=())

    def __iter__(self) -> Iterator[Line]:
        return iter(self.lines)

    def between(self, *phases: str) -> tuple[Line, ...]:
        """Return the lines between two phases, in either order, or all lines of one phase."""
        return tuple(line for line in self.lines if set(phases) <= set(line.between))

    def to_dict(self) -> dict[str, Any]:
        """Return the --json form: {"lines": […], "points": […], …}."""
        return {
            "n_features": self.n_features,
            "n_hidden": self.n_hidden,
            "lines": [line.to_dict() for line in self.lines],
            "points": [point.to_dict() for point in self.points],
            "ansatz": [line.to_dict() for line in self.ansatz],
            "spinodals": [line.to_dict() for line in self.spinodals],
        }
