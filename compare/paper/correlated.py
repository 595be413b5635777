"""Features that come in pairs, or exclude each other, in two dimensions; and how correlated pairs collapse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack

from ...analytic.problem import Problem
from ...analytic.support import AnticorrelatedGroups, CorrelatedGroups
from .panels import Panels, solve_panels
from .settings import Study

LADDER = (0.5, 0.25, 0.15, 0.05)  # densities at which the paper's three pairs change


def correlated_sets(
    density: float = 0.05,
    *,
    pairs: Sequence[int] = (2, 3),
    **study: Unpack[Study],
) -> Panels:
    """Solve pairs of features in two dimensions: pairs whose members are active together, and pairs that never are.

    Members of a correlated pair are best orthogonal, or side by side where the plane is too crowded; members of an
    anticorrelated pair opposite: `group_cosines` says how nearly.

    Parameters
    ----------
    density : float
        Probability that one feature is active, in (0, 1/2]: a pair that excludes each other has twice that.
    pairs : sequence of int
        Numbers of pairs; the paper's have 2 and 3.
    **study
        As `Study` says.

    Returns
    -------
    Panels
        Correlated pairs first, then anticorrelated ones.

    References
    ----------
    Elhage et al. 2022, arXiv 2209.10652, "Representing correlated and anticorrelated features".

    Examples
    --------
    >>> from toytoy.compare.paper.correlated import correlated_sets
    >>> from toytoy.compare.paper.panels import group_cosines
    >>> together, apart = correlated_sets(pairs=(2,), starts=16, trained=None).optimum
    >>> bool(abs(group_cosines(together)).max() < 0.02), group_cosines(apart).round(6)
    (True, array([-1., -1.]))
    """
    laws = {"correlated": CorrelatedGroups, "anticorrelated": AnticorrelatedGroups}
    problems = {
        f"{k} {name} pairs": Problem(n_features=2 * k, n_hidden=2, density=density, support=law((2,) * k))
        for name, law in laws.items()
        for k in pairs
    }
    return solve_panels(f"pairs in 2 dimensions, p = {density:g}", problems, **study)


def collapse(
    densities: Sequence[float] = LADDER,
    *,
    pairs: int = 3,
    **study: Unpack[Study],
) -> Panels:
    """Solve three correlated pairs in two dimensions at falling densities: the collapse ladder.

    While features are dense, the members of a pair share one direction, its principal component; as they become
    sparse, pair after pair opens, until all six features have directions of their own.

    Parameters
    ----------
    densities : sequence of float
        In (0, 1].
    pairs : int
        At least 1.
    **study
        As `Study` says.

    Returns
    -------
    Panels

    References
    ----------
    Elhage et al. 2022, arXiv 2209.10652, "Collapsing of correlated features".

    Examples
    --------
    >>> from toytoy.compare.paper.correlated import collapse
    >>> from toytoy.compare.paper.panels import group_cosines
    >>> dense, sparse = collapse((0.5, 0.05), starts=64, trained=None).optimum
    >>> bool(group_cosines(dense).min() > 0.999), bool(group_cosines(sparse).max() < 0.5)
    (True, True)
    """
    problems = {
        f"p = {p:g}": Problem(n_features=2 * pairs, n_hidden=2, density=p, support=CorrelatedGroups((2,) * pairs))
        for p in densities
    }
    return solve_panels(f"{pairs} correlated pairs in 2 dimensions", problems, **study)
