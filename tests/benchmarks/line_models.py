"""Models that the line integral is measured on: random ones, optimized ones, and noisy digons, the hard case."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy.optimize
import toytoy as tt
from numpy.typing import NDArray
from toytoy.analytic.loss import evaluate

from tests.benchmarks.line_reference import reference_row

Array = NDArray[np.float64]

STEPS = 40  # of L-BFGS
GROUP = 8  # features that share a subspace, so that the cube knows each output's loss


class Case(NamedTuple):
    """A problem and a model, and the features a group has where features of different groups are orthogonal."""

    what: str
    problem: tt.Problem
    weights: Array
    bias: Array
    group: int = 0


class Truth(NamedTuple):
    """Loss and gradient of some outputs, and by how much the reference itself may be off."""

    outputs: NDArray[np.int64]
    loss: float
    gradient: Array
    doubt: float


def random_case(n: int, m: int, p: float) -> Case:
    """Draw unit columns and small biases."""
    rng = np.random.default_rng(0)
    weights = rng.normal(size=(m, n))
    problem = tt.Problem(n_features=n, n_hidden=m, density=p)
    return Case(f"random {n}->{m}", problem, weights / np.linalg.norm(weights, axis=0), rng.uniform(-0.1, 0.05, n))


def optimized_case(n: int, m: int, p: float) -> Case:
    """Take some steps of L-BFGS from a random model."""
    start = random_case(n, m, p)

    def objective(flat: Array) -> tuple[float, Array]:
        value = evaluate(start.problem, flat[: n * m].reshape(m, n), flat[n * m :])
        return float(value.loss), np.concatenate([value.d_weights.ravel(), value.d_bias])

    first = np.concatenate([start.weights.ravel(), start.bias])
    last = scipy.optimize.minimize(objective, first, jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x
    return Case(f"optimized {n}->{m}", start.problem, last[: n * m].reshape(m, n), last[n * m :])


def digon_case(n: int, noise: float, bias: float, p: float = 0.03, group: int = GROUP) -> Case:
    """Put antipodal pairs on the axes and add noise within groups, or, of group = n, everywhere."""
    rng = np.random.default_rng(1)
    weights = np.zeros((n // 2, n))
    for i in range(n):
        weights[i // 2, i] = 1.0 - 2.0 * (i % 2)
    for start in range(0, n, group):
        block = slice(start // 2, (start + group) // 2), slice(start, start + group)
        weights[block] += noise * rng.normal(size=(group // 2, group))
    problem = tt.Problem(n_features=n, n_hidden=n // 2, density=p)
    what = f"digons {n}->{n // 2} {noise:.0e} b={bias:g}"
    return Case(what, problem, weights, np.full(n, bias), group if group <= GROUP else 0)


def truth(case: Case, outputs: int) -> Truth:
    """Ask the cube, group by group, or the plain line for a sample of the outputs."""
    return _by_cube(case) if case.group else _by_plain_line(case, outputs)


def _by_cube(case: Case) -> Truth:
    """Add up groups: outside of its own an output sees nothing; by an overlap of zero, its slope is E x ∂ℓ/∂b."""
    n, group = case.problem.n_features, case.group
    loss, d_weights, d_bias = 0.0, np.zeros_like(case.weights), np.zeros(n)
    problem = tt.Problem(n_features=group, n_hidden=group // 2, density=case.problem.density)
    for start in range(0, n, group):
        features, hidden = slice(start, start + group), slice(start // 2, (start + group) // 2)
        value = evaluate(problem, case.weights[hidden, features], case.bias[features], method="cube")
        loss += float(value.loss)
        d_weights[hidden, features], d_bias[features] = value.d_weights, value.d_bias
    apart = np.subtract.outer(np.arange(n) // group, np.arange(n) // group) != 0
    by_row = apart * (0.5 * float(case.problem.densities[0]) * d_bias[:, None])
    d_weights += case.weights @ (by_row + by_row.T)
    return Truth(np.arange(n, dtype=np.int64), loss, np.concatenate([d_weights.ravel(), d_bias]), 1e-12 * loss)


def _by_plain_line(case: Case, outputs: int) -> Truth:
    """Integrate with many more nodes, for outputs spread evenly."""
    n = case.problem.n_features
    chosen = np.unique(np.linspace(0, n - 1, outputs).astype(np.int64))
    gram, densities = case.weights.T @ case.weights, np.full(n, float(case.problem.densities[0]))
    loss, doubt, by_row, by_bias = 0.0, 0.0, np.zeros((n, n)), np.zeros(n)
    for j in chosen:
        row = reference_row(int(j), float(case.bias[j]), gram[j], densities)
        loss, doubt = loss + row.loss, doubt + row.doubt
        by_row[j], by_bias[j] = row.by_row, row.by_bias
    d_weights = case.weights @ (by_row + by_row.T)
    return Truth(chosen, loss, np.concatenate([d_weights.ravel(), by_bias]), doubt)
