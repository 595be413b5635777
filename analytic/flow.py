"""Saxe's flow: how a linear model learns under gradient descent in small steps, in closed form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .domain import TIME, short
from .linear_parts import moments
from .model import Array
from .modes import Modes, modes
from .problem import Problem


@dataclass(frozen=True, eq=False)
class Trajectory:
    """A linear model along its gradient flow, the bias at its best at every time.

    Leading axes (...) are those of the times.

    Parameters
    ----------
    problem : Problem
    times : array, shape (...)
        In units of 1 / loss: gradient descent with a small step lr passes t = lr × steps.
    weights : array, shape (..., n_hidden, n_features)
    bias : array, shape (..., n_features)
    gram : array, shape (..., n_features, n_features)
    eigenvalues : array, shape (..., n_features)
        Of `gram`; the strength of each mode. Eigenvectors stay: the columns of ``modes.directions``.
    loss : array, shape (...)
        Loss per input, summed over features.
    modes : Modes
        Strengths at the start, rates, directions, half times.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.analytic.linear import trajectory
    >>> problem = tt.Problem.toy(2, density=0.5, activation="linear")
    >>> trajectory(problem, [[0.1, 0.0]], [0.0, 100.0]).eigenvalues.round(3)
    array([[0.01, 0.  ],
           [1.  , 0.  ]])
    """

    problem: Problem
    times: Array
    weights: Array
    bias: Array
    gram: Array
    eigenvalues: Array
    loss: Array
    modes: Modes


def trajectory(problem: Problem, weights: ArrayLike, times: ArrayLike) -> Trajectory:
    """Solve the gradient flow dW/dt = -∂L/∂W of a linear model in closed form, with the best bias at every time.

    In a block of overlapping features of equal importance I and variance v the Gram matrix obeys
    dG/dt = 8 I v (G - G²) (:eq:`saxe-flow`, :eq:`saxe-gram`): eigenvectors stay, each eigenvalue is logistic,

    g(t) = g₀ / (g₀ + (1 - g₀) e^{-8 I v t}) (:eq:`saxe-logistic`),

    the weights keep their singular vectors, with singular values √g(t) (:eq:`saxe-weights`), and
    L(t) = Σ_k I_k v_k (1 - g_k(t))² (:eq:`saxe-loss`). Blocks don't feel each other. So the start may be
    anything where importance and variance are the same for all features, and must have orthogonal columns
    (*aligned*) where all differ.

    Parameters
    ----------
    problem : Problem
        With activation "linear" and independent features, of any number.
    weights : array, shape (n_hidden, n_features)
        The start. Features that overlap must be equal in importance and in variance p/3 - p²/4.
    times : array, shape (...), >= 0
        In any order.

    Returns
    -------
    Trajectory
        A zero column stays zero, and so does a lost dimension. So the end may be a saddle, from which a small
        overlap would grow away (:eq:`saxe-saddle`). Relative errors of strengths and loss are near
        eps × (1 + rate × time); a mode s times smaller than the strongest of its block starts with one of eps × s.

    Raises
    ------
    TypeError, ValueError
        If times are not finite numbers >= 0; as `modes` does; if weights are so large that the loss is not finite.

    References
    ----------
    Saxe, McClelland and Ganguli 2013, "Exact solutions to the nonlinear dynamics of learning in deep linear neural
    networks", arXiv 1312.6120.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.analytic import linear
    >>> problem = tt.Problem(n_features=3, n_hidden=2, density=0.5, importance=(1, 0.5, 1), activation="linear")
    >>> path = linear.trajectory(problem, [[0.1, 0.0, 0.0], [0.0, 0.1, 0.0]], [0.0, 6.0, 12.0])
    >>> path.eigenvalues.round(3)
    array([[0.01 , 0.01 , 0.   ],
           [0.6  , 0.11 , 0.   ],
           [0.996, 0.6  , 0.   ]])
    >>> path.modes.half_times.round(2)
    array([ 5.51, 11.03,   inf])
    """
    when = _check_times(times)
    with np.errstate(over="ignore", invalid="ignore"):  # an age may be inf; a loss that is not finite is refused
        found = modes(problem, weights)
        spread, left = _logistic(found, when)
        loss = (found.rates / 8 * ((1 - found.strengths) * left / spread) ** 2).sum(-1)
    if not np.isfinite(loss).all():
        raise ValueError(f"weights must be small enough for a finite loss, got {np.abs(weights).max():.3g} among them")
    eigenvalues = found.strengths / spread
    gram = found.directions * eigenvalues[..., None, :] @ found.directions.T
    mean = moments(problem).mean
    return Trajectory(
        problem=problem,
        times=when,
        weights=found.images * np.sqrt(eigenvalues)[..., None, :] @ found.directions.T,
        bias=mean - gram @ mean,
        gram=gram,
        eigenvalues=eigenvalues,
        loss=loss,
        modes=found,
    )


def _check_times(times: Any) -> Array:
    try:
        checked = [TIME.check(time) for time in np.ravel(times).tolist()]
    except ValueError as error:
        if "inhomogeneous" not in str(error):
            raise
        raise ValueError(f"times must be a number or a rectangular array, got times={short(times)}") from None
    return np.reshape(np.array(checked, dtype=np.float64), np.shape(times))


def _logistic(found: Modes, when: Array) -> tuple[Array, Array]:
    """Give g₀ + (1 - g₀) e^{-age} and e^{-age}, age = rate × time: a sum of two terms >= 0, so no digits cancel."""
    age = np.where(found.strengths > 0, found.rates * when[..., None], 0.0)  # what is not there does not age
    left = np.exp(-age)
    return left - found.strengths * np.expm1(-age), left
