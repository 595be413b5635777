"""A sweep over density in which every optimum starts the search at its neighbors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from ..analytic.domain import Number
from ..analytic.problem import Problem, check_problem
from ..analytic.solution import Solution
from .multistart import Multistart, search_for, solution
from .race import INTERRUPTED, Descents, Progress

Density = Number | tuple[Number, ...]


def continue_density(
    problem: Problem,
    densities: Iterable[Density],
    solver: Multistart | None = None,
    *,
    both_ways: bool = True,
    progress: Progress | None = None,
) -> tuple[Solution, ...]:
    """Find the optimum at every density, each search starting also from what was found at the next density.

    The densest problem is searched first; every further one from the solver's own starts and from its denser neighbor's
    optimum. Then what each found is offered to its neighbors, down and up, until no loss falls by more than its error:
    a phase that one search met spreads as far as it is the best known.

    Parameters
    ----------
    problem : Problem
        Its density is replaced.
    densities : iterable of densities, as `Problem` takes them
    solver : Multistart, optional
        The search at each density; default ``Multistart(n_starts=8)``. With ``n_starts=0`` only the known phases and
        the neighbors are tried.
    both_ways : bool
        False leaves out the way up: nothing is offered from sparser to denser problems.
    progress : function (done, total), optional
        Called after the search at each density.

    Returns
    -------
    tuple of Solution
        In the order of the densities given. Neither that order nor repeats change what is found. Interrupted (Ctrl-C),
        the sweep ends early: densities it had not come to are missing, and the last status says so.

    Raises
    ------
    TypeError, ValueError
        If the solver is not a Multistart, there is no density, or one is out of range.

    Notes
    -----
    Searches see no model of another density but through these offers; no loss is above that of ``solver`` alone.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.numeric.continuation import continue_density
    >>> problem = tt.Problem.toy(2, importance=1.0, density=0.5)
    >>> solutions = continue_density(problem, [0.1, 0.5], tt.Multistart(n_starts=4))
    >>> [round(float(s.loss), 9) for s in solutions]
    [0.003319484, 0.076282447]
    """
    solver = Multistart(n_starts=8) if solver is None else solver
    if not isinstance(solver, Multistart):
        raise TypeError(
            f"solver must be a Multistart, got solver={solver!r}; what training reaches depends on its path"
        )
    asked = [check_problem(problem).replace(density=density) for density in densities]
    if not asked:
        raise ValueError("densities must hold at least one density, got none")
    ordered = sorted(set(asked), key=lambda each: tuple(-float(p) for p in each.densities))
    found: list[Solution] = []
    for each in ordered:
        warm = (*solver.warm_starts, *found[-1:])
        found.append(replace(solver, warm_starts=warm).minimize(each))
        if progress:
            progress(len(found), len(ordered))
        if INTERRUPTED in found[-1].status:
            break
    else:
        _spread(found, both_ways)
    best = {s.problem: s for s in found}
    return tuple(best[each] for each in asked if each in best)


def _spread(found: list[Solution], both_ways: bool) -> None:
    """Offer every optimum to its neighbors until none falls; the list goes from dense to sparse."""
    news = set(range(len(found)))  # solutions not yet offered
    while news:
        offers = sorted({(giver, giver + step) for giver in news for step in ((1, -1) if both_ways else (1,))})
        news = set()
        for giver, taker in offers:
            if 0 <= taker < len(found) and (better := _offered(found[giver], found[taker])) is not None:
                found[taker] = better
                news.add(taker)


def _offered(giver: Solution, taker: Solution) -> Solution | None:
    """Descend at the taker's density from the giver's model; None unless that ends lower, by more than the errors."""
    search = search_for(taker.problem)
    down = search.descend(giver.weights[None], giver.bias[None])
    runs = taker.runs
    joined = Descents(
        np.concatenate([runs.weights, down.weights]),
        np.concatenate([runs.bias, down.bias]),
        taker.n_evaluations + down.evaluations,
        down.trouble,
    )
    new = solution(search, Descents(down.weights, down.bias, down.evaluations), taker.method, taker.seed or 0)
    if new.loss.value >= taker.loss.value - (new.loss.error + taker.loss.error):
        return None
    return solution(search, joined, taker.method, taker.seed or 0)
