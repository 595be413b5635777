"""Phases at random points, by searches, against what the traced lines and the boundaries at one density say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.certified_boundary import certified_boundary
from toytoy.analytic.stability import onset_window, threshold
from toytoy.compare.boundary import boundary
from toytoy.compare.lines import Boundary, Line, Order, PhaseLines, Status
from toytoy.compare.phase_lines import phase_lines

CLOSE = 3e-3  # in log r: a chord of a step of 0.05 that turns by 0.08 is off by 5e-4; phases next to slivers
SPARSE = 0.19  # density below which the boundary lies outside the paper's importances
TINY = 1e-6  # lengths and overlaps that a descent leaves of a vanishing one
WINDOWS = {2: ((0.47, 0.65), (0.45, 1.2)), 3: ((0.5, 0.54), (0.9, 1.1))}  # densities, importances
Crossing = tuple[float, str, str]  # log r, phase below, phase above


@cache
def traced(n: int) -> PhaseLines:
    density, importance = WINDOWS[n]
    return phase_lines(n, n - 1, density=density, importance=importance)


@cache
def whole(n: int) -> PhaseLines:
    return phase_lines(n, n - 1)


@cache
def listed(n: int, density: float) -> tuple[Boundary, ...]:
    """All boundaries at a density, by importance."""
    first = boundary(n, n - 1, density=density)
    found = (first, *first.others)
    return tuple(sorted(found, key=lambda each: each.importance.value))


def bare(name: str) -> str:
    """A phase without what tells two of its models apart."""
    for word in ("_small", "_large", "_equal", "_unequal"):
        name = name.removesuffix(word)
    return name


def on_lines(lines: Iterable[Line], density: float) -> list[Crossing]:
    """Where lines pass a density, by their chords; a line that turns back passes it the other way round, too."""
    found: list[Crossing] = []
    for line in lines:
        x, p = np.log(line.importance), line.density
        for k in range(len(line) - 1):
            if (p[k] - density) * (p[k + 1] - density) < 0:
                at = x[k] + (x[k + 1] - x[k]) * (density - p[k]) / (p[k + 1] - p[k])
                turned = bool(line.crossings) and min(c.gradient[0] for c in line.crossings[k : k + 2]) < 0
                first, second = (bare(name) for name in line.between)
                found.append((float(at), *((second, first) if turned else (first, second))))
    return merged(sorted(found))


def merged(crossings: list[Crossing]) -> list[Crossing]:
    """Take what is as near as errors, on the two sides of a sliver, for one: its inner phase is on both lists."""
    found: list[list[Crossing]] = []
    for each in crossings:
        if found and each[0] - found[-1][-1][0] < CLOSE:
            found[-1].append(each)
        else:
            found.append([each])
    return [_one(near) for near in found]


def _one(near: list[Crossing]) -> Crossing:
    below, above = [c[1] for c in near], [c[2] for c in near]
    for inner in above[:]:
        if inner in below and len(below) > 1:
            below.remove(inner)
            above.remove(inner)
    return (near[0][0], below[0], above[-1])


def on_list(found: Iterable[Boundary]) -> list[Crossing]:
    return merged(
        sorted(
            (float(np.log(b.importance.value)), bare(b.phases[0]), bare(b.phases[1]))
            for b in found
            if b.status is not Status.METASTABLE
        )
    )


def consistent(crossings: list[Crossing]) -> bool:
    """Tell whether each crossing leads into the phase that the next one leaves."""
    apart = [a for a in crossings if a[1] != a[2]]
    return all(a[2] == b[1] for a, b in pairwise(apart))


def said(crossings: list[Crossing], log_r: float) -> str | None:
    """Phase between the nearest crossings; None where one is as near as errors."""
    if not crossings or min(abs(c[0] - log_r) for c in crossings) < CLOSE:
        return None
    left = [c[2] for c in crossings if c[0] < log_r]
    right = [c[1] for c in crossings if c[0] > log_r]
    names = {*left[-1:], *right[:1]}
    assert len(names) == 1, (names, log_r)
    return names.pop()


def searched(n: int, importance: float, density: float, seed: int) -> str:
    problem = tt.Problem.toy(n, importance=importance, density=density)
    solution = tt.minimize(problem, tt.Multistart(n_starts=24, seed=seed))
    return str(tt.phase(solution.weights, TINY))


def check_map(lines: PhaseLines, count: int, seed: int) -> None:
    """No random point of the window disagrees, and few are too near a line to be asked."""
    rng, n = np.random.default_rng(seed), lines.n_features
    asked = 0
    for k in range(count):
        p = float(rng.uniform(max(lines.density[0], SPARSE), lines.density[1]))
        log_r = float(rng.uniform(*np.log(lines.importance)))
        crossings = on_lines(lines, p)
        if (name := said(crossings, log_r)) is None:
            continue
        assert searched(n, float(np.exp(log_r)), p, 1000 * seed + k) == name, (np.exp(log_r), p)
        asked += 1
    assert asked > 0.85 * count


@pytest.mark.parametrize("n", [2, 3])
def test_a_search_at_random_points_finds_the_phase_that_the_lines_say(n: int) -> None:
    check_map(traced(n), 100, n)


@pytest.mark.parametrize(("n", "density"), [(2, 0.62), (2, 0.12), (3, 0.4), (3, 0.61)])
def test_a_search_finds_the_phase_that_the_boundaries_at_a_density_say(n: int, density: float) -> None:
    rng, crossings = np.random.default_rng(n), on_list(listed(n, density))
    assert consistent(crossings)
    names = set()
    for k in range(24):
        log_r = crossings[k % len(crossings)][0] + rng.uniform(-0.2, 0.2)
        name = said(crossings, float(log_r))
        if name is not None:
            assert searched(n, float(np.exp(log_r)), density, k) == name
            names.add(name)
    assert len(names) >= 3


@pytest.mark.parametrize("n", [2, 3])
def test_lines_pass_where_the_boundaries_at_a_density_are(n: int) -> None:
    density = float(np.random.default_rng(n).uniform(*WINDOWS[n][0]))
    low, high = np.log(WINDOWS[n][1])
    lines = on_lines(traced(n), density)
    exact = [c for c in on_list(listed(n, density)) if low < c[0] < high]
    assert [c[1:] for c in lines] == [c[1:] for c in exact]
    assert [c[0] for c in lines] == pytest.approx([c[0] for c in exact], abs=1e-3)


@pytest.mark.parametrize("density", [0.07, 0.23, 0.5])
def test_below_half_density_three_features_have_the_boundary_of_two(density: float) -> None:
    """And r = 1 parts the two other phases: the extra shares a dimension with one feature, or has its own."""
    two, three = listed(2, density), listed(3, density)
    assert [b.phases for b in three] == [("not_represented", "antipodal"), ("antipodal", "antipodal_others")]
    assert [b.phases for b in two] == [("not_represented", "antipodal"), ("antipodal", "dedicated")]
    assert three[0].importance.value == pytest.approx(two[0].importance.value, rel=1e-12)
    assert three[0].loss == pytest.approx(two[0].loss, rel=1e-12)
    assert three[1].importance.value == pytest.approx(1.0, rel=1e-12)
    assert two[0].importance.value * two[1].importance.value == pytest.approx(1.0, rel=1e-12)
    for found in (*two, *three):
        assert found.order is Order.JUMP
        assert found.status is Status.CONVERGED


@pytest.mark.parametrize("density", [0.2, 0.5, 0.518, 0.6, 0.8385, 0.97])
def test_the_boundary_of_two_features_lies_in_the_certified_interval(density: float) -> None:
    """Two roads that share no equation: Newton's method on branches; branch and bound with outward rounding."""
    found = boundary(2, 1, density=density).importance
    low, high = certified_boundary(density).interval
    assert found.value + found.error >= low
    assert found.value - found.error <= high
    inside = onset_window()[0] < density < onset_window()[1]
    assert found.error < (1e-15 if inside else 1e-5)
    if inside:
        assert found.value == pytest.approx(threshold(density), rel=1e-15)


