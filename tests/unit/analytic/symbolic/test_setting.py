"""What a problem says, in symbols, against its numbers."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy
import toytoy as tt
from toytoy.analytic import symbolic
from toytoy.analytic.support import AnticorrelatedGroups, CorrelatedGroups, OneHot, Support
from toytoy.analytic.symbolic.setting import importances, pieces, probabilities, rational

LAWS: list[Support] = [tt.Independent(), CorrelatedGroups((2, 1)), AnticorrelatedGroups((2, 1)), OneHot()]


@pytest.mark.parametrize("support", LAWS, ids=str)
@pytest.mark.parametrize("density", [Fraction(1, 3), Fraction(1, 7)])
def test_probabilities_are_those_of_the_law(support: Support, density: Fraction) -> None:
    law = dict(support.active_sets((density,) * 3))
    problem = tt.Problem(n_features=3, n_hidden=1, density=Fraction(1, 3), support=support)
    found = probabilities(problem)
    assert {tuple(i - 1 for i in active) for active in found} >= set(law)
    for active, formula in found.items():
        wanted = law.get(tuple(i - 1 for i in active), 0)
        assert rational(wanted) == formula.subs(symbolic.p, rational(density))
    assert sympy.expand(sum(found.values())) == 1


def test_independent_features_by_hand() -> None:
    p = symbolic.p
    found = probabilities(tt.Problem.toy(2, density=0.5))
    wanted = {(): (1 - p) ** 2, (1,): p * (1 - p), (2,): p * (1 - p), (1, 2): p**2}
    assert {active: sympy.expand(x) for active, x in found.items()} == {a: sympy.expand(x) for a, x in wanted.items()}


ACTIVATIONS: dict[Any, Any] = {
    "relu": {},
    "abs": {},
    "linear": {},
    tt.LeakyReLU(Fraction(1, 8)): {symbolic.slope: sympy.Rational(1, 8)},
    tt.ClippedReLU(Fraction(3, 4)): {symbolic.upper: sympy.Rational(3, 4)},
}


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
def test_pieces_are_those_of_the_activation(activation: Any) -> None:
    sigma = tt.Problem.toy(2, density=0.5, activation=activation).sigma
    found = pieces(tt.Problem.toy(2, density=0.5, activation=activation))
    for z in (Fraction(-2), Fraction(1, 3), Fraction(5)):
        past = sum(bool(rational(z) > t.subs(ACTIVATIONS[activation])) for t in found.hinges)
        line = found.slopes[past] * rational(z) + found.intercepts[past]
        assert line.subs(ACTIVATIONS[activation]) == rational(sigma(z))
    for hinge, height in zip(found.hinges, found.heights, strict=True):
        at = hinge.subs(ACTIVATIONS[activation])
        assert height.subs(ACTIVATIONS[activation]) == rational(sigma(Fraction(at.p, at.q)))


def test_importances_are_r_in_the_toys_and_letters_elsewhere() -> None:
    assert importances(tt.Problem.toy(3, importance=0.4, density=0.5)) == (1, 1, symbolic.r)
    assert importances(tt.Problem(n_features=2, n_hidden=1, density=0.5, importance=(1, 1.0))) == (1, symbolic.r)
    other = tt.Problem(n_features=2, n_hidden=1, density=0.5, importance=(2.0, 1.0))
    assert importances(other) == (symbolic.I[1], symbolic.I[2])
    assert importances(tt.Problem(n_features=1, n_hidden=1, density=0.5)) == (symbolic.I[1],)


def test_values_hold_every_letter_without_rounding() -> None:
    problem = tt.Problem.toy(3, importance=0.4, density=Fraction(1, 3), activation=tt.LeakyReLU(0.1))
    weights = np.array([[0.1, -0.2, 0.3], [1, 0, Fraction(1, 3)]], dtype=object)
    found = symbolic.values(problem, weights, [0.0, 0.25, Fraction(2, 7)])
    assert found[symbolic.G[1, 3]] == rational(0.1) * rational(0.3) + sympy.Rational(1, 3)
    assert found[symbolic.W[2, 3]] == sympy.Rational(1, 3)
    assert found[symbolic.b[3]] == sympy.Rational(2, 7)
    assert found[symbolic.r] == found[symbolic.I[3]] == rational(0.4) != sympy.Rational(2, 5)
    assert found[symbolic.slope] == rational(0.1)
    assert found[symbolic.p] == sympy.Rational(1, 3)
    assert symbolic.upper not in found


def test_weights_take_the_place_of_the_gram_matrix() -> None:
    problem, weights = tt.Problem.toy(3, density=0.5), [[0.5, -0.25, 1.0], [2.0, 0.0, -1.5]]
    found = symbolic.values(problem, weights, [0.0] * 3)
    for i, j in ((1, 1), (1, 2), (2, 3), (3, 3)):
        entry = symbolic.in_weights(problem, symbolic.G[i, j])
        assert not entry.has(symbolic.G[i, j])
        assert entry.subs(found) == found[symbolic.G[i, j]]


def test_what_has_no_formula_is_refused() -> None:
    weights, bias = [[1.0, 0.0]], [0.0, 0.0]
    with pytest.raises(ValueError, match="activation must be piecewise linear here, got activation='gelu'"):
        symbolic.region(tt.Problem.toy(2, density=0.5, activation="gelu"), weights, bias)
    with pytest.raises(ValueError, match=r"one density for all features, got density=\(0.5, 0.4\)"):
        symbolic.values(tt.Problem(n_features=2, n_hidden=1, density=(0.5, 0.4)), weights, bias)
    with pytest.raises(ValueError, match=r"n_features must be at most 4 .* got n_features=5"):
        symbolic.regions(tt.Problem(n_features=5, n_hidden=1, density=0.5))
    with pytest.raises(TypeError, match="problem must be a Problem"):
        symbolic.values("toy", weights, bias)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"one model, got shapes \(2, 1, 2\) and \(2,\)"):
        symbolic.values(tt.Problem.toy(2, density=0.5), [weights, weights], bias)


def test_only_the_last_importance_may_differ_in_a_toy() -> None:
    """One that differs elsewhere makes letters of all."""
    for importance in ((1, 2, 0.4), (2, 1, 0.4), (1, 0.5, 1)):
        problem = tt.Problem(n_features=3, n_hidden=1, density=0.5, importance=importance)
        assert importances(problem) == (symbolic.I[1], symbolic.I[2], symbolic.I[3])
    four = tt.Problem(n_features=4, n_hidden=1, density=0.5, importance=(1, 1, 1, 7))
    assert importances(four) == (1, 1, 1, symbolic.r)


def test_four_features_are_the_most() -> None:
    four = tt.Problem(n_features=4, n_hidden=1, density=0.5)
    assert symbolic.values(four, np.eye(1, 4), np.zeros(4))[symbolic.G[1, 1]] == 1
    with pytest.raises(ValueError, match=r"at most 4 .* got n_features=5; decompose takes more"):
        symbolic.values(four.replace(n_features=5), np.eye(1, 5), np.zeros(5))


def test_one_model_is_asked_for() -> None:
    problem = tt.Problem.toy(2, density=0.5)
    for weights, bias in (([[[1.0, 0.0]]], [0.0, 0.0]), ([[1.0, 0.0]], [[0.0, 0.0]])):
        with pytest.raises(ValueError, match=r"must be those of one model, got shapes .*; loop over the models"):
            symbolic.values(problem, weights, bias)
