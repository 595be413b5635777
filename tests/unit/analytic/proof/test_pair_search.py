"""The least loss of (2,1): exact where the feature is dropped, between bounds elsewhere."""

from __future__ import annotations

from fractions import Fraction

import pytest
from toytoy.analytic.proof import pair_search as module
from toytoy.analytic.proof.branching import Found, Question, variance
from toytoy.analytic.proof.onset_bound import OnsetBound, onset_bound
from toytoy.analytic.proof.pair_search import least_of_pair

BOUNDARY = 0.53573876406532962  # r_b at p = 1/2


def test_below_the_boundary_the_feature_is_dropped_and_above_it_is_not() -> None:
    below, above = (least_of_pair(0.5, BOUNDARY * (1 + d), 1e-9, 10**6) for d in (-1e-9, 1e-9))
    assert below.dropped
    assert below.weights == (1.0, 0.0)
    assert not above.dropped
    assert above.lower < above.upper < BOUNDARY * variance(0.5) * (1 + 1e-9)


def test_a_tie_is_told_as_far_as_doubles_tell() -> None:
    """Within rounding of the boundary the interval is as narrow as was asked, whether or not a proof succeeds."""
    for d in (-1e-15, 0.0, 1e-15):
        r = BOUNDARY * (1 + d)
        found = least_of_pair(0.5, r, 1e-9, 10**6)
        assert found.lower <= r * variance(0.5) * (1 + 1e-14)
        assert found.upper - found.lower <= 1e-9 * found.upper


def test_without_the_lemma_nothing_is_called_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "onset_bound", lambda low, high: OnsetBound(0.0, 0.0))
    found = least_of_pair(0.5, 0.4, 1e-9, 10**6)
    assert not found.dropped
    assert found.lower <= 0.4 * variance(0.5) <= found.upper
    assert found.upper - found.lower <= 1e-9 * found.upper


def test_a_lemma_that_claims_too_much_is_found_out_by_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted fault: were it claimed for r up to 1, the search outside of the radius would meet a better model."""
    sound = onset_bound(0.5, 0.5)
    monkeypatch.setattr(module, "onset_bound", lambda low, high: sound._replace(ratio=1.0))
    assert not least_of_pair(0.5, 0.6, 1e-9, 10**6).dropped


# p, r, the width asked for, boxes allowed; then bounds, weights and biases; the boxes taken; whether one is dropped.
SEARCHES: list[tuple[float, float, float, int, list[float], int, bool]] = [
    (
        0.5,
        1.0,
        0.001,
        1000000,
        [0.0762159513, 0.0762824649, 0.96875, -0.96875, 0.0978139593, 0.0978139593],
        3418,
        False,
    ),
    (0.5, 0.53, 1e-06, 1000000, [0.0552083333, 0.0552083333, 1, 0, 0, 0.25], 2818, True),
    (
        0.5,
        0.55,
        1e-06,
        1000000,
        [0.0566102134, 0.056610264, 1.02832031, -0.776367188, 0.0619843168, 0.188426191],
        6106,
        False,
    ),
    (0.3, 0.1, 1e-06, 1000000, [0.00775, 0.00775, 1, 0, 0, 0.15], 509, True),
    (
        0.9,
        0.95,
        1e-05,
        1000000,
        [0.0926122472, 0.0926130802, 0.99609375, -0.15234375, 0.0687209981, 0.507843019],
        10588,
        False,
    ),
    (
        0.01,
        0.5,
        0.0001,
        1000000,
        [2.49870781e-05, 2.49881481e-05, 1.00085449, -0.99987793, 8.27402547e-06, 1.80433235e-05],
        462,
        False,
    ),
    (0.5, 0.4, 1e-09, 500, [-0, 0.0416666667, 1, 0, 0, 0.25], 674, False),
    (0.5, 1.0, 1e-09, 1, [-0, 0.0833333333, 1, -1, 0, 0], 80, False),
    (0.9, 0.96, 1e-09, 1, [-0, 0.0936, 1, 0, 0, 0.45], 256, False),
    (0.9, 0.5, 1e-09, 1, [-0, 0.04875, 1, 0, 0, 0.45], 364, False),
    (0.02, 1.0, 1e-09, 1, [-0, 0.000133333333, 1, -1, 0, 0], 100, False),
]


@pytest.mark.parametrize(("p", "r", "width", "allowed", "wanted", "boxes", "dropped"), SEARCHES)
def test_a_search_takes_as_many_boxes_as_it_did(
    p: float, r: float, width: float, allowed: int, wanted: list[float], boxes: int, dropped: bool
) -> None:
    """A proof and a search that end where they did; with no boxes left the known model is the answer, as it is."""
    found = least_of_pair(p, r, width, allowed)
    assert [found.lower, found.upper, *found.weights, *found.bias] == pytest.approx(wanted, rel=1e-8)
    assert (found.n_boxes, found.dropped) == (boxes, dropped)
    if allowed > 10**5:
        assert found.upper - found.lower <= width * found.upper


def test_what_is_dropped_costs_its_variance_but_for_some_roundings() -> None:
    found = least_of_pair(0.5, 0.4, 1e-9, 10**6)
    v = Fraction(0.4) * (Fraction(1, 6) - Fraction(1, 16))
    assert 0 < Fraction(found.upper) - v < v / 2**47
    assert 0 < v - Fraction(found.lower) < v / 2**47


def test_the_budget_is_shared_by_the_proof_and_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Question] = []

    def searched(question: Question) -> Found:
        asked.append(question)
        return Found(-1.0, question.upper, 1.0, 0.5, (0.0, 0.25), 700, False)

    monkeypatch.setattr(module, "branch", searched)
    dropped = 0.4 * variance(0.5)
    for allowed, left in ((1000, 300), (500, 1), (10**6, 10**6 - 700)):
        asked.clear()
        found = least_of_pair(0.5, 0.4, 1e-3, allowed)
        assert [question.max_boxes for question in asked] == [min(allowed, module.PROOF_BOXES), left]
        assert found.n_boxes == 1400
        assert found.lower == -1.0
    proof, search = asked
    radius = onset_bound(0.5, 0.5).radius
    assert (proof.p, proof.q, proof.r, proof.upper, proof.excess, proof.stop) == (0.5, 0.5, 0.4, 0.0, True, 0.0)
    assert proof.s_min == search.s_min == radius
    assert (search.excess, search.upper, search.tolerance) == (False, dropped * module.OVER, 0.9 * 1e-3)


@pytest.mark.parametrize(("short", "dropped"), [(0.0, True), (0.4, False), (0.6, None)])
def test_a_proof_that_falls_short_by_less_than_half_the_width_is_a_tie(
    short: float, dropped: bool | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`short` is in units of the width asked for: then the interval holds what it is short of."""
    v, width = 0.4 * variance(0.5), 1e-3
    asked: list[Question] = []

    def searched(question: Question) -> Found:
        asked.append(question)
        return Found(-short * width * v, 0.0, 0.0, 0.0, (0.0, 0.0), 7, True)

    monkeypatch.setattr(module, "branch", searched)
    found = least_of_pair(0.5, 0.4, width, 1000)
    assert len(asked) == (1 if dropped is not None else 2)
    if dropped is not None:
        assert found.dropped is dropped
        assert found.n_boxes == 7
        assert found.lower == pytest.approx(v * (1 - short * width), rel=1e-12)
        assert (found.weights, found.bias) == ((1.0, 0.0), (0.0, 0.25))


