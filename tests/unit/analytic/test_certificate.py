"""Certified minima: they hold what searches find, and every value known exactly; what is refused."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from itertools import permutations
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic import certificate as module
from toytoy.analytic.certificate import certificate, certify
from toytoy.analytic.fraction import exact_loss
from toytoy.analytic.linear import best_linear
from toytoy.analytic.proof import row_bounds

LEAST = Fraction("0.0762824469895635733818")  # p = 1/2, r = 1
EXTREMES = [(p, r) for p in (1.0, 0.999, 1e-2, 1e-3) for r in (1.0, 1e-3, 1e3, 0.03)]


def draws(count: int) -> list[tuple[float, float]]:
    rng = np.random.default_rng(0)
    return [(float(10 ** rng.uniform(-2, 0)), float(10 ** rng.uniform(-1, 1))) for _ in range(count)]


def toy(p: float, r: float) -> tt.Problem:
    return tt.Problem.toy(2, importance=r, density=p)


PAIR = "toytoy.analytic.proof.pair_search.least_of_pair"


@pytest.mark.parametrize(("importance", "flip"), [((1.0, 0.25), 1), ((0.5, 2.0), -1)])
def test_the_search_of_two_is_scaled_and_flipped_back(
    importance: tuple[float, float], flip: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    # a lower end whose share of a rounded ratio leaves a sixteenth: complete at a width of a half, just
    answer = {"lower": np.nextafter(0.0625, 1.0), "upper": 0.125, "weights": (0.9, -0.6), "bias": (0.1, 0.2)}
    least = SimpleNamespace(**answer, n_boxes=17, dropped=False)

    def search(*given: Any) -> Any:
        asked.append(given)
        return least

    monkeypatch.setattr(PAIR, search)
    problem = tt.Problem(n_features=2, n_hidden=1, density=0.5, importance=importance)
    for width, complete in ((0.5, True), (np.nextafter(0.5, 0.0), False)):
        found = certificate(problem, width, 9)
        assert found.enclosure.interval == (Fraction(max(importance)) / 16, Fraction(max(importance)) / 8)
        assert (found.weights, found.bias) == (((0.9, -0.6)[::flip],), (0.1, 0.2)[::flip])
        assert (found.n_boxes, found.complete, found.exact) == (17, complete, False)
    least.dropped = True
    kept = certificate(problem)
    assert kept.enclosure.interval == (Fraction(min(importance)) * Fraction(5, 48),) * 2
    assert (kept.weights, kept.n_boxes, kept.exact) == (((1.0, 0.0)[::flip],), 17, True)
    assert kept.bias == (0.0, 0.25)[::flip]
    certify(problem)
    assert [given[2:] for given in asked[1:]] == [(np.nextafter(0.5, 0.0), 9), (1e-9, 10**6), (1e-9, 10**6)]
    assert {given[:2] for given in asked} == {(0.5, 0.25)}


@pytest.mark.parametrize(("n", "least"), [(2, 1e-60), (3, 1e-6)])
def test_the_least_density_and_ratio_are_taken_and_none_below(
    n: int, least: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = SimpleNamespace(lower=0.0, upper=1.0, weights=((0.0,) * 3,) * 2, bias=(0.0,) * 3, n_boxes=1, dropped=False)
    monkeypatch.setattr(PAIR, lambda *given: found)
    monkeypatch.setattr("toytoy.analytic.proof.triple_search.least_of_triple", lambda *given: found)
    problem = tt.Problem(n_features=n, n_hidden=n - 1, density=least, importance=(1.0,) * (n - 1) + (least,))
    assert not certificate(problem).exact
    for change in ({"density": np.nextafter(least, 0)}, {"importance": (1.0,) * (n - 1) + (np.nextafter(least, 0),)}):
        with pytest.raises(ValueError, match="must be at least"):
            certificate(problem.replace(**change))


def test_a_density_as_a_number_that_floats_hold_or_not() -> None:
    assert certificate(tt.Problem.toy(2, importance=Fraction(1, 3), density=Fraction(1, 2))).exact
    with pytest.raises(ValueError, match="density must be a float"):
        certify(tt.Problem.toy(2, importance=1, density=Fraction(1, 3)))


@pytest.mark.parametrize(
    "problem",
    [
        tt.Problem(n_features=5, n_hidden=2, density=(0.1, 0.2, 0.3, 0.4, 0.5), importance=2.0, activation="linear"),
        tt.Problem(n_features=3, n_hidden=2, density=0.3, importance=(1.0, 2.0, 0.0)),
        tt.Problem(n_features=2, n_hidden=2, density=0.3),
        tt.Problem(n_features=2, n_hidden=1, density=0.3, importance=0),
    ],
)
def test_closed_answers(problem: tt.Problem) -> None:
    found = certificate(problem)
    assert found.exact
    own = tt.loss(problem, found.weights, found.bias)
    assert own == pytest.approx(float(found.enclosure), rel=1e-14, abs=0)
    if problem.activation == "linear":
        assert float(found.enclosure) == pytest.approx(best_linear(problem).loss.value, rel=1e-14)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"n_features": 4, "n_hidden": 2, "importance": 1.0}, "only"),
        ({"activation": "abs"}, "only"),
        ({"activation": "gelu"}, "only"),
        ({"density": (0.5, 0.4)}, "same for all"),
        ({"support": tt.OneHot()}, "Independent"),
    ],
)
def test_what_can_not_be_certified_is_refused(changes: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        certify(toy(0.5, 0.5).replace(**changes))


def test_a_ratio_of_importances_that_is_rounded_up_is_paid_for() -> None:
    """L* is concave in r, so that L*(rounded r) <= (rounded r / r) L*(r): GROWN must be at least that factor."""
    ratios = [Fraction(k, n) for n in (3, 7, 10, 49, 1000) for k in range(1, n)]
    factors = [Fraction(module._rounded_up(ratio)) / ratio for ratio in ratios]
    assert max(factors) > 1 + Fraction(1, 2**54)  # some are rounded
    assert all(1 <= factor <= module.GROWN for factor in factors)


@pytest.mark.parametrize(
    ("size", "density", "importance", "text"),
    [
        ((2, 1), 1e-100, (1.0, 0.5), "density must be at least 1e-60"),  # where the least loss underflows
        ((2, 1), 1e-8, (1.0, 1e-310), "least importance must be at least 1e-60"),
        ((3, 2), 1e-10, (1.0, 1.0, 1.0), "density must be at least 1e-06"),  # where the search does not end
        ((3, 2), 0.05, (1.0, 1.0, 1e-12), "least importance must be at least 1e-06"),
    ],
)
def test_what_doubles_do_not_reach_is_refused(
    size: tuple[int, int], density: float, importance: tuple[float, ...], text: str
) -> None:
    problem = tt.Problem(n_features=size[0], n_hidden=size[1], density=density, importance=importance)
    with pytest.raises(ValueError, match=text):
        certify(problem)


def test_bad_numbers_are_refused() -> None:
    for width in (0.0, 1.0, 1.5):
        with pytest.raises(ValueError, match="relative_width must lie in"):
            certify(toy(0.5, 1.0), relative_width=width)
    with pytest.raises(ValueError, match="max_boxes must"):
        certify(toy(0.5, 1.0), max_boxes=0)
    with pytest.raises(TypeError, match="Problem"):
        certify(0.5)  # type: ignore[arg-type]


def test_a_certificate_cannot_be_changed() -> None:
    found = certificate(tt.Problem(n_features=1, n_hidden=1, density=0.5))
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.complete = False  # type: ignore[misc]


def test_what_is_paid_for_a_rounded_ratio_is_no_more_than_it_can_take() -> None:
    """Just above a power of two a ratio is rounded up by nearly 2^-52."""
    ratio = Fraction(1, 2) + Fraction(1, 10**30)
    factor = Fraction(module._rounded_up(ratio)) / ratio
    assert factor - 1 > (module.GROWN - 1) * (1 - Fraction(1, 10**9))
    assert module._rounded_up(Fraction(3, 8)) == 0.375


@pytest.mark.parametrize(
    ("importance", "ratios"),
    [
        ((1.0, 1.0, 0.25), (1.0, 1.0, 0.25)),
        ((4.0, 1.0, 4.0), (1.0, 1.0, 0.25)),
        ((1.0, 2.0, 2.0), (1.0, 1.0, 0.5)),
        ((8.0, 2.0, 2.0), (0.25, 0.25, 1.0)),
        ((2.0, 4.0, 1.0), (0.5, 1.0, 0.25)),  # none are equal: as they come
    ],
)
def test_equal_importances_stand_in_front_of_the_search_of_three(
    importance: tuple[float, ...], ratios: tuple[float, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer of features that were moved is moved back: by the loss of the model that is handed back."""
    asked: list[Any] = []
    rows, bias = ((0.9, -0.6, 0.2), (0.1, 0.5, 0.8)), (0.05, 0.1, 0.15)

    def least(p: float, given: Any, width: float, max_boxes: int) -> Any:
        asked.append((p, given, width, max_boxes))
        return SimpleNamespace(lower=1e-3, weights=rows, bias=bias, n_boxes=17)

    monkeypatch.setattr("toytoy.analytic.proof.triple_search.least_of_triple", least)
    problem = tt.Problem(n_features=3, n_hidden=2, density=0.25, importance=importance)
    found = certificate(problem, 0.5, 9)
    assert asked == [(0.25, ratios, 0.5, 9)]
    moved = problem.replace(importance=ratios)
    assert found.enclosure.upper == max(map(Fraction, importance)) * exact_loss(moved, rows, bias)
    assert found.enclosure.lower == max(map(Fraction, importance)) * Fraction(1e-3) / module.GROWN
    assert (found.n_boxes, found.complete) == (17, False)
    assert sorted(found.bias) == list(bias)


