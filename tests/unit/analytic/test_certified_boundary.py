"""The certified boundary: known values inside, both sides checked by searches, as narrow as asked at every density."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic import certified_boundary as module
from toytoy.analytic.certified_boundary import SIZE, Boundary, Model, boundary_of_pair, certified_boundary, polished
from toytoy.analytic.fraction import exact_loss, exactly
from toytoy.analytic.proof.branching import BITS, Found, Question
from toytoy.analytic.proof.onset_bound import onset_bound
from toytoy.analytic.stability import onset_window, threshold

BOUNDARY = 0.53573876406532962  # at p = 1/2
WINDOW = onset_window()
DENSITIES = (0.01, 0.1, 0.3, 0.5, 0.515, 0.52, 0.525, 0.6, 0.7, 0.8, 0.837, 0.8375, 0.85, 0.9, 0.95, 0.99, 1.0)


def test_densities_too_low_to_prove_are_refused() -> None:
    with pytest.raises(ValueError, match="density must be at least 2e-05"):
        certified_boundary(1e-9)


@pytest.mark.parametrize("density", [0.0, 1.1, float("nan")])
def test_bad_densities_are_refused(density: float) -> None:
    with pytest.raises(ValueError, match="density must lie in"):
        certified_boundary(density)


def least_importance(p: float, t: float, s: float, biases: tuple[float, float]) -> Fraction:
    """ℓ_1 / (v - ℓ_2) of a model, in fractions."""
    problem, model = tt.Problem.toy(2, importance=0, density=exactly(p)), ([[exactly(t), -exactly(s)]], [*biases])
    cost, left = exact_loss(problem, *model), exact_loss(problem.replace(importance=(0, 1)), *model)
    return Fraction(cost / (exactly(p) / 3 - exactly(p) ** 2 / 4 - left))


@pytest.mark.parametrize("p", [0.05, 0.5])
@pytest.mark.parametrize(
    ("t", "s"), [(1.0, 0.7), (1.1, 0.8), (1.2, 1.0), (1.0, 0.02), (1.001, 0.003), (1.0, 1.0 / 3.0)]
)
def test_a_models_importance_is_its_exact_one_rounded_upward(p: float, t: float, s: float) -> None:
    """At the nearest multiples of the unit, with the best biases; s is never 0."""
    unit = SIZE * 2.0**-BITS
    assert math.frexp(unit)[0] == 0.5  # a power of two, so that products of weights are exact
    model = module._model(p, t, s)
    assert max(abs(model.t - t), abs(model.s - s)) <= unit / 2
    assert (model.t / unit).is_integer()
    assert (model.s / unit).is_integer()
    exact = least_importance(p, model.t, model.s, model.biases)
    assert exact < exactly(model.importance) <= exact * (1 + Fraction(1, 10**12))
    _, _, d_bias = tt.loss_and_grad(tt.Problem.toy(2, importance=1.0, density=p), [[model.t, -model.s]], model.biases)
    assert np.abs(d_bias).max() <= 1e-8  # what a bias misses enters the loss squared
    assert module._model(p, t, 0.0).s == module._model(p, t, 0.4 * unit).s == unit


def test_a_model_that_gains_nothing_pays_at_no_importance() -> None:
    assert module._model(0.5, 0.5, 3.5).importance == math.inf


@pytest.mark.parametrize(("t", "s", "r"), [(1.0, 0.7, 0.6), (0.8, 0.3, 0.5), (1.1, 0.9, 0.2)])
def test_slopes_are_those_of_the_loss_at_its_best_biases(t: float, s: float, r: float) -> None:
    """By the envelope theorem the partial derivatives are the whole ones."""
    problem, model = tt.Problem.toy(2, importance=r, density=0.5), module._model(0.5, t, s)
    _, d_weights, _ = tt.loss_and_grad(problem, [[model.t, -model.s]], model.biases)
    slope = module._slope(module._rules(0.5, r), model.t, model.s)
    assert slope == pytest.approx([d_weights[0, 0], -d_weights[0, 1]], abs=1e-9)


def test_where_nothing_slopes_no_step_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_slope", lambda rules, t, s: np.zeros(2))
    assert module._newton(0.5, Model(1.0, 0.5, (0.0, 0.0), 0.6)).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("slopes", "newton"),
    [
        ([[2.0, -0.75], [-0.25, 1.0]], True),
        ([[2.0, 0.75], [0.25, 1.0]], True),
        ([[-2.0, 0.5], [0.5, -1.0]], False),  # a largest F, and a saddle: down the slope
        ([[1.0, 2.0], [2.0, 1.0]], False),
        ([[0.0, 0.0], [0.0, 1.0]], False),
    ],
)
def test_a_newton_step_solves_where_there_is_a_least(
    slopes: Any, newton: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_slope", lambda rules, t, s: np.array(slopes) @ [t, s] + [0.1, -0.3])
    here = np.array(slopes) @ [1.0, 0.5] + [0.1, -0.3]
    mean = (np.array(slopes) + np.transpose(slopes)) / 2
    expected = -np.linalg.solve(mean, here) if newton else -0.5 * here / np.abs(here).max()
    assert module._newton(0.5, Model(1.0, 0.5, (0.0, 0.0), 0.6)) == pytest.approx(expected, rel=1e-9)


EDGES = [(3.0, 0.0), (-1.0, 0.0), (0.0, 3.25), (0.0, -0.75)]  # from (1, 3/4) to 0 and to SIZE


@pytest.mark.parametrize("step", [(30.0, 0.0), (-30.0, 0.0), (0.0, 30.0), (0.0, -30.0), *EDGES])
def test_polishing_stays_inside_what_the_unit_is_for(
    step: tuple[float, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, true_model = [], module._model

    def model(p: float, t: float, s: float) -> Model:
        asked.append((t, s))
        return true_model(p, t, s)

    monkeypatch.setattr(module, "_newton", lambda p, model: np.array(step))
    monkeypatch.setattr(module, "_model", model)
    start = true_model(0.5, 1.0, 0.75)
    assert polished(0.5, start).importance <= start.importance
    assert asked
    assert all(0 < each < SIZE for pair in asked for each in pair)


@pytest.mark.parametrize("p", [0.86, 0.95, 1.0])
def test_a_small_second_feature_has_its_best_biases_and_its_exact_importance(p: float) -> None:
    model = module._small(p, onset_bound(p, p).radius)
    exact = least_importance(p, model.t, model.s, model.biases)
    assert exact < exactly(model.importance) <= exact * (1 + Fraction(1, 2**51))
    assert model.importance < threshold(p)
    problem = tt.Problem.toy(2, importance=model.importance, density=p)
    _, d_weights, d_bias = tt.loss_and_grad(problem, [[model.t, -model.s]], model.biases)
    assert max(np.abs(d_weights).max(), np.abs(d_bias).max()) <= 1e-6 * model.s


def test_polishing_takes_thirty_steps_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps that always help a little end all the same; importances are rounded upward by a few roundings."""
    steps, start = itertools.count(1), Model(1.0, 0.75, (0.0, 0.0), 0.5)
    monkeypatch.setattr(module, "_newton", lambda p, model: np.zeros(2))
    monkeypatch.setattr(module, "_model", lambda p, t, s: start._replace(importance=0.5 - next(steps) / 128))
    assert polished(0.5, start).importance == 0.5 - 30 / 128
    assert (module.OVER - 1, 1 - module.UNDER) == (2.0**-48, 2.0**-48)


