"""The certified diagram: every density of a strip, told by certificates of points inside; how much is left open."""

from __future__ import annotations

import dataclasses
import math
from fractions import Fraction
from itertools import pairwise
from statistics import mean
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic import certified_diagram as module
from toytoy.analytic.certificate import certificate
from toytoy.analytic.certified_boundary import Boundary, boundary_of_pair
from toytoy.analytic.certified_diagram import CertifiedDiagram, certified_diagram, dropped_below, superposed_above
from toytoy.analytic.fraction import exact_loss
from toytoy.analytic.proof.branching import Found, Question, reach, variance
from toytoy.analytic.proof.onset_bound import OnsetBound, onset_bound

STRIPS = [(0.03, 0.0315), (0.2, 0.21), (0.48, 0.5), (0.6, 0.625), (0.83, 0.85), (0.96, 1.0)]


def test_what_is_asked_at_the_two_laws_adds_up_to_the_mean_law(monkeypatch: pytest.MonkeyPatch) -> None:
    """The middle Bernstein coefficient of r v is more than the mean of r v at both laws, by r (b - a)² / 8."""
    asked: list[Question] = []

    def shown(question: Question) -> bool:
        asked.append(question)
        return True

    monkeypatch.setattr(module, "_shown", shown)
    a, b, r = 0.4, 0.5, 0.3
    assert module._is_dropped(a, b, r, 0)
    exact = [Fraction(q.r) * (Fraction(q.q) / 3 - Fraction(q.q) ** 2 / 4) + Fraction(q.extra) for q in asked]
    needed = Fraction(r) * ((Fraction(a) + Fraction(b)) / 6 - Fraction(a) * Fraction(b) / 4)
    assert sorted((q.p, q.q) for q in asked) == [(a, b), (b, a)]
    assert needed <= sum(exact) / 2 <= needed * (1 + Fraction(1, 10**12))


def test_the_second_output_is_never_shut_below_soft(monkeypatch: pytest.MonkeyPatch) -> None:
    """At every density of a strip and every admitted t the best bias is at least ts."""
    for a, b in STRIPS:
        soft = module.never_shut_up_to(a, b, 0.5)
        s = math.sqrt(soft)
        for p in np.linspace(a, b, 4):
            for t in (0.5, 1.0, 1.2):
                assert t * s <= p / 2 * (1 - s * s) + p / 2 * t * s
    # with margins large enough to be seen each stands where it makes the bound weaker
    monkeypatch.setattr(module, "OUTWARD", 1.1)
    monkeypatch.setattr(module, "CELL", 0.25)
    a, b, r = 0.3, 0.4, 0.25
    t = max(reach(p, r * (variance(b) * 1.1 + (b - a) ** 2 / 8)) for p in (a, b)) + 0.5
    s = math.sqrt(module.never_shut_up_to(a, b, r) * 1.1)
    assert t * s * (1 - a / 2) == pytest.approx(a / 2 * (1 - s * s), rel=1e-12)  # of the least density, at most


def test_the_undecided_share_is_counted_in_the_logarithms() -> None:
    diagram = CertifiedDiagram((0.1, 1.0), (10**-0.5,), (10**-0.25,), (0.1, 10.0))
    assert diagram.undecided == pytest.approx(0.25)  # a quarter of a decade twice, of two decades
    assert CertifiedDiagram((0.1, 1.0), (0.0,), (2.0,), (0.1, 10.0)).undecided == pytest.approx(1.0)
    assert CertifiedDiagram((0.1, 1.0), (0.01,), (0.02,), (0.1, 10.0)).undecided == 0.0
    lopsided = CertifiedDiagram((0.1, 0.2, 1.0), (0.1, 0.3), (0.2, 0.5), (0.15, 3.0))  # cut at 0.15 and 3
    first, second = math.log(2) * math.log(4 / 3), math.log(5) * (math.log(5 / 3) + math.log(1.5))
    assert lopsided.undecided == pytest.approx((first + second) / math.log(10) / math.log(20), rel=1e-12)
    with pytest.raises(dataclasses.FrozenInstanceError):
        diagram.lower = diagram.upper  # type: ignore[misc]


