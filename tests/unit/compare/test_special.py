"""Special points: known digits, the equations that define them, and lines that end on nothing else."""

from __future__ import annotations

import math

import numpy as np
import pytest
from toytoy.compare.lines import SpecialPoint
from toytoy.compare.special import special_points_of
from toytoy.numeric.boundaries.continuation import Window

from tests.traced_lines import HALF, HIGH, LOW, MIDDLE, found, onsets, paper

TRICRITICAL = 0.5202477367993984841, 0.8373195801350339434  # p, enclosed by balls
TRIPLE = 0.7064036926732  # p at r = 1
DIGITS = 1e-13


def points(window: Window) -> tuple[SpecialPoint, ...]:
    return special_points_of(found(window), onsets(window))


def one(kind: str, window: Window, **near: float) -> SpecialPoint:
    there = [each for each in points(window) if each.kind == kind]
    return min(there, key=lambda each: abs(each.density.value - near["density"]))


@pytest.mark.parametrize(("window", "density"), [(MIDDLE, TRICRITICAL[0]), (HIGH, TRICRITICAL[1])])
def test_tricritical_points_to_their_known_digits(window: Window, density: float) -> None:
    at = one("tricritical", window, density=density)
    assert abs(at.density.value - density) <= max(at.density.error, 1e-15)
    assert at.residual < 1e-12
    p, r = at.density.value, at.importance.value
    # on the loss of stability: min over β of c / v
    v, s = p / 3 - p * p / 4, 1 - p
    beta = np.linspace(0, 1, 200_001)
    cost = p * v + p * (beta - p / 2) ** 2 / 4 + (s * beta) ** 2 + p * s * beta**3 / 3
    assert r == pytest.approx(cost.min() / v, rel=1e-9)


def test_the_triple_point_at_equal_importance() -> None:
    at = one("triple", MIDDLE, density=TRIPLE)
    assert abs(at.density.value - TRIPLE) <= DIGITS + at.density.error
    assert abs(at.importance.value - 1) <= max(at.importance.error, 1e-14)
    assert at.importance.error < 1e-9
    assert at.phases == ("antipodal_small", "antipodal_equal", "antipodal_large")
    assert at.residual < 1e-14
    assert at.status == "converged"


def test_a_sliver_is_said_to_be_one() -> None:
    at = one("triple", MIDDLE, density=0.512)
    assert "sliver" in at.note
    assert at.phases == ("not_represented", "antipodal_small", "antipodal_large")
    assert 0.5117 < at.density.value < 0.5118


def test_lines_that_leave_the_window_end_on_its_border() -> None:
    low, high = points(LOW)
    assert (low.kind, high.kind) == ("border", "border")
    assert (low.density.value, high.density.value) == (0.3, 0.5)
    assert (low.density.error, high.density.error) == (0.0, 0.0)
    assert abs(high.importance.value - HALF) <= high.importance.error + 1e-16
    assert low.residual < 1e-14


@pytest.mark.parametrize("window", [LOW, MIDDLE, HIGH])
def test_names_are_unique_and_points_ordered(window: Window) -> None:
    there = points(window)
    names = [at.name for at in there]
    assert len(set(names)) == len(names)
    assert [at.density.value for at in there] == sorted(at.density.value for at in there)
    assert all(at.name.startswith(f"{at.kind}: ") for at in there)
    assert all(0 <= at.residual < 1e-10 for at in there)


def test_points_mirror() -> None:
    there = points(HIGH)
    for at in there:
        mirrored = [
            other
            for other in there
            if other.kind == at.kind
            and abs(math.log(other.importance.value * at.importance.value)) < 1e-9
            and abs(other.density.value - at.density.value) < 1e-9
        ]
        assert mirrored, at.name


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_critical_and_end_points_of_three_features() -> None:
    there = {at.name: at for at in paper(3).points}
    assert len(there) == len(paper(3).points)
    kinds = [at.kind for at in there.values()]
    assert {"critical", "critical_end", "triple", "tricritical", "extreme", "border"} <= set(kinds)
    for at in there.values():
        if at.kind == "critical":  # to 9 digits or more
            assert max(at.density.error, at.importance.error) < 1e-10
            assert at.residual < 1e-10
    triangle = next(at for at in there.values() if set(at.phases) == {"antipodal", "triangle", "antipodal_others"})
    assert abs(triangle.density.value - 0.52183765907142) <= triangle.density.error + 5e-15
    assert abs(triangle.importance.value - 1) <= triangle.importance.error
