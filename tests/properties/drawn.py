"""Problems and models for property tests of the loss, until the library's own strategies replace them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import toytoy as tt
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from toytoy.analytic.activation import PiecewiseLinear

Array = NDArray[np.float64]
SMALLEST = 1e-100  # the kernel fails where products of weights are subnormal; see tests/unit/analytic/test_loss.py
entries = st.one_of(
    st.sampled_from([0.0, 1.0, -1.0, 0.5, 1e-9]), st.floats(-2.0, 2.0).filter(lambda x: x == 0.0 or abs(x) > SMALLEST)
)
densities = st.one_of(st.sampled_from([1.0, 0.5, 1e-3]), st.floats(1e-3, 1.0))
importance = st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0.0, 10.0))
activations: st.SearchStrategy[str | PiecewiseLinear] = st.one_of(
    st.sampled_from(["linear", "relu", "abs"]),
    st.builds(tt.LeakyReLU, st.floats(-1.0, 1.0)),
    st.builds(tt.ClippedReLU, st.floats(0.25, 2.0)),
)


class Model(NamedTuple):
    """A problem with weights (m, n) and bias (n,)."""

    problem: tt.Problem
    weights: Array
    bias: Array


@st.composite
def problems(draw: st.DrawFn, max_features: int = 4) -> tt.Problem:
    """Draw a problem: one density or one a feature, importance 0 included."""
    n = draw(st.integers(1, max_features))
    return tt.Problem(
        n_features=n,
        n_hidden=draw(st.integers(1, n)),
        density=draw(st.one_of(densities, st.tuples(*[densities] * n))),
        importance=draw(st.one_of(importance, st.tuples(*[importance] * n))),
        activation=draw(activations),
    )


def weights(problem: tt.Problem) -> st.SearchStrategy[Array]:
    """Draw weights that fit a problem."""
    return arrays(float, (problem.n_hidden, problem.n_features), elements=entries)


def biases(problem: tt.Problem) -> st.SearchStrategy[Array]:
    """Draw biases that fit a problem."""
    return arrays(float, (problem.n_features,), elements=entries)


@st.composite
def models(draw: st.DrawFn, max_features: int = 4) -> Model:
    """Draw a problem with a model for it."""
    problem = draw(problems(max_features))
    return Model(problem, draw(weights(problem)), draw(biases(problem)))
