"""The onset's equations in docs/derivations/boundaries.md: laws against closed forms, enclosures, exact fractions."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.certified_boundary import boundary_of_pair
from toytoy.analytic.fraction import exact_loss
from toytoy.analytic.stability import kappa, onset_window, threshold
from toytoy.numeric.boundaries.landscape import Held, Landscape
from toytoy.numeric.boundaries.onset import onset_point

from tests import traced

F = Fraction
LENGTH = 1  # of θ of a pair, the entry that is ± the extra's length


def variance(p: Any) -> Any:
    return p / 3 - p * p / 4


@pytest.mark.equation("boundary-onset-law")
@pytest.mark.parametrize("density", [0.45, 0.6, 0.7, 0.8, 0.9])
def test_an_onset_extrapolated_is_the_threshold_in_closed_form(density: float) -> None:
    start = _small(0.01, density)
    onset = onset_point(start.state, LENGTH)
    assert abs(math.log(onset.importance / threshold(density))) <= onset.error < 1e-9
    expected = 3 * kappa(density) / (2 * variance(density) * threshold(density))
    assert abs(onset.slope - expected) <= 3 * onset.slope_error + 1e-7
    assert onset.order == ("continuous" if kappa(density) > 0 else "jump")


def _small(length: float, density: float) -> Held:
    """The stationary pair whose extra has this length."""
    landscape = Landscape.coordinate(traced.PAIR, LENGTH)
    return landscape.stationary(length, threshold(density), density, np.array([-1.0, length, 0.003, density / 2]))


@pytest.mark.equation("boundary-depth")
@pytest.mark.parametrize("side", [0, 1])
def test_a_small_jump_lies_at_eight_ninths_of_its_depth(side: int) -> None:
    """By the certified boundary, which knows nothing of the law; the higher orders vanish towards the end."""
    misses = []
    for away in (0.008, 0.002):
        p = onset_window()[side] + (2 * side - 1) * away
        s = 3 * kappa(p) / (2 * variance(p) * threshold(p))
        sizes = np.array([0.002, 0.004, 0.006, 0.008])
        slopes = [math.log(_small(float(u), p).importance / threshold(p)) / u for u in sizes]
        bend = float(np.polyfit(sizes, slopes, 2)[1])
        assert s < 0 < bend
        expected, proved = 2 * s * s / (9 * bend), boundary_of_pair(p)
        depths = [math.log(threshold(p) / r) for r in (proved.lower, proved.upper)]
        misses.append(max(abs(depth / expected - 1) for depth in depths))
    assert misses[0] < 5e-3
    assert misses[1] < misses[0] / 2


@pytest.mark.equation("boundary-depth")
def test_the_fold_and_the_jump_of_a_cubic_law() -> None:
    """The force u (s u + c u² - t), exact: its double root, and the double root of its integral."""
    s, c = F(-3, 7), F(5, 11)
    u, t = -s / (2 * c), -(s**2) / (4 * c)
    assert s * u + c * u**2 == t  # stationary at the fold
    assert s + 2 * c * u == 0  # an extremum
    u, t = -2 * s / (3 * c), -2 * s**2 / (9 * c)
    assert s * u + c * u**2 == t  # stationary at the jump
    assert s * u**3 / 3 + c * u**4 / 4 - t * u**2 / 2 == 0  # of no loss or gain


@pytest.mark.equation("boundary-onset-plane")
@pytest.mark.parametrize("axes", [(F(3, 5), F(4, 5)), (F(5, 13), F(12, 13))])
def test_the_gain_of_an_extra_in_the_plane_is_a_sum_over_both_others(axes: tuple[Fraction, Fraction]) -> None:
    """Exact fractions: what the sum leaves out falls like the fourth power of the length."""
    p, r, omega, beta = F(7, 10), F(4, 5), F(1, 8), F(1, 5)

    def gain(disturbed: Fraction) -> Fraction:
        """The pair's loss against dropping the extra, by a disturbance, with the response in proportion."""
        weights = [[1 + omega * disturbed, -disturbed]]
        bias = [beta * disturbed, p / 2 + p / 2 * disturbed]
        return F(exact_loss(tt.Problem.toy(2, importance=r, density=p), weights, bias) - r * variance(p))

    def left(size: Fraction) -> float:
        first, second = (size * axis for axis in axes)
        weights = [[1 + omega * first, 0, -first], [0, 1 + omega * second, -second]]
        bias = [beta * first, beta * second, p / 2 + p / 2 * (first + second)]
        loss = F(exact_loss(tt.Problem.toy(3, importance=r, density=p), weights, bias))
        return float(loss - r * variance(p) - gain(first) - gain(second))

    rest = [left(F(1, 2**k)) for k in (7, 8, 9)]
    assert rest[0] / rest[1] == pytest.approx(16, rel=0.1)
    assert rest[1] / rest[2] == pytest.approx(16, rel=0.05)


@pytest.mark.equation("boundary-onset-plane")
@pytest.mark.parametrize("density", [0.6, 0.7, 0.8])
def test_an_onset_in_the_plane_grows_faster_by_the_root_of_two(density: float) -> None:
    """The optima of both toys, by search: where the onset is continuous the triangle gains twice what a pair does."""
    misses = []
    for past in (4e-4, 1e-4):
        r = threshold(density) * (1 + past)
        best = [
            tt.minimize(tt.Problem.toy(n, importance=r, density=density), tt.Multistart(n_starts=24, seed=0))
            for n in (2, 3)
        ]
        lengths = [float(np.linalg.norm(solution.weights[:, -1])) for solution in best]
        gains = [r * variance(density) - float(solution.loss) for solution in best]
        assert tt.phase(best[1].weights, tolerance=1e-9) is tt.Phase.TRIANGLE
        misses.append([1 - lengths[1] / lengths[0] / math.sqrt(2), 1 - gains[1] / gains[0] / 2])
    assert np.all(np.abs(misses[1]) < 0.03)
    assert np.all(np.abs(misses[1]) < 0.5 * np.abs(misses[0]))


@pytest.mark.equation("boundary-onset-plane")
def test_where_the_onset_is_a_jump_a_pair_comes_first_and_the_triangle_just_after() -> None:
    found = tt.boundary(3, 2, density=0.88)
    assert kappa(0.88) < 0
    assert found.phases == ("not_represented", "antipodal")
    after = found.others[0]
    assert after.phases == ("antipodal", "triangle")
    assert found.importance.value < after.importance.value < threshold(0.88)
    assert 1e-6 < after.importance.value - found.importance.value < 1e-5
    assert found.importance.error + after.importance.error < 1e-9
