"""Spinodals as curves: every point solved for, the tangent exact, and the right ends."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from toytoy.numeric.boundaries.branch import Branch
from toytoy.numeric.boundaries.continuation import Window
from toytoy.numeric.boundaries.cusp import critical_near
from toytoy.numeric.boundaries.fold import Ending, spinodal_point
from toytoy.numeric.boundaries.onset import tricritical_point
from toytoy.numeric.boundaries.spinodal import Spinodal, trace_spinodal

PAIR, OTHERS, TRIANGLE = Branch(2, (0, 1), ()), Branch(3, (0, 1), ()), Branch(3, (0, 1, 2), ())
ROUNDED = 1e-11
APART = 1e-5  # an end is this close to the point that it ends at


def pair_curve(window: Window | None = None) -> Spinodal:
    state = PAIR.settle(np.array([-1.0, 0.8, 0.1, 0.15]), 0.9, 0.5)
    return trace_spinodal(spinodal_point(state, towards=-1), window)


def test_the_pair_ends_on_a_curve_from_the_window_to_the_critical_point_at_r_1() -> None:
    curve = pair_curve()
    assert set(curve.ends) == {"window", "critical"}
    assert max(point.error for point in curve.points) < ROUNDED
    top = curve.points[int(np.argmax(curve.density))]
    found = critical_near(top.state, top.basis)
    assert found.importance == pytest.approx(1.0, rel=1e-10)
    assert math.hypot(math.log(top.importance / found.importance), top.density - found.density) < APART
    assert curve.importance.min() == pytest.approx(0.1, rel=1e-13)
    index = len(curve.points) // 3
    again = spinodal_point(
        PAIR.settle(np.array([-1.0, 0.8, 0.1, 0.15]), 0.9, 0.5), density=curve.density[index], towards=-1
    )
    assert again.importance == pytest.approx(curve.importance[index], rel=1e-12)


def test_steps_are_smooth_and_short() -> None:
    curve = pair_curve(Window(importance=(0.3, 0.8), density=(0.1, 1.0)))
    assert curve.ends == ("window", "window")
    assert sorted(curve.importance[[0, -1]]) == pytest.approx([0.3, 0.8], rel=1e-13)
    steps = [
        np.array([math.log(b.importance / a.importance), b.density - a.density]) for a, b in pairwise(curve.points)
    ]
    assert max(map(np.linalg.norm, steps)) < 0.035
    inner = [one @ other / np.linalg.norm(one) / np.linalg.norm(other) for one, other in pairwise(steps)]
    assert min(inner) > math.cos(0.1)  # two turns of half the widest


def test_a_pair_without_the_extra_ends_at_one_density() -> None:
    others = OTHERS.settle(np.array([-0.93, 0.45, 0.2, 0.48]), 1.3, 0.8)
    curve = trace_spinodal(spinodal_point(others, importance=1.3, towards=-1))
    assert curve.ends == ("window", "window")
    assert np.ptp(curve.density) < 1e-14
    assert sorted(curve.importance[[0, -1]]) == pytest.approx([0.1, 10.0], rel=1e-13)


def test_a_scalene_triangle_ends_at_a_fold_that_meets_the_onset_where_that_turns_continuous() -> None:
    state = TRIANGLE.settle(np.array([-0.05, -0.03, 1.0, 0.45, -0.93, 0.5, 0.21, 0.03]), 1.152, 0.8)
    tricritical = tricritical_point(state, 0, (0.79, 0.82))
    large = TRIANGLE.settle(np.array([-0.28, -0.15, 0.964, 0.459, -0.905, 0.61, 0.3, 0.21]), 1.03, 0.9)
    curve = trace_spinodal(spinodal_point(large, towards=1))
    assert set(curve.ends) == {"onset", "window"}
    last = curve.points[curve.ends.index("onset") * -1]
    # the overlap there is 1e-4, and the fold comes nearer to the point in proportion
    assert last.density == pytest.approx(tricritical.density, abs=1e-3)
    assert last.importance == pytest.approx(tricritical.importance, rel=1e-3)


def test_a_lost_symmetry_is_traced_too() -> None:
    state = TRIANGLE.settle(np.array([-0.36, -0.36, 0.91, 0.74, -0.74, 0.42, 0.42, 0.31]), 1.05, 0.8)
    curve = trace_spinodal(spinodal_point(state, towards=1), Window(density=(0.75, 0.85)))
    assert curve.ends == ("window", "window")
    assert sorted(curve.density[[0, -1]]) == [0.75, 0.85]
    assert all(point.kind is Ending.SYMMETRY for point in curve.points)
    index = len(curve.points) // 2
    again = spinodal_point(state, density=curve.density[index], towards=1)
    assert again.importance == pytest.approx(curve.importance[index], rel=1e-12)


def test_what_is_no_curve_is_refused() -> None:
    equal = PAIR.settle(np.array([-0.9, 0.9, 0.15, 0.15]), 1.0, 0.6)
    with pytest.raises(ValueError, match=r"r = 1 only, .*: here at 0\.\d+"):
        trace_spinodal(spinodal_point(equal, importance=1.0, towards=1))
    onset = spinodal_point(PAIR.settle(np.array([-1.0, 0.15, 0.03, 0.39]), 0.8, 0.7), towards=-1)
    with pytest.raises(ValueError, match="'onset'"):
        trace_spinodal(onset)