def test_strips_are_of_equal_width_and_hear_of_both_of_their_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    def at(p: float, width: float) -> Boundary:
        assert width == module.EDGE_WIDTH
        return Boundary(2 * p, 3 * p, None, 1)

    monkeypatch.setattr(module, "boundary_of_pair", at)
    monkeypatch.setattr(module, "dropped_below", lambda a, b, first, last: (a, b, first.lower, last.lower))
    monkeypatch.setattr(module, "superposed_above", lambda a, b, last: (a, b, last.upper))
    few = certified_diagram(3, (0.125, 1), (1, 2))
    assert few.densities == pytest.approx((0.125, 0.25, 0.5, 1.0), rel=1e-12)
    cases: Any = ((certified_diagram(), 100, (0.01, 1.0), (0.1, 10.0)), (few, 3, (0.125, 1), (1, 2)))
    for found, n, ends, window in cases:
        assert ((found.densities[0], found.densities[-1]), found.importance, len(found.lower)) == (ends, window, n)
        assert found.lower == tuple((a, b, 2 * a, 2 * b) for a, b in pairwise(found.densities))
        assert found.upper == tuple((a, b, 3 * b) for a, b in pairwise(found.densities))


@pytest.mark.parametrize("name", ["density", "importance"])
@pytest.mark.parametrize("window", [(0.0, 1.0), (0.5, 0.5), (0.5, 0.1), (-1.0, 1.0), (0.5, math.inf)])
def test_bad_windows_are_refused(name: str, window: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match=f"{name} must"):
        certified_diagram(2, **{name: window})


STRIP = (0.25, 0.5)  # whose middle in log p is √(1/8)


def halves(a: float, b: float, depth: int) -> list[tuple[float, float]]:
    """List a strip, then its halves, first the left one with all of its own."""
    middle = math.sqrt(a * b)
    if depth == 0:
        return [(a, b)]
    return [(a, b), *halves(a, middle, depth - 1), *halves(middle, b, depth - 1)]


