"""Distances between curves, known by construction."""

from __future__ import annotations

import math
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from numpy.typing import NDArray
from toytoy.compare.curves import BoundaryCurve
from toytoy.compare.distance import BoundaryDistance, boundary_distances, distance_table
from toytoy.compare.proportions import wilson

Array = NDArray[np.float64]
EPS = float(np.finfo(float).eps)
PAIR = ("not_represented", "superposed")
DENSITIES, IMPORTANCES = np.array([0.1, 0.2, 0.4]), np.array([0.05, 0.11, 0.3])


def curve(density: Array, importance: Array, error: float = 0.0, between: tuple[str, str] = PAIR) -> BoundaryCurve:
    fill = np.zeros(len(density))
    return BoundaryCurve(between, density, importance, fill + error, fill, fill)


@pytest.mark.parametrize("decades", [0.0, 0.25, -0.25, 1.0])
def test_a_shifted_curve_is_as_far_away_as_it_was_shifted(decades: float) -> None:
    (found,) = boundary_distances((curve(DENSITIES, IMPORTANCES),), (curve(DENSITIES, IMPORTANCES * 10**decades),))
    assert found.between == PAIR
    assert abs(found.median - abs(decades)) <= 16 * EPS
    assert abs(found.largest - abs(decades)) <= 16 * EPS
    assert (found.n_shared, found.n_unmatched) == (3, 0)


def test_the_largest_and_the_median_differ() -> None:
    other = IMPORTANCES * 10 ** np.array([0.1, 0.5, 0.2])
    (found,) = boundary_distances((curve(DENSITIES, IMPORTANCES),), (curve(DENSITIES, other),))
    assert abs(found.median - 0.2) <= 16 * EPS
    assert abs(found.largest - 0.5) <= 16 * EPS


def test_errors_of_both_are_added_in_decades() -> None:
    relative = 0.01
    first, second = (curve(DENSITIES[:1], IMPORTANCES[:1], relative * IMPORTANCES[0]) for _ in range(2))
    (found,) = boundary_distances((first,), (second,))
    assert found.error == pytest.approx(2 * relative / math.log(10), rel=8 * EPS)


def test_only_shared_densities_count_and_the_rest_is_counted() -> None:
    (found,) = boundary_distances((curve(DENSITIES, IMPORTANCES),), (curve(DENSITIES[1:], IMPORTANCES[1:]),))
    assert (found.largest, found.n_shared, found.n_unmatched) == (0.0, 2, 1)


def test_a_curve_that_only_one_has_is_unmatched() -> None:
    other = curve(DENSITIES, IMPORTANCES, between=("superposed", "dedicated"))
    found = {d.between: d for d in boundary_distances((curve(DENSITIES, IMPORTANCES),), (other,))}
    assert set(found) == {PAIR, ("superposed", "dedicated")}
    for distance in found.values():
        assert math.isnan(distance.largest)
        assert (distance.n_shared, distance.n_unmatched) == (0, 3)
    assert boundary_distances((), ()) == ()


def test_where_a_curve_crosses_twice_the_nearest_points_are_compared() -> None:
    twice = curve(np.array([0.1, 0.1]), np.array([0.05, 5.0]))
    (found,) = boundary_distances((twice,), (curve(np.array([0.1]), np.array([5.5])),))
    assert abs(found.largest - math.log10(1.1)) <= 16 * EPS
    assert found.n_shared == 1


def test_densities_within_both_errors_are_counted() -> None:
    shifts = np.array([0.001, 0.01, 0.1])
    error = 0.02 * IMPORTANCES * np.log(10)  # 0.02 decades of each
    fill = np.zeros(3)
    first = BoundaryCurve(PAIR, DENSITIES, IMPORTANCES, error, fill, fill)
    second = BoundaryCurve(PAIR, DENSITIES, IMPORTANCES * 10**shifts, fill, fill, fill)
    (found,) = boundary_distances((first,), (second,))
    assert (found.n_within, found.n_shared) == (2, 3)
    (found,) = boundary_distances((first,), ())
    assert (found.n_within, found.n_shared) == (0, 0)


