"""Local almost orthogonal bases: features that are active together get orthogonal directions among themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Unpack

import numpy as np

from ...analytic.problem import Problem
from ...analytic.solution import Solution
from ...analytic.support import CorrelatedGroups
from .demonstration import FEW_STARTS
from .panels import Panels, groups_of, solve_panels
from .settings import Study


@dataclass(frozen=True, eq=False)
class LocalBases(Panels):
    """`Panels`, and how much of the interference lies within groups."""

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data."""
        rows = {"optimum": self.optimum, "trained": self.trained}
        inside = {kind: [interference_inside(solution) for solution in found] for kind, found in rows.items()}
        return {**super().to_dict(), "interference_inside": inside}

    def sentences(self) -> tuple[str, ...]:
        """Say of each panel how much interference lies within groups, and how much would by chance."""
        lines = []
        for k, (label, best) in enumerate(zip(self.labels, self.optimum, strict=True)):
            line = (
                f"{label}: loss {float(best.loss):.8g}, within groups {interference_inside(best):.2%} of interference"
            )
            if self.trained:
                line += f", of the trained model's {interference_inside(self.trained[k]):.2%}"
            lines.append(f"{line}; without preference it would be {share_inside(best.problem):.2%}")
        return tuple(lines)


def local_bases(
    sets: Sequence[Sequence[int]] = ((2,) * 10, (10, 10)),
    n_hidden: int = 10,
    *,
    density: float = 0.1,
    **study: Unpack[Study],
) -> LocalBases:
    """Solve sets of correlated features that are too many for the dimensions.

    Members of a group are active together, and are kept nearly orthogonal; interference is put between groups.

    Parameters
    ----------
    sets : sequence of sizes
        Sizes of the groups of each model; the paper has 20 features, as ten pairs and as two sets of ten.
    n_hidden : int
    density : float
        Of every group, in (0, 1]; the paper does not print its own.
    **study
        As `Study` says.

    Returns
    -------
    LocalBases

    References
    ----------
    Elhage et al. 2022, arXiv 2209.10652, "Local almost-orthogonal bases".

    Examples
    --------
    >>> from toytoy.compare.paper.local_bases import interference_inside, local_bases
    >>> (solution,) = local_bases(((2, 2),), 2, starts=16, trained=None).optimum
    >>> interference_inside(solution) < 0.01
    True
    """
    problems = {
        _label(sizes): Problem(
            n_features=sum(sizes), n_hidden=n_hidden, density=density, support=CorrelatedGroups(tuple(sizes))
        )
        for sizes in sets
    }
    title = f"correlated features in {n_hidden} dimensions, p = {density:g}"
    study.setdefault("starts", FEW_STARTS)
    found = solve_panels(title, problems, **study)
    return LocalBases(found.title, found.labels, found.optimum, found.trained)


def interference_inside(solution: Solution) -> float:
    """Return the share of Σ_{i≠j} (W_i·W_j)² that lies between members of one group; NaN if there is none at all."""
    squares = (solution.weights.T @ solution.weights) ** 2
    np.fill_diagonal(squares, 0)
    inside = sum(float(squares[np.ix_(group, group)].sum()) for group in groups_of(solution.problem))
    return inside / float(squares.sum()) if squares.any() else np.nan


def share_inside(problem: Problem) -> float:
    """Return the share of pairs of features that lie in one group: the interference there if it had no preference."""
    n = problem.n_features
    return sum(len(group) * (len(group) - 1) for group in groups_of(problem)) / (n * (n - 1))


def _label(sizes: Sequence[int]) -> str:
    return f"{len(sizes)} sets of {sizes[0]}" if len(set(sizes)) == 1 else "sets of " + ", ".join(map(str, sizes))
