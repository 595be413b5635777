"""hypothesis strategies for inputs x: small batches that can be read, and samples with zeros at the right rate."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from numpy.typing import NDArray

from ...analytic.domain import BATCH, N_SAMPLES
from ...analytic.problem import Problem, check_problem
from ...numeric.sampling import sample
from ..ranges import readable

Array = NDArray[np.float64]
SEEDS = 2**32 - 1  # the largest that old generators take


def inputs(problem: Problem, max_size: int = 3) -> SearchStrategy[Array]:
    """Draw a batch of inputs, shape (size, n_features), each of which the problem's law can produce.

    In every row the features of one active set are on, at 1 (the corners of the cube), round numbers, or any; the
    others are 0. How often a set comes up says nothing about its probability: for that, see `samples`.

    Parameters
    ----------
    problem : Problem
        Of at most some ten features: its active sets are listed.
    max_size : int
        Largest number of rows, >= 1.

    Raises
    ------
    TypeError, ValueError
        If the problem is none, or the size is no whole number >= 1.

    Examples
    --------
    >>> import toytoy as tt
    >>> from hypothesis import given
    >>> from toytoy.compare import strategies
    >>> problem = tt.Problem(n_features=3, n_hidden=2, support=tt.OneHot())
    >>> @given(strategies.inputs(problem))
    ... def test_one_feature_at_most_is_on(x):
    ...     assert ((x > 0).sum(axis=1) <= 1).all()
    >>> test_one_feature_at_most_is_on()
    """
    active = tuple(members for members, _ in check_problem(problem).active_sets())
    rows = st.lists(_row(active, problem.n_features), min_size=1, max_size=BATCH.check(max_size, "max_size"))
    return _batch(rows)


@st.composite
def _row(draw: st.DrawFn, active: tuple[tuple[int, ...], ...], n: int) -> list[float]:
    row = [0.0] * n
    for i in draw(st.sampled_from(active)):
        row[i] = draw(readable(0.0, 1.0))
    return row


@st.composite
def _batch(draw: st.DrawFn, rows: SearchStrategy[list[list[float]]]) -> Array:
    return np.array(draw(rows))


def samples(problem: Problem, size: int) -> SearchStrategy[Array]:
    """Draw a sample of inputs from a problem's law, shape (size, n_features): `toytoy.sample` with any seed.

    Parameters
    ----------
    problem : Problem
    size : int
        >= 1. Hypothesis tests a property a hundred times: what is compared within standard errors needs five of them.

    Raises
    ------
    TypeError, ValueError
        If the problem is none, or the size is no whole number >= 1.

    Examples
    --------
    >>> import toytoy as tt
    >>> from hypothesis import given
    >>> from toytoy.compare import strategies
    >>> problem = tt.Problem.toy(2, density=0.5)
    >>> @given(strategies.samples(problem, 1000))
    ... def test_a_quarter_is_silent(x):
    ...     assert abs((x == 0).all(axis=1).mean() - 0.25) < 0.1
    >>> test_a_quarter_is_silent()
    """
    return _samples(check_problem(problem), N_SAMPLES.check(size))


@st.composite
def _samples(draw: st.DrawFn, problem: Problem, size: int) -> Array:
    return sample(problem, size, draw(seeds()))


def seeds() -> SearchStrategy[int]:
    """Draw a seed of a random number generator, 0 the simplest.

    Examples
    --------
    >>> import numpy as np
    >>> from hypothesis import given
    >>> from toytoy.compare import strategies
    >>> @given(strategies.seeds())
    ... def test_a_seed_repeats(seed):
    ...     assert np.random.default_rng(seed).random() == np.random.default_rng(seed).random()
    >>> test_a_seed_repeats()
    """
    return st.integers(0, SEEDS)
