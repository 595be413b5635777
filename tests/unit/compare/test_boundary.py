"""One boundary: known digits, closed forms, laws of symmetry, and each way to ask for it, or to ask wrongly."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from toytoy.compare import boundary as module
from toytoy.compare.boundary import boundary
from toytoy.compare.lines import Boundary
from toytoy.numeric.boundaries.branch import Branch, BranchLost
from toytoy.numeric.boundaries.crossing import Crossing, solve
from toytoy.numeric.boundaries.slice import Passage

from tests.traced_lines import HALF

ONSET, EXCHANGE = ("not_represented", "antipodal"), ("antipodal", "dedicated")
ONSET_OF_TRIANGLE = 0.52183765907142  # p at r = 1, to 14 digits
TRIPLE = 0.7064036926732  # p at r = 1, to 13 digits
PROMISED = 1e-10  # relative
NONE, PAIR = Branch(2, (), (1,)), Branch(2, (0, 1), ())
LARGE = np.array([-1.03, 0.75, 0.06, 0.2])  # a large extra: weights and biases of the pair


def variance(p: float) -> float:
    return p / 3 - p * p / 4


def r_s(p: float) -> float:
    """Where "not represented" loses local stability: min over β of c / v, a quadratic's root."""
    s = 1 - p
    quadratic, linear, constant = p * s, p / 2 + 2 * s * s, -p * p / 4  # c′(β) = 0
    beta = (-linear + math.sqrt(linear**2 - 4 * quadratic * constant)) / (2 * quadratic)
    return p + (p * (beta - p / 2) ** 2 / 4 + (s * beta) ** 2 + p * s * beta**3 / 3) / variance(p)


@pytest.mark.parametrize("n", [2, 3])
def test_the_known_boundary_at_one_half(n: int) -> None:
    found = boundary(n, n - 1, between=ONSET, density=0.5)
    assert abs(found.importance.value - HALF) <= found.importance.error <= PROMISED * HALF
    assert (found.density.value, found.density.error) == (0.5, 0.0)
    assert (found.order, found.status, found.phases, found.optimal) == ("jump", "converged", ONSET, (True, True))
    # the model below drops the extra, and reconstructs what it has a dimension for
    assert found.loss == pytest.approx(found.importance.value * variance(0.5), rel=1e-14)
    assert 0.7 < found.jump < 0.8
    assert 0 < found.capacity_jump < 0.5


def test_the_other_one_is_its_inverse_and_each_lists_the_other() -> None:
    first = boundary(2, 1, density=0.5)
    assert first.phases == ONSET
    other = boundary(2, 1, between=EXCHANGE, density=0.5)
    assert [each.phases for each in first.others] == [EXCHANGE]
    assert [each.phases for each in other.others] == [ONSET]
    assert abs(other.importance.value - 1 / HALF) <= other.importance.error <= PROMISED / HALF
    # of the same pair the extra is now the longer one, and stays when the first is dropped
    assert other.jump == pytest.approx(1 - np.linalg.norm(_optimum_beside(other)[:, 1]), abs=1e-4)
    assert other.capacity_jump > 0


def _optimum_beside(found: Boundary) -> Any:
    import toytoy as tt

    problem = tt.Problem.toy(2, density=found.density.value, importance=found.importance.value * (1 - 1e-6))
    return tt.minimize(problem, tt.Multistart(seed=1)).weights


@pytest.mark.parametrize("between", [ONSET, ONSET[::-1]])
def test_phases_are_named_in_any_order_and_density_is_found_at_an_importance(between: tuple[str, str]) -> None:
    found = boundary(2, 1, between=between, importance=HALF)
    assert abs(found.density.value - 0.5) <= found.density.error + 1e-16
    assert found.importance.error == 0.0
    assert found.phases == ONSET[::-1]  # by density: the extra is dropped where features are dense
    assert found.jump < 0


