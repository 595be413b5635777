"""Measures of representation: capacity (Scherlis et al. 2022, arXiv 2210.01892), which is the feature dimensionality of

Elhage et al. 2022, arXiv 2209.10652; superposition as its bar charts are colored by; D*.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.paper.dimensionality import Dimensionality

from tests.cross.test_equal_marginal_rule import over_the_map
from tests.published.rows import Formula, Row, Section, Words

EPS = float(np.finfo(float).eps)


def models() -> Iterator[np.ndarray]:
    """Draw weights of all shapes, some columns zero, equal or opposite."""
    rng = np.random.default_rng(7)
    for m, n in ((1, 2), (2, 3), (3, 8), (5, 5)):
        weights = rng.normal(size=(m, n)) * rng.choice([0.01, 1.0, 3.0], size=n)
        yield weights
        yield weights * (rng.random(n) < 0.6)
        yield np.hstack([weights, -weights[:, :1], weights[:, :1]])


def capacities() -> Iterator[tuple[float, float, float]]:
    """Compare G_ii² / Σ G_ij², in plain loops, with the library."""
    for weights in models():
        gram, found = weights.T @ weights, tt.capacity(weights)
        for i in range(len(gram)):
            squares = sum(gram[i, j] ** 2 for j in range(len(gram)))
            yield gram[i, i] ** 2 / squares if squares > 0 else 0.0, float(found[i]), 64 * EPS


def dimensionalities() -> Iterator[tuple[float, float, float]]:
    """Compare ‖W_i‖² / Σ_j (Ŵ_i·W_j)², the paper's form, with the library's capacity."""
    for weights in models():
        for i in np.flatnonzero((weights**2).sum(axis=0)):
            unit = weights[:, i] / np.linalg.norm(weights[:, i])
            shared = ((unit @ weights) ** 2).sum()
            yield float((weights[:, i] ** 2).sum() / shared), float(tt.capacity(weights)[i]), 64 * EPS


def colors() -> Iterator[tuple[float, float, float]]:
    """Compare Σ_{j≠i} (Ŵ_i·W_j)² with the library."""
    for weights in models():
        for i in np.flatnonzero((weights**2).sum(axis=0)):
            unit = weights[:, i] / np.linalg.norm(weights[:, i])
            others = np.delete(weights, i, axis=1)
            squares = float(((unit @ others) ** 2).sum())
            yield squares, float(tt.superposition(weights)[i]), 64 * EPS * (1 + squares)


def shared_dimensions() -> Iterator[tuple[float, float, float]]:
    """Compare m / ‖W‖² in plain loops with the figure's D*."""
    for weights in (each for each in models() if each.any()):
        (m, n), none = weights.shape, np.empty(0)
        found = Dimensionality(n, m, np.array([0.5]), np.zeros(1), weights[None], none, none)
        wanted = m / sum(float(entry) ** 2 for row in weights for entry in row)
        yield wanted, float(found.overall()[0]), 64 * EPS * wanted


def bounded() -> str:
    """Look for a capacity outside [0, 1], and for a sum above the rank."""
    for weights in models():
        found = tt.capacity(weights)
        inside = (found >= 0).all() and (found <= 1 + 4 * EPS).all()
        below = found.sum() <= np.linalg.matrix_rank(weights) + 64 * EPS
        if not (inside and below):
            return "violated"
    return "0 ≤ C_i ≤ 1, Σ C_i ≤ rank W"


def rule(n: int, cells: int) -> str:
    """Count the cells of a map in which the optimum obeys the equal-marginal rule."""
    found = over_the_map(n, cells)
    return f"{sum(each.holds for each in found)} of {len(found)} cells"


ROWS: tuple[Row, ...] = (
    Formula(what="capacity C_i", published="G_ii² / Σ_j G_ij²", ours="equal, to rounding", measure=capacities),
    Formula(
        what="feature dimensionality D_i, the same number",
        published="‖W_i‖² / Σ_j (Ŵ_i·W_j)²",
        ours="equal, to rounding",
        measure=dimensionalities,
    ),
    Formula(
        what="superposition, the color of the bars",
        published="Σ_{j≠i} (Ŵ_i·W_j)²",
        ours="equal, to rounding",
        measure=colors,
    ),
    Formula(
        what="dimensions a feature, D*", published="m / ‖W‖²", ours="equal, to rounding", measure=shared_dimensions
    ),
    Words(
        what="bounds on capacity",
        published="0 ≤ C_i ≤ 1, Σ C_i ≤ rank W",
        ours="0 ≤ C_i ≤ 1, Σ C_i ≤ rank W",
        measure=bounded,
    ),
    Words(
        what="cells where features that share value capacity equally, (2,1)",
        published="256 of 256 cells",
        ours="256 of 256 cells",
        measure=lambda: rule(2, 16),
        slow=True,
    ),
    Words(
        what="cells where features that share value capacity equally, (3,2)",
        published="144 of 144 cells",
        ours="134 of 144 cells",
        measure=lambda: rule(3, 12),
        slow=True,
        why="The rule is exact where the loss is a sum of functions of single capacities. It is not between blocks, "
        "and not in triangles that are not equilateral; see [](capacity.md).",
    ),
)
SECTION = Section("capacity", ROWS)


@pytest.mark.parametrize("row", SECTION.cases())
def test_published(row: Row) -> None:
    row.check()
