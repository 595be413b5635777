"""Geometry: Elhage et al. 2022, arXiv 2209.10652, "The geometry of superposition"; charges on a sphere (Thomson 1904).

Plateaus of the features' dimensionality, where D* sticks, and the energies of the Cambridge Cluster Database (Wales and
Ulker 2006, Phys. Rev. B 74, 212101), of which the paper says that its features solve a generalized form.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.polytopes import ring, simplex, square_antiprism
from toytoy.compare.paper import dimensionality
from toytoy.numeric.starts import large_starts
from toytoy.numeric.thomson import arrange

from tests.published.rows import Number, Row, Section, Words

EPS = float(np.finfo(float).eps)
CLUSTERS = {  # the database's nine decimals
    **{2: "0.500000000", 3: "1.732050808", 4: "3.674234614", 5: "6.474691495", 6: "9.985281374", 7: "14.452977414"},
    **{8: "19.675287861", 9: "25.759986531", 10: "32.716949460", 11: "40.596450510", 12: "49.165253058"},
}


def capacity_of(gram: Any) -> tuple[float, float]:
    """Give the features' common C_i = G_ii² / Σ_j G_ij², and how far apart they are."""
    values = np.diag(gram) ** 2 / (gram**2).sum(axis=1)
    return float(values.mean()), float(np.ptp(values)) + 16 * EPS


def regular(columns: Any) -> Callable[[], tuple[float, float]]:
    """Measure a shape's capacity by the library, which knows only its columns."""

    def measure() -> tuple[float, float]:
        values = tt.capacity(columns)
        assert abs(values.mean() - capacity_of(columns.T @ columns)[0]) <= 16 * EPS
        return float(values.mean()), float(np.ptp(values)) + 16 * EPS

    return measure


def tetrahedron() -> Any:
    """Columns with the Gram matrix of a simplex."""
    values, vectors = np.linalg.eigh(simplex(4))
    return (vectors * np.sqrt(np.maximum(values, 0)))[:, 1:].T


@cache
def block(n: int, m: int, sparsity_inverse: float) -> tt.Solution:
    """Find the optimum of one small block, 1/(1 − S) given."""
    return tt.minimize(tt.Problem(n_features=n, n_hidden=m, density=1 / sparsity_inverse), tt.Multistart(n_starts=24))


def sharing(n: int, m: int, sparsity_inverse: float) -> tuple[float, float]:
    """Give D* = m / ‖W‖² of a large model made of such blocks only: a block's own."""
    solution = block(n, m, sparsity_inverse)
    return m / float((solution.weights**2).sum()), 1e-6  # flat to second order: weights are known to 1e-8


def best_blocks(sparsity_inverse: float) -> str:
    """Name which blocks of up to five features fill 30 dimensions with the least loss."""
    p = 1 / sparsity_inverse
    variance = p / 3 - p * p / 4
    sizes = [(1, 1), (2, 1), (3, 2), (5, 2)]
    losses = {}
    for n, m in sizes:
        loss = 0.0 if n == 1 else block(n, m, sparsity_inverse).loss.value
        losses[n, m] = 30 // m * loss + (400 - n * 30 // m) * variance
    name = {1: "30 features alone", 2: "30 digons", 3: "15 triangles", 5: "15 pentagons"}
    return name[min(losses, key=lambda size: losses[size])[0]]


def dense_sharing() -> tuple[float, float]:
    """Give D* of 400 features in 30 dimensions at density 1, after 100 evaluations from 30 axes, and how it drifts."""
    problem = tt.Problem(n_features=400, n_hidden=30, density=1.0)
    starts, biases = large_starts(problem, 0)
    (weights, _), loss = dimensionality.descend(problem, (starts[0], biases[0]), 100)
    assert loss < 370 / 12 - 0.005  # below the best projection, far beyond its error of 1e-8
    return 30 / float((weights**2).sum()), 0.0025  # 400 evaluations more end at 0.985


def eight_charges() -> tuple[float, float]:
    return capacity_of((points := arrange(8, n_starts=2).points).T @ points)


def energy(n: int) -> Callable[[], Any]:
    def measure() -> tuple[float, float]:
        found = arrange(n, n_starts=4, seed=1)
        return found.energy.value, found.energy.error

    return measure


ROWS: tuple[Row, ...] = (
    Number(
        what="plateau, digon", published="1/2", ours="0.500000000000000(5)", measure=regular(np.array([[1.0, -1.0]]))
    ),
    Number(what="plateau, triangle", published="2/3", ours="0.666666666666667(5)", measure=regular(ring(3))),
    Number(what="plateau, tetrahedron", published="3/4", ours="0.750000000000000(5)", measure=regular(tetrahedron())),
    Number(what="plateau, pentagon", published="2/5", ours="0.400000000000000(5)", measure=regular(ring(5))),
    Number(
        what="plateau, square antiprism of a cube's height",
        published="3/8",
        ours="0.375000000000000(5)",
        measure=regular(square_antiprism()),
    ),
    Number(
        what="plateau, square antiprism where eight charges stand",
        published="3/8",
        ours="0.374376(1)",
        measure=eight_charges,
        why="3/8 needs a tight frame, the antiprism of a cube's height; charges stand lower.",
    ),
    Words(
        what="blocks of the plateau D* = 1/2, at 1/(1−S) = 2.15, 400 in 30",
        published="30 digons",
        ours="30 digons",
        measure=lambda: best_blocks(2.15443),
    ),
    Words(
        what="the same blocks at 1/(1−S) = 3.16, 400 in 30",
        published="30 digons",
        ours="30 digons",
        measure=lambda: best_blocks(3.16228),
    ),
    Number(
        what="D* of 30 digons at 1/(1−S) = 2.15",
        published="1/2",
        ours="0.51483(1)",
        measure=lambda: sharing(2, 1, 2.15443),
        why="Each C_i is 1/2; D* = m/‖W‖² also has the lengths in it, and at the optimum they are not 1.",
    ),
    Number(
        what="D* of 30 digons at 1/(1−S) = 3.16",
        published="1/2",
        ours="0.49034(1)",
        measure=lambda: sharing(2, 1, 3.16228),
        why="Each C_i is 1/2, and the lengths are not 1.",
    ),
    Number(
        what="D* at p = 1, 400 in 30",
        published="exactly 1",
        ours="0.983(3)",
        measure=dense_sharing,
        slow=True,
        why="A projection has D* = 1 and loses 370/12 = 30.8333; the ReLU model loses 0.02 % less, with larger W.",
    ),
    *(
        Number(what=f"energy of {n} charges", published=text, ours=text, measure=energy(n))
        for n, text in CLUSTERS.items()
        if n != 11
    ),
    Number(
        what="energy of 11 charges",
        published=CLUSTERS[11],
        ours="40.596450508191(1)",
        measure=energy(11),
        why="The last of nine decimals is off by two; another optimizer and 40 digits say 40.596450508190751.",
    ),
)
SECTION = Section("geometry", ROWS)


@pytest.mark.parametrize("row", SECTION.cases())
def test_published(row: Row) -> None:
    row.check()


def test_the_figure_marks_the_printed_plateaus() -> None:
    marked = {"digon": 1 / 2, "triangle": 2 / 3, "tetrahedron": 3 / 4, "pentagon": 2 / 5, "square antiprism": 3 / 8}
    assert marked == dimensionality.PLATEAUS