def test_known_densities_at_equal_importance() -> None:
    triangle = boundary(3, 2, between=("triangle", "antipodal_others"), importance=1.0)
    assert abs(triangle.density.value - ONSET_OF_TRIANGLE) <= triangle.density.error + 5e-15
    assert triangle.phases == ("antipodal_others", "triangle")
    assert triangle.jump < 0  # of three equal columns each is shorter than a dedicated one
    pair = boundary(2, 1, importance=1.0)
    assert abs(pair.density.value - TRIPLE) <= pair.density.error + 5e-14


@pytest.mark.parametrize("p", [0.55, 0.8])
def test_a_continuous_onset_is_the_closed_loss_of_stability(p: float) -> None:
    found = boundary(2, 1, between=ONSET, density=p)
    assert found.importance.value == pytest.approx(r_s(p), rel=1e-14)
    assert (found.order, found.jump, found.status) == ("continuous", 0.0, "converged")
    assert found.importance.error <= 1e-14
    back = boundary(2, 1, between=ONSET, importance=found.importance.value)
    assert abs(back.density.value - p) <= back.density.error + 1e-14


def test_inside_one_phase_sizes_tell_and_a_bare_name_stands_for_both() -> None:
    named = boundary(2, 1, between=("antipodal_large", "antipodal_small"), density=0.6)
    bare = boundary(2, 1, between=("antipodal", "antipodal"), density=0.6)
    assert named.phases == bare.phases == ("antipodal_small", "antipodal_large")
    assert named.importance.value == bare.importance.value
    assert 0.34 < named.jump < 0.36
    (twin,) = (each for each in named.others if each.phases == named.phases)
    assert abs(twin.importance.value * named.importance.value - 1) <= twin.importance.error + named.importance.error


@pytest.mark.parametrize(("near", "phases"), [(None, ONSET), (0.7, ONSET), (1.7, EXCHANGE), (1e9, EXCHANGE)])
def test_near_chooses_among_all(near: float | None, phases: tuple[str, str]) -> None:
    found = boundary(2, 1, density=0.5, near=near)
    assert found.phases == phases
    assert len(found.others) == 1


def test_none_there_lists_what_is_met() -> None:
    with pytest.raises(
        ValueError, match=r"met: not_represented \| antipodal at 0.535739; antipodal \| dedicated at 1.86"
    ):
        boundary(2, 1, between=("not_represented", "dedicated"), density=0.5)


@pytest.mark.parametrize(
    ("wrong", "error", "reason"),
    [
        ({}, TypeError, "give density or importance, and not both"),
        ({"density": 0.5, "importance": 1.0}, TypeError, "and not both"),
        ({"density": 1.5}, ValueError, "density"),
        ({"density": 0.0}, ValueError, "density must lie in"),
        ({"importance": 0.0}, ValueError, "must be positive"),
        ({"importance": -1.0}, ValueError, "importance"),
        ({"density": 0.5, "method": "optimal"}, ValueError, "optimum"),
        ({"density": 0.5, "between": ("antipodall", "dedicated")}, ValueError, "antipodal"),
        ({"density": 0.5, "between": "antipodal"}, ValueError, "must be two phases"),
        ({"density": "a half"}, TypeError, "density"),
    ],
)
def test_what_is_asked_wrongly_is_refused(wrong: dict[str, Any], error: type[Exception], reason: str) -> None:
    with pytest.raises(error, match=reason):
        boundary(2, 1, **wrong)


def test_other_toys_are_refused() -> None:
    with pytest.raises(ValueError, match="n_features=4"):
        boundary(4, 2, density=0.5)


@pytest.mark.parametrize("pair", [ONSET, EXCHANGE])
def test_certified_holds_what_was_found(pair: tuple[str, str]) -> None:
    plain, proved = (boundary(2, 1, between=pair, density=0.4, certified=c) for c in (False, True))
    low, high = proved.importance.interval
    assert low <= plain.importance.value <= high
    assert proved.importance.kind == "certified"
    assert high - low <= 2 * PROMISED * high
    assert plain.importance.kind == "rounding"
    assert (proved.phases, proved.jump) == (plain.phases, plain.jump)


