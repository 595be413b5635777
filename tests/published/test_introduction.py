"""First examples: Elhage et al. 2022, arXiv 2209.10652, the introduction's figure and "Demonstrating superposition"."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import toytoy as tt
from numpy.typing import NDArray
from toytoy.analytic.linear import best_linear
from toytoy.compare.paper.dimensionality import descend
from toytoy.compare.paper.intro import intro
from toytoy.numeric.starts import large_starts

from tests.published.rows import Formula, Number, Row, Section, Words

Array = NDArray[np.float64]


@cache
def five() -> tuple[tt.Solution, ...]:
    """Solve five features in two dimensions, importance 0.9^i, at the three printed densities."""
    return intro(trained=None, starts=32).optimum


def columns(k: int) -> str:
    """Name what the columns of W do: how many are alone, in antipodal pairs, in a polygon, dropped."""
    words = []
    for name, features in five()[k].structure.blocks:
        size = {"antipodal": "two", "not_represented": str(len(features))}.get(name, str(len(features)))
        words.append(f"{size} {name.removeprefix('irregular_').replace('_', ' ')}")
    return ", ".join(words)


def most_important(k: int) -> str:
    """List the features that are represented, most important first."""
    regimes = five()[k].regimes
    return ", ".join(str(i) for i, regime in enumerate(regimes) if str(regime) != "not_represented")


@cache
def twenty(density: float) -> tuple[tt.Problem, Array, float]:
    """Descend from the known shapes: 20 features in 5 dimensions, importance 0.7^i; returns the lowest end."""
    worth = tuple(0.7**i for i in range(20))
    problem = tt.Problem(n_features=20, n_hidden=5, density=density, importance=worth)
    ends = [descend(problem, start, 300) for start in zip(*large_starts(problem, 0), strict=True)]
    (weights, _), level = min(ends, key=lambda end: end[1])
    return problem, weights, level


def dense_losses() -> list[tuple[float, float, float]]:
    problem, _, level = twenty(1.0)
    linear = best_linear(problem.replace(activation="linear")).loss.value
    return [(linear, level, 1e-9)]  # after 300 evaluations


def represented(density: float) -> tuple[float, float]:
    return float(((twenty(density)[1] ** 2).sum(axis=0) > 0.01).sum()), 0.0


ROWS: tuple[Row, ...] = (
    Words(
        what="5 features in 2 dimensions, p = 1",
        published="1 dedicated, 1 dedicated, 3 not represented",
        ours="1 dedicated, 1 dedicated, 3 not represented",
        measure=lambda: columns(0),
    ),
    Words(what="which two, p = 1", published="0, 1", ours="0, 1", measure=lambda: most_important(0)),
    Words(
        what="5 features in 2 dimensions, p = 0.2",
        published="two antipodal, two antipodal, 1 not represented",
        ours="two antipodal, two antipodal, 1 not represented",
        measure=lambda: columns(1),
    ),
    Words(what="which four, p = 0.2", published="0, 1, 2, 3", ours="0, 1, 2, 3", measure=lambda: most_important(1)),
    Words(
        what="5 features in 2 dimensions, p = 0.1",
        published="5 pentagon",
        ours="5 pentagon",
        measure=lambda: columns(2),
    ),
    Formula(
        what="20 in 5, ReLU at p = 1: no superposition, the linear model's loss",
        published="the linear optimum",
        ours="equal, to 1e-9",
        measure=dense_losses,
        slow=True,
    ),
    Number(
        what="features represented in 5 dimensions at p = 0.1: more than dimensions",
        published="> 5",
        ours="exactly 9",
        measure=lambda: represented(0.1),
        slow=True,
    ),
)
SECTION = Section("introduction", ROWS)


@pytest.mark.parametrize("row", SECTION.cases())
def test_published(row: Row) -> None:
    row.check()