def test_of_two_models_the_one_that_pays_sooner_is_kept() -> None:
    old, new = (Model(1.0, 0.5, (0.0, 0.0), importance) for importance in (0.5, 0.4))
    assert module._better(new, old, 0.5) == (new, 0.4)
    assert module._better(old, new, 0.4) == (new, 0.4)
    assert module._better(new, None, 0.4) == (None, 0.4)


def test_what_can_not_be_shown_is_asked_ever_more_widely(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an answer the width grows threefold until nothing is left to ask; boxes are added up."""
    asked: list[Question] = []

    def branch(question: Question) -> Found:
        asked.append(question)
        return Found(0.0, 0.0, 0.0, 0.0, (0.0, 0.0), 7, False)

    monkeypatch.setattr(module, "branch", branch)
    found = boundary_of_pair(0.7, 1e-3, 50)
    upper = threshold(0.7)
    assert found == Boundary(0.0, found.upper, None, 7 * len(asked))
    assert upper <= found.upper <= upper * (1 + 1e-14)
    asked_before = len(asked)
    assert boundary_of_pair(0.7, 1 / 3, 50).n_boxes == 7  # a width of 1 is no question any more
    boundary_of_pair(0.7)
    assert asked[-1].max_boxes == 1_000_000
    assert (1 - asked[asked_before + 1].r / upper) / 0.9 == pytest.approx(1e-10, rel=1e-4)
    del asked[asked_before:]
    widths = [(1 - question.r / upper) / 0.9 for question in asked]
    assert widths == pytest.approx([1e-3 * 3**k for k in range(7)], rel=1e-9)
    assert {(q.p, q.q, q.stop, q.excess, q.edge, q.max_boxes) for q in asked} == {(0.7, 0.7, 0.0, True, False, 50)}
    assert {q.s_min for q in asked} == {onset_bound(0.7, 0.7).radius}


def test_an_answer_ends_the_search_only_if_it_is_complete_and_no_model_is_below(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = [(-1e-9, True), (1e-9, False), (0.0, True)]

    def branch(question: Question) -> Found:
        lower, complete = answers.pop(0)
        return Found(lower, 0.0, 0.0, 0.0, (0.0, 0.0), 1, complete)

    monkeypatch.setattr(module, "branch", branch)
    found = boundary_of_pair(0.7, 1e-3)
    assert (found.n_boxes, answers) == (3, [])
    assert found.lower == pytest.approx(threshold(0.7) * (1 - 0.9 * 9e-3), rel=1e-12)


def test_ranges_begin_and_end_where_they_are_said_to(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def boundary(*given: Any) -> Boundary:
        asked.append(given)
        return Boundary(0.25, 0.75, None, 1)

    monkeypatch.setattr(module, "boundary_of_pair", boundary)
    assert certified_boundary(2e-5).interval == (0.25, 0.75)
    assert certified_boundary(1, 0.5, 9).interval == (0.25, 0.75)
    assert asked == [(2e-5, 1e-10, 10**6), (1.0, 0.5, 9)]
    with pytest.raises(ValueError, match="density must be at least 2e-05"):
        certified_boundary(math.nextafter(2e-5, 0.0))
    for width in (0.0, 1.0):
        with pytest.raises(ValueError, match="relative_width must lie in"):
            certified_boundary(0.5, width)


@pytest.mark.parametrize("p", DENSITIES)
def test_it_is_narrow_at_every_density(p: float) -> None:
    low, high = certified_boundary(p).interval
    assert 0 < low < high
    assert high - low <= 1e-10 * high
    assert high <= threshold(p) * (1 + 1e-14)


def test_a_known_value_lies_inside() -> None:
    low, high = certified_boundary(0.5).interval
    assert low < BOUNDARY < high


@pytest.mark.parametrize("p", [0.53, 0.6, 0.7, 0.8, 0.83])
def test_in_the_window_it_is_the_loss_of_stability(p: float) -> None:
    assert WINDOW[0] < p < WINDOW[1]
    low, high = certified_boundary(p).interval
    assert low < threshold(p) < high
    assert boundary_of_pair(p).model is None


@pytest.mark.parametrize("p", [0.01, 0.3, 0.5, 0.515, 0.85, 0.97])
def test_the_model_of_the_upper_end_is_as_good_as_said(p: float) -> None:
    """Its exact loss is at most r v at the upper end, in fractions."""
    found = boundary_of_pair(p)
    assert found.model is not None
    t, s, biases, importance = found.model
    problem = tt.Problem.toy(2, importance=exactly(importance), density=exactly(p))
    loss = exact_loss(problem, [[exactly(t), -exactly(s)]], [exactly(b) for b in biases])
    assert loss <= exactly(importance) * (exactly(p) / 3 - exactly(p) ** 2 / 4)
    assert importance == found.upper


@pytest.mark.parametrize("p", [0.05, 0.4, 0.7, 0.96])
def test_searches_agree_on_both_sides(p: float) -> None:
    low, high = certified_boundary(p, 1e-6).interval
    v = Fraction(p) / 3 - Fraction(p) ** 2 / 4
    for r, dropped in ((low * (1 - 1e-2), True), (high * (1 + 1e-2), False)):
        problem = tt.Problem.toy(2, importance=r, density=p)
        found = tt.minimize(problem, tt.Multistart(n_starts=24, seed=0))
        assert (found.loss.value < float(r * v) * (1 - 1e-9)) != dropped


def test_rare_features_reach_the_limit() -> None:
    """r_b / p goes to (2 + √2) / 8 (:eq:`onset-rare-limit`), linearly in p."""
    limit = (2 + 2**0.5) / 8
    gaps = [certified_boundary(p, 1e-6).value / p - limit for p in (1e-3, 2e-3)]
    assert 0 < gaps[0] < 1e-2
    assert gaps[1] / gaps[0] == pytest.approx(2.0, rel=0.02)


@pytest.mark.parametrize("density", [1e-4, 2e-4])
def test_it_ends_where_a_model_met_is_no_better_once_rounded(density: float) -> None:
    low, high = certified_boundary(density).interval
    assert 0.0 < high / low - 1 < 1e-8
    assert low < density * (2 + 2**0.5) / 8 * (1 + 2 * density)


def test_polishing_only_lowers() -> None:
    found = boundary_of_pair(0.5, 1e-3)
    assert found.model is not None
    start = found.model._replace(importance=found.model.importance * (1 + 1e-12))
    assert polished(0.5, start).importance <= start.importance


def test_a_newton_step_leads_where_the_slopes_vanish() -> None:
    """Near the least F the slopes after one step are of second order; far from it the step is s long, and downhill."""
    found = boundary_of_pair(0.5).model
    assert found is not None
    rules = module._rules(0.5, found.importance)
    start = found._replace(t=found.t + 1e-3, s=found.s - 2e-3)
    t, s = np.array([start.t, start.s]) + module._newton(0.5, start)
    before, after = (np.abs(module._slope(rules, *at)).max() for at in ((start.t, start.s), (t, s)))
    assert after <= 0.02 * before
    assert max(abs(t - found.t), abs(s - found.s)) <= 1e-4
    far = found._replace(t=0.3, s=0.2)  # the loss is concave here
    step, slope = module._newton(0.5, far), module._slope(rules, 0.3, 0.2)
    assert np.abs(step).max() == pytest.approx(0.2, rel=1e-12)
    assert step == pytest.approx(-0.2 * slope / np.abs(slope).max(), rel=1e-9)


@pytest.mark.parametrize("too_far", [1.0, 4.0, 30.0, 900.0])
def test_polishing_reaches_the_boundary_though_steps_are_too_long(
    too_far: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    newton, found = module._newton, boundary_of_pair(0.5).model
    assert found is not None
    monkeypatch.setattr(module, "_newton", lambda p, model: too_far * newton(p, model))
    start = module._model(0.5, found.t + 0.01, found.s - 0.02)
    assert start.importance > BOUNDARY * (1 + 1e-5)
    assert polished(0.5, start).importance == pytest.approx(BOUNDARY, rel=1e-10)
