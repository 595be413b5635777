"""hypothesis strategies for weights: any, and those at or beside a degeneracy."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from numpy.typing import NDArray

from ...analytic.domain import nearest
from ...analytic.problem import Problem, check_problem
from .degenerate import DEGENERACIES, degenerate, possible
from .layout import column_of
from .numbers import entries

Array = NDArray[np.float64]


def weights(problem: Problem) -> SearchStrategy[Array]:
    """Draw weights, shape (n_hidden, n_features), of entries in [-2, 2], up to two degeneracies among them.

    Half of the weights drawn have none; of the others some are exactly there, some displaced by 1e-9 to 1e-3.

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
    >>> from hypothesis import given
    >>> from toytoy.compare import strategies
    >>> problem = tt.Problem.toy(3, density=0.5)
    >>> @given(strategies.weights(problem))
    ... def test_capacity_is_at_most_the_rank(weights):
    ...     assert tt.capacity(weights).sum() <= 2 + 1e-12
    >>> test_capacity_is_at_most_the_rank()
    """
    m, n = check_problem(problem).n_hidden, problem.n_features
    return _weights(m, n)


def degenerate_weights(
    problem: Problem, kinds: Sequence[str] = tuple(DEGENERACIES), displaced: bool = True
) -> SearchStrategy[Array]:
    """Draw weights, shape (n_hidden, n_features), at a degeneracy, or displaced from it by 1e-9 to 1e-3.

    Parameters
    ----------
    problem : Problem
    kinds : sequence of str
        Of "zero entries", "tiny entries" (of 1e-9), "zero columns", "equal columns", "antipodal columns",
        "parallel columns" (all of them, of several lengths), "orthonormal columns" (the others 0), "rank deficient"
        (two rows are parallel), "length on a boundary" (‖W_i‖² is 1e-8 or 0.01), "overlap on a boundary"
        (Σ_{j≠i} (Ŵ_i·W_j)² is). Those that the problem's sizes don't allow are left out.
    displaced : bool
        Whether one entry may be moved off.

    Raises
    ------
    TypeError, ValueError
        If a kind is unknown, or the problem allows none of them.

    Examples
    --------
    >>> import toytoy as tt
    >>> from hypothesis import given
    >>> from toytoy.compare import strategies
    >>> problem = tt.Problem.toy(3, density=0.5)
    >>> @given(strategies.degenerate_weights(problem, ["equal columns", "antipodal columns"], displaced=False))
    ... def test_two_features_share_a_direction(weights):
    ...     assert "superposed" in tt.regimes(weights)
    >>> test_two_features_share_a_direction()
    """
    m, n = check_problem(problem).n_hidden, problem.n_features
    return _degenerate(m, n, _allowed(kinds, m, n), bool(displaced))


def _allowed(kinds: Any, m: int, n: int) -> tuple[str, ...]:
    if isinstance(kinds, str):
        kinds = (kinds,)
    for kind in kinds:
        if kind not in DEGENERACIES:
            raise ValueError(nearest("kind", kind, DEGENERACIES))
    allowed = tuple(kind for kind in kinds if kind in possible(m, n))
    if not allowed:
        raise ValueError(
            f"kinds must hold one that weights of shape ({m}, {n}) can have, got kinds={tuple(kinds)!r}; "
            f"theirs are {', '.join(possible(m, n))}"
        )
    return allowed


@st.composite
def _weights(draw: st.DrawFn, m: int, n: int) -> Array:
    matrix = np.array(draw(column_of(column(m), n))).T.copy()
    degenerate(draw, matrix, draw(some_kinds(m, n)), True)
    return matrix


@st.composite
def _degenerate(draw: st.DrawFn, m: int, n: int, kinds: tuple[str, ...], displaced: bool) -> Array:
    matrix = np.array(draw(column_of(column(m), n))).T.copy()
    degenerate(draw, matrix, [draw(st.sampled_from(kinds))], displaced)
    return matrix


@functools.cache
def column(m: int) -> SearchStrategy[list[float]]:
    """Draw a column without any intent: m entries in [-2, 2]."""
    return column_of(entries(2.0), m)


@functools.cache
def some_kinds(m: int, n: int) -> SearchStrategy[list[str]]:
    """Draw which degeneracies weights of a shape are to have: none, one or two."""
    return st.one_of(st.just([]), st.lists(st.sampled_from(possible(m, n)), min_size=1, max_size=2))
