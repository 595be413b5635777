"""The paper's first figure: five features in two dimensions, as features become sparser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack

import numpy as np

from ...analytic.problem import Problem
from ..training.scarcity import importances, with_densities
from .panels import Panels, solve_panels
from .settings import Study

PRINTED = (1.0, 0.2, 0.1)  # the paper's three panels: 0 %, 80 % and 90 % sparsity
NOTEBOOK = tuple(float(20.0**-t) for t in np.linspace(0, 1, 10))  # the notebook's ten


def intro(
    densities: Sequence[float] = PRINTED,
    *,
    n_features: int = 5,
    n_hidden: int = 2,
    decay: float = 0.9,
    **study: Unpack[Study],
) -> Panels:
    """Solve the paper's first example: n features of falling importance, I_i = decay^i, at several densities.

    Dense features are kept by importance, on orthogonal directions; sparse ones share the plane, as digons and then
    as a pentagon.

    Parameters
    ----------
    densities : sequence of float
        In (0, 1]; the paper prints three panels, its notebook has `NOTEBOOK`, 20^-t for ten t in [0, 1].
    n_features, n_hidden : int
    decay : float
        Ratio of the importances of neighbors, > 0.
    **study
        As `Study` says.

    Returns
    -------
    Panels

    Raises
    ------
    TypeError, ValueError
        If a number is out of its range.

    References
    ----------
    Elhage et al. 2022, "Toy Models of Superposition", arXiv 2209.10652, introduction.

    Examples
    --------
    >>> from toytoy.compare.paper.intro import intro
    >>> found = intro((1.0, 0.05), starts=16, trained=None)
    >>> print(found.optimum[0].structure)
    dedicated[0] + dedicated[1] + not_represented[2,3,4]
    >>> found.optimum[1].structure.blocks[0].features  # all share the plane
    (0, 1, 2, 3, 4)
    """
    importance = importances(decay, n_features)
    problems = {
        f"p = {p:.3g}": Problem(n_features=n_features, n_hidden=n_hidden, density=p, importance=importance)
        for p in with_densities(densities)
    }
    title = f"{n_features} features in {n_hidden} dimensions, importance {decay:g} to the power i"
    return solve_panels(title, problems, **study)
