"""All lines of a window: their ends are points, sides are searched for, laws of symmetry, and what is refused."""

from __future__ import annotations

import json
import math
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.published import ansatz_boundary
from toytoy.compare.line_places import line_places
from toytoy.compare.lines import Line, PhaseLines
from toytoy.compare.phase_lines import ansatz_lines, phase_lines, special_points
from toytoy.numeric.boundaries.continuation import Window

from tests.traced_lines import HALF, paper

SLIVER = 1e-4  # in log r: phases narrower than this are not told apart by a search
# In log r: how far from a line its sides are searched; past a continuous onset losses differ by the distance's cube.
ASIDE = {"jump": 5e-5, "continuous": 2e-3}


def test_one_line_crosses_a_small_window() -> None:
    calls: list[tuple[int, int]] = []
    found = phase_lines(
        2, 1, density=(0.3, 0.5), importance=(0.2, 1.0), progress=lambda done, total: calls.append((done, total))
    )
    (line,) = found
    assert line.between == ("not_represented", "antipodal")
    assert line.importance.max() == pytest.approx(HALF, rel=1e-11)
    assert [point.kind for point in found.points] == ["border", "border"]
    assert found.spinodals == ()
    assert (found.density, found.importance) == ((0.3, 0.5), (0.2, 1.0))
    assert calls
    assert all(a[0] <= b[0] for a, b in pairwise(calls))
    json.dumps(found.to_dict(), allow_nan=False)


@pytest.mark.parametrize(
    ("wrong", "error", "reason"),
    [
        ({"density": (0.5, 0.3)}, ValueError, "low"),
        ({"density": (0.5, 0.5)}, ValueError, "low"),
        ({"density": (0.0, 0.5)}, ValueError, "density"),
        ({"density": (0.1, 1.5)}, ValueError, "density"),
        ({"importance": (0.1, 1.0, 2.0)}, ValueError, r"range \(low, high\)"),
        ({"importance": 1.0}, ValueError, r"range \(low, high\)"),
        ({"importance": (-1.0, 1.0)}, ValueError, "importance"),
        ({"importance": ("a", 1.0)}, TypeError, "importance"),
    ],
)
def test_windows_that_are_none_are_refused(wrong: dict[str, Any], error: type[Exception], reason: str) -> None:
    with pytest.raises(error, match=reason):
        phase_lines(2, 1, **wrong)


@pytest.mark.parametrize("size", [(2, 2), (4, 2)])
def test_other_toys_are_refused(size: tuple[int, int]) -> None:
    for make in (phase_lines, special_points):
        with pytest.raises(ValueError, match="n_features"):
            make(*size)


def test_ansatz_lines_are_closed_forms_inside_the_window() -> None:
    window = Window((0.2, 5.0), (0.1, 0.9))
    for n in (2, 3):
        lines = ansatz_lines(n, window)
        assert lines
        for line in lines:
            for r, p in zip(line.importance[::20], line.density[::20], strict=True):
                assert window.holds(r, p)
                level = abs(ansatz_boundary(n, line.between, importance=r) - p)
                assert level < 1e-12 or ansatz_boundary(n, line.between, density=p) == pytest.approx(r)
            assert np.isnan(line.jump).all()


@pytest.mark.slow
def test_special_points_are_those_of_the_papers_window_and_are_remembered() -> None:
    points = special_points(2, 1)
    assert special_points(2, 1) is points
    kinds = [point.kind for point in points]
    assert kinds.count("tricritical") == 4
    assert kinds.count("triple") == 3
    assert kinds.count("border") == 5
    for want in (0.5202477367993985, 0.8373195801350339):  # enclosed by balls
        assert sum(abs(point.density.value - want) < 1e-12 for point in points if point.kind == "tricritical") == 2


# Importances of windows that hold lines where losses are small; the paper's does not.
WIDE = [(2, (1 / 300, 300.0)), (2, (0.02, 50.0)), (2, (1 / 300, 0.1)), (3, (1 / 300, 300.0)), (3, (1 / 300, 0.1))]


