"""hypothesis strategies for problems, models and numbers: what this library's own property tests draw.

Needs hypothesis, of the extra ``test``. Everything drawn is valid, `outside` aside, and shrinks towards round numbers,
few features and no degeneracy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from numpy.typing import NDArray

from ..analytic.activation import ClippedReLU, LeakyReLU, PiecewiseLinear
from ..analytic.domain import DENSITY, IMPORTANCE
from ..analytic.problem import Problem
from .ranges import SMALLEST, edge, inside, outside

__all__ = ["biases", "densities", "edge", "importances", "inside", "models", "outside", "problems", "toy_problems"]
__all__ += ["weights"]

Array = NDArray[np.float64]
Activation = str | PiecewiseLinear
Model = tuple[Array, Array]
T = TypeVar("T")
Draw = Callable[[SearchStrategy[T]], T]

ACTIVATIONS: tuple[Activation, ...] = ("relu", "linear", "abs", LeakyReLU(0.1), ClippedReLU(1.0))
TINY = 1e-9  # an entry that a division would turn into noise, and that is not zero
_DEGENERACIES = ("none", "zero entries", "tiny entries", "equal columns", "antipodal columns", "orthonormal columns")


def densities() -> SearchStrategy[float]:
    """Draw a feature density, in [0.001, 1], the ends and round ones among them.

    Examples
    --------
    >>> from hypothesis import given
    >>> from toytoy.compare import strategies
    >>> @given(strategies.densities())
    ... def test_it_is_a_probability(density):
    ...     assert 0 < density <= 1
    >>> test_it_is_a_probability()
    """
    return st.one_of(inside(DENSITY), st.just(SMALLEST))


def importances() -> SearchStrategy[float]:
    """Draw a relative importance, in [0, 10], 0 and 1 among them.

    Examples
    --------
    >>> from hypothesis import given
    >>> from toytoy.compare import strategies
    >>> @given(strategies.importances())
    ... def test_it_weighs(importance):
    ...     assert importance >= 0
    >>> test_it_weighs()
    """
    return inside(IMPORTANCE)


@st.composite
def problems(
    draw: Draw[Any], max_features: int = 4, activations: Sequence[Activation] = ACTIVATIONS, min_features: int = 1
) -> Problem:
    """Draw a problem: its size, one density (or importance) for all features or one each, and its activation.

    Parameters
    ----------
    max_features, min_features : int
    activations : sequence of activations
        To draw from; the first one is the simplest.

    Examples
    --------
    >>> import toytoy as tt
    >>> from hypothesis import given
    >>> from toytoy.compare import strategies
    >>> @given(strategies.problems(max_features=3, activations=["relu"]))
    ... def test_answering_nothing_costs_the_null_loss(problem):
    ...     zero = tt.loss(problem, [[0.0] * problem.n_features] * problem.n_hidden, [0.0] * problem.n_features)
    ...     assert abs(zero - problem.null_loss) <= 1e-12 * max(1.0, problem.null_loss)
    >>> test_answering_nothing_costs_the_null_loss()
    """
    n_features = draw(st.integers(min_features, max_features))

    def for_all_or_each(numbers: SearchStrategy[float]) -> SearchStrategy[Any]:
        return st.one_of(numbers, st.tuples(*[numbers] * n_features))

    return Problem(
        n_features=n_features,
        n_hidden=draw(st.integers(1, n_features)),
        density=draw(for_all_or_each(densities())),
        importance=draw(for_all_or_each(importances())),
        activation=draw(st.sampled_from(list(activations))),
    )


@st.composite
def toy_problems(draw: Draw[Any], activations: Sequence[Activation] = ("relu",)) -> Problem:
    """Draw a toy of the toy: (2,1) or (3,2), r in [0.1, 10], p in [0.01, 1]: what the published diagrams show.

    Parameters
    ----------
    activations : sequence of activations

    Examples
    --------
    >>> import toytoy as tt
    >>> from hypothesis import given
    >>> from toytoy.compare import strategies
    >>> @given(strategies.toy_problems())
    ... def test_the_extra_is_last(problem):
    ...     assert set(problem.importances[:-1]) == {1.0}
    >>> test_the_extra_is_last()
    """
    return Problem.toy(
        draw(st.sampled_from([2, 3])),
        importance=draw(st.one_of(st.sampled_from([1.0, 0.5, 2.0]), st.floats(0.1, 10.0))),
        density=draw(st.one_of(st.sampled_from([0.5, 1.0, 0.1]), st.floats(0.01, 1.0))),
        activation=draw(st.sampled_from(list(activations))),
    )


@st.composite
def weights(draw: Draw[Any], problem: Problem) -> Array:
    """Draw weights, shape (n_hidden, n_features), entries in [-2, 2], up to two degeneracies among them.

    Zero entries, entries of 1e-9, equal columns, antipodal columns, orthonormal columns with the rest dropped.

    Parameters
    ----------
    problem : Problem

    Examples
    --------
    >>> import toytoy as tt
    >>> from hypothesis import given
    >>> from toytoy.compare import strategies
    >>> problem = tt.Problem.toy(3, density=0.5)
    >>> @given(strategies.weights(problem))
    ... def test_capacity_is_at_most_the_rank(weights):
    ...     assert tt.capacity(weights).sum() <= 2 + 1e-12
    >>> test_capacity_is_at_most_the_rank()
    """
    m, n = problem.n_hidden, problem.n_features
    entries = draw(st.lists(_entries(2.0), min_size=m * n, max_size=m * n))
    matrix = np.array(entries, dtype=float).reshape(m, n)
    for kind in draw(st.lists(st.sampled_from(_DEGENERACIES), max_size=2)):
        _degenerate(draw, kind, matrix)
    return matrix


def _entries(size: float) -> SearchStrategy[float]:
    return st.one_of(
        st.sampled_from([0.0, 1.0, -1.0, 0.5, -0.5]), st.floats(-size, size).map(lambda value: round(value, 4))
    )


def _degenerate(draw: Draw[Any], kind: str, matrix: Array) -> None:
    """Make a matrix degenerate in one way, in place."""
    m, n = matrix.shape
    if kind in ("zero entries", "tiny entries"):
        where = np.array(draw(st.lists(st.booleans(), min_size=m * n, max_size=m * n))).reshape(m, n)
        matrix[where] = 0.0 if kind == "zero entries" else TINY * np.where(matrix[where] < 0, -1.0, 1.0)
    elif kind in ("equal columns", "antipodal columns"):
        source, target = draw(st.integers(0, n - 1)), draw(st.integers(0, n - 1))
        if source != target:
            matrix[:, target] = matrix[:, source] if kind == "equal columns" else -matrix[:, source]
    elif kind == "orthonormal columns":
        basis = np.linalg.qr(matrix[:, :m] + 3.0 * np.eye(m))[0]
        matrix[:] = 0.0
        matrix[:, draw(st.permutations(range(n)))[:m]] = basis


@st.composite
def biases(draw: Draw[Any], problem: Problem, weights: Array | None = None) -> Array:
    """Draw biases, shape (n_features,), in [-1, 1], zeros among them, and, for given weights, some that touch a hinge.

    An output touches a hinge t where its input b + Σ_{i∈A} G_ji equals t for some set A of features at their largest
    value: there the loss is least smooth.

    Parameters
    ----------
    problem : Problem
    weights : array, shape (n_hidden, n_features), optional

    Examples
    --------
    >>> import toytoy as tt
    >>> from hypothesis import given
    >>> from toytoy.compare import strategies
    >>> problem = tt.Problem.toy(2, density=0.5)
    >>> @given(strategies.biases(problem))
    ... def test_a_dropped_output_costs_what_its_bias_misses(bias):
    ...     assert tt.loss(problem, [[0.0, 0.0]], bias) >= 0
    >>> test_a_dropped_output_costs_what_its_bias_misses()
    """
    n = problem.n_features
    bias = np.array(draw(st.lists(_entries(1.0), min_size=n, max_size=n)), dtype=float)
    hinges = [float(t) for t in problem.sigma.hinges]
    if weights is not None and hinges:
        gram = weights.T @ weights
        for j in draw(st.lists(st.integers(0, n - 1), max_size=n, unique=True)):
            corner = np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)))
            bias[j] = draw(st.sampled_from(hinges)) - gram[j, corner].sum()
    return bias


@st.composite
def models(draw: Draw[Any], problem: Problem) -> Model:
    """Draw a model, (weights, bias), as `weights` and `biases` do; biases may touch hinges.

    Parameters
    ----------
    problem : Problem

    Examples
    --------
    >>> import toytoy as tt
    >>> from hypothesis import given, strategies as st
    >>> from toytoy.compare import strategies
    >>> pairs = strategies.problems().flatmap(lambda problem: st.tuples(st.just(problem), strategies.models(problem)))
    >>> @given(pairs)
    ... def test_a_loss_is_not_negative(drawn):
    ...     problem, (weights, bias) = drawn
    ...     assert tt.loss(problem, weights, bias) >= 0
    >>> test_a_loss_is_not_negative()
    """
    matrix = draw(weights(problem))
    return matrix, draw(biases(problem, matrix))
