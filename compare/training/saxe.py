"""The linear model's closed trajectory against gradient descent: how the gap shrinks with the step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...analytic.domain import N_FEATURES, SEED, Domain, short
from ...analytic.estimate import ErrorKind, Estimate
from ...analytic.flow import trajectory
from ...analytic.linear import best_bias
from ...analytic.linear_parts import moments
from ...analytic.problem import Problem
from ...numeric.descent_path import descent_path
from ..figure_entry import Progress

__all__ = ["SaxePaths", "power", "saxe"]

Array = NDArray[np.float64]
LARGEST = 0.8  # a third of the step at which descent becomes unstable
STEP_SIZES = tuple(LARGEST / 2**k for k in range(7))
DECAY = Domain("decay", 0, low_open=True, hint="it is the ratio of the importances of neighbors")
SCALE = Domain("scale", 0, 1, low_open=True, high_open=True, hint="W starts at scale × identity and grows to 1")
MARKS = 56  # whole multiples of the largest step, at which the paths are compared: t = 0.8 … 44.8


@dataclass(frozen=True, eq=False)
class SaxePaths:
    """A linear model along its closed trajectory and along gradient descent with several steps.

    Parameters
    ----------
    problem : Problem
    times : array, shape (t,)
    half_times : array, shape (n,)
        When each mode has reached strength 1/2.
    strengths, descent_strengths : array, shape (t, n)
        Squared lengths of the columns of W by the closed form, and by descent with the largest step.
    step_sizes : array, shape (k,)
        Descending.
    gaps : array, shape (k,)
        Root mean square of W - W_closed over entries and times, the bias at its best at every step. (The largest
        difference jumps from one time to another as the step shrinks, which blurs its order.)
    corrected_gaps : array, shape (k,)
        The same against the flow with its first correction by the step.
    free_gaps : array, shape (k,)
        Root mean square of W - W_closed where the bias descends by its own gradient.
    order, corrected_order : Estimate
        Exponent of the step in `gaps` and `corrected_gaps`; see `power`.
    """

    problem: Problem
    times: Array
    half_times: Array
    strengths: Array
    descent_strengths: Array
    step_sizes: Array
    gaps: Array
    corrected_gaps: Array
    free_gaps: Array
    order: Estimate
    corrected_order: Estimate

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data."""
        arrays = ("times", "half_times", "strengths", "descent_strengths")
        gaps = ("step_sizes", "gaps", "corrected_gaps", "free_gaps")
        orders = ("order", "corrected_order")
        return {
            **{name: getattr(self, name).tolist() for name in (*arrays, *gaps)},
            **{name: {"value": float(e), "error": e.error} for name in orders for e in (getattr(self, name),)},
        }

    def sentences(self) -> tuple[str, ...]:
        """Say how the gap shrinks, and that with a free bias it does not."""
        large, small = self.step_sizes[0], self.step_sizes[-1]
        return (
            f"gap to the closed form: {self.gaps[0]:.2e} with steps of {large:g}, {self.gaps[-1]:.2e} with {small:g}; "
            f"as the step to the power {self.order}",
            f"gap to the flow corrected by half a step: {self.corrected_gaps[-1]:.2e} with steps of {small:g}; as the "
            f"step to the power {self.corrected_order}",
            f"with a bias that descends by its own gradient: {self.free_gaps[0]:.2e} and {self.free_gaps[-1]:.2e}: "
            "another flow, which no smaller step brings nearer",
        )