@pytest.mark.parametrize(("p", "r"), [*draws(40), *EXTREMES])
def test_it_holds_what_a_search_finds(p: float, r: float) -> None:
    """A search's loss is above the lower end, and a good search's below the upper one; so is the model's own loss."""
    problem = toy(p, r)
    found = certificate(problem)
    low, high = found.enclosure.interval
    searched = tt.minimize(problem, tt.Multistart(n_starts=32, seed=0)).loss
    assert searched.interval[1] >= low
    assert searched.interval[0] <= high
    assert found.complete
    assert high - low <= Fraction(1e-9) * high
    own = exact_loss(problem, [[Fraction(w) for w in found.weights[0]]], [Fraction(b) for b in found.bias])
    assert low <= own <= high


@pytest.mark.parametrize("width", [1e-3, 1e-6, 1e-9, 1e-11])
def test_a_known_minimum_lies_inside(width: float) -> None:
    found = certificate(toy(0.5, 1.0), width)
    assert LEAST in found.enclosure
    assert found.enclosure.upper - found.enclosure.lower <= Fraction(width) * found.enclosure.upper


@pytest.mark.parametrize(("p", "r"), [(0.5, 0.4), (0.7, 0.7725), (0.01, 0.004), (1.0, 0.9), (1e-3, 1e-4), (0.3, 10.0)])
def test_a_dropped_feature_is_known_exactly(p: float, r: float) -> None:
    """The minimum is I v of the lesser feature, as a fraction; the float's interval is one rounding wide."""
    found = certificate(toy(p, r))
    v = Fraction(p) / 3 - Fraction(p) ** 2 / 4
    assert found.exact
    assert found.enclosure.lower == found.enclosure.upper == min(Fraction(r), Fraction(1)) * v
    low, high = certify(toy(p, r)).interval
    assert low <= found.enclosure.lower <= high
    assert high - low <= 4 * np.spacing(float(found.enclosure))


