"""The optimum by search: many starts, quasi-Newton on the exact loss, the best of all."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..analytic.answer import answer
from ..analytic.domain import N_HOPS, N_STARTS, SEED, nearest
from ..analytic.problem import Problem
from ..analytic.solution import Kind, Solution
from ..analytic.tables import fits_cube
from .blocks import best_by_blocks
from .hops import hop
from .polish import GRADIENT_TOLERANCE, MAX_STEPS, polish
from .race import LIMITED, Descents, Progress, each_by_scipy, legs_of, race
from .starts import large_starts, random_starts, structured_starts

__all__ = ["GRADIENT_TOLERANCE", "MAX_STEPS", "Multistart", "descend", "polish", "solution", "suited"]
Array = NDArray[np.float64]
CONVERGED = 1e-7  # times the null loss: where a hinge is about to touch a corner descents stall at up to 4e-8
CONVERGED_LARGE = 1e-6  # by the line integral: searches of 20 features end at 6e-15 (p = 1) to 1.6e-7 (p = 0.003)
ROOM = 2**31  # numbers that a large search may hold at once, 17 GB
MATRICES, STRUCTURED = 11, 40  # of n by n numbers that one exact loss takes; structured starts, at the most
OPTIMUM_TOLERANCE = 1e-8  # for regimes of exact optima
OWN = "bfgs"
SCIPY = ("BFGS", "L-BFGS-B", "CG", "TNC", "SLSQP", "trust-constr", "Newton-CG", "Nelder-Mead", "Powell", "COBYLA")


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
        "bfgs" (compiled, all starts in one call; beyond the closed form's sizes "L-BFGS-B" takes its place), or a
        scipy.optimize.minimize method by its name: "L-BFGS-B", "BFGS", "trust-constr", …; its end points are polished
        by "bfgs".
    warm_starts : tuple of Solution
        Solutions, of the same shape, from which to start as well.
    n_hops : int
        Beyond the closed form's sizes: how often features of the best model are moved and it descends again.

    Raises
    ------
    TypeError, ValueError
        If a field is out of its range; an unknown optimizer is answered with the nearest name.

    Notes
    -----
    A search, not a proof: about 40 random starts find the optimum of any cell of the toys' diagrams with
    probability 0.999; `Solution.runs` tells how many starts hit it and how many distinct minima were met.

    Beyond ten features there are more local minima than starts, and an evaluation takes milliseconds. Starts then race:
    all run a little, the best quarter of them further, the best three to a stationary point, so that most runs stand
    where they were dropped. From the best model on the search hops: one feature is turned against another, two change
    places, or one is drawn anew, and what ends lower from there is the best. Interrupted (Ctrl-C), the search hands
    over the best model met, and its status says so.

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
    n_hops: int = 24

    def __post_init__(self) -> None:
        N_STARTS.check(self.n_starts)
        SEED.check(self.seed)
        N_HOPS.check(self.n_hops)
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
        hops = f", n_hops={self.n_hops}" if self.n_hops != Multistart.n_hops else ""
        return f"Multistart(n_starts={self.n_starts}, seed={self.seed}, optimizer={self.optimizer!r}{warm}{hops})"

    def minimize(self, problem: Problem, progress: Progress | None = None) -> Solution:
        """Return the best of all starts; `progress` is called with (done, total) where starts race."""
        used = replace(self, optimizer=suited(problem, self.optimizer))
        found = descend(problem, *self._starts(problem), used.optimizer, progress, (self.n_hops, self.seed))
        return solution(problem, found, repr(used), self.seed)

    def _starts(self, problem: Problem) -> tuple[Array, Array]:
        if not fits_cube(problem):
            self._check_room(problem)
        structured = structured_starts(problem) if fits_cube(problem) else large_starts(problem, self.seed)
        drawn = [structured, random_starts(problem, self.n_starts, self.seed)]
        shape = (problem.n_hidden, problem.n_features)
        for start in self.warm_starts:
            if start.weights.shape != shape:
                raise ValueError(f"warm starts must have weights of shape {shape}, got {start.weights.shape}")
            drawn.append((start.weights[None], start.bias[None]))
        return np.concatenate([w for w, _ in drawn]), np.concatenate([b for _, b in drawn])

    def _check_room(self, problem: Problem) -> None:
        """Refuse what no memory holds at once, instead of filling it for minutes first."""
        n, m = problem.n_features, problem.n_hidden
        numbers = (STRUCTURED + self.n_starts + len(self.warm_starts)) * (m + 1) * n + MATRICES * n * n
        if numbers > ROOM:
            raise ValueError(
                f"a search must fit in {8 * ROOM / 1e9:.0f} GB, got n_features={n} with n_hidden={m} and "
                f"n_starts={self.n_starts}: some {8 * numbers / 1e9:.0f} GB; take fewer features or starts"
            )


def suited(problem: Problem, optimizer: str) -> str:
    """Return the optimizer, or "L-BFGS-B" for "bfgs" where the problem is too large for it."""
    return LIMITED if optimizer == OWN and not fits_cube(problem) else optimizer


def descend(
    problem: Problem,
    weights: Array,
    bias: Array,
    optimizer: str = OWN,
    progress: Progress | None = None,
    hops: tuple[int, int] = (0, 0),
) -> Descents:
    """Descend from every model, shapes (k, m, n) and (k, n), to a stationary point if time allows.

    Beyond the closed form's sizes hop from there on, `hops` being how often and a seed.
    """
    if not fits_cube(problem) and suited(problem, optimizer) == LIMITED:
        return best_by_blocks(problem, _race_and_hop(problem, weights, bias, progress, hops))
    before, trouble = 0, ""
    if optimizer != OWN:
        weights, bias, before, trouble = each_by_scipy(problem, weights, bias, optimizer)
    if not fits_cube(problem):
        return Descents(weights, bias, before, trouble)
    weights, bias, out = polish(problem, weights, bias)
    return Descents(weights, bias, before + int(out[:, 2].sum()), trouble)


def _race_and_hop(
    problem: Problem, weights: Array, bias: Array, progress: Progress | None, hops: tuple[int, int]
) -> Descents:
    n_hops, seed = hops
    runs = sum(legs_of(len(weights)))

    def done(count: int) -> None:
        if progress:
            progress(count, runs + n_hops)

    found = race(problem, weights, bias, lambda count, _: done(count))
    return (
        hop(problem, found, n_hops, seed, lambda count: done(runs + count)) if n_hops and not found.trouble else found
    )


def solution(problem: Problem, found: Descents, method: str, seed: int) -> Solution:
    """Describe the best of the models found, and say whether it is stationary."""
    best = answer(
        problem,
        found.weights,
        found.bias,
        kind=Kind.OPTIMUM,
        method=method,
        seed=seed,
        tolerance=OPTIMUM_TOLERANCE,
        status="converged",
        n_evaluations=found.evaluations,
    )
    said = [found.trouble] if found.trouble else []
    enough = CONVERGED if fits_cube(problem) else CONVERGED_LARGE
    if best.gradient_norm > enough * problem.null_loss:
        said.append(f"gradient still {best.gradient_norm:.1e}: give more starts")
    return replace(best, status="; ".join(said) or "converged")
