"""Models of several problems side by side, each as optimum and as trained: the form of the paper's galleries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...analytic.domain import N_STARTS, SEED
from ...analytic.problem import Problem
from ...analytic.solution import Solution
from ...numeric.trained import Trained
from ..summary import summarize_solution
from .settings import PUBLISHED, STARTS, Progress, search, train
from .spread import counted, spread

__all__ = ["Panels", "group_cosines", "solve_panels"]

Array = NDArray[np.float64]
NOTHING = 1e-12  # times the null loss: a loss below it is 0 but for rounding
REPRESENTED = 1e-6  # of ‖W_i‖²: shorter columns have no direction worth a cosine


@dataclass(frozen=True, eq=False)
class Panels:
    """Models side by side.

    Parameters
    ----------
    title : str
    labels : tuple of str
        One a model.
    optimum : tuple of Solution
        The best found by search, one a model.
    trained : tuple of Solution
        What training reached, one a model; empty if nothing was trained.
    """

    title: str
    labels: tuple[str, ...]
    optimum: tuple[Solution, ...]
    trained: tuple[Solution, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data."""
        rows = {"optimum": self.optimum, "trained": self.trained}
        models = {kind: [summarize_solution(solution) for solution in found] for kind, found in rows.items()}
        return {"title": self.title, "labels": list(self.labels), **models}

    def sentences(self) -> tuple[str, ...]:
        """Say of each panel what was found."""
        lines = []
        for k, (label, best) in enumerate(zip(self.labels, self.optimum, strict=True)):
            line = f"{label}: loss {float(best.loss):.8g}, {best.structure}"
            if groups_of(best.problem):
                line += ", cosines " + " ".join(f"{value:.3f}" for value in group_cosines(best))
            if self.trained:
                reached, least = float(self.trained[k].loss), float(best.loss)
                line += f"; trained {reached:.6g}"
                line += f" ({reached / least - 1:+.1%})" if least > NOTHING * best.problem.null_loss else ""
            lines.append(line)
        return tuple(lines)


def solve_panels(
    title: str,
    problems: Mapping[str, Problem],
    starts: int = STARTS,
    trained: Trained | None = PUBLISHED,
    seed: int = 0,
    processes: int = 1,
    progress: Progress | None = None,
) -> Panels:
    """Solve each problem by search and by training.

    Parameters
    ----------
    title : str
    problems : mapping from label to Problem
    starts, trained, seed, processes, progress
        As `Study` says.

    Returns
    -------
    Panels

    Raises
    ------
    TypeError, ValueError
        If a number is out of its range.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.compare.paper.panels import solve_panels
    >>> found = solve_panels("a pair", {"p = 0.5": tt.Problem.toy(2, density=0.5)}, starts=8, trained=None)
    >>> found.sentences()
    ('p = 0.5: loss 0.076282447, antipodal[0,1]',)
    """
    N_STARTS.check(starts, "starts")
    SEED.check(seed)
    ways = [partial(search, starts=starts, seed=seed)]
    if trained is not None:
        ways.append(partial(train, trained=trained, seed=seed))
    tasks = [(way, problem) for way in ways for problem in problems.values()]
    with spread(processes) as each:
        found = tuple(counted(each(_solved, tasks), len(tasks), progress))
    return Panels(title, tuple(problems), found[: len(problems)], found[len(problems) :])


def _solved(task: tuple[Callable[[Problem], Solution], Problem]) -> Solution:
    way, problem = task
    return way(problem)


def groups_of(problem: Problem) -> tuple[tuple[int, ...], ...]:
    """Return the groups of features that come together, or exclude each other; () where features are independent."""
    return tuple(getattr(problem.support, "groups", ()))


def group_cosines(solution: Solution) -> Array:
    """Return the mean cosine between the columns of W in each group; NaN where fewer than two are represented.

    Orthogonal columns give 0, opposite ones -1, and columns that have collapsed to one direction 1.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.compare.paper.panels import group_cosines
    >>> problem = tt.Problem(n_features=4, n_hidden=2, density=0.1, support=tt.AnticorrelatedGroups((2, 2)))
    >>> solution = tt.minimize(problem, tt.Multistart(n_starts=8))
    >>> group_cosines(solution).round(6)
    array([-1., -1.])
    """
    squares = (solution.weights**2).sum(axis=0)
    found = []
    for group in groups_of(solution.problem):
        members = [i for i in group if squares[i] > REPRESENTED]
        units = solution.weights[:, members] / np.sqrt(squares[members])
        upper = np.triu_indices(len(members), 1)
        found.append(float((units.T @ units)[upper].mean()) if len(members) > 1 else np.nan)
    return np.array(found)
