"""One feature's loss as a function of its capacity, everything else that its output sees being at its best."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..analytic.capacity_value import capacity_derivative, check_priced, output_loss, row_model
from ..analytic.domain import Domain
from ..analytic.problem import Problem

Array = NDArray[np.float64]
CAPACITY = Domain("capacity", 0, 1, low_open=True, high_open=True, hint="at 0 and 1 use first_values and last_value")
STEP = 0.02  # of the smaller of C and 1 - C: fourth-order differences leave about 1e-7 of a slope
LEVELS = 6  # halvings of the distance from C = 1
FARTHEST = 0.02  # of the root of 1 - C: the expansion is in this root
NUDGE = 1e-3  # of the row's length
ROUNDING = 1e-15  # of a loss, in units of Σ_i I_i p_i / 3: see `loss`


class CurvePoint(NamedTuple):
    """The least loss of one output at a capacity, the slope -dV/dC there, and the minimizer."""

    loss: float
    value: float
    row: Array
    bias: float


def curve_point(problem: Problem, j: int, capacity: float, row: Array, bias: float) -> CurvePoint:
    """Minimize the loss of output j at a given capacity, V_j of :eq:`capacity-curve`, from a one-dimensional model.

    It is I_j v_j (1 - C) if the activation is linear, :eq:`capacity-linear`. A local minimum, the one that the start
    leads to: there are others, see the derivation. The slope is exact by the envelope theorem: at the minimum only the
    capacity's own part of the derivative is left.

    Parameters
    ----------
    problem : Problem
        Independent features, two at least; activation "relu" or "linear".
    j : int
    capacity : float
        In (0, 1).
    row : array, shape (n_features,)
        One-dimensional model to start from; its capacity may be another.
    bias : float

    Returns
    -------
    CurvePoint

    Raises
    ------
    TypeError, ValueError
        If an argument is out of range.

    Examples
    --------
    >>> import numpy as np, toytoy as tt
    >>> from toytoy.numeric.capacity_curve import curve_point
    >>> problem = tt.Problem(n_features=2, n_hidden=1, density=1.0, activation="linear")
    >>> point = curve_point(problem, 0, 0.25, np.array([1.0, -1.0]), 0.5)  # v (1 - C), v = 1/12
    >>> round(point.loss * 12, 9), round(point.value * 12, 6)
    (0.75, 1.0)
    """
    from scipy.optimize import minimize

    check_priced(problem)
    capacity = float(CAPACITY.check(capacity))
    others = np.arange(problem.n_features) != j
    line = _Line(problem, j, capacity, others)
    size = float(np.linalg.norm(row[others]))
    if size == 0:
        raise ValueError(f"row must let another feature interfere with {j}, got row={row!r}; start from a pair")
    start = np.concatenate([[np.linalg.norm(row)], row[others] / size, [bias / np.sqrt(1 - capacity)]])
    # tolerances below what rounding allows: it stops where the loss can't be lowered
    end = minimize(line.scaled, start, jac=True, method="BFGS", options={"gtol": 1e-13, "maxiter": 1000}).x
    model, shift = line.model(end)
    loss, d_row, _ = output_loss(problem, j, model, shift)
    return CurvePoint(loss, -capacity_derivative(model, d_row, j), model, shift)


class _Line:
    """Models of one capacity: scale, direction of the others, and bias in units of the root of 1 - C."""

    def __init__(self, problem: Problem, j: int, capacity: float, others: NDArray[np.bool_]) -> None:
        self.problem, self.j, self.others = problem, j, others
        self.own, self.shared = np.sqrt(capacity), np.sqrt(1 - capacity)
        self.unit = max(problem.null_loss, np.finfo(float).tiny) * (1 - capacity)

    def model(self, at: Array) -> tuple[Array, float]:
        row = np.empty(len(self.others))
        row[self.j] = at[0] * self.own
        row[self.others] = at[0] * self.shared * at[1:-1] / np.linalg.norm(at[1:-1])
        return row, float(at[-1] * self.shared)

    def scaled(self, at: Array) -> tuple[float, Array]:
        row, bias = self.model(at)
        loss, d_row, d_bias = output_loss(self.problem, self.j, row, bias)
        length = np.linalg.norm(at[1:-1])
        toward = at[1:-1] / length
        turn = d_row[self.others] - toward * (toward @ d_row[self.others])
        parts = [[d_row @ row / at[0]], at[0] * self.shared * turn / length, [d_bias * self.shared]]
        return loss / self.unit, np.concatenate(parts) / self.unit


def alone(problem: Problem, weights: Array, bias: Array, j: int) -> tuple[float, float, float]:
    """Give loss and slope of V_j at the capacity that feature j has in a model, and the slope's error.

    The model's own row, nudged, is the start. The error is what the slope and a fourth-order difference of the minima
    around it differ by.
    """
    row = row_model(weights, j)
    capacity = float(row[j] ** 2 / (row @ row))
    others = np.arange(len(row)) != j
    nudged = np.where(others, row - NUDGE * np.linalg.norm(row), row)  # off the saddles that a symmetric row may be
    here = curve_point(problem, j, capacity, nudged, float(bias[j]))
    step = STEP * min(capacity, 1 - capacity)
    moves = np.array([-2.0, -1.0, 1.0, 2.0]) * step
    around = [curve_point(problem, j, capacity + move, here.row, here.bias).loss for move in moves]
    difference = (8 * (around[2] - around[1]) - (around[3] - around[0])) / (12 * step)
    return here.loss, here.value, abs(here.value + difference)


def last_value(problem: Problem, j: int) -> tuple[float, float]:
    """Give what the last bit of capacity is worth to a dedicated feature, -V_j'(1), :eq:`capacity-last`, and its error.

    The limit of V_j(C) / (1 - C), which is a power series in the root of 1 - C, by extrapolation; the least over the
    features that may interfere.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.analytic.stability import threshold
    >>> from toytoy.numeric.capacity_curve import last_value
    >>> value, error = last_value(tt.Problem.toy(2, density=0.5), 0)
    >>> abs(value - threshold(0.5) * (0.5 / 3 - 0.5**2 / 4)) <= error < 1e-6
    True
    """
    check_priced(problem)
    if problem.n_features < 2:
        raise ValueError("n_features must be at least 2 for marginal values, got n_features=1: nothing shares capacity")
    p = np.array([float(value) for value in problem.densities])
    seen: dict[float, tuple[float, float]] = {}
    for i in (i for i in range(problem.n_features) if i != j):
        if p[i] not in seen:  # features of one density interfere alike
            seen[p[i]] = _limit(problem, j, i)
    return min(seen.values())


def _limit(problem: Problem, j: int, i: int) -> tuple[float, float]:
    """Extrapolate V_j / (1 - C) to C = 1, with feature i opposite."""
    row = np.zeros(problem.n_features)
    bias = float(problem.densities[i]) ** 2 / 4 * FARTHEST
    row[j], row[i] = 1.0, -FARTHEST
    table: list[float] = []
    before, distance = np.inf, FARTHEST
    for _ in range(LEVELS):
        point = curve_point(problem, j, 1 - distance**2, row, bias)
        fresh = [point.loss / distance**2]
        for power, coarser in enumerate(table, 1):
            fresh.append(fresh[-1] + (fresh[-1] - coarser) / (2**power - 1))
        before, table = table[-1] if table else np.inf, fresh
        row, bias, distance = point.row, point.bias / 2, distance / 2
    rounding = ROUNDING * problem.null_loss / (2 * distance) ** 2 * 4  # of the finest loss; extrapolation adds a few
    return table[-1], abs(table[-1] - before) + rounding
