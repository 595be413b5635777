"""The linear model: PCA (Eckart and Young 1936), and how it is learned (Saxe et al. 2013, arXiv 1312.6120).

Elhage et al. 2022, arXiv 2209.10652, use both: a linear model shows no superposition and keeps the m most important
features. Saxe's modes are logistic in time; in this model's tied form the exponent is 8vt.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction as F
from itertools import combinations
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from scipy.integrate import solve_ivp
from toytoy.analytic.linear import best_linear, trajectory

from tests.published.rows import Formula, Row, Section, Words

EPS = float(np.finfo(float).eps)
STEPPED = 1e-8  # of an integrator with a relative tolerance of 1e-11 a step


def variance(p: Any) -> Any:
    return p / 3 - p * p / 4


def printed_loss(weights: Any, bias: Any, p: F, importance: list[F]) -> F:
    """Sum v Σ I_i [(1 − G_ii)² + Σ_j G_ij²] and the bias misfit, in Fractions."""
    gram, n = weights.T @ weights, len(bias)
    total = F(0)
    for i in range(n):
        others = sum((gram[i, j] ** 2 for j in range(n) if j != i), F(0))
        misfit = bias[i] - p / 2 * (1 - sum(gram[i], F(0)))
        total += importance[i] * (variance(p) * ((1 - gram[i, i]) ** 2 + others) + misfit**2)
    return total


def losses() -> Iterator[tuple[F, F, int]]:
    rng = np.random.default_rng(1)
    for n, m in ((2, 1), (3, 2), (4, 2)):
        p, importance = F(int(rng.integers(1, 9)), 8), [F(int(k), 4) for k in rng.integers(1, 9, n)]
        weights = np.array([[F(int(k), 4) for k in row] for row in rng.integers(-5, 6, (m, n))], dtype=object)
        bias = np.array([F(int(k), 4) for k in rng.integers(-3, 4, n)], dtype=object)
        problem = tt.Problem(n_features=n, n_hidden=m, density=p, importance=tuple(importance), activation="linear")
        found: Any = tt.loss(problem, weights, bias, method="fraction")
        yield printed_loss(weights, bias, p, importance), F(found), 0


def minima() -> Iterator[tuple[float, float, float]]:
    """Compare v Σ of the dropped importances with the closed optimum, and with what a search finds."""
    for n, m, p, decay in ((5, 2, 1.0, 0.9), (5, 2, 0.1, 0.9), (8, 3, 0.3, 0.7), (20, 5, 0.03, 0.7)):
        problem = tt.Problem(
            n_features=n, n_hidden=m, density=p, importance=tuple(decay**i for i in range(n)), activation="linear"
        )
        wanted = variance(p) * sum(decay**i for i in range(m, n))
        yield wanted, best_linear(problem).loss.value, 64 * EPS
        if n <= 5:
            yield wanted, tt.minimize(problem, tt.Multistart(n_starts=8)).loss.value, 1e-12 * wanted


def kept() -> str:
    """Name what the linear optimum of 20 features in 5 dimensions, importance 0.7^i, does with them."""
    problem = tt.Problem(
        n_features=20, n_hidden=5, density=0.01, importance=tuple(0.7**i for i in range(20)), activation="linear"
    )
    solution = best_linear(problem)
    superposed = sum(str(regime) == "superposed" for regime in solution.regimes)
    dedicated = [i for i, regime in enumerate(solution.regimes) if str(regime) == "dedicated"]
    gram = solution.weights[:, dedicated].T @ solution.weights[:, dedicated]
    assert np.abs(gram - np.eye(len(dedicated))).max() <= 8 * EPS
    return f"features {dedicated[0]} to {dedicated[-1]} dedicated, {superposed} superposed"


def subspaces() -> Iterator[tuple[float, float, float]]:
    """Compare the projection with PCA: leading eigenvectors of the weighted covariance of samples."""
    worth = (1.0, 0.5, 2.0, 0.25, 1.5, 0.1)
    problem = tt.Problem(n_features=6, n_hidden=2, density=0.4, importance=worth, activation="linear")
    weights = best_linear(problem).weights
    inputs = tt.sample(problem, 200_000, seed=0) * np.sqrt(np.array(worth))
    _, vectors = np.linalg.eigh(np.cov(inputs.T))
    leading = vectors[:, -2:] @ vectors[:, -2:].T
    noise = 5 / np.sqrt(200_000) * 2.0 / (1.5 - 1.0)  # five standard errors of the largest variance, over the gap
    for i, j in combinations(range(6), 2):
        yield float(leading[i, j]), float((weights.T @ weights)[i, j]), noise


def logistics() -> Iterator[tuple[float, float, float]]:
    """Compare g₀ e^{8vt} / (1 − g₀ + g₀ e^{8vt}) with the integrated gradient, and with the library."""
    times = np.array([0.0, 1.0, 4.0, 9.0, 20.0])
    for p, scale in ((0.5, 0.1), (1.0, 0.3)):
        problem = tt.Problem(n_features=3, n_hidden=2, density=p, activation="linear")
        start = scale * np.linalg.qr(np.random.default_rng(3).normal(size=(3, 3)))[0][:2] * [[1.0], [0.5]]
        path = solve_ivp(_slope, (0, 20), start.ravel(), "DOP853", times, args=(problem,), rtol=1e-11, atol=1e-14)
        closed = trajectory(problem, start, times)
        for k, t in enumerate(times):
            weights = path.y[:, k].reshape(2, 3)
            strengths = np.sort(np.linalg.eigvalsh(weights @ weights.T))
            for g0, here, library in zip(
                sorted([scale**2 / 4, scale**2]), strengths, np.sort(closed.eigenvalues[k])[1:], strict=True
            ):
                grown = g0 * np.exp(8 * variance(p) * t)
                yield float(grown / (1 - g0 + grown)), float(here), STEPPED
                yield float(grown / (1 - g0 + grown)), float(library), 1e-13


def _slope(_: float, flat: Any, problem: tt.Problem) -> Any:
    weights, mean = flat.reshape(2, 3), float(problem.densities[0]) / 2
    gram = weights.T @ weights
    return -tt.loss_and_grad(problem, weights, mean * (1 - gram.sum(axis=1)))[1].ravel()


ROWS: tuple[Row, ...] = (
    Formula(
        what="loss: benefit, interference, bias misfit",
        published="v Σ I_i [(1 − G_ii)² + Σ G_ij²] + Σ I_i (b_i − μ(1 − Σ G_ij))²",
        measure=losses,
    ),
    Formula(
        what="global minimum",
        published="v Σ of the importances dropped",
        ours="equal, to rounding",
        measure=minima,
    ),
    Formula(
        what="the kept subspace is that of PCA",
        published="the m leading eigenvectors",
        ours="equal, within 5 standard errors of 200 000 samples",
        measure=subspaces,
    ),
    Words(
        what="20 features in 5 dimensions, importance 0.7^i",
        published="features 0 to 4 dedicated, 0 superposed",
        ours="features 0 to 4 dedicated, 0 superposed",
        measure=kept,
    ),
    Formula(
        what="strength of a mode under gradient flow",
        published="g₀ e^{8vt} / (1 − g₀ + g₀ e^{8vt})",
        ours="equal, within the integrator's error",
        measure=logistics,
    ),
)
SECTION = Section("linear", ROWS)


@pytest.mark.parametrize("row", SECTION.cases())
def test_published(row: Row) -> None:
    row.check()
