"""One front for every solver: a problem, a solver that is only fields, one `Solution`."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from ..analytic.problem import Problem
from ..analytic.solution import Solution


@runtime_checkable
class Solver(Protocol):
    """Anything that minimizes a problem; `Multistart` and `Trained` do."""

    def minimize(self, problem: Problem) -> Solution:
        """Return the best model found, with everything needed to judge it."""
        ...


def minimize(problem: Problem, solver: Solver) -> Solution:
    """Fit a model to a problem: minimize the loss over weights and biases.

    Parameters
    ----------
    problem : Problem
    solver : Multistart | Trained
        How to search; all options are its fields.

    Returns
    -------
    Solution
        The same type whatever the solver; its loss is exact.

    Raises
    ------
    TypeError
        If the problem is not a `Problem` or the solver is not a solver.

    Examples
    --------
    >>> import toytoy as tt
    >>> problem = tt.Problem.toy(2, importance=1.0, density=0.5)
    >>> solution = tt.minimize(problem, tt.Multistart(n_starts=8, seed=0))
    >>> round(float(solution.loss), 12), str(solution.structure)
    (0.07628244699, 'antipodal[0,1]')
    """
    if not isinstance(problem, Problem):
        raise TypeError(f"problem must be a Problem, got problem={problem!r}; see Problem.toy")
    if isinstance(solver, type) or not isinstance(solver, Solver):
        raise TypeError(f"solver must be Multistart(...) or Trained(...), got solver={solver!r}")
    return solver.minimize(problem)
