"""The paper's demonstration: a linear model beside ReLU models of many features, ever sparser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Unpack

from ...analytic.problem import Problem
from ...analytic.solution import Solution
from ..training.scarcity import importances, with_densities
from .panels import Panels, solve_panels
from .settings import Study, search

DENSITIES = (1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001)  # the paper's seven
FEW_STARTS = 8  # of searches in hundreds of unknowns, besides the structured ones
MORE_STARTS = 32  # for 20 features


def demonstration(
    n_features: int = 20,
    n_hidden: int = 5,
    *,
    decay: float = 0.7,
    densities: Sequence[float] = DENSITIES,
    **study: Unpack[Study],
) -> Panels:
    """Solve a linear and many ReLU models of importance I_i = decay^i.

    The linear model keeps the most important features on orthogonal directions, whatever their density, and drops the
    rest. A ReLU model does so, too, of dense features; the sparser they are, the more of them share dimensions.
    After the searches each density is searched again from the optimum of the next one, to the sparsest and back.

    Parameters
    ----------
    n_features, n_hidden : int
        The paper has 20 in 5 with decay 0.7, and 80 in 20 with decay 0.9.
    decay : float
        Ratio of the importances of neighbors, > 0.
    densities : sequence of float
        Of the ReLU models, in (0, 1]; the linear one has the first.
    **study
        As `Study` says. The linear optimum is in closed form, `best_linear`.

    Returns
    -------
    Panels
        The linear model first.

    Raises
    ------
    TypeError, ValueError
        If a number is out of its range.

    References
    ----------
    Elhage et al. 2022, arXiv 2209.10652, "Basic results".

    Examples
    --------
    >>> from toytoy.compare.paper.demonstration import demonstration
    >>> found = demonstration(6, 2, densities=(1.0, 0.01), starts=16, trained=None)
    >>> [sum(str(regime) != "not_represented" for regime in solution.regimes) for solution in found.optimum]
    [2, 2, 6]
    """
    importance = importances(decay, n_features)
    relu = {
        f"ReLU, p = {p:g}": Problem(n_features=n_features, n_hidden=n_hidden, density=p, importance=importance)
        for p in with_densities(densities)
    }
    linear = next(iter(relu.values())).replace(activation="linear")
    title = f"{n_features} features in {n_hidden} dimensions, importance {decay:g} to the power i"
    study = Study(starts=MORE_STARTS) | study
    found = solve_panels(title, {"linear": linear, **relu}, **study)
    return replace(found, optimum=(found.optimum[0], *_from_neighbors(found.optimum[1:], study.get("seed", 0))))


def _from_neighbors(found: Sequence[Solution], seed: int) -> list[Solution]:
    """Search again from the next model's optimum, to the last and back, and keep the better ones."""
    best = list(found)
    last = len(best) - 1
    for k, beside in [*((k, k - 1) for k in range(1, last + 1)), *((k, k + 1) for k in range(last - 1, -1, -1))]:
        again = search(best[k].problem, 0, seed, (best[beside],))
        if float(again.loss) < float(best[k].loss):
            best[k] = again
    return best
