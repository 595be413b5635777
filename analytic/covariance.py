"""Mean and covariance of the inputs, of any support law and any number of features."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .group_law import group_law, is_grouped
from .problem import Problem, check_problem
from .support import Independent

Array = NDArray[np.float64]


def input_moments(problem: Problem) -> tuple[Array, Array]:
    """Compute the mean of the inputs and their covariance.

    E x_i = p_i / 2, E x_i² = p_i / 3, and E x_i x_j = P_ij / 4 with P_ij the probability that both are active
    (:eq:`readout-covariance`).

    Parameters
    ----------
    problem : Problem
        Of any number of features, if they are independent or in groups; else its active sets are listed.

    Returns
    -------
    mean, covariance : arrays, shapes (n_features,) and (n_features, n_features)

    Raises
    ------
    TypeError
        If it is not a Problem.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.analytic.covariance import input_moments
    >>> together = tt.Problem(n_features=2, n_hidden=1, density=0.5, support=tt.CorrelatedGroups((2,)))
    >>> input_moments(together)[1].round(4)
    array([[0.1042, 0.0625],
           [0.0625, 0.1042]])
    """
    problem = check_problem(problem)
    p = np.array([float(each) for each in problem.densities])
    both = _both(problem, p)
    mean = p / 2
    covariance = both / 4 - np.outer(mean, mean)
    np.fill_diagonal(covariance, p / 3 - mean**2)
    return mean, covariance


def _both(problem: Problem, p: Array) -> Array:
    """Give the probability that two features are both active; the diagonal is without meaning."""
    both = np.outer(p, p)
    if isinstance(problem.support, Independent):
        return both
    if is_grouped(problem.support):
        law = group_law(problem)
        same = law.group[:, None] == law.group
        return np.where(same, p[:, None] if law.together else 0.0, both)
    both = np.zeros_like(both)
    for active, chance in problem.active_sets():
        both[np.ix_(active, active)] += float(chance)
    return both
