"""Searches where an evaluation is costly: all starts run a little, and only the best of them run to the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..analytic.loss import loss_and_grad
from ..analytic.problem import Problem

Array = NDArray[np.float64]
Progress = Callable[[int, int], None]
# Evaluations of each leg, and the share that goes on to the next. By trial, median and worst excess over a start's own
# end: 20 features, 8 starts: 3 % and 26 % after 40 evaluations, none after 200; 50 features, 4 starts: 2 % and 2 %,
# then 0.06 % and 0.2 %. At 50 the best led from the first leg on. At 20 it left a saddle only after 100 evaluations,
# and at 30 a first leg of 40 took three that ended 2 % higher. So fewer than `MANY` features run longer before any is
# left behind. A race is no proof; more starts help.
LEGS, KEPT = (40, 160, 800), 0.25
MANY, FIRST = 50, 160
FINISHERS = 3  # at least so many run to the end
GRADIENT_FREE = ("Nelder-Mead", "Powell", "COBYLA")
FINE = 1e-9  # times the null loss: gradients by quadrature are hardly better
LEVEL = 1e-14  # times the null loss: losses that differ by no more are told apart by their gradients
MEMORY = 20  # past steps that stand for the Hessian; twice scipy's default, as evaluations cost more than they do
RESTARTS = 5  # a line search that rounding or a kink has stopped often goes on with a fresh memory
LIMITED = "L-BFGS-B"
INTERRUPTED = "interrupted"


class Descents(NamedTuple):
    """Where every start ended: weights (k, m, n), bias (k, n); evaluations; what cut it short, or nothing."""

    weights: Array
    bias: Array
    evaluations: int
    trouble: str = ""


def race(problem: Problem, weights: Array, bias: Array, progress: Progress | None = None) -> Descents:
    """Descend from every model, shapes (k, m, n) and (k, n), by limited-memory BFGS on the exact loss.

    All run the first leg, the better quarter the second, the best of those the last, to a stationary point; no other
    choice is made, so that the same starts give the same ends. Interrupted (Ctrl-C), it hands over the best points met.

    Raises
    ------
    ValueError
        If no start has a finite loss.
    """
    ends = [Descent(problem, w, b) for w, b in zip(weights, bias, strict=True)]
    running, trouble, left = ends, "", 0
    legs = LEGS if problem.n_features >= MANY else (FIRST, *LEGS[1:])
    try:
        for leg, count in enumerate(legs_of(len(ends))):
            running = sorted(running, key=lambda end: end.loss)[:count]
            for end in running:
                end.descend(legs[leg])
                left += 1
                if progress:
                    progress(left, sum(legs_of(len(ends))))
    except KeyboardInterrupt:
        trouble = INTERRUPTED
    if not any(np.isfinite(end.loss) for end in ends):
        if trouble:
            raise KeyboardInterrupt
        raise ValueError(f"no start of {problem!r} has a finite loss; the last one said: {ends[-1].error}")
    points = [end.model for end in ends]
    spent = sum(end.evaluations for end in ends)
    return Descents(np.array([w for w, _ in points]), np.array([b for _, b in points]), spent, trouble)


def each_by_scipy(problem: Problem, weights: Array, bias: Array, method: str) -> Descents:
    """Descend from every model by a method of scipy.optimize.minimize, each to that method's own end."""
    ends = [Descent(problem, w, b) for w, b in zip(weights, bias, strict=True)]
    trouble = ""
    try:
        for end in ends:
            end.run(method, {})
    except KeyboardInterrupt:
        if not any(np.isfinite(end.loss) for end in ends):
            raise
        trouble = INTERRUPTED
    points = [end.model for end in ends]
    spent = sum(end.evaluations for end in ends)
    return Descents(np.array([w for w, _ in points]), np.array([b for _, b in points]), spent, trouble)


def legs_of(count: int) -> list[int]:
    """Tell how many of so many starts run each leg."""
    return [count, *(min(count, max(FINISHERS, int(count * KEPT**leg))) for leg in range(1, len(LEGS)))]


class Descent:
    """One start, a model of shapes (m, n) and (n,), and the best point met on the way down from it."""

    def __init__(self, problem: Problem, weights: Array, bias: Array) -> None:
        self.problem, self.shape, self.split = problem, weights.shape, weights.size
        self.theta = np.concatenate([weights.ravel(), bias])
        self.loss, self.slope, self.evaluations, self.error = np.inf, np.inf, 0, ""

    @property
    def model(self) -> tuple[Array, Array]:
        """The best weights, shape (m, n), and bias, shape (n,)."""
        return self.theta[: self.split].reshape(self.shape), self.theta[self.split :]

    def value_and_gradient(self, theta: Array) -> tuple[float, Array]:
        """Evaluate, and remember the best; a point too far out to have a loss is infinitely bad."""
        self.evaluations += 1
        weights, bias = theta[: self.split].reshape(self.shape), theta[self.split :]
        try:
            value, d_weights, d_bias = loss_and_grad(self.problem, weights, bias)
        except ValueError as error:
            self.error = str(error)
            return np.inf, np.zeros_like(theta)
        gradient = np.concatenate([d_weights.ravel(), d_bias])
        slope = float(np.abs(gradient).max())
        level = value <= self.loss + LEVEL * self.problem.null_loss
        if value < self.loss - LEVEL * self.problem.null_loss or (level and slope < self.slope):
            self.theta, self.loss, self.slope = theta.copy(), float(value), slope
        return float(value), gradient

    def descend(self, evaluations: int) -> None:
        """Go on by so many evaluations, or until the gradient vanishes or no restart gets any further."""
        begin, scale = self.evaluations, self.problem.null_loss
        for _ in range(RESTARTS):
            before, left = self.loss, evaluations - (self.evaluations - begin)
            if left <= 0 or self.slope <= FINE * scale:
                return
            self.run(LIMITED, {"maxcor": MEMORY, "maxfun": left, "maxiter": left, "ftol": 0.0, "gtol": FINE * scale})
            if before - self.loss <= FINE**2 * scale:
                return

    def run(self, method: str, options: dict[str, float]) -> None:
        """Descend by a method of scipy.optimize.minimize, to its own end."""
        from scipy.optimize import minimize

        if method in GRADIENT_FREE:
            minimize(lambda theta: self.value_and_gradient(theta)[0], self.theta, method=method, options=options)
        else:
            minimize(self.value_and_gradient, self.theta, jac=True, method=method, options=options)