def test_names_swapped_or_a_line_left_out_are_noticed() -> None:
    lines = traced(2)
    first = max((line for line in lines if "not_represented" in line.between), key=len)
    swapped = replace(first, between=first.between[::-1])
    rest = tuple(line for line in lines if line is not first)
    for planted in ((*rest, swapped), tuple(line for line in lines if "not_represented" not in line.between)):
        with pytest.raises(AssertionError):
            check_map(replace(lines, lines=planted), 60, 3)
    moved = replace(first, importance=first.importance * 1.05)
    with pytest.raises(AssertionError):
        check_map(replace(lines, lines=(*rest, moved)), 300, 4)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("n", [2, 3])
def test_the_whole_diagram_agrees_with_searches(n: int) -> None:
    lines = whole(n)
    check_map(lines, 400, n + 10)
    assert all(consistent(on_lines(lines, float(p))) for p in np.linspace(SPARSE, 0.99, 60))


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_below_density_051_the_lines_of_both_toys_are_one() -> None:
    for p in np.random.default_rng(5).uniform(SPARSE, 0.51, 30):
        two, three = (on_lines(whole(n), float(p)) for n in (2, 3))
        assert three[0][1:] == two[0][1:] == ("not_represented", "antipodal")
        assert three[0][0] == pytest.approx(two[0][0], abs=2e-3)
        assert [c[0] for c in three[1:]] == pytest.approx([0.0], abs=1e-12)