@pytest.mark.parametrize("depth", [0, 1, 2, 3])
def test_a_strip_is_halved_as_often_as_allowed(depth: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only narrow strips are shown: every half is asked for, once; with one halving less none is shown."""
    asked: list[Question] = []
    narrow = math.log(2) / 2**depth * 1.01

    def shown(question: Question) -> bool:
        asked.append(question)
        return question.p == question.q or abs(math.log(question.q / question.p)) <= narrow

    monkeypatch.setattr(module, "_shown", shown)
    assert module._is_dropped(*STRIP, 0.2, depth)
    strips = [(min(q.p, q.q), max(q.p, q.q)) for q in asked if q.p != q.q]
    assert list(dict.fromkeys(strips)) == halves(*STRIP, depth)
    last = [(q.p, q.q) for q in asked if abs(math.log(q.q / q.p)) > 0][-2:]
    assert last == [last[1][::-1], last[1]]  # both laws of the mean
    assert all(q.max_boxes == module.PROOF_BOXES for q in asked)
    assert all((q.upper, q.excess, q.stop) == (0.0, True, 0.0) for q in asked)
    assert all(q.edge == (q.p != q.q) for q in asked)
    assert all(q.s_min == onset_bound(min(q.p, q.q), max(q.p, q.q)).radius for q in asked)
    if depth:
        assert not module._is_dropped(*STRIP, 0.2, depth - 1)


def test_a_strip_is_not_halved_where_its_middle_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []
    monkeypatch.setattr(module, "_shown", lambda question: False)
    monkeypatch.setattr(module, "_is_dropped_at", lambda p, r: asked.append(p))
    assert not module._is_dropped(*STRIP, 0.2, 3)
    assert asked == [math.sqrt(STRIP[0] * STRIP[1])]
    assert not module._is_dropped(0.5, math.nextafter(0.5, 1.0), 0.2, 3)  # there is nothing between
    assert len(asked) == 1


@pytest.mark.parametrize(("ratio", "radius", "shown"), [(0.2, 0.1, True), (0.1999, 0.1, False), (0.2, 0.0, False)])
def test_the_lemma_must_reach_the_importance(
    ratio: float, radius: float, shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "onset_bound", lambda low, high: OnsetBound(radius, ratio))
    monkeypatch.setattr(module, "_shown", lambda question: True)
    assert module._is_dropped_at(0.3, 0.2) == shown
    assert module._is_dropped(0.3, 0.31, 0.2, 0) == shown


def test_both_laws_of_the_mean_must_be_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    for bad in (STRIP, STRIP[::-1]):
        monkeypatch.setattr(module, "_shown", lambda question, bad=bad: (question.p, question.q) != bad)
        assert not module._is_dropped(*STRIP, 0.2, 0)


def test_a_search_shows_something_if_it_is_complete_and_all_is_above(monkeypatch: pytest.MonkeyPatch) -> None:
    for lower, complete in ((0.0, True), (1.0, True), (-1e-300, True), (0.0, False), (-1.0, False)):
        found = Found(lower, 1.0, 0.0, 0.0, (0.0, 0.0), 1, complete)
        monkeypatch.setattr(module, "branch", lambda question, found=found: found)
        assert module._shown(Question(0.5, 0.5, 0.2, 0.0)) == (complete and lower >= 0)


def test_margins_are_tried_from_the_least_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Below the smaller one of both ends; what is tried first and shown is the answer."""
    asked: list[float] = []

    def is_dropped(a: float, b: float, r: float, halvings: int) -> bool:
        assert (a, b, halvings) == (*STRIP, module.HALVINGS)
        asked.append(r)
        return len(asked) == 3

    monkeypatch.setattr(module, "_is_dropped", is_dropped)
    for ends in ((0.2, 0.4), (0.4, 0.2)):
        asked.clear()
        assert dropped_below(*STRIP, *(Boundary(end, 1.0, None, 1) for end in ends)) == asked[-1]
        assert asked == [0.2 * (1 - margin) for margin in module.MARGINS[:3]]
    for shares in (module.MARGINS, module.BEYOND, (module.EDGE_WIDTH, module.CLOSE)):
        assert all(0 < small < large <= 0.1 for small, large in pairwise(shares))  # in percents, not in wholes


@pytest.mark.parametrize("close", [0, 1, 2, 9])
def test_models_further_above_are_tried_until_one_serves_the_strip(close: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first one that is close ends it; else the strip is halved, and the worse half counts, unless it is worse."""
    asked: list[float] = []
    tried: list[tuple[float, float]] = []
    upper = 0.5

    def branch(question: Question) -> Found:
        assert (question.p, question.q, question.upper) == (STRIP[1], STRIP[1], question.r * variance(STRIP[1]))
        assert 0 < question.tolerance <= 1e-5
        asked.append(question.r)
        return Found(0.0, 0.0, 1.0, 0.5, (0.1, 0.2), 1, True)

    def importance(a: float, b: float, t: float, s: float, biases: tuple[float, float]) -> float:
        assert (t, s, biases) == (1.0, 0.5, (0.1, 0.2))
        tried.append((a, b))
        return upper * (1 + module.CLOSE) if len(asked) == close + 1 else 0.9 - 0.1 * len(asked)

    monkeypatch.setattr(module, "branch", branch)
    monkeypatch.setattr(module, "_importance_of", importance)
    found = superposed_above(*STRIP, Boundary(0.4, upper, None, 1), 0)
    n = min(close + 1, 3)
    assert asked == [upper * (1 + beyond) for beyond in module.BEYOND[:n]]
    assert tried == [STRIP] * n
    assert found == (upper * (1 + module.CLOSE) if close < 3 else 0.6)


@pytest.mark.parametrize(("left", "right", "whole"), [(0.6, 0.7, 0.7), (0.8, 0.7, 0.8), (0.95, 0.5, 0.9)])
def test_of_two_halves_the_worse_one_counts_unless_the_whole_is_better(
    left: float, right: float, whole: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    middle = math.sqrt(STRIP[0] * STRIP[1])
    at: list[float] = []

    def importance(a: float, b: float, *model: Any) -> float:
        return {STRIP: 0.9, (STRIP[0], middle): left, (middle, STRIP[1]): right}[a, b]

    def boundary_at(p: float, width: float) -> Boundary:
        assert width == module.EDGE_WIDTH
        at.append(p)
        return Boundary(0.1, 0.3, None, 1)

    monkeypatch.setattr(module, "branch", lambda question: Found(0.0, 0.0, 1.0, 0.5, (0.1, 0.2), 1, True))
    monkeypatch.setattr(module, "_importance_of", importance)
    monkeypatch.setattr(module, "boundary_of_pair", boundary_at)
    assert (superposed_above(*STRIP, Boundary(0.4, 0.45, None, 1), 1), at) == (whole, [middle])


@pytest.mark.parametrize(("a", "b"), [(0.5, 0.52), (0.03, 0.05), (0.9, 1.0)])
def test_a_models_bound_is_its_largest_bernstein_quotient(a: float, b: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """In exact fractions, rounded upward by little; no density between asks for more."""
    t, s, biases = 0.875, 0.25, (b / 16, b / 2 * (1 - 0.25**2 + 0.875 * 0.25))
    low, high = Fraction(a), Fraction(b)
    model = ([[Fraction(t), -Fraction(s)]], [Fraction(x) for x in biases])

    def terms(*laws: tuple[Fraction, Fraction]) -> tuple[Fraction, Fraction]:
        problems = [tt.Problem(n_features=2, n_hidden=1, density=law, importance=(1, 0)) for law in laws]
        gains = [exact_loss(problem.replace(importance=(0, 1)), *model) for problem in problems]
        return mean(exact_loss(problem, *model) for problem in problems), mean(gains)

    corners = [
        (low / 3 - low**2 / 4, *terms((low, low))),
        (high / 3 - high**2 / 4, *terms((high, high))),
        ((low + high) / 6 - low * high / 4, *terms((low, high), (high, low))),
    ]
    most = max(cost / (v - left) for v, cost, left in corners)
    bound = Fraction(module._importance_of(a, b, t, s, biases))
    assert 0 < most <= bound <= most * (1 + Fraction(1, 10**11))
    assert module._importance_of(a, b, t, 1.5, biases) == math.inf  # such a model gains nothing
    for p in (low + (high - low) * k / 4 for k in range(5)):
        cost, left = terms((p, p))
        assert cost <= bound * (p / 3 - p**2 / 4 - left)
    monkeypatch.setattr(module, "SLACK", 1e-3)  # with margins large enough to be seen, each makes the bound weaker
    monkeypatch.setattr(module, "ROUNDING", 2e-3)
    weaker = max(
        cost * Fraction("1.004") / (v * Fraction("0.999") - left * Fraction("1.004")) for v, cost, left in corners
    )
    assert module._importance_of(a, b, t, s, biases) == pytest.approx(float(weaker) * 1.001, rel=1e-10)


@pytest.mark.parametrize(("a", "b"), STRIPS)
def test_points_of_a_strip_agree(a: float, b: float) -> None:
    """Certificates at densities inside, just below the lower line and just above the upper one."""
    first, last = (boundary_of_pair(p, 1e-6) for p in (a, b))
    lower, upper = dropped_below(a, b, first, last), superposed_above(a, b, last)
    assert 0 < lower <= min(first.upper, last.upper)
    assert upper >= max(first.lower, last.lower)
    assert math.log(upper / lower) < math.log(last.upper / first.upper) + 0.03
    for p in np.linspace(a, b, 5):
        assert certificate(tt.Problem.toy(2, importance=lower, density=float(p))).exact
        if upper < 1:
            found = certificate(tt.Problem.toy(2, importance=upper * (1 + 1e-9), density=float(p)))
            assert found.enclosure.upper < Fraction(upper) * (Fraction(p) / 3 - Fraction(p) ** 2 / 4)


def test_beyond_the_boundary_nothing_is_shown_dropped() -> None:
    """Asked for more than is true the search must fail: at one density by a little, between two by their difference."""
    first, last = (boundary_of_pair(p, 1e-6) for p in (0.3, 0.31))
    assert module._is_dropped_at(0.3, first.lower * (1 - 2e-3))
    assert not module._is_dropped_at(0.3, first.upper * (1 + 2e-3))
    assert module._is_dropped(0.3, 0.31, first.lower * (1 - 2e-3), 0)
    assert not module._is_dropped(0.3, 0.31, last.upper * (1 + 2e-2), 2)


def test_without_the_lemma_nothing_is_shown_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "onset_bound", lambda low, high: OnsetBound(0.0, 0.0))
    first, last = boundary_of_pair(0.3, 1e-6), boundary_of_pair(0.31, 1e-6)
    assert dropped_below(0.3, 0.31, first, last) == 0.0


def test_a_coarse_diagram() -> None:
    diagram = certified_diagram(8, density=(0.05, 0.5))
    assert all(low < high for low, high in zip(diagram.lower, diagram.upper, strict=True))
    assert 0 < diagram.undecided < 0.2


@pytest.mark.slow
def test_the_whole_diagram_leaves_little_open() -> None:
    assert certified_diagram().undecided <= 0.015
