"""Continuous lines: the threshold between the tricritical points, onsets on which an overlap grows, honest ends."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import pytest
import toytoy as tt
from numpy.typing import NDArray
from toytoy.analytic.certified_boundary import certified_boundary
from toytoy.analytic.stability import kappa, onset_window, threshold
from toytoy.numeric.boundaries import continuous as module
from toytoy.numeric.boundaries.branch import Branch
from toytoy.numeric.boundaries.continuation import End, Window
from toytoy.numeric.boundaries.continuous import Continuous, continuous_lines
from toytoy.numeric.boundaries.network import Network, _explore
from toytoy.numeric.boundaries.seeds import between
from toytoy.numeric.boundaries.small_extra import small_pairs

from tests import traced

Array = NDArray[np.float64]
WINDOW = Window((0.55, 0.95), (0.513, 0.9))
GROWTH = Window((1.05, 1.3), (0.7, 0.9))  # the larger toy: the extra leaves its dimension
WIDE = 0.015  # step of densities there
AROUND = 1e-4  # relative distance in r at which searches look


@cache
def jumps() -> Network:
    """The lines that start from jumps to a small extra."""
    found = Network(2, WINDOW)
    for crossing in small_pairs(2):
        _explore(found, crossing)
    return found


@cache
def small() -> list[Continuous]:
    return continuous_lines(jumps())


@cache
def grown() -> Continuous:
    """The one that goes on from where the jump between a dedicated and a sharing extra vanishes."""
    sides = []
    for importance in (1.08, 1.15):
        problem = tt.Problem.toy(3, importance=importance, density=0.85)
        best = tt.minimize(problem, tt.Multistart(n_starts=32, seed=3))
        sides.append(Branch.at(np.asarray(best.weights), np.asarray(best.bias), importance, 0.85))
    found = Network(3, GROWTH)
    _explore(found, between(*sides))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "STEP", WIDE)  # every onset takes a quarter of a second
        (line,) = (line for line in continuous_lines(found) if not line.plain.branch.dropped)
    return line


def searched(n: int, importance: float, density: float) -> Array:
    """The Gram matrix of the best model of a search."""
    problem = tt.Problem.toy(n, importance=importance, density=density)
    weights = np.asarray(tt.minimize(problem, tt.Multistart(n_starts=32, seed=12)).weights)
    return weights.T @ weights


@pytest.mark.equation("onset-coefficient")
def test_the_extra_appears_on_the_threshold_between_the_zeros_of_kappa() -> None:
    (line,) = [line for line in small() if line.places]
    low, high = onset_window()
    assert [end[0] for end in line.ends] == ["tricritical", "tricritical"]
    assert (line.places[0].density, line.places[-1].density) == (low, high)
    assert line.plain.branch == traced.NONE
    assert line.grown.branch == traced.PAIR
    assert line.rising
    steps = np.diff([place.density for place in line.places])
    assert (steps > 0).all()
    assert steps.max() <= module.STEP
    for place in line.places:
        assert abs(np.log(place.importance / threshold(place.density))) <= place.error < 1e-14
        assert kappa(place.density) > -1e-15


@pytest.mark.equation("onset-linear")
def test_a_search_finds_the_extra_on_one_side_only_and_small_near_the_line() -> None:
    (line,) = [line for line in small() if line.places]
    for place in line.places[15:-15:10]:
        p, variance = place.density, place.density / 3 - place.density**2 / 4
        before, after = (searched(2, place.importance * (1 + s), p)[1, 1] for s in (-AROUND, AROUND))
        slope = 3 * kappa(p) / (2 * variance * place.importance)  # of log r by the extra's length
        assert before < 1e-12
        assert np.sqrt(after) == pytest.approx(AROUND / slope, rel=0.1)


def test_past_its_ends_the_line_goes_on_as_the_limit_of_a_small_jump() -> None:
    """The tail's error is the depth: it holds what is certified of the boundary."""
    (line,) = [line for line in small() if line.places]
    low, high = onset_window()
    assert len(line.tails) == 2
    for tail, end in zip(line.tails, (low, high), strict=True):
        assert tail[0].density == end
        for place in tail[:: max(1, len(tail) // 3)]:
            proved = certified_boundary(place.density).interval
            for bound in proved:
                assert abs(np.log(bound / place.importance)) <= place.error
            assert place.error < 1e-4
    ends = [e for s in traced.stable(jumps()) for e in s.ends if e.reason is End.MERGED]
    assert {round(tail[-1].density, 12) for tail in line.tails} <= {round(e.density, 12) for e in ends}


def test_outside_the_window_there_is_none_and_at_its_border_it_ends() -> None:
    assert continuous_lines(Network(2, Window((0.1, 0.5), (0.1, 0.4)))) == []
    cut = Window((0.1, 0.7), (0.1, 1.0))
    (line,) = continuous_lines(Network(2, cut))
    assert [end[0] for end in line.ends] == ["tricritical", "window"]
    assert all(cut.holds(place.importance, place.density) for place in line.places)
    assert 0.69 < line.places[-1].importance <= 0.7


def test_exchanged_features_appear_on_the_mirror_image() -> None:
    lines = continuous_lines(Network(2, Window()))
    assert len(lines) == 2
    plain, mirrored = lines
    assert mirrored.plain.branch == Branch(2, (), (0,))
    assert not mirrored.rising
    for one, other in zip(plain.places, mirrored.places, strict=True):
        assert one.density == other.density
        assert one.importance * other.importance == pytest.approx(1.0, abs=4e-16)


def test_both_toys_share_the_line_of_the_extra() -> None:
    (three,) = continuous_lines(Network(3, Window()))
    two = continuous_lines(Network(2, Window()))[0]
    assert three.places == two.places
    assert three.plain.branch == traced.NONE_3
    assert three.grown.branch == traced.TRIANGLE


@pytest.mark.slow
def test_the_overlap_of_a_dedicated_extra_grows_from_a_tricritical_point_to_where_another_model_wins() -> None:
    line = grown()
    assert line.plain.branch == traced.OTHERS
    assert line.grown.branch == traced.TRIANGLE
    assert not line.rising  # it is a falling importance that makes the extra share the plane
    assert line.ends[0][0] == "tricritical"
    assert line.ends[1][0] == "critical_end"
    places = sorted(line.places, key=lambda place: place.density)
    assert max(b.density - a.density for a, b in pairwise(places)) <= 1.001 * WIDE
    assert max(place.error for place in places) < 1e-6
    for place in places[1:-1]:
        overlaps = [
            np.abs(searched(3, place.importance * (1 + shift), place.density)[2, :2]).max() for shift in (-1e-4, 1e-4)
        ]
        assert overlaps[1] < 1e-6
        assert 1e-6 < overlaps[0] < 0.2


@pytest.mark.slow
def test_at_its_critical_end_three_models_have_one_loss() -> None:
    """The rival is the triangle that has jumped: solved for, and found by another search at once past the end."""
    line = grown()
    place, rival = line.places[-1], line.ends[1][1]
    assert rival is not None
    plain = line.plain.brought(place.importance, place.density)
    assert rival.importance == plain.importance == place.importance
    assert rival.loss == pytest.approx(plain.loss, rel=1e-13)
    assert place.density_error < 1e-8
    assert place.residual < 1e-13
    assert traced.steepest(rival) < 1e-12
    outward = np.sign(place.density - line.places[-2].density)
    before, after = (searched(3, place.importance, place.density + float(s * outward)) for s in (-2e-3, 2e-3))
    assert np.abs(after - traced.gram(rival)).max() < 0.1
    assert np.abs(before - traced.gram(rival)).max() > 0.1


def test_a_line_of_another_density_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "threshold", lambda p: threshold(p) * (1 + 1e-12))
    monkeypatch.setitem(globals(), "small", lambda: continuous_lines(Network(2, WINDOW)))
    with pytest.raises(AssertionError):
        test_the_extra_appears_on_the_threshold_between_the_zeros_of_kappa()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_whole_larger_diagram_has_both_lines() -> None:
    found = continuous_lines(traced.whole(3))
    kinds = [line.plain.branch for line in found]
    assert kinds.count(traced.NONE_3) == 1
    assert kinds.count(traced.OTHERS) == 1
    part = grown()
    (all_of_it,) = [line for line in found if line.plain.branch == traced.OTHERS]
    ends = [(line.places[k].importance, line.places[k].density) for line in (part, all_of_it) for k in (0, -1)]
    assert ends[:2] == [pytest.approx(end, rel=1e-8) for end in ends[2:]]
