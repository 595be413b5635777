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
from .large_search import LargeSearch
from .race import LIMITED, Descents, Progress
from .small_search import OWN, SmallSearch
from .starts import random_starts

Array = NDArray[np.float64]
OPTIMUM_TOLERANCE = 1e-8  # for regimes of exact optima
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
        How often, at the most, features of the best model are moved and it descends again. Of small models all moves
        are tried at once, and the search ends when none leads lower; of large ones every hop is one move. By "bfgs",
        beyond the closed form's sizes by "L-BFGS-B"; other optimizers do not hop.

    Raises
    ------
    TypeError, ValueError
        If a field is out of its range; an unknown optimizer is answered with the nearest name.

    Notes
    -----
    A search, not a proof: about 40 random starts find the optimum of any cell of the toys' diagrams with
    probability 0.999; `Solution.runs` tells how many starts hit it and how many distinct minima were met. Where
    densities differ by orders of magnitude starts do worse: of 120 problems of 3 to 5 features 32 starts missed the
    best minimum known in 27, 400 starts in 11. So features of the best model are moved: one is dropped, turned, or set
    against or behind another, two change places. With that 8 starts missed it in none.

    Beyond ten features there are more local minima than starts, and an evaluation takes milliseconds. Starts then race:
    all run a little, the best quarter of them further, the best three to a stationary point, so that most runs stand
    where they were dropped, and the best model hops: one feature is turned against another, two change places, or one
    is drawn anew, and what ends lower from there is the best. Interrupted (Ctrl-C), the search hands over the best
    model met, and its status says so.

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
        search = search_for(problem, self.optimizer, self.n_hops, self.seed)
        found = search.descend(*self._starts(search), progress)
        return solution(search, found, repr(replace(self, optimizer=search.optimizer)), self.seed)

    def _starts(self, search: SmallSearch | LargeSearch) -> tuple[Array, Array]:
        if isinstance(search, LargeSearch):
            search.check_room(self.n_starts + len(self.warm_starts))
        problem = search.problem
        drawn = [search.structured(), random_starts(problem, self.n_starts, self.seed)]
        shape = (problem.n_hidden, problem.n_features)
        for start in self.warm_starts:
            if start.weights.shape != shape:
                raise ValueError(f"warm starts must have weights of shape {shape}, got {start.weights.shape}")
            drawn.append((start.weights[None], start.bias[None]))
        return np.concatenate([w for w, _ in drawn]), np.concatenate([b for _, b in drawn])


def search_for(problem: Problem, optimizer: str = OWN, n_hops: int = 0, seed: int = 0) -> SmallSearch | LargeSearch:
    """Choose the search for a problem's size; "bfgs" becomes "L-BFGS-B" where the problem is too large for it."""
    if fits_cube(problem):
        return SmallSearch(problem, optimizer, n_hops, seed)
    return LargeSearch(problem, LIMITED if optimizer == OWN else optimizer, n_hops, seed)


def solution(search: SmallSearch | LargeSearch, found: Descents, method: str, seed: int) -> Solution:
    """Describe the best of the models found, and say whether it is stationary."""
    best = answer(
        search.problem,
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
    if best.gradient_norm > search.converged * search.problem.null_loss:
        said.append(f"gradient still {best.gradient_norm:.1e}: give more starts")
    return replace(best, status="; ".join(said) or "converged")