@cache
def wide(n: int, importance: tuple[float, float]) -> PhaseLines:
    return phase_lines(n, n - 1, importance=importance)


def lowest(found: PhaseLines, *phases: str) -> Line:
    """The one line between two phases that reaches down to the window's lowest densities."""
    (line,) = (line for line in found.between(*phases) if line.order == "jump" and line.density.min() < 0.2)
    return line


def check_whole(found: PhaseLines, *phases: str) -> None:
    """One line from the triple point, or the border, to the border, without a gap and with no end that is none."""
    line, importance = lowest(found, *phases), found.importance
    order = np.argsort(line.density)
    assert (np.diff(line.density[order]) >= 0).all()  # the step onto a special point may be less than a double tells
    assert (np.diff(line.density[order]) < 0.2 * line.density[order][:-1]).all()
    borders = np.abs(np.log([line.importance, line.importance]) - np.log(importance)[:, None]).min(axis=0)
    assert min(borders[order[0]], abs(line.density.min() - found.density[0])) < 1e-12
    assert borders[order[-1]] < 1e-12 or line.density.max() > 0.51
    assert line.status == "converged"
    assert not line.narrow.any()
    assert "lost" not in {point.kind for point in found.points}


def check_solved(line: Line, n: int, densities: list[float]) -> None:
    """Traced points, and places between them, are boundaries that a solver finds at their density alone."""
    for p in densities:
        k = int(np.abs(line.density - p).argmin())
        (between,) = line_places(line, p)
        traced = (line.density[k], line.importance[k], line.error[k])
        for density, importance, error in (traced, (p, between.importance, between.error)):
            sides = ("not_represented", "antipodal")
            alone = tt.boundary(n, n - 1, between=sides, density=float(density), near=0.43 * float(density)).importance
            assert abs(importance - alone.value) <= error + alone.error
            assert error < 1e-12 * importance


def drawn(line: Line, highest: float, count: int) -> list[float]:
    """Densities at random between the line's lowest and another, even in the logarithm."""
    low, high = math.log(line.density.min()), math.log(min(highest, line.density.max()))
    return [math.exp(x) for x in np.random.default_rng(count).uniform(low, high, count)]


@pytest.mark.parametrize("n", [2, pytest.param(3, marks=pytest.mark.slow)])
def test_far_below_the_papers_window_a_line_is_whole(n: int) -> None:
    found = phase_lines(n, n - 1, density=(0.01, 0.14), importance=(0.015, 0.06))
    check_whole(found, "not_represented", "antipodal")
    line = lowest(found, "not_represented", "antipodal")
    assert sorted(line.importance[[0, -1]]) == pytest.approx([0.015, 0.06], rel=1e-15)
    check_solved(line, n, [0.05, 0.1])
    assert [point.kind for point in found.points] == ["border", "border"]


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("n", "importance"), WIDE)
def test_lines_of_wide_windows_are_whole_and_solved(n: int, importance: tuple[float, float]) -> None:
    found = wide(n, importance)
    check_whole(found, "not_represented", "antipodal")
    line = lowest(found, "not_represented", "antipodal")
    check_solved(line, n, drawn(line, 0.2, 4))


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("importance", [(1 / 300, 300.0), (0.02, 50.0)])
def test_in_symmetric_windows_the_two_lines_are_mirror_images(importance: tuple[float, float]) -> None:
    found = wide(2, importance)
    check_whole(found, "antipodal", "dedicated")
    low, high = lowest(found, "not_represented", "antipodal"), lowest(found, "antipodal", "dedicated")
    assert low.density.min() == pytest.approx(high.density.min(), rel=1e-12)
    assert low.density.max() == pytest.approx(high.density.max(), rel=1e-8)  # a sliver's triple point
    for p in drawn(low, 0.51, 40):
        ((one,), (other,)) = (line_places(line, p) for line in (low, high))
        errors = one.error / one.importance + other.error / other.importance
        assert abs(np.log(one.importance * other.importance)) <= errors