def test_all_matched_crossings_count_and_spare_ones_are_counted() -> None:
    """Two crossings against two: the worse one tells; two against three: one is spare."""
    densities = np.array([0.1, 0.1])
    two = curve(densities, np.array([0.05, 5.0]))
    (found,) = boundary_distances((two,), (curve(densities, np.array([0.05, 50.0])),))
    assert abs(found.largest - 1.0) <= 16 * EPS
    assert found.n_extra == 0
    three = curve(np.array([0.1] * 3), np.array([0.02, 0.05, 5.5]))
    (found,) = boundary_distances((two,), (three,))
    assert abs(found.largest - math.log10(1.1)) <= 16 * EPS
    assert (found.n_extra, found.n_shared) == (1, 1)


def test_shifts_have_a_sign_and_turn_with_the_order() -> None:
    moved = curve(DENSITIES, IMPORTANCES * 10 ** np.array([0.1, -0.5, 0.2]))
    (found,) = boundary_distances((curve(DENSITIES, IMPORTANCES),), (moved,))
    assert found.shift == pytest.approx([0.1, -0.5, 0.2], abs=16 * EPS)
    (back,) = boundary_distances((moved,), (curve(DENSITIES, IMPORTANCES),))
    assert back.shift == pytest.approx([-0.1, 0.5, -0.2], abs=16 * EPS)
    assert back.largest_interval == found.largest_interval


def test_whatever_the_errors_hide_median_and_largest_stay_inside() -> None:
    rng = np.random.default_rng(0)
    shift, errors = rng.normal(0, 0.1, 9), 0.1 * rng.random(9)
    found = BoundaryDistance.of(PAIR, DENSITIES.tolist() * 3, shift.tolist(), errors.tolist())
    medians, largest = [], []
    for _ in range(2000):
        gaps = np.abs(shift + rng.choice([-1, 1], 9) * errors)
        medians.append(np.median(gaps))
        largest.append(gaps.max())
    for met, (low, high) in ((medians, found.median_interval), (largest, found.largest_interval)):
        assert low <= min(met)
        assert max(met) <= high
        assert np.ptp(met) > 0.3 * (high - low)
    assert found.median_interval[0] < found.median < found.median_interval[1]
    assert found.largest_interval[0] <= found.largest <= found.largest_interval[1]


def test_a_curve_against_itself_is_within_and_a_lone_one_says_nothing() -> None:
    exact = curve(DENSITIES, IMPORTANCES)
    (same,) = boundary_distances((exact,), (exact,))
    assert (same.median_interval, same.largest_interval) == ((0.0, 0.0), (0.0, 0.0))
    assert (same.n_within, same.within_interval[1]) == (3, 1.0)
    (lone,) = boundary_distances((exact,), ())
    assert all(math.isnan(end) for end in (*lone.median_interval, *lone.largest_interval, *lone.sampled_interval))
    assert lone.within_interval == (0.0, 1.0)


def test_the_table_holds_every_number() -> None:
    other = curve(DENSITIES, IMPORTANCES, between=("superposed", "dedicated"))
    shifted = curve(DENSITIES, IMPORTANCES * 10**0.25, 0.01)
    found = boundary_distances((curve(DENSITIES, IMPORTANCES),), (shifted, other))
    table = distance_table(found)
    assert table.boundary.values.tolist() == ["not_represented | superposed", "superposed | dedicated"]
    first, second = (table.isel(boundary=k) for k in (0, 1))
    assert first["median"].item() == found[0].median
    assert (first.largest_low.item(), first.largest_high.item()) == found[0].largest_interval
    assert (first.shared.item(), first.unmatched.item(), second.unmatched.item()) == (3, 0, 3)
    assert first.within_share.item() == 0.0
    assert math.isnan(second.within_share.item())
    assert (second.within_low.item(), second.within_high.item()) == (0.0, 1.0)
    assert {"median", "sampled_high", "extra"} <= {*distance_table(()).data_vars}
    assert distance_table(()).sizes["boundary"] == 0


