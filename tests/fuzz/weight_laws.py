"""What must hold of drawn weights, at a degeneracy, beside one or far from any."""

from __future__ import annotations

from typing import Any

import numpy as np
import toytoy as tt
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from toytoy.compare import strategies
from toytoy.compare.strategies import DEGENERACIES, LAWS
from toytoy.compare.strategies.degenerate import TOLERANCES, possible

from tests.fuzz.number_laws import EPS, Law

Drawn = Any
PROBLEMS = strategies.problems(laws=LAWS)


def weights_hold(drawn: tuple[tt.Problem, Any]) -> None:
    """They fit; capacities lie in [0, 1] and are at most the rank; blocks and regimes tell of the same features."""
    problem, weights = drawn
    m, n = problem.n_hidden, problem.n_features
    assert weights.shape == (m, n)
    assert np.isfinite(weights).all()
    assert not np.signbit(weights[weights == 0]).any()
    capacity, shared = tt.capacity(weights), tt.superposition(weights)
    assert ((capacity >= 0) & (capacity <= 1 + 8 * EPS)).all()
    assert capacity.sum() <= min(m, n) + 8 * n * EPS
    assert (shared >= 0).all()
    for tolerance in TOLERANCES:
        regimes, blocks = np.array(tt.regimes(weights, tolerance)), tt.structure(weights, tolerance).blocks
        assert sorted(i for block in blocks for i in block.features) == list(range(n))
        dropped = [i for block in blocks if block.name == "not_represented" for i in block.features]
        assert sorted(dropped) == np.flatnonzero(regimes == "not_represented").tolist()
    order = np.argsort(weights[0], kind="stable")
    assert np.abs(tt.capacity(weights[:, order]) - capacity[order]).max() <= 64 * n * EPS


@st.composite
def degenerate(draw: DrawFn) -> Drawn:
    """Draw a problem, one kind of degeneracy that its sizes allow, and weights at it or beside it."""
    problem = draw(PROBLEMS)
    kind = draw(st.sampled_from(possible(problem.n_hidden, problem.n_features)))
    displaced = draw(st.booleans())
    return problem, kind, displaced, draw(strategies.degenerate_weights(problem, [kind], displaced))


def degenerate_hold(drawn: Drawn) -> None:
    """They hold as weights do, and, not displaced, have the degeneracy asked for."""
    problem, kind, displaced, weights = drawn
    weights_hold((problem, weights))
    if not displaced:
        assert HAS[kind](weights), f"no {kind}"


def near_tolerance(values: Any) -> bool:
    return any(np.isclose(values, t, rtol=64 * EPS, atol=1e-17).any() for t in TOLERANCES)


def parallel(weights: Any, sign: float) -> bool:
    pairs = [(i, j) for i in range(weights.shape[1]) for j in range(i)]
    return any(weights[:, i].any() and np.array_equal(weights[:, i], sign * weights[:, j]) for i, j in pairs)


def orthonormal(weights: Any) -> bool:
    kept = weights[:, weights.any(axis=0)]
    return bool(np.abs(kept.T @ kept - np.eye(kept.shape[1])).max() <= 20 * EPS) and kept.shape[1] == len(weights)


HAS: dict[str, Any] = {
    "zero entries": lambda w: (w == 0).any(),
    "tiny entries": lambda w: (np.abs(w) == strategies.TINY).any(),
    "zero columns": lambda w: (~w.any(axis=0)).any(),
    "equal columns": lambda w: parallel(w, 1.0),
    "antipodal columns": lambda w: parallel(w, -1.0),
    "parallel columns": lambda w: np.linalg.matrix_rank(w) <= 1,
    "orthonormal columns": orthonormal,
    "rank deficient": lambda w: np.linalg.matrix_rank(w) < len(w),
    "length on a boundary": lambda w: near_tolerance((w**2).sum(axis=0)),
    "overlap on a boundary": lambda w: near_tolerance(tt.superposition(w)),
}
assert set(HAS) == set(DEGENERACIES)


def of_problem(make: Any) -> Any:
    """Draw a problem, and what a strategy draws for it."""
    return PROBLEMS.flatmap(lambda problem: st.tuples(st.just(problem), make(problem)))


WEIGHT_LAWS = {
    "weights": Law(of_problem(strategies.weights), weights_hold),
    "degenerate_weights": Law(degenerate(), degenerate_hold),
}