def inside(line: Line, window: PhaseLines) -> list[float]:
    """Densities of a line that lie inside another window, a little off its border."""
    (low, high), (left, right) = window.density, window.importance
    pairs = zip(line.density, line.importance, strict=True)
    return [p for p, r in pairs if 1.01 * low < p < 0.99 * high and 1.01 * left < r < 0.99 * right]


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("n", [2, 3])
def test_a_wide_window_holds_the_lines_and_points_of_the_papers(n: int) -> None:
    """None is lost, none invented: kinds and phases of special points, and how often lines pass each density."""
    found, narrower = wide(n, (1 / 300, 300.0)), paper(n)
    kinds = [[(q.kind, q.phases) for q in each.points if q.kind != "border"] for each in (found, narrower)]
    assert sorted(kinds[0]) == sorted(kinds[1])
    assert len(found.lines) == len(narrower.lines)
    for one, other in ((found, narrower), (narrower, found)):
        for line in one:
            twins = [each for each in other if (each.between, each.order) == (line.between, line.order)]
            assert max((len(inside(twin, narrower)) for twin in twins), default=0) >= len(inside(line, narrower)) / 2


def ends(line: Line) -> list[tuple[float, float]]:
    return [(math.log(line.importance[k]), line.density[k]) for k in (0, -1)]


def reached(found: PhaseLines, line: Line) -> list[float]:
    """How far each end of a line is from the nearest special point, or from another line's end."""
    places = [(math.log(point.importance.value), point.density.value) for point in found.points]
    places += [place for other in found if other is not line for place in ends(other)]
    return [min(math.hypot(x - a, y - b) for a, b in places) for x, y in ends(line)]


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("n", [2, 3])
def test_every_line_of_the_paper_ends_on_a_point_or_a_line(n: int) -> None:
    found = paper(n)
    for line in found:
        assert max(reached(found, line)) < 2e-3, (line.between, ends(line))
    assert "lost" not in {point.kind for point in found.points}
    names = [point.name for point in found.points]
    assert len(set(names)) == len(names)
    json.dumps(found.to_dict(), allow_nan=False)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("n", [2, 3])
def test_both_sides_of_every_line_are_what_a_search_finds(n: int) -> None:
    for line in paper(n):
        if line.status != "converged" or line.narrow.any() or np.ptp(line.density) < 1e-9:
            continue
        k = len(line) // 2
        for name, sign in zip(line.between, (-1.0, 1.0), strict=True):
            r = float(line.importance[k]) * math.exp(sign * ASIDE[line.order])
            problem = tt.Problem.toy(n, importance=r, density=float(line.density[k]))
            solution = tt.minimize(problem, tt.Multistart(n_starts=48, seed=4))
            named = str(tt.phase(solution.weights, 1e-10))
            assert named in {bare(name), *past_slivers(paper(n), line, k)}, (line.between, r, line.density[k])


def bare(name: str) -> str:
    return name.removesuffix("_small").removesuffix("_large")


def past_slivers(found: PhaseLines, line: Line, k: int) -> set[str]:
    """Phases on the far side of other lines within a sliver of a point of a line."""
    p, r = float(line.density[k]), float(line.importance[k])
    close = [
        other
        for other in found
        if other is not line
        for place in line_places(other, p)
        if abs(math.log(place.importance / r)) < SLIVER
    ]
    return {bare(name) for other in close for name in other.between}


@pytest.mark.slow
def test_the_smaller_toy_is_its_own_mirror_image() -> None:
    found = paper(2)
    for line in found:
        k = len(line) // 2
        log_r, p = math.log(line.importance[k]), line.density[k]
        gaps = [
            abs(np.interp(p, other.density[order], np.log(other.importance)[order]) + log_r)
            for other in found
            for order in [np.argsort(other.density)]
            if other.density.min() - 1e-9 <= p <= other.density.max() + 1e-9
        ]
        assert min(gaps) < 2e-3


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_spinodals_come_where_asked_for() -> None:
    found = phase_lines(2, 1, density=(0.3, 0.5), importance=(0.2, 1.0), spinodals=True)
    assert found.spinodals
    assert {line.status for line in found.spinodals} == {"metastable"}
