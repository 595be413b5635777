"""hypothesis strategies for biases, models and cases; some biases touch a hinge of the activation, or nearly."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from numpy.typing import NDArray

from ...analytic.domain import short
from ...analytic.model import check_weights
from ...analytic.problem import Problem, check_problem
from .case import Case
from .degenerate import degenerate
from .layout import column_of
from .numbers import displacements, entries
from .problems import problems as any_problems
from .weights import column, some_kinds

Array = NDArray[np.float64]
Model = tuple[Array, Array]


def biases(problem: Problem, weights: Any = None) -> SearchStrategy[Array]:
    """Draw biases, shape (n_features,), in [-1, 1], zeros among them; for given weights, some that touch a hinge.

    An output touches a hinge t where its input b + Σ_{i∈A} G_ji equals t for some set A of features at their largest
    value: there the loss is least smooth. Some are displaced from it by 1e-9 to 1e-3.

    Parameters
    ----------
    problem : Problem
    weights : array, shape (n_hidden, n_features), optional

    Raises
    ------
    TypeError, ValueError
        If the problem is none, or the weights don't fit it.

    Examples
    --------
    >>> import toytoy as tt
    >>> from hypothesis import given, settings
    >>> from toytoy.compare import strategies
    >>> problem = tt.Problem.toy(2, density=0.5)
    >>> @settings(deadline=None)
    ... @given(strategies.biases(problem))
    ... def test_a_dropped_output_costs_what_its_bias_misses(bias):
    ...     assert tt.loss(problem, [[0.0, 0.0]], bias) >= 0
    >>> test_a_dropped_output_costs_what_its_bias_misses()
    """
    n = check_problem(problem).n_features
    if weights is None or not (hinges := _hinges(problem)):
        return _plain(n)
    matrix = check_weights(weights)
    if matrix.shape != (problem.n_hidden, n):
        raise ValueError(f"weights must have shape {(problem.n_hidden, n)}, got shape {matrix.shape}")
    return _biases(matrix.T @ matrix, hinges)


@st.composite
def _plain(draw: st.DrawFn, n: int) -> Array:
    return np.array(draw(column_of(entries(1.0), n)))


@st.composite
def _biases(draw: st.DrawFn, gram: Array, hinges: tuple[float, ...]) -> Array:
    bias: Array = draw(_plain(len(gram)))
    touch(draw, bias, gram, hinges)
    return bias


def touch(draw: st.DrawFn, bias: Array, gram: Array, hinges: tuple[float, ...]) -> None:
    """Let some biases, or none, touch a hinge, or nearly, in place."""
    n = len(gram)
    for j in draw(st.one_of(st.just([]), st.lists(st.integers(0, n - 1), min_size=1, max_size=n, unique=True))):
        corner = np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)))
        bias[j] = draw(st.sampled_from(hinges)) - gram[j, corner].sum() + draw(displacements())
    bias += 0.0  # never -0.0


def models(problem: Problem) -> SearchStrategy[Model]:
    """Draw a model, (weights, bias), as `weights` and `biases` do; biases may touch hinges.

    Parameters
    ----------
    problem : Problem

    Raises
    ------
    TypeError
        If it is no Problem.

    Examples
    --------
    >>> import toytoy as tt
    >>> from hypothesis import given, settings
    >>> from toytoy.compare import strategies
    >>> problem = tt.Problem.toy(3, density=0.5, importance=0.4)
    >>> @settings(deadline=None)
    ... @given(strategies.models(problem))
    ... def test_parts_add_up(model):
    ...     assert abs(tt.decompose(problem, *model).total - tt.loss(problem, *model)) <= 1e-12
    >>> test_parts_add_up()
    """
    return _models(check_problem(problem))


@functools.cache
def _features(m: int, n: int) -> SearchStrategy[list[tuple[float, list[float]]]]:
    """Draw biases before columns: a failure that needs one of the two keeps the column."""
    return column_of(st.tuples(entries(1.0), column(m)), n)


@st.composite
def _models(draw: st.DrawFn, problem: Problem) -> Model:
    """Draw column and bias of each feature together, so that a failure shrinks by losing a feature."""
    m, n, hinges = problem.n_hidden, problem.n_features, _hinges(problem)
    features = draw(_features(m, n))
    matrix, bias = np.array([one for _, one in features]).T.copy(), np.array([b for b, _ in features])
    degenerate(draw, matrix, draw(some_kinds(m, n)), True)
    if hinges:
        touch(draw, bias, matrix.T @ matrix, hinges)
    return matrix, bias


def _hinges(problem: Problem) -> tuple[float, ...]:
    return tuple(float(t) for t in problem.sigma.hinges)


def cases(problems: SearchStrategy[Problem] | None = None) -> SearchStrategy[Case]:
    """Draw a problem with a model for it.

    Parameters
    ----------
    problems : strategy, optional
        `problems()`, if left out.

    Raises
    ------
    TypeError
        If `problems` is no strategy.

    Examples
    --------
    >>> import toytoy as tt
    >>> from hypothesis import given, settings
    >>> from toytoy.compare import strategies
    >>> @settings(deadline=None)
    ... @given(strategies.cases())
    ... def test_a_loss_is_not_negative(case):
    ...     assert tt.loss(*case) >= 0
    >>> test_a_loss_is_not_negative()
    """
    if problems is not None and not isinstance(problems, SearchStrategy):
        raise TypeError(
            f"problems must be a strategy, as problems(), got problems={short(problems)}; one: just(problem)"
        )
    return _cases(any_problems() if problems is None else problems)


@st.composite
def _cases(draw: st.DrawFn, problems: SearchStrategy[Problem]) -> Case:
    problem = draw(problems)
    return Case(problem, *draw(_models(problem)))
