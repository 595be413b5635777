"""Gradient flow on the exact loss, what descent in ever smaller steps follows: integrated, and its error claimed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..analytic.cube import scratch
from ..analytic.domain import TIME, Domain, short
from ..analytic.linear import best_bias
from ..analytic.loss import evaluate
from ..analytic.model import check_model
from ..analytic.problem import Problem
from ..analytic.rows import evaluate_batch
from ..analytic.tables import fits_cube, tables

Array = NDArray[np.float64]
Gradient = Callable[[Array, Array], tuple[Array, Array]]
STOP = Domain("stop", 0, hint="the flow ends where no entry of the gradient is larger; 0 goes on to the last time")
RELATIVE = Domain("tolerance", 1e-11, 1e-2, hint="give the relative error allowed in a step; 1e-8 is good for plots")
COARSER = 100.0  # the second run's tolerance over the first's: its error is then far larger, and so is the difference
ABSOLUTE = 1e-2  # of the tolerance: weights are of order one, and small ones matter while they grow
LEAST = 1e-14  # tolerances below it are rounding


@dataclass(frozen=True, eq=False)
class Flow:
    """A model along its gradient flow.

    Parameters
    ----------
    problem : Problem
    times : array, shape (t,)
        In units of 1 / loss: gradient descent with a small step lr passes t = lr × steps.
    weights : array, shape (t, n_hidden, n_features)
    bias : array, shape (t, n_features)
    losses : array, shape (t,)
        Exact loss per input, summed over features.
    errors, loss_errors : array, shape (t,)
        Of the largest entry of weights and bias, and of the loss: the largest change, up to that time, from an
        integration whose tolerance is 100 times looser, and rounding.
    gradient_norm : float
        Largest entry of the gradient at the end, in absolute value.
    stationary : bool
        Whether the flow ended because of `stop`.
    n_evaluations : int
        Of the gradient, in both integrations.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.numeric.gradient_flow import gradient_flow
    >>> flow = gradient_flow(tt.Problem.toy(2, density=0.5), [[0.6, -0.4]], [0.0, 0.0], [0.0, 10.0])
    >>> flow.stationary, bool(flow.losses[1] < flow.losses[0])
    (False, True)
    """

    problem: Problem
    times: Array
    weights: Array
    bias: Array
    losses: Array
    errors: Array
    loss_errors: Array
    gradient_norm: float
    stationary: bool
    n_evaluations: int


def gradient_flow(
    problem: Problem,
    weights: ArrayLike,
    bias: ArrayLike | None,
    times: ArrayLike,
    *,
    stop: float = 0.0,
    tolerance: float = 1e-8,
) -> Flow:
    """Integrate dW/dt = -∂L/∂W, db/dt = -∂L/∂b on the exact population loss, by scipy's LSODA.

    Every initial model has one flow: the gradient is continuous, and smooth but for the kinks where a hinge passes a
    corner of the inputs' cube. The step control meets kinks as it meets any fast change. Far into the flow it is
    stiff, fast modes having died while slow ones go on, so that an explicit method would never rest.

    Parameters
    ----------
    problem : Problem
    weights : array, shape (n_hidden, n_features)
        The start.
    bias : array, shape (n_features,), or None
        The start. None keeps the bias at its best for the weights at every time, as in Saxe's closed form
        (:eq:`saxe-flow`); for linear models of independent features only.
    times : array, shape (t,), >= 0, ascending
        At which the model is wanted; the flow starts at 0.
    stop : float, >= 0
        End where no entry of the gradient is larger. That time is then the last one given.
    tolerance : float in [1e-11, 0.01]
        Relative error allowed in a step.

    Returns
    -------
    Flow

    Raises
    ------
    TypeError, ValueError
        If a number is out of its range, times do not ascend, the model does not fit the problem, or a bias that is to
        be kept at its best belongs to no linear model.
    RuntimeError
        If the integrator gives up.

    Notes
    -----
    A flow that starts on a saddle, such as W = 0, stays there.

    References
    ----------
    Petzold 1983, "Automatic selection of methods for solving stiff and nonstiff systems" (LSODA).

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.numeric.gradient_flow import gradient_flow
    >>> problem = tt.Problem.toy(2, importance=1.0, density=0.5)
    >>> flow = gradient_flow(problem, [[0.6, -0.4]], [0.0, 0.0], [0.0, 10.0, 1e4], stop=1e-9)
    >>> flow.stationary, bool(flow.times[-1] < 1e4), round(float(flow.losses[-1]), 10)
    (True, True, 0.076282447)
    """
    stop, tolerance = float(STOP.check(stop)), float(RELATIVE.check(tolerance))
    when = _check_times(times)
    start, first = check_model(problem, weights, np.zeros(problem.n_features) if bias is None else bias)
    if start.ndim != 2 or first.ndim != 1:
        raise ValueError(f"a flow has one start, got weights of shape {start.shape} and bias of shape {first.shape}")
    field = _Field(problem, start.shape, follows=bias is None)
    theta = start.ravel() if bias is None else np.concatenate([start.ravel(), first])
    kept, fine = _integrate(field, theta, when, tolerance, stop)
    _, coarse = _integrate(field, theta, kept, COARSER * tolerance, 0.0)
    models, others = field.split(fine), field.split(coarse)
    losses, rough = evaluate(problem, *models).loss, evaluate(problem, *others).loss
    rounding = LEAST * np.abs(fine).max(axis=1)
    largest = float(np.abs(field(0.0, fine[-1])).max())
    return Flow(
        problem,
        kept,
        *models,
        losses,
        np.maximum.accumulate(np.abs(fine - coarse).max(axis=1) + rounding),
        np.maximum.accumulate(np.abs(losses - rough) + LEAST * problem.null_loss),
        largest,
        bool(kept[-1] < when[-1] or largest <= stop),
        field.count,
    )


class _Field:
    """The flow's right side as scipy wants it: minus the gradient, of vectors that are W row by row, then b."""

    def __init__(self, problem: Problem, shape: tuple[int, ...], follows: bool) -> None:
        self.problem, self.shape, self.follows, self.count = problem, shape, follows, 0
        if follows:
            best_bias(problem, np.zeros(shape))  # refuses what has no closed form
        self.gradient = _by_kernel(problem, shape) if fits_cube(problem) else _by_line(problem)

    def __call__(self, _: float, theta: Array) -> Array:
        self.count += 1
        d_weights, d_bias = self.gradient(*self.split(theta))
        flat = d_weights.ravel()
        return -flat if self.follows else -np.concatenate([flat, d_bias])

    def split(self, theta: Array) -> tuple[Array, Array]:
        size = self.shape[0] * self.shape[1]
        weights = theta[..., :size].reshape(*theta.shape[:-1], *self.shape)
        return weights, best_bias(self.problem, weights) if self.follows else theta[..., size:]


