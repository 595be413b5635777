"""A problem as the plain arrays that compiled kernels read."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .activation import Activation, Smooth, piecewise
from .group_law import is_grouped
from .problem import Problem
from .smooth import MOST_FEATURES, ORDERS, smooth_table
from .support import Independent

MAX_FEATURES = 10  # independent ones: the closed form visits up to 4^n vertices a row
MAX_VERTICES = 4**MAX_FEATURES
MAX_BITS = 62  # active sets are the bits of a signed integer
RECENT = 8  # problems kept laid out: a search asks for the same one at every step, and the largest take megabytes


class Tables(NamedTuple):
    """Arrays of one problem.

    importance, shape (n,); masks, shape (k,), active sets as bits; probabilities, shape (k,); activation, shape
    (5, ·): hinges, slopes, intercepts, values at the hinges, and the number of hinges; or, of a smooth one, what
    `smooth_table` says.
    """

    importance: NDArray[np.float64]
    masks: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    activation: NDArray[np.float64]


@lru_cache(maxsize=RECENT)
def tables(problem: Problem, orders: tuple[int, ...] = ORDERS) -> Tables:
    """Lay a problem out for the kernels; the orders are those of the Gauss rules for a smooth activation.

    The arrays are shared by all who ask for an equal problem: they are to be read, not written.

    Raises
    ------
    ValueError
        If there are too many features for the closed form, or for the rules.
    """
    check_size(problem)
    sets = problem.active_sets()
    masks = np.array([sum(1 << i for i in active) for active, _ in sets], dtype=np.int64)
    probabilities = np.array([float(probability) for _, probability in sets])
    importance = np.array([float(value) for value in problem.importances])
    return Tables(importance, masks, probabilities, activation_table(problem.sigma, orders))


def check_size(problem: Problem) -> None:
    """Refuse problems that are too large for the closed form, before their active sets are listed.

    Raises
    ------
    ValueError
        If they are.
    """
    if reason := too_large(problem):
        way_out = "use monte_carlo(problem, weights, bias, size, seed)"
        if not isinstance(problem.sigma, Smooth):
            way_out = "use method='line'"
        raise ValueError(f"{reason}; {way_out}")


def fits_cube(problem: Problem) -> bool:
    """Tell whether the closed form is to be used: it can, or the line integral can't either and the reason is due."""
    has_factors = isinstance(problem.support, Independent) or is_grouped(problem.support)
    can_be_line = has_factors and not isinstance(problem.sigma, Smooth)
    return not (can_be_line and too_large(problem))


def too_large(problem: Problem) -> str:
    """Say why a problem is too large for the closed form; empty if it is not."""
    n, support = problem.n_features, problem.support
    if isinstance(problem.sigma, Smooth) and n > MOST_FEATURES:
        return f"activation={problem.activation!r} needs n_features <= {MOST_FEATURES}, got n_features={n}"
    if isinstance(support, Independent):
        return f"the closed form needs n_features <= {MAX_FEATURES}, got n_features={n}" if n > MAX_FEATURES else ""
    if n > MAX_BITS or support.vertices(n) > MAX_VERTICES:
        return (
            f"the closed form needs n_features <= {MAX_BITS} and an active set A with Σ_A 3^|A| <= 4^{MAX_FEATURES}, "
            f"{support!r} has {support.vertices(n)}, got n_features={n}"
        )
    return ""


def activation_table(activation: Activation, orders: tuple[int, ...] = ORDERS) -> NDArray[np.float64]:
    """Lay an activation out for the kernels, shape (5, pieces), or (5, points) for a smooth one."""
    if isinstance(activation, Smooth):
        return smooth_table(activation, orders)
    sigma = piecewise(activation)
    table = np.zeros((5, len(sigma.slopes)))
    table[0, : len(sigma.hinges)] = [float(t) for t in sigma.hinges]
    table[1] = [float(s) for s in sigma.slopes]
    table[2] = [float(c) for c in sigma.intercepts]
    table[3, : len(sigma.hinges)] = [float(sigma(t)) for t in sigma.hinges]
    table[4, 0] = len(sigma.hinges)
    return table
