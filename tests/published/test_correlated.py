"""Correlated features: Elhage et al. 2022, arXiv 2209.10652, correlated and anticorrelated features, local bases."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.paper import correlated
from toytoy.compare.paper.panels import Panels, group_cosines

from tests.published.rows import Formula, Number, Recorded, Row, Section, Words

SHARED = 0.999  # cosine of two columns that are one direction


@cache
def ladder() -> Panels:
    return correlated.collapse(trained=None)


def collapsed() -> str:
    """Count the pairs that share one direction, at each density of the paper's figure."""
    counts = [int((group_cosines(solution) > SHARED).sum()) for solution in ladder().optimum]
    return ", ".join(f"{count} at {p:g}" for count, p in zip(counts, correlated.LADDER, strict=True))


@cache
def pairs() -> tuple[tt.Solution, tt.Solution]:
    """Solve two pairs in two dimensions: correlated, and anticorrelated."""
    together, apart = correlated.correlated_sets(pairs=(2,), starts=32, trained=None).optimum
    return together, apart


def principal() -> Iterator[tuple[float, float, float]]:
    """Compare the shared direction of a collapsed pair with its first principal component: both columns alike."""
    for solution in ladder().optimum[:1]:
        lengths = np.linalg.norm(solution.weights, axis=0).reshape(3, 2)
        for one, other in lengths:
            yield float(one / np.hypot(one, other)), float(np.sqrt(0.5)), 1e-6  # flat to second order


ROWS: tuple[Row, ...] = (
    Words(
        what="collapse of three correlated pairs in two dimensions: pairs that share a direction",
        published="3 at 0.5, 2 at 0.25, 1 at 0.15, 0 at 0.05",
        ours="3 at 0.5, 2 at 0.25, 1 at 0.15, 0 at 0.05",
        measure=collapsed,
    ),
    Formula(
        what="a collapsed pair stores its principal component: both members alike",
        published="1/√2 of each",
        ours="equal, to 1e-6",
        measure=principal,
    ),
    Number(
        what="two correlated pairs: cosine within a pair, 0 if orthogonal",
        published="0.0",
        ours="0.0101(5)",
        measure=lambda: (float(np.abs(group_cosines(pairs()[0])).max()), 1e-6),
    ),
    Number(
        what="two anticorrelated pairs: cosine within a pair, −1 if antipodal",
        published="exactly -1",
        ours="-1.000000(1)",
        measure=lambda: (float(group_cosines(pairs()[1]).mean()), 1e-7),
    ),
    Recorded(
        what="local bases, ten pairs in ten dimensions: interference within pairs",
        published="less than by chance",
        ours="less than by chance",
        page="paper.md",
        words="a share of 0.13 % lies within the ten pairs, where 5.3 % would by chance",
    ),
    Recorded(
        what="local bases, two sets of ten: interference within sets",
        published="less than by chance",
        ours="less than by chance",
        page="paper.md",
        words="and 2.35 % within two sets of ten, against 47 %",
    ),
    Recorded(
        what="local bases: features of a set are orthogonal",
        published="almost",
        ours="almost",
        page="paper.md",
        words="within a set $W_i \\cdot W_j$ is 0.03 to 0.04 for the pairs and 0.02 to 0.06 for the sets of ten",
    ),
)
SECTION = Section("correlated", ROWS)


@pytest.mark.parametrize("row", SECTION.cases())
def test_published(row: Row) -> None:
    row.check()
