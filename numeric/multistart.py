"""The optimum by search: many starts, quasi-Newton on the exact loss, the best of all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..analytic.answer import answer
from ..analytic.cube import scratch
from ..analytic.domain import N_STARTS, SEED, nearest
from ..analytic.loss import loss_and_grad
from ..analytic.problem import Problem
from ..analytic.solution import Kind, Solution
from ..analytic.tables import tables
from .descent import descend_batch
from .starts import random_starts, structured_starts

Array = NDArray[np.float64]
MAX_STEPS = 500  # ten times what a typical start of the toys takes
GRADIENT_TOLERANCE = 3e-13  # times the null loss: a few times the rounding error of the gradient
CONVERGED = 1e-7  # times the null loss: where a hinge is about to touch a corner descents stall at up to 4e-8
OPTIMUM_TOLERANCE = 1e-8  # for regimes of exact optima
OWN = "bfgs"
SCIPY = ("BFGS", "L-BFGS-B", "CG", "TNC", "SLSQP", "trust-constr", "Newton-CG", "Nelder-Mead", "Powell", "COBYLA")
GRADIENT_FREE = ("Nelder-Mead", "Powell", "COBYLA")


@dataclass(frozen=True)
class Multistart:
    """Search for the global minimum from structured, warm and random starts; every end point is polished.

    Parameters
    ----------
    n_starts : int
        Number of random starts, besides one structured start for each known phase.
    seed : int
        Seed of the random starts.
    optimizer : str
        "bfgs" (compiled, all starts in one call), or a scipy.optimize.minimize method by its name: "L-BFGS-B",
        "BFGS", "trust-constr", …; its end points are polished by "bfgs".
    warm_starts : tuple of Solution
        Solutions, of the same shape, from which to start as well.

    Raises
    ------
    TypeError, ValueError
        If a field is out of its range; an unknown optimizer is answered with the nearest name.

    Notes
    -----
    A search, not a proof: about 40 random starts find the optimum of any cell of the toys' diagrams with
    probability 0.999; `Solution.runs` tells how many starts hit it and how many distinct minima were met.

    Examples
    --------
    >>> import toytoy as tt
    >>> solution = tt.minimize(tt.Problem.toy(2, importance=0.1, density=0.5), tt.Multistart(n_starts=8, seed=0))
    >>> print(solution.structure)
    dedicated[0] + not_represented[1]
    """

    n_starts: int = 32
    seed: int = 0
    optimizer: str = OWN
    warm_starts: tuple[Solution, ...] = ()

    def __post_init__(self) -> None:
        N_STARTS.check(self.n_starts)
        SEED.check(self.seed)
        if self.optimizer not in (OWN, *SCIPY):
            raise ValueError(nearest("optimizer", self.optimizer, (OWN, *SCIPY)))
        if not isinstance(self.warm_starts, tuple | list):
            raise TypeError(f"warm_starts must be a tuple of Solutions, got a {type(self.warm_starts).__name__}")
        object.__setattr__(self, "warm_starts", tuple(self.warm_starts))  # a list can't be hashed
        for start in self.warm_starts:
            if not isinstance(start, Solution):
                raise TypeError(f"warm_starts must be Solutions, got {start!r}")

    def __repr__(self) -> str:
        warm = f", warm_starts=<{len(self.warm_starts)}>" if self.warm_starts else ""
        return f"Multistart(n_starts={self.n_starts}, seed={self.seed}, optimizer={self.optimizer!r}{warm})"

    def minimize(self, problem: Problem) -> Solution:
        """Return the best of all starts."""
        weights, bias = self._starts(problem)
        evaluations = 0
        if self.optimizer != OWN:
            weights, bias, evaluations = _by_scipy(problem, weights, bias, self.optimizer)
        weights, bias, out = polish(problem, weights, bias)
        best = int(np.argmin(out[:, 0]))
        converged = out[best, 1] <= CONVERGED * problem.null_loss
        return answer(
            problem,
            weights,
            bias,
            kind=Kind.OPTIMUM,
            method=repr(self),
            seed=self.seed,
            tolerance=OPTIMUM_TOLERANCE,
            status="converged" if converged else f"gradient still {out[best, 1]:.1e}: give more starts",
            n_evaluations=evaluations + int(out[:, 2].sum()),
        )

    def _starts(self, problem: Problem) -> tuple[Array, Array]:
        drawn = [structured_starts(problem), random_starts(problem, self.n_starts, self.seed)]
        shape = (problem.n_hidden, problem.n_features)
        for start in self.warm_starts:
            if start.weights.shape != shape:
                raise ValueError(f"warm starts must have weights of shape {shape}, got {start.weights.shape}")
            drawn.append((start.weights[None], start.bias[None]))
        return np.concatenate([w for w, _ in drawn]), np.concatenate([b for _, b in drawn])


def polish(problem: Problem, weights: Array, bias: Array) -> tuple[Array, Array, Array]:
    """Descend from every model, shapes (k, m, n) and (k, n), to a stationary point, with the compiled optimizer.

    Returns the end points, and an array (k, 3): loss, largest gradient entry, evaluations.
    """
    k, m, n = weights.shape
    table = tables(problem)
    thetas = np.concatenate([weights.reshape(k, -1), bias], axis=1)
    out = np.empty((k, 3))
    descend_batch(
        thetas,
        np.ones(thetas.shape[1], dtype=np.bool_),
        0.0,
        m,
        np.tile(table.importance, (k, 1)),
        table.masks,
        np.tile(table.probabilities, (k, 1)),
        table.activation,
        MAX_STEPS,
        np.full(k, GRADIENT_TOLERANCE * problem.null_loss),
        out,
        *scratch(n),
    )
    return thetas[:, : m * n].reshape(k, m, n), thetas[:, m * n :].copy(), out


def _by_scipy(problem: Problem, weights: Array, bias: Array, method: str) -> tuple[Array, Array, int]:
    from scipy.optimize import minimize as scipy_minimize

    shape, split = weights.shape[1:], weights[0].size

    def value_and_gradient(theta: Array) -> tuple[float, Array]:
        value, d_weights, d_bias = loss_and_grad(problem, theta[:split].reshape(shape), theta[split:])
        return float(value), np.concatenate([d_weights.ravel(), d_bias])

    weights, bias, evaluations = weights.copy(), bias.copy(), 0
    for i in range(len(weights)):
        start = np.concatenate([weights[i].ravel(), bias[i]])
        if method in GRADIENT_FREE:
            result = scipy_minimize(lambda theta: value_and_gradient(theta)[0], start, method=method)
        else:
            result = scipy_minimize(value_and_gradient, start, jac=True, method=method)
        weights[i], bias[i] = result.x[:split].reshape(shape), result.x[split:]
        evaluations += int(result.nfev)
    return weights, bias, evaluations
