"""hypothesis strategies for problems: any small one, and the toys of the published diagrams."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ...analytic.domain import N_FEATURES, N_HIDDEN, short
from ...analytic.problem import Problem
from ...analytic.support import AnticorrelatedGroups, CorrelatedGroups, Independent, OneHot, Support
from .activations import ACTIVATIONS, AnyActivation
from .layout import column_of
from .numbers import densities as any_densities
from .numbers import importances as any_importances
from .supports import Law, check_laws, supports

T = TypeVar("T")
Choice = Sequence[T] | SearchStrategy[T]


def problems(
    max_features: int = 4,
    activations: Choice[AnyActivation] = ACTIVATIONS,
    min_features: int = 1,
    *,
    n_hidden: int | None = None,
    densities: SearchStrategy[float] | None = None,
    importances: SearchStrategy[float] | None = None,
    each: bool = True,
    laws: Sequence[Law] = (Independent,),
) -> SearchStrategy[Problem]:
    """Draw a problem: its size, density, importance, activation and support law.

    Parameters
    ----------
    max_features, min_features : int
        The number of features lies between; with `n_hidden` it is at least that.
    activations : sequence of activations, or a strategy such as `activations`
        The first one is the simplest.
    n_hidden : int, optional
        Any from 1 to the number of features, if left out.
    densities, importances : strategies, optional
        `densities()` and `importances()`, if left out. Of an anticorrelated group of k a k-th of what is drawn is each
        feature's density.
    each : bool
        Whether a density and an importance a feature are drawn, too, or one for all, as simple code takes them.
    laws : sequence of classes
        See `supports`. The paper's, Independent, if left out.

    Raises
    ------
    TypeError, ValueError
        If a size is no whole number or the sizes leave nothing to draw, there is no activation or no law, or
        `densities` or `importances` is no strategy.

    Examples
    --------
    >>> import toytoy as tt
    >>> from hypothesis import given, settings
    >>> from toytoy.compare import strategies
    >>> @settings(deadline=None)
    ... @given(strategies.problems(max_features=3, activations=["relu"]))
    ... def test_answering_nothing_costs_the_null_loss(problem):
    ...     zero = tt.loss(problem, [[0.0] * problem.n_features] * problem.n_hidden, [0.0] * problem.n_features)
    ...     assert abs(zero - problem.null_loss) <= 1e-12 * max(1.0, problem.null_loss)
    >>> test_answering_nothing_costs_the_null_loss()
    """
    least, most = N_FEATURES.check(min_features, "min_features"), N_FEATURES.check(max_features, "max_features")
    if n_hidden is not None:
        least = max(least, N_HIDDEN.check(n_hidden))
    if least > most:
        rule = f"max_features must be at least {least}" + ("" if least == min_features else " with that n_hidden")
        raise ValueError(f"{rule}, got max_features={most} with min_features={min_features}, n_hidden={n_hidden}")
    density = _numbers("densities", densities, any_densities())
    importance = _numbers("importances", importances, any_importances())
    laws, choice = check_laws(laws), _choice(activations)

    @functools.cache
    def sized(n: int) -> SearchStrategy[Problem]:
        return _sized(n, n_hidden, density, _for_all_or_each(importance, n, each), supports(n, laws), choice, each)

    sizes = st.integers(least, most)
    if least == 1 < most:
        sizes = st.one_of(sizes, st.integers(2, most))  # one feature alone tells least: half as often
    return _problems(sizes, sized)


def _numbers(name: str, given: Any, otherwise: SearchStrategy[float]) -> SearchStrategy[float]:
    if given is None:
        return otherwise
    if not isinstance(given, SearchStrategy):
        raise TypeError(
            f"{name} must be a strategy, as {name}(low, high), got {name}={short(given)}; one number: just(x)"
        )
    return given


def _choice(activations: Choice[AnyActivation]) -> SearchStrategy[AnyActivation]:
    """Turn a sequence into a strategy; one name alone would be taken for its letters."""
    if isinstance(activations, SearchStrategy):
        return activations
    if isinstance(activations, str) or not isinstance(activations, Sequence):
        raise TypeError(
            f"activations must be a sequence, as ['relu'], or a strategy, got activations={short(activations)}"
        )
    if not activations:
        raise ValueError("activations must be one at least, got none; ['relu'] is the paper's")
    return st.sampled_from(list(activations))


@st.composite
def _problems(draw: st.DrawFn, sizes: SearchStrategy[int], sized: Callable[[int], SearchStrategy[Problem]]) -> Problem:
    return draw(sized(draw(sizes)))


@st.composite
def _sized(
    draw: st.DrawFn,
    n: int,
    n_hidden: int | None,
    densities: SearchStrategy[float],
    importances: SearchStrategy[Any],
    laws: SearchStrategy[Support],
    activations: SearchStrategy[AnyActivation],
    each: bool,
) -> Problem:
    support = draw(laws)
    return Problem(
        n_features=n,
        n_hidden=draw(st.integers(1, n)) if n_hidden is None else n_hidden,
        density=draw(lawful_density(support, n, densities, each)),
        importance=draw(importances),
        activation=draw(activations),
        support=support,
    )


def _for_all_or_each(numbers: SearchStrategy[float], n: int, each: bool) -> SearchStrategy[Any]:
    """Draw one number for all features, or, twice as often, one a feature: what differs tells features apart."""
    several = column_of(numbers, n).map(tuple)
    return st.one_of(numbers, several, several) if each else numbers


def lawful_density(support: Support, n: int, numbers: SearchStrategy[float], each: bool) -> SearchStrategy[Any]:
    """Draw a density, or one a feature, that a support law allows: groups share one, and those of one-hot are 1/n."""
    if isinstance(support, OneHot):
        return st.just(Fraction(1, n))
    if isinstance(support, CorrelatedGroups):
        return _for_all_or_each(numbers, len(support.sizes), each).map(lambda p: _spread(p, support.sizes, False))
    if isinstance(support, AnticorrelatedGroups):
        return _for_all_or_each(numbers, len(support.sizes), each).map(lambda p: _spread(p, support.sizes, True))
    return _for_all_or_each(numbers, n, each)


def _spread(drawn: Any, sizes: tuple[int, ...], shared: bool) -> Any:
    """Give every feature its group's density, or, where a group's members share it, a k-th of it."""
    if not isinstance(drawn, tuple):
        return drawn / max(sizes) if shared else drawn
    return tuple(p / size if shared else p for p, size in zip(drawn, sizes, strict=True) for _ in range(size))


def toy_problems(
    activations: Choice[AnyActivation] = ("relu",), *, densities: SearchStrategy[float] | None = None
) -> SearchStrategy[Problem]:
    """Draw a toy of the toy: (2,1) or (3,2), r in [0.1, 10], p in [0.01, 1]: what the published diagrams show.

    Parameters
    ----------
    activations : sequence of activations, or a strategy
    densities : strategy, optional

    Raises
    ------
    TypeError, ValueError
        As `problems` does.

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
    return _toys(_choice(activations), _numbers("densities", densities, any_densities(0.01)))


@st.composite
def _toys(draw: st.DrawFn, activations: SearchStrategy[AnyActivation], densities: SearchStrategy[float]) -> Problem:
    return Problem.toy(
        draw(st.sampled_from([2, 3])),
        importance=draw(any_importances(0.1)),
        density=draw(densities),
        activation=draw(activations),
    )
