"""Grids of density and importance, and the toys that diagrams are drawn of."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..analytic.domain import COUNT, DENSITY, IMPORTANCE, Domain
from ..analytic.problem import Problem

Array = NDArray[np.float64]
PAPER_DENSITY, PAPER_IMPORTANCE = (0.01, 1.0), (0.1, 10.0)  # the ranges that the paper shows


def log_grid(domain: Domain, low: float, high: float, count: int) -> Array:
    """Make `count` log-spaced values from `low` to `high`, both included exactly.

    Raises
    ------
    TypeError, ValueError
        If an end is outside the domain or not positive, they are in the wrong order, or the count is not positive.
    """
    for end in (domain.check(low), domain.check(high)):
        if not end > 0:
            raise ValueError(f"{domain.name} on a log-spaced grid must be positive, got {domain.name}={end!r}")
    COUNT.check(count)
    if low > high or (count > 1 and low == high):
        raise ValueError(f"{domain.name} must go from low to high, got {low!r} to {high!r}")
    grid = np.geomspace(low, high, count)
    grid[0] = low
    if count > 1:
        grid[-1] = high
    return grid


def check_grid(domain: Domain, given: ArrayLike) -> Array:
    """Return grid values as a one-dimensional float array, each inside the domain, positive and ascending.

    Raises
    ------
    TypeError, ValueError
        If they are not.
    """
    values = np.atleast_1d(np.asarray(given))
    if values.ndim != 1 or values.size == 0:
        raise ValueError(f"{domain.name} must be a one-dimensional grid, got shape {values.shape}")
    checked = np.array([domain.check(value) for value in values.tolist()], dtype=float)
    if not (checked > 0).all():
        raise ValueError(
            f"{domain.name} on a grid must be positive, got {domain.name}={float(checked.min())!r}; "
            f"its axis is logarithmic"
        )
    if not (np.diff(checked) > 0).all():
        raise ValueError(f"{domain.name} must ascend, got {domain.name}={checked.tolist()!r}; sort it")
    return checked


def density_grid(given: ArrayLike) -> Array:
    """Check a grid of densities."""
    return check_grid(DENSITY, given)


def importance_grid(given: ArrayLike) -> Array:
    """Check a grid of relative importances."""
    return check_grid(IMPORTANCE, given)


def toy_template(n_features: Any, n_hidden: Any, activation: Any) -> Problem:
    """Return the toy of a size, its density and importance left open.

    Raises
    ------
    ValueError
        If the size is neither (2, 1) nor (3, 2).
    """
    if (n_features, n_hidden) not in ((2, 1), (3, 2)):
        raise ValueError(
            "diagrams exist for n_features=2, n_hidden=1 and n_features=3, n_hidden=2, "
            f"got n_features={n_features!r}, n_hidden={n_hidden!r}; use minimize for other sizes"
        )
    return Problem.toy(n_features, density=1.0, activation=activation)
