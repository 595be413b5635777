"""Strategies for problems and models: valid, varied, and shrinking to what a person can read."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from hypothesis import find, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from toytoy.compare import strategies
from toytoy.compare.strategies import ACTIVATIONS, TINY

Array = NDArray[np.float64]
EPS = float(np.finfo(float).eps)
TOY = tt.Problem.toy(3, density=0.5)
patient = settings(max_examples=5000, deadline=None)  # rare degeneracies need many draws to be met


def gram(weights: Array) -> Array:
    return np.asarray(weights.T @ weights)


@given(strategies.problems(max_features=3))
def test_problems_are_as_asked(problem: tt.Problem) -> None:
    assert 1 <= problem.n_hidden <= problem.n_features <= 3
    assert problem.activation in ACTIVATIONS
    assert problem == problem.replace()


@given(strategies.problems(max_features=2, min_features=2, activations=["abs"]))
def test_sizes_and_activations_can_be_fixed(problem: tt.Problem) -> None:
    assert (problem.n_features, problem.activation) == (2, "abs")


@given(strategies.toy_problems())
def test_toys_are_those_of_the_diagrams(problem: tt.Problem) -> None:
    assert (problem.n_features, problem.n_hidden) in ((2, 1), (3, 2))
    assert 0.1 <= float(problem.importances[-1]) <= 10
    assert 0.01 <= float(problem.densities[0]) <= 1


@given(st.data())
def test_models_fit_their_problem(data: st.DataObject) -> None:
    problem = data.draw(strategies.problems())
    weights, bias = data.draw(strategies.models(problem))
    assert weights.shape == (problem.n_hidden, problem.n_features)
    assert bias.shape == (problem.n_features,)
    assert np.abs(weights).max() <= 2.0
    assert np.isfinite(tt.loss(problem, weights, bias))


def related(weights: Array, sign: float) -> bool:
    pairs = itertools.combinations(weights.T, 2)
    return any(bool(one.all()) and np.array_equal(one, sign * other) for one, other in pairs)


DEGENERATE: dict[str, Any] = {
    "zero entry": lambda w: (w == 0).any(),
    "no entry zero": lambda w: (w != 0).all(),
    "zero column": lambda w: (w == 0).all(axis=0).any(),
    "tiny entry": lambda w: (abs(w) == TINY).any(),
    "equal columns": lambda w: related(w, 1.0),
    "antipodal columns": lambda w: related(w, -1.0),
    "orthonormal columns": lambda w: np.abs(np.sort(np.linalg.svd(w)[1]) - 1).max() < 8 * EPS and (w == 0).all(0).any(),
}


@pytest.mark.parametrize("name", DEGENERATE)
def test_every_degeneracy_of_weights_is_drawn(name: str) -> None:
    find(strategies.weights(TOY), DEGENERATE[name], settings=patient)


def test_biases_vanish_or_touch_a_hinge() -> None:
    weights = np.array([[0.7, -0.4, 0.3], [0.1, 0.9, -0.2]])
    plain = strategies.biases(TOY)
    find(plain, lambda b: bool((b == 0).all()))
    touching = strategies.biases(TOY, weights)
    find(touching, lambda b: abs(b[0] + gram(weights)[0, 1] + gram(weights)[0, 2]) < 4 * EPS, settings=patient)
    clipped = strategies.biases(TOY.replace(activation=tt.ClippedReLU(0.7)), weights)
    find(clipped, lambda b: abs(b[1] + gram(weights)[1, 1] - 0.7) < 4 * EPS, settings=patient)


def test_kinks_are_met() -> None:
    find(strategies.models(TOY), lambda model: _n_kinks(*model) >= 2, settings=patient)


def _n_kinks(weights: Array, bias: Array) -> int:
    from toytoy.analytic.kinks import kinks

    return len(kinks(TOY, weights, bias))


def test_failures_shrink_to_what_can_be_read() -> None:
    problem = find(strategies.problems(), lambda problem: problem.n_features >= 2)
    assert problem == tt.Problem(n_features=2, n_hidden=1, density=1.0, importance=1.0)
    weights = find(strategies.weights(TOY), lambda w: bool((w[0] > 0).all()))
    assert set(weights.ravel()) <= {0.0, 0.5, 1.0, strategies.TINY}  # never a number of many digits
    weights, bias = find(strategies.models(TOY), lambda model: True)
    assert not weights.any()
    assert not bias.any()


def test_the_public_names_are_documented() -> None:
    for name in strategies.__all__:
        doc = getattr(strategies, name).__doc__
        assert "Examples" in doc, name