@pytest.mark.parametrize(
    ("n", "asked"),
    [
        (2, {"density": 0.6, "between": ("antipodal_small", "antipodal_large")}),
        (2, {"importance": 0.5}),
        (3, {"density": 0.1}),
    ],
)
def test_what_is_not_proved_is_not_certified(n: int, asked: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="certified=True needs"):
        boundary(n, n - 1, **asked, certified=True)


def test_a_crossing_that_a_third_model_beats_is_metastable(monkeypatch: pytest.MonkeyPatch) -> None:
    """At p = 0.525 the extra grows continuously: where dropping it is as good as a large one, a small one is better."""
    states = NONE.settle(np.empty(0), 0.6, 0.525), PAIR.settle(LARGE, 0.6, 0.525)
    pair = solve(Crossing(*states), np.array([1.0, 0.0]))

    def one(n_features: int, **given: Any) -> Iterator[Passage]:
        yield Passage(pair.below, pair.above, pair)

    real = boundary(2, 1, density=0.525)
    monkeypatch.setattr(module, "passages", one)
    found = boundary(2, 1, density=0.525)
    assert (found.status, found.optimal) == ("metastable", (False, False))
    assert real.importance.value < found.importance.value < real.others[0].importance.value
    assert found.loss == pytest.approx(found.importance.value * variance(0.525), rel=1e-14)


def test_an_onset_that_is_not_found_is_a_guess_between_its_neighbors(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*given: Any) -> Any:
        raise BranchLost("planted")

    monkeypatch.setattr(module, "appearing", lost)
    found = boundary(2, 1, between=ONSET, density=0.6)
    assert found.status == "guess"
    low, high = found.importance.interval
    assert low < r_s(0.6) < high < low * 1.2


@pytest.mark.parametrize("p", [0.1, 0.5])
def test_the_ansatz_is_in_closed_form(p: float) -> None:
    square = Fraction(p) ** 2 / 6  # (1 + r) p² / 6 of the pair is r v of one dropped
    exact = square / (Fraction(p) / 3 - Fraction(p) ** 2 / 4 - square)
    found = boundary(2, 1, between=ONSET, density=p, method="ansatz")
    assert found.importance.value == pytest.approx(float(exact), rel=1e-15)
    assert found.importance.error == 0.0
    assert math.isnan(found.jump)
    back = boundary(2, 1, between=ONSET, importance=found.importance.value, method="ansatz")
    assert back.density.value == pytest.approx(p, rel=1e-14)


def test_the_ansatz_in_three_features_keeps_the_extra_where_others_are_dropped() -> None:
    found = boundary(3, 2, density=0.5, method="ansatz")
    assert found.phases == ONSET
    assert found.importance.value == pytest.approx(2 / 3, rel=1e-15)
    pairs = {frozenset(each.phases) for each in (found, *found.others)}
    assert frozenset(("antipodal", "antipodal_others")) in pairs


@pytest.mark.parametrize("method", ["optimum", "ansatz"])
def test_it_is_json_without_what_json_lacks(method: str) -> None:
    found = boundary(2, 1, density=0.6, method=method)
    for each in (found, *found.others):
        data = json.loads(json.dumps(each.to_dict(), allow_nan=False))
        assert data["importance"] == each.importance.value
        assert (data["jump"] is None) == math.isnan(each.jump)


@pytest.mark.slow
@pytest.mark.parametrize("p", [0.3, 0.55, 0.75, 0.9, 1.0])
def test_three_features_share_the_onset_of_two(p: float) -> None:
    """Beside a dedicated feature a pair is the smaller toy's; only a triangle can do better, and then comes first."""
    two, three = (boundary(n, n - 1, density=p) for n in (2, 3))
    slack = two.importance.error + three.importance.error
    assert three.phases[0] == two.phases[0] == "not_represented"
    assert three.importance.value <= two.importance.value + slack
    assert three.phases[1] == "triangle" or abs(three.importance.value - two.importance.value) <= slack