def test_a_difference_of_just_both_errors_is_within() -> None:
    assert BoundaryDistance.of(PAIR, [0.1], [-0.25], [0.25]).n_within == 1
    assert BoundaryDistance.of(PAIR, [0.1], [-0.25], [0.24]).n_within == 0


def test_what_is_not_said_is_none() -> None:
    found = BoundaryDistance.of(PAIR, [0.1], [0.25], [0.5])
    assert (found.n_shared, found.n_unmatched, found.n_extra) == (1, 0, 0)
    lone = BoundaryDistance.of(PAIR, [], [], [])
    assert (lone.n_shared, lone.n_unmatched, lone.n_within, lone.n_extra) == (0, 0, 0, 0)
    assert all(math.isnan(number) for number in (lone.median, lone.largest, lone.error))


def test_it_can_not_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        BoundaryDistance.of(PAIR, [], [], []).n_shared = 1  # type: ignore[misc]


def test_no_distance_is_below_zero_within_its_errors() -> None:
    found = BoundaryDistance.of(PAIR, [0.1], [0.25], [1.0])
    assert found.median_interval == found.largest_interval == (0.0, 1.25)


def test_sampled_ends_are_distances_met_or_open() -> None:
    few = BoundaryDistance.of(PAIR, [0.1, 0.2], [2.0, -3.0], [0.0, 0.0])
    assert few.sampled_interval == (0.0, math.inf)
    gaps = [2.0 + k for k in range(9)]
    many = BoundaryDistance.of(PAIR, gaps, [gap * (-1) ** k for k, gap in enumerate(gaps)], [0.0] * 9)
    assert many.sampled_interval == (3.0, 9.0)  # second and eighth of nine: 1.95 % lie outside of each


def test_of_two_crossings_the_larger_shift_tells_with_its_own_error() -> None:
    """Errors are 0.01 and 0.1 decades here, 0.02 and 0.2 there; the better known crossing is the further one."""
    size, densities = np.log(10), np.array([0.1, 0.1])
    fill = np.zeros(2)
    r = np.array([0.05, 5.0])
    moved = r * 10 ** np.array([0.5, 0.25])
    here = BoundaryCurve(PAIR, densities, r, r * np.array([0.01, 0.1]) * size, fill, fill)
    there = BoundaryCurve(PAIR, densities, moved, moved * np.array([0.02, 0.2]) * size, fill, fill)
    (found,) = boundary_distances((here,), (there,))
    assert found.shift == pytest.approx([0.5], rel=16 * EPS)
    assert found.error == pytest.approx(0.03, rel=16 * EPS)


def test_crossings_are_paired_by_nearness_whatever_their_order() -> None:
    densities = np.array([0.1, 0.1])
    here, there = curve(densities, np.array([0.5, 8.0])), curve(densities, np.array([12.0, 0.4]))
    (found,) = boundary_distances((here,), (there,))
    assert found.shift == pytest.approx([math.log10(12 / 8)], rel=32 * EPS)
    assert (found.n_shared, found.n_extra) == (1, 0)


def test_the_share_within_is_that_of_the_shared() -> None:
    found = BoundaryDistance.of(PAIR, [0.1, 0.2, 0.4, 0.8], [0.01, -0.1, 0.02, 0.0], [0.02] * 4)
    row = distance_table((found,)).isel(boundary=0)
    assert (row.within.item(), row.shared.item(), row.within_share.item()) == (3, 4, 0.75)
    assert (row.within_low.item(), row.within_high.item()) == tuple(wilson(3, 4).tolist())
    assert (row.median_low.item(), row.median_high.item()) == found.median_interval
    assert (row.sampled_low.item(), row.sampled_high.item()) == found.sampled_interval