def saxe(
    step_sizes: Sequence[float] = STEP_SIZES,
    *,
    n_features: int = 5,
    density: float = 0.5,
    decay: float = 0.7,
    scale: float = 0.1,
    seed: int = 0,
    progress: Progress | None = None,
) -> SaxePaths:
    """Follow a linear model's gradient flow in closed form and by gradient descent, with ever smaller steps.

    As many hidden dimensions as features, importance I_i = decay^i, from W = scale × identity: every feature is a mode
    of its own, learned after another in the order of I_i (:eq:`saxe-logistic`). Descent keeps the bias at its best, as
    the closed form does, and once more lets it descend by its own gradient.

    Parameters
    ----------
    step_sizes : sequence of float
        Four or more; each must divide the largest one.
    n_features : int
    density : float
    decay : float
        Ratio of the importances of neighbors, > 0.
    scale : float
        Of the start, in (0, 1).
    seed : int
        Without meaning: nothing is drawn.
    progress : callable (done, total), optional
        Counts step sizes.

    Returns
    -------
    SaxePaths

    Raises
    ------
    TypeError, ValueError
        If a number is out of its range.

    References
    ----------
    Saxe, McClelland and Ganguli 2013, arXiv 1312.6120; Barrett and Dherin 2020, arXiv 2009.11162 (the correction).

    Examples
    --------
    >>> from toytoy.compare.training.saxe import saxe
    >>> found = saxe((0.4, 0.2, 0.1, 0.05))
    >>> abs(found.order.value - 1) < found.order.error < 1e-3
    True
    """
    for domain, value in ((SEED, seed), (N_FEATURES, n_features), (DECAY, decay), (SCALE, scale)):
        domain.check(value)
    sizes = _check_sizes(step_sizes)
    importance, n = tuple(decay**i for i in range(n_features)), n_features
    problem = Problem(n_features=n, n_hidden=n, density=density, importance=importance, activation="linear")
    start = scale * np.eye(n_features)
    times = sizes[0] * np.arange(MARKS + 1)
    closed = trajectory(problem, start, times)
    gaps = np.empty((3, len(sizes)))
    strengths = closed.eigenvalues
    for k, size in enumerate(map(float, sizes)):
        held, free = (_descended(problem, start, size, round(sizes[0] / size), own) for own in (False, True))
        corrected = corrected_flow(problem, scale, times, size)
        gaps[:, k] = _rms(held - closed.weights), _rms(held - corrected), _rms(free - closed.weights)
        if k == 0:
            strengths = np.square(held).sum(axis=1)
        if progress:
            progress(k + 1, len(sizes))
    return SaxePaths(
        problem,
        times,
        closed.modes.half_times,
        closed.eigenvalues,
        strengths,
        sizes,
        *(gaps[0], gaps[1], gaps[2]),
        *(power(sizes, gaps[0]), power(sizes, gaps[1])),
    )


def _descended(problem: Problem, start: Array, size: float, stride: int, own: bool) -> Array:
    """Descend with the bias at its best, or by its own gradient from there; return W at the marks."""
    bias = best_bias(problem, start) if own else None
    return descent_path(problem, start, bias, lr=size, steps=MARKS * stride, every=stride).weights


def corrected_flow(problem: Problem, scale: float, times: Array, lr: float) -> Array:
    """Integrate the flow that gradient descent with step lr follows to second order, from W = scale × identity.

    Descent by steps of lr follows the gradient flow of ``L + (lr / 4) |∇L|²`` up to lr². For a mode of singular value
    s, with f(s) = 4 I v s (s² - 1), that is ds/dt = -f - (lr / 2) f f'.

    Returns
    -------
    array, shape (t, n, n)
        W, diagonal, at each time.
    """
    from scipy.integrate import solve_ivp

    importance, _, variance = moments(problem)
    rate = 4 * importance * variance

    def slope(_: float, s: Array) -> Array:
        f = rate * s * (s * s - 1)
        return np.asarray(-f - lr / 2 * f * rate * (3 * s * s - 1))

    start = np.full(problem.n_features, scale)
    path = solve_ivp(slope, (times[0], times[-1]), start, "DOP853", t_eval=times, rtol=1e-12, atol=1e-14)
    return np.asarray(path.y.T[:, :, None] * np.eye(problem.n_features))


def power(sizes: Array, gaps: Array) -> Estimate:
    """Fit log gap = a + s log h + c h + d h²: the exponent s of the step size h as it goes to 0.

    The error is what the last term changes: the next orders are what is left, and nothing here is random.

    Examples
    --------
    >>> import numpy as np
    >>> from toytoy.compare.training.saxe import power
    >>> sizes = np.array([0.4, 0.2, 0.1, 0.05])
    >>> found = power(sizes, 3 * sizes**2 / (1 - sizes))
    >>> abs(found.value - 2) < found.error < 0.1
    True
    """
    columns = np.stack([np.ones_like(sizes), np.log(sizes), sizes, sizes**2], axis=1)
    first, second = (float(np.linalg.lstsq(columns[:, :k], np.log(gaps))[0][1]) for k in (3, 4))
    return Estimate(second, abs(second - first), ErrorKind.QUADRATURE)


def _rms(gap: Array) -> float:
    return float(np.sqrt(np.square(gap).mean()))


def _check_sizes(step_sizes: Sequence[float]) -> Array:
    rule = (
        f"step_sizes must be four or more different positive numbers that divide the largest, got {short(step_sizes)}"
    )
    try:
        sizes = np.unique(np.array(step_sizes, dtype=float))[::-1]  # descending
    except (TypeError, ValueError):
        raise TypeError(f"{rule}; halve one again and again") from None
    if len(sizes) < 4 or len(sizes) < np.size(step_sizes) or not np.isfinite(sizes).all() or sizes[-1] <= 0:
        raise ValueError(f"{rule}; halve one again and again")
    if np.abs(sizes[0] / sizes - np.round(sizes[0] / sizes)).max() > 1e-9:
        raise ValueError(f"{rule}; halve one again and again")
    return sizes