def _by_line(problem: Problem) -> Gradient:
    def gradient(weights: Array, bias: Array) -> tuple[Array, Array]:
        found = evaluate(problem, weights, bias)
        return found.d_weights, found.d_bias

    return gradient


def _by_kernel(problem: Problem, shape: tuple[int, ...]) -> Gradient:
    """Call the compiled kernel on arrays made once: checking a model would cost ten times its gradient."""
    n = shape[1]
    importance, masks, probabilities, act = tables(problem)
    rows = importance[None], masks, probabilities[None], act
    models = np.empty((1, *shape)), np.empty((1, n))
    out: Any = np.empty(1), np.empty((1, *shape)), np.empty((1, n)), np.empty((1, n, 5)), *scratch(n)

    def gradient(weights: Array, bias: Array) -> tuple[Array, Array]:
        models[0][0], models[1][0] = weights, bias
        evaluate_batch(*models, *rows, *out)
        return out[1][0], out[2][0]

    return gradient


def _integrate(field: _Field, theta: Array, times: Array, tolerance: float, stop: float) -> tuple[Array, Array]:
    """Return the times reached, and the vectors there, shape (t, size)."""
    from scipy.integrate import solve_ivp

    def above(t: float, moving: Array) -> float:
        return float(np.log(max(np.abs(field(t, moving)).max(), np.finfo(float).tiny) / stop))

    above.terminal = True  # type: ignore[attr-defined]
    if times[-1] == 0 or (stop and above(0.0, theta) <= 0):
        return np.zeros(1), theta[None]
    settings = {"rtol": tolerance, "atol": ABSOLUTE * tolerance, "events": above if stop else None}
    path: Any = solve_ivp(field, (0.0, times[-1]), theta, "LSODA", t_eval=times, **settings)
    if not path.success or not np.isfinite(path.y).all():
        raise RuntimeError(f"the integrator gave up at t={path.t[-1] if path.t.size else 0.0:g}: {path.message}")
    if path.status != 1:
        return times, path.y.T
    when, where = path.t_events[0][-1:], path.y_events[0][-1:]
    early = int((times < when[0]).sum())
    reached = np.reshape(path.y, (len(theta), -1)).T  # scipy gives empty lists where no time wanted was reached
    return np.concatenate([times[:early], when]), np.concatenate([reached[:early], where])


def _check_times(times: Any) -> Array:
    checked = np.array([TIME.check(time) for time in np.ravel(times).tolist()], dtype=np.float64)
    if np.ndim(times) != 1 or not checked.size or not (np.diff(checked) > 0).all():
        raise ValueError(f"times must be a list that ascends, got times={short(times)}")
    return checked
