"""Certificates: when one is complete, what is refused, and what a dropped feature says."""

from __future__ import annotations

import math
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic import certificate as module
from toytoy.analytic.certificate import certificate, certify
from toytoy.analytic.fraction import exact_loss

from tests.unit.analytic.test_certificate import toy


@pytest.mark.parametrize("three", [False, True])
def test_a_certificate_is_complete_if_it_is_as_narrow_as_asked(three: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exact ends, scaled by the larger importance; the lower one pays for the ratio's rounding; the model is turned."""
    n = 3 if three else 2
    importance = (3.0, 12.0) if n == 2 else (12.0, 12.0, 3.0)
    problem = tt.Problem(n_features=n, n_hidden=n - 1, density=0.5, importance=importance)
    rows, bias = ((0.75, -0.5), (0.125, 0.25)) if n == 2 else (((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)), (0.0, 0.0, 0.25))
    upper = 0.5 if n == 2 else float(exact_loss(problem, rows, bias)) / 12
    where = "proof.triple_search.least_of_triple" if three else "proof.pair_search.least_of_pair"
    width = 0.25
    for share, complete in ((1 - width + 1e-9, True), (1 - width - 1e-9, False)):
        answer = SimpleNamespace(lower=upper * share, upper=upper, weights=rows, bias=bias, n_boxes=5, dropped=False)
        monkeypatch.setattr(f"toytoy.analytic.{where}", lambda *given, answer=answer: answer)
        found = certificate(problem, width)
        assert found.enclosure.lower == 12 * Fraction(answer.lower) / module.GROWN
        assert found.enclosure.upper == (exact_loss(problem, rows, bias) if three else 12 * Fraction(upper))
        assert (found.complete, found.n_boxes, found.exact) == (complete, 5, False)
        if n == 2:  # the second feature is the more important one: the search's first
            assert (found.weights, found.bias) == (((-0.5, 0.75),), (0.25, 0.125))
        else:
            assert (found.weights, found.bias) == (rows, bias)


@pytest.mark.parametrize(("size", "least"), [((2, 1), 1e-60), ((3, 2), 1e-6)])
def test_refusals_begin_just_below_what_doubles_reach(size: tuple[int, int], least: float) -> None:
    def ask(density: float, smallest: float) -> None:
        importance = (1.0,) * (size[0] - 1) + (smallest,)
        module._refuse_others(
            tt.Problem(n_features=size[0], n_hidden=size[1], density=density, importance=importance), True
        )

    ask(least, least)
    below = math.nextafter(least, 0.0)
    with pytest.raises(ValueError, match="density must be at least"):
        ask(below, 1.0)
    with pytest.raises(ValueError, match="least importance must be at least"):
        ask(1.0, below)


def test_what_is_kept_is_worth_most_and_what_is_dropped_costs_that() -> None:
    """Three of five in exact fractions, neither the first nor the last ones; their axes in the order of worth."""
    problem = tt.Problem(
        n_features=5, n_hidden=3, density=(0.5, 0.25, 1, 0.125, 0.75), importance=(1, 8, 2, 1, 4), activation="linear"
    )
    worth = [
        Fraction(i) * (Fraction(p) / 3 - Fraction(p) ** 2 / 4)
        for i, p in zip(problem.importances, problem.densities, strict=True)
    ]
    order = sorted(range(5), key=lambda i: -worth[i])
    found = certificate(problem)
    assert found.enclosure.lower == worth[order[3]] + worth[order[4]]
    assert np.argmax(found.weights, axis=1).tolist() == order[:3]
    assert np.asarray(found.weights).sum() == 3
    assert found.bias == tuple(0.0 if i in order[:3] else problem.densities[i] / 2 for i in range(5))
    assert (found.n_boxes, found.complete) == (0, True)


def test_a_feature_of_no_importance_takes_no_dimension_away() -> None:
    """Two features that matter in two dimensions cost nothing; three that matter are searched."""
    found = certificate(tt.Problem(n_features=3, n_hidden=2, density=0.3, importance=(0.0, 2.0, 1.0)))
    assert found.enclosure.lower == found.enclosure.upper == 0
    assert found.bias[1:] == (0.0, 0.0)


@pytest.mark.parametrize("activation", [tt.LeakyReLU(0.0), tt.ClippedReLU(5.0), tt.LeakyReLU(1.0)])
def test_an_activation_is_judged_by_what_it_does(activation: Any) -> None:
    """A leaky ReLU of slope 0 is the ReLU; of slope 1 it has a hinge, and is refused as others are."""
    problem = tt.Problem.toy(2, importance=0.2, density=0.5, activation=activation)
    if activation == tt.LeakyReLU(0.0):
        assert certificate(problem).enclosure == certificate(problem.replace(activation="relu")).enclosure
    else:
        with pytest.raises(ValueError, match="only"):
            certificate(problem)


def test_exactly_as_narrow_as_asked_is_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half the loss, to the last digit of a fraction."""
    grown = float(module.GROWN)
    pair = SimpleNamespace(lower=grown / 8, upper=0.25, weights=(1.0, 0.0), bias=(0.0, 0.0), n_boxes=5, dropped=False)
    monkeypatch.setattr("toytoy.analytic.proof.pair_search.least_of_pair", lambda *given: pair)
    found = certificate(toy(0.5, 1.0), 0.5)
    assert (found.enclosure.lower, found.enclosure.upper, found.complete) == (Fraction(1, 8), Fraction(1, 4), True)
    rows, bias = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)), (0.0, 0.0, 0.5)
    three = SimpleNamespace(lower=grown / 64, weights=rows, bias=bias, n_boxes=5)  # 3 / 12 at p = 1, in units of 8
    monkeypatch.setattr("toytoy.analytic.proof.triple_search.least_of_triple", lambda *given: three)
    found = certificate(tt.Problem(n_features=3, n_hidden=2, density=1.0, importance=(8.0, 8.0, 3.0)), 0.5)
    assert (found.enclosure.lower, found.enclosure.upper, found.complete) == (Fraction(1, 8), Fraction(1, 4), True)


def test_a_dropped_feature_says_how_many_boxes_it_took() -> None:
    found = certificate(toy(0.5, 0.5))
    assert found.exact
    assert found.n_boxes > 0
    assert found.estimate == certify(toy(0.5, 0.5))
