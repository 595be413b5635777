"""One-hot inputs and regular polygons: Chen et al. 2023, arXiv 2310.06301.

The closed form of the loss for c features in two dimensions, and the k-gons that are its critical points.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction as F

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.onehot import one_hot_loss, polygon

from tests.published.rows import Formula, Number, Row, Section
from tests.reference import exact

RELU = ((0,), (0, 1))
EPS = float(np.finfo(float).eps)
ROUNDINGS = 50  # of the largest term; a sum of n terms, each a handful of operations
WIDE = 1e-9  # of a bracketed root, and far below the fifth digit


def printed_loss(gram: np.ndarray, bias: np.ndarray) -> float:
    """Sum the printed formula, term by term, with numbers of the whole row: a third of the mean of the H_i."""
    c, total = len(bias), 0.0
    for i, b in enumerate(bias):
        square = gram[i, i]
        n = (1 - square) ** 2 - 3 * (1 - square) * b + 3 * b * b
        others = [gram[i, j] for j in range(c) if j != i]
        if b <= 0:
            total += sum((a + b) ** 3 / a for a in others if a > 0 and -a <= b)
            total += b**3 / square**2 + b**3 / square + n if -square <= b else 1.0
        else:
            total += sum(-(b**3) / a if -a > b else a * a + 3 * a * b + 3 * b * b for a in others) + n
    return float(total) / (3 * c)


def losses() -> Iterator[tuple[float, float, float]]:
    """Compare the printed form, written out here, with the exact integral; the library's is held to it, too."""
    rng = np.random.default_rng(4)
    for _ in range(20):
        weights, bias = rng.integers(-12, 13, (2, 4)) / 8, rng.integers(-8, 9, 4) / 8  # eighths: exact
        problem = tt.Problem(n_features=4, n_hidden=2, support=tt.OneHot())
        law = [((i,), F(1, 4)) for i in range(4)]
        wanted = exact.loss(law, [F(1)] * 4, RELU, [[F(w) for w in row] for row in weights], [F(b) for b in bias])
        allowed = ROUNDINGS * EPS * (1 + np.abs(weights).max() ** 4 * 4)
        yield printed_loss(weights.T @ weights, bias), float(wanted), allowed
        assert abs(one_hot_loss(problem, weights, bias) - float(wanted)) <= allowed


def polygon_losses() -> Iterator[tuple[float, float, float]]:
    """Compare (h_k + c − k) / 3c with the exact loss of the polygon's weights and biases."""
    for k, energy in ((4, 0.0), (5, 0.23738), (6, 0.86746)):
        for c in (k, 6, 9):
            weights, bias = polygon(k).model(c)
            loss = float(tt.loss(tt.Problem(n_features=c, n_hidden=2, support=tt.OneHot()), weights, bias))
            yield (energy + c - k) / (3 * c), loss, 0.5e-5 / (3 * c) + ROUNDINGS * EPS


ROWS: tuple[Row, ...] = (
    Formula(
        what="loss of any model, H_i piece by piece",
        published="L = Σ H_i / 3c",
        ours="equal, to rounding",
        measure=losses,
    ),
    Number(what="4-gon, length ℓ", published="exactly 1", ours="exactly 1", measure=lambda: (polygon(4).length, 0)),
    Number(what="4-gon, bias b", published="exactly 0", ours="exactly 0", measure=lambda: (polygon(4).bias, 0)),
    Number(what="5-gon, length ℓ", published="1.17046", ours="1.1704596(1)", measure=lambda: (polygon(5).length, WIDE)),
    Number(what="5-gon, bias b", published="−0.28230", ours="−0.2822973(1)", measure=lambda: (polygon(5).bias, WIDE)),
    Number(what="6-gon, length ℓ", published="1.32053", ours="1.3205263(1)", measure=lambda: (polygon(6).length, WIDE)),
    Number(what="6-gon, bias b", published="−0.61814", ours="−0.6181351(1)", measure=lambda: (polygon(6).bias, WIDE)),
    Number(what="4-gon, energy h", published="exactly 0", ours="exactly 0", measure=lambda: (polygon(4).energy, 0)),
    Number(what="5-gon, energy h", published="0.23738", ours="0.2373844(1)", measure=lambda: (polygon(5).energy, WIDE)),
    Number(what="6-gon, energy h", published="0.86746", ours="0.8674628(1)", measure=lambda: (polygon(6).energy, WIDE)),
    Formula(
        what="loss of a k-gon among c features",
        published="(h_k + c − k) / 3c",
        ours="equal, to the digits of h",
        measure=polygon_losses,
    ),
)
SECTION = Section("one-hot", ROWS)


@pytest.mark.parametrize("row", SECTION.cases())
def test_published(row: Row) -> None:
    row.check()