def test_importances_scale_and_change_places() -> None:
    one, other = (
        certificate(tt.Problem(n_features=2, n_hidden=1, density=0.4, importance=i)).enclosure
        for i in ((1.0, 0.7), (7.0, 10.0))
    )
    assert 10 * one.lower <= other.upper
    assert other.lower <= 10 * one.upper
    found = certificate(tt.Problem(n_features=2, n_hidden=1, density=0.4, importance=(0.7, 1.0)))
    assert abs(found.weights[0][1]) > abs(found.weights[0][0])  # the more important one is longer


def test_a_small_budget_is_honest() -> None:
    found = certificate(toy(0.5, 1.0), 1e-9, 2500)
    assert not found.complete
    assert LEAST in found.enclosure


def test_rounding_bounds_stand_in_the_result() -> None:
    """Asked for less than doubles can tell, the interval stays wider than the bound on the roundings of a loss."""
    found = certificate(toy(0.5, 1.0), 1e-15)
    assert not found.complete
    assert LEAST in found.enclosure
    assert found.enclosure.upper - found.enclosure.lower > 2 * Fraction(row_bounds.ROUNDING) * found.enclosure.lower


def test_three_features_in_two_dimensions() -> None:
    """It holds the reduction to two features, and the exact loss of its own model; importances scale and move."""
    low, high = certificate(toy(0.01, 0.3), 1e-9).enclosure.interval
    for importance, scale in (((1.0, 1.0, 0.3), 1), ((3.0, 10.0, 10.0), 10), ((10.0, 3.0, 10.0), 10)):
        problem = tt.Problem(n_features=3, n_hidden=2, density=0.01, importance=importance)
        found = certificate(problem, 1e-6)
        assert found.complete
        assert found.enclosure.lower <= scale * high
        assert scale * low <= found.enclosure.upper
        assert exact_loss(problem, found.weights, found.bias) == found.enclosure.upper
        assert found.enclosure.upper <= scale * high * (1 + Fraction(1, 10**6))
        longest = np.argmax(np.abs(np.asarray(found.weights)[:, importance.index(min(importance))]))
        assert abs(found.weights[longest][importance.index(min(importance))]) < 1.0


def test_three_features_on_a_small_budget() -> None:
    problem = tt.Problem.toy(3, importance=1, density=0.7)
    found = certificate(problem, 1e-6, 10_000)
    assert not found.complete
    assert Fraction("0.1022010637277116226625") in found.enclosure


def test_three_different_importances_in_any_order_are_one_question() -> None:
    """Few boxes: what holds is the model, and that every order finds the same one."""
    uppers = []
    problem = tt.Problem(n_features=3, n_hidden=2, density=0.1, importance=(1.0, 0.7, 0.4))
    for importance in permutations((1.0, 0.7, 0.4)):
        problem = problem.replace(importance=importance)
        found = certificate(problem, 1e-6, 64)
        assert exact_loss(problem, found.weights, found.bias) == found.enclosure.upper
        assert found.enclosure.lower <= found.enclosure.upper
        uppers.append(float(found.enclosure.upper))
    best = tt.minimize(problem, tt.Multistart(n_starts=16, seed=0)).loss.value
    assert uppers == pytest.approx([best] * 6, rel=1e-9)
