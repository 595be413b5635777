"""Points of a line between its points: solved for, on known digits; interpolated within the error that is said."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare import line_places as module
from toytoy.compare.line_places import line_places
from toytoy.compare.lines import Line, Order, Status
from toytoy.compare.tracing import jump_line
from toytoy.numeric.boundaries.branch import BranchLost

from tests.traced_lines import LOW, found


def circle(n: int, half: float = 1.0) -> Line:
    """Half of a circle, or less: the law r(p) is known, and it crosses densities twice."""
    angle = np.linspace(-half, half, n)
    p, log_r = 0.5 + 0.3 * np.cos(angle), 0.3 * np.sin(angle)
    fill = np.full(n, 1e-14)
    names = ("a", "b")
    return Line(
        names, Order.CONTINUOUS, Status.CONVERGED, p, np.exp(log_r), fill, fill, angle, fill, fill, names, fill > 1
    )


def jump() -> Line:
    (segment,) = found(LOW).segments
    return jump_line(segment)


@pytest.mark.parametrize("p", [0.301, 0.3712, 0.45, 0.4999])
def test_a_jump_is_solved_for(p: float) -> None:
    """The losses of both models are equal there: that of the dropped extra is r v, the other's is searched for."""
    (place,) = line_places(jump(), p)
    assert place.error < 1e-12
    r = place.importance
    problem = tt.Problem.toy(2, importance=r * (1 + 1e-9), density=p)
    pair = tt.minimize(problem, tt.Multistart(seed=2)).loss.value
    slope = p / 3 - p * p / 4  # of the dropped extra's loss, steeper than the pair's
    assert abs(pair - r * slope) < 2e-9 * r * slope
    assert 0.6 < place.jump < 0.8


def test_both_crossings_of_a_line_that_turns_back() -> None:
    line = circle(61)
    p = 0.5 + 0.3 * np.cos(0.512345)
    low, high = line_places(line, float(p))
    for place, want in ((low, -0.3 * np.sin(0.512345)), (high, 0.3 * np.sin(0.512345))):
        assert abs(place.importance - np.exp(want)) <= place.error < 1e-5
    assert [low.jump, high.jump] == pytest.approx([-0.512345, 0.512345], abs=1e-3)


@pytest.mark.parametrize("n", [2, 3, 5, 6, 8, 40])
def test_errors_hold_with_few_points(n: int) -> None:
    half = 0.02 * (n - 1)  # no step turns by more than 0.04
    line = circle(n, half)
    for angle in np.linspace(0.1, 0.93, 7) * half:
        places = line_places(line, float(0.5 + 0.3 * np.cos(angle)))
        for place in places:
            gaps = [abs(place.importance - np.exp(sign * 0.3 * np.sin(angle))) for sign in (1, -1)]
            assert min(gaps) <= place.error + 1e-15


def test_traced_points_are_met_exactly_and_ends_within_rounding() -> None:
    line = circle(21)
    k = 4
    assert float(line.importance[k]) in [place.importance for place in line_places(line, float(line.density[k]))]
    end = float(line.density[-1])
    assert float(line.importance[-1]) in [place.importance for place in line_places(line, end - 1e-14)]
    assert line_places(line, end - 1e-3) == ()


def test_a_line_of_one_density_or_one_point_crosses_none() -> None:
    line = circle(5)
    level = dataclasses.replace(line, density=np.full(5, 0.5))
    assert line_places(level, 0.5) == ()
    arrays = {name: getattr(line, name)[:1] for name in ("density", "importance", "error", "jump")}
    assert line_places(dataclasses.replace(line, **arrays), float(line.density[0])) == ()


def test_where_models_are_lost_the_chord_says_what_it_may_be_off(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = line_places(jump(), 0.4)[0]

    def lost(*given: object) -> None:
        raise BranchLost("planted")

    monkeypatch.setattr(module, "_solved", lost)
    (place,) = line_places(jump(), 0.4)
    assert place.error > 1e-6
    assert abs(place.importance - exact.importance) <= place.error