# r and the lemma's ratio; what dropping the feature costs, and what an opposite pair does; lower bounds of the proof,
# and of the search. Then how often is asked, the lower bound, the second weight, and whether the feature is dropped.
CASES: list[tuple[float, float, float, float, list[float], int, float, float, bool]] = [
    (0.5, 0.5, 0.125, 0.0625, [-0.03125, 9.0], 1, 0.0625 - 0.03125, 0.0, False),  # ties all along
    (0.5, 0.5, 0.125, 0.0625, [0.5, 9.0], 1, 0.0625, 0.0, True),
    (0.5, 0.5, 0.125, 0.0625, [0.0, 9.0], 1, 0.0625, 0.0, True),
    (0.5, 0.5, 0.125, 0.0625, [-0.04, 9.0], 2, 0.0625, -1.0, False),
    (0.5, 0.5, 0.25, 0.0625, [9.0], 1, 0.125, -1.0, False),
    (0.5, 0.5, 0.25, 0.0625, [0.03], 1, 0.03, -1.0, False),
    (0.5, 0.25, 0.125, 0.0625, [9.0], 1, 9.0, -1.0, False),
    (0.5, 0.0, 0.0625, 0.0625, [9.0], 1, 9.0, 0.0, False),
]


@pytest.mark.parametrize("case", CASES)
def test_the_lemma_the_proof_and_the_search_together(
    case: tuple[float, float, float, float, list[float], int, float, float, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By hand, roundings being halves: what is known of models next to the dropped one bounds those left out below."""
    r, ratio, dropped, opposite, lower, asked, wanted, weight, exact = case
    answers = list(lower)
    monkeypatch.setattr(module, "OVER", 2.0)
    monkeypatch.setattr(module, "UNDER", 0.5)
    monkeypatch.setattr(module, "variance", lambda _: dropped / r)
    monkeypatch.setattr(module, "onset_bound", lambda *_: OnsetBound(ratio / 4, ratio))
    monkeypatch.setattr(module, "branch", lambda q: Found(answers.pop(0), q.upper, 3.0, 3.0, (3.0, 3.0), 7, True))
    found = least_of_pair((4.0 * opposite) ** 0.5, r, 0.5, 100)
    assert len(lower) - len(answers) == asked
    assert (found.lower, found.n_boxes, found.dropped) == (wanted, 7 * asked, exact)
    assert found.upper == (2.0 * dropped if asked == 1 and dropped == 0.125 and ratio == 0.5 else 0.125)
    assert (found.weights, found.bias) == ((1.0, weight), (0.0, 0.0 if weight else found.bias[1]))


def test_numbers_found_by_trial_are_what_they_were() -> None:
    assert (module.OVER, module.UNDER, module.PROOF_BOXES) == (1.0 + 2.0**-48, 1.0 - 2.0**-48, 200_000)
