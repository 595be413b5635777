"""Where the line lies: images do not matter, nothing cancels, and bounds of the end bound it."""

from __future__ import annotations

import itertools
import math

import mpmath
import numpy as np
import pytest
from toytoy.analytic.line_hinge import SILENT, SIZE, hinge_line
from toytoy.analytic.line_pass import ALPHA, DENSITY, LANES, OTHERS, lane_arrays
from toytoy.analytic.line_pass import D1_RE as CORNERS
from toytoy.analytic.line_pass import W_RE as BOUND
from toytoy.analytic.line_rule import (
    end_far,
    end_near,
    end_size,
    growth_exponent,
    lay_bounds,
    line_rule,
    mean_factor,
    place_line,
    sets_beyond,
)

EPS = float(np.finfo(float).eps)
DAMPING, BEYOND, GROWTH, DAMPED = 32.0, 64.0, 4.0, 50.0


def constants_of(alphas: np.ndarray, p: float) -> np.ndarray:
    constants = lane_arrays(len(alphas))[1]
    constants[:, ALPHA], constants[:, DENSITY] = alphas, p
    constants[:, OTHERS] = (1 - p) ** (len(alphas) - 1)
    return constants


@pytest.mark.equation("line-images")
def test_what_a_coarse_step_adds_is_the_sum_of_images() -> None:
    """Of v = θ + α x₁ + α x₂: E (v + mR)₊² for each m, damped by e^(-mcR), with both signs."""
    theta, alpha, p, c, reach = -0.2, 0.8, 0.5, 1.5, 3.0
    arrays, sums = lane_arrays(2), np.zeros(SIZE + 1)
    arrays[1][:] = constants_of(np.full(2, alpha), p)
    hinge_line(0, False, 2, (0.0, 0.0), (theta, 1.0, 0.0, 0.0), (c, 2 * math.pi / reach, 400), False, arrays, sums)

    def squares(shift: float) -> float:
        corners = ((0, 1), (1, -2), (2, 1))
        return sum(w * max(theta + shift + k * alpha, 0.0) ** 4 for k, w in corners) / (12 * alpha**2)

    images = sum((-1) ** m * math.exp(-m * c * reach) * squares(m * reach) for m in range(8))
    assert images != pytest.approx(squares(0.0), rel=1e-3)  # the step is coarse indeed
    assert sums[SILENT] == pytest.approx(p * p * images, rel=1e-8)


@pytest.mark.equation("line-end")
@pytest.mark.parametrize("size", [20.0, 100.0, 1000.0])
def test_factors_stay_below_their_bounds(size: float) -> None:
    rng = np.random.default_rng(2)
    alphas, p, c = rng.normal(size=6) * np.array([1, 1, 1, 0.1, 0.01, 1e-4]), 0.4, 2.0
    constants = constants_of(alphas, p)
    lay_bounds(6, c, constants)
    for y in size * np.array([1.0, 1.3, 2.0, 5.1]):
        s = complex(c, math.sqrt(y * y - c * c))
        phi = [1 - p + p * (np.exp(a * s) - 1) / (a * s) for a in alphas]
        company = np.prod(phi) - (1 - p) ** 6
        several = company - sum((f - (1 - p)) * (1 - p) ** 5 for f in phi)
        _, _, two, any_one = sets_beyond(0, 6, abs(s), True, constants)
        assert abs(several) <= two * (1 + 1e-12)
        assert abs(company) <= any_one * (1 + 1e-12)
        own, hinge = (0.9, 0.3), (-0.2, 1.0, 1.0, 0.5)
        psi = (np.exp(own[0] * s) - 1) / (own[0] * s)
        xi = (np.exp(own[0] * s) - psi) / (own[0] * s)
        kernel = 2 / s**3 + 2 * 0.5 / s**2
        integrand = (1 - own[1]) * kernel * several + own[1] * (psi * kernel - 2 * xi / s**2) * company
        assert abs(integrand) <= end_far(0, 6, (False, False), own, hinge, c, abs(s), constants) * (1 + 1e-12)


def test_the_mean_factor_is_continuous_where_its_formula_changes() -> None:
    for u in (0.99e-4, 1.01e-4):
        assert mean_factor(u) == pytest.approx(math.expm1(u) / u, rel=1e-11)


NEITHER = (False, False)
SEVERAL = np.array([0.03, -0.02, 0.01, 0.9, -0.6, 0.02])  # three that may count as small, and three
CHANCES = np.array([0.5, 0.25, 0.125, 0.75, 0.375, 0.5])


def several() -> np.ndarray:
    constants = constants_of(SEVERAL, 0.0)
    constants[:, DENSITY] = CHANCES
    return constants


@pytest.mark.parametrize("small", [0, 1, 3])
@pytest.mark.parametrize("all_corners", [False, True])
def test_bounds_of_sets_are_sums_over_sets(small: int, all_corners: bool) -> None:
    """Every set by itself: chances of who is silent, bounds of who is active."""
    constants, size, c = several(), 10.0, 2.0
    constants[:, BOUND], constants[:, CORNERS] = np.exp(SEVERAL * c) - 0.125, 1.5 + SEVERAL
    tops, corners = (constants[:, BOUND], constants[:, CORNERS]) if all_corners else (np.ones(6), np.full(6, 2.0))
    bounds = CHANCES * np.minimum(tops, corners / (abs(SEVERAL) * size))
    assert (bounds < CHANCES * tops).any()
    assert (bounds[small:] == (CHANCES * tops)[small:]).any()  # both ends of the minimum
    bounds[:small] = CHANCES[:small]
    expected = np.zeros(4)
    for on in itertools.product((False, True), repeat=6):
        weight = math.prod(b if a else 1 - p for a, b, p in zip(on, bounds, CHANCES, strict=True))
        few, large = sum(on[:small]), sum(on[small:])
        expected += weight * np.array(
            [not large and few >= 2, not large and few >= 1, large and few + large >= 2, large > 0]
        )
    assert sets_beyond(small, 6, size, np.bool_(all_corners), constants) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize(("alphas", "t"), [([-1.0, -1.0], 1e3), ([1.0, 1.0], 25.0), ([1.0, -50.0], 20.0)])
def test_an_exponent_is_the_logarithm_of_the_product(alphas: list[float], t: float) -> None:
    """ln of 300 factors: of some 1e-3 each, of e^20 each, and of both; the product itself under- and overflows."""
    constants = lane_arrays(300)[1]
    constants[:, ALPHA], constants[:, DENSITY] = alphas * 150, np.linspace(0.25, 1.0, 300)
    with mpmath.workdps(30):
        exact = mpmath.mpf(-0.3) * t
        for a, q in [*constants[:, [ALPHA, DENSITY]].tolist(), (0.5, 0.75)]:
            exact += mpmath.log(1 + mpmath.mpf(q) * (mpmath.expm1(a * t) / (a * t) - 1))
    assert growth_exponent(300, -0.3, 0.5, 0.75, t, constants) == pytest.approx(float(exact), rel=1e-13)


@pytest.mark.parametrize("theta", [-0.1, 0.25])
def test_the_line_of_many_small_features_is_that_of_a_normal_law(theta: float) -> None:
    """ln E e^(cv) = c mean + c² variance / 2: it is `GROWTH` there, up to what the law lacks of a normal one."""
    alphas, p = np.random.default_rng(4).normal(size=200) * 0.1, 0.25
    mean = theta + 0.5 * (0.25 * 0.5 + p * float(alphas.sum()))
    square = (0.5 * 0.25**2 + p * float(alphas @ alphas)) / 3  # as if means were 0
    c, reach = place_line(200, theta, 0.25, 0.5, 4.0, 20.0, constants_of(alphas, p))
    assert c * mean + c * c * square / 2 == pytest.approx(GROWTH, rel=1e-12)
    assert c * reach == pytest.approx(DAMPING, rel=4 * EPS)


@pytest.mark.parametrize(
    ("alphas", "theta", "up"),
    [([0.25, 0.25], -0.01, 0.75), ([1.0] * 6, -5.0, 1.25), ([1.0] * 6, -0.5, 5.75), ([1e-3] * 5, -1.0, 1e-6)],
)
@pytest.mark.parametrize("p", [1e-5, 0.01, 0.5])
def test_the_line_ends_its_search_where_it_may(alphas: list[float], theta: float, up: float, p: float) -> None:
    """The exponent is near `GROWTH`; or c is as large as images allow, by an R that is worked out here again."""
    n, constants, steepest = len(alphas), constants_of(np.array(alphas), p), max(0.25 + sum(alphas), -theta)
    c = place_line(n, theta, 0.25, p, up, steepest, constants)[0]
    best = math.sqrt(2 * BEYOND / (p * (0.25**2 + sum(a * a for a in alphas)) / 3))
    tries = [min(400 / steepest, share * best) for share in (0.5, 1.0)]
    ends = [(growth_exponent(n, theta, 0.25, p, t, constants) + BEYOND) / t for t in tries]
    reach, latest = min([(up, 400 / steepest), *zip(ends, tries, strict=True)], key=lambda pair: pair[0])
    most = min(DAMPING / max(1e-3 * up, reach), latest)
    exponent = growth_exponent(n, theta, 0.25, p, c, constants)
    assert 0.5 * GROWTH < exponent < 1.5 * GROWTH or (exponent <= GROWTH and 0.9 * most < c < most)


def test_bounds_of_factors_are_laid_at_the_real_axis() -> None:
    lay_bounds(6, 3.0, constants := several())
    assert constants[:, BOUND] == pytest.approx(np.expm1(3 * SEVERAL) / (3 * SEVERAL), rel=1e-12)
    assert constants[:, CORNERS] == pytest.approx(1 + np.exp(3 * SEVERAL), rel=1e-14)


SIZE_HERE, KAPPA, CHANGE, LEVEL = 64.0, -0.75, -0.5, 0.25  # |s| at the end, and a hinge
KERNEL = 2 * 0.75 / SIZE_HERE**3 + 2 * 0.5 * 0.25 / SIZE_HERE**2  # |k₀| of `line-hinge`, term by term
PULL = 2 * 0.5 / SIZE_HERE**2  # of ξ_j


def near_end(own: tuple[float, float], theta: float, apart: tuple[bool, bool] = NEITHER) -> float:
    return float(end_near(3, 6, apart, own, (theta, KAPPA, CHANGE, LEVEL), SIZE_HERE, several()))


def test_the_near_end_of_a_silent_output() -> None:
    """Company always counts; small ones among themselves as far as the hinge is near their corner, or not at all."""
    pair, _, company, _ = sets_beyond(3, 6, SIZE_HERE, np.bool_(False), several())
    assert near_end((1.0, 0.0), 0.0) == pytest.approx(KERNEL * (company + pair), rel=1e-14)
    for theta in (2 * DAMPED / SIZE_HERE, -2 * DAMPED / SIZE_HERE):
        assert near_end((1.0, 0.0), theta) == pytest.approx(KERNEL * (company + pair / 16), rel=1e-14)
    for apart in ((True, True), (True, False)):
        assert near_end((1.0, 0.0), 0.0, apart) == pytest.approx(KERNEL * company, rel=1e-14)


def test_the_near_end_of_an_active_output() -> None:
    """At both ends of the own feature: 1 / |αs| of its factor each, and there ξ_j / s² as much."""
    _, some, _, large = sets_beyond(3, 6, SIZE_HERE, np.bool_(False), several())
    ratio = 1 / (0.5 * SIZE_HERE)
    start, end = ratio * KERNEL + ratio**2 * PULL, ratio * (KERNEL + PULL)
    for own in (0.5, -0.5):  # own corner at 1/2: 32 of the fifty
        assert near_end((own, 1.0), 0.0) == pytest.approx((start + end) * (large + some), rel=1e-14)
    found = near_end((0.5, 1.0), -2 * DAMPED / SIZE_HERE)
    damped = start / 16 + end / (2 - 0.5 * SIZE_HERE / DAMPED) ** 4
    assert found == pytest.approx((start + end) * large + damped * some, rel=1e-14)
    assert near_end((0.5, 1.0), 0.0, (True, True)) == pytest.approx((start + end) * large, rel=1e-14)
    assert near_end((0.5, 1.0), 0.0, (True, False)) == near_end((0.5, 1.0), 0.0)
    faint = 0.5 / SIZE_HERE  # |αs| = 1/2: no bound of use but 1
    assert near_end((faint, 1.0), 0.0) == pytest.approx(2 * (KERNEL + PULL) * (large + some), rel=1e-14)


def test_both_ends_are_means_over_the_own_feature() -> None:
    constants, hinge = several(), (0.01, KAPPA, CHANGE, LEVEL)
    lay_bounds(6, 2.0, constants)
    for end, at in ((end_near, ()), (end_far, (2.0,))):
        active, silent, mean = (
            end(3, 6, NEITHER, (1.0, p), hinge, *at, SIZE_HERE, constants) for p in (1.0, 0.0, 0.25)
        )
        assert mean == pytest.approx(0.75 * silent + 0.25 * active, rel=1e-14)


def test_the_far_end_is_the_bound_of_every_corner() -> None:
    constants, c, hinge = several(), 2.0, (0.3, KAPPA, CHANGE, LEVEL)
    lay_bounds(6, c, constants)
    pair, some, company, large = sets_beyond(3, 6, SIZE_HERE, np.bool_(True), constants)

    def far(own: tuple[float, float], apart: tuple[bool, bool] = NEITHER) -> float:
        return float(end_far(3, 6, apart, own, hinge, c, SIZE_HERE, constants))

    for apart, few in ((NEITHER, pair), ((True, False), 0.0)):
        assert far((1.0, 0.0), apart) == pytest.approx(KERNEL * (company + few), rel=1e-14)
    for alpha in (1.0, -0.5):
        steep, top = abs(alpha) * SIZE_HERE, math.exp(alpha * c)
        psi = (1 + top) / steep
        xi = (top + psi) / steep
        assert psi < math.expm1(alpha * c) / (alpha * c)  # the corners' bound is the one in force
        for apart, few in ((NEITHER, some), ((True, False), some), ((True, True), 0.0)):
            assert far((alpha, 1.0), apart) == pytest.approx((psi * KERNEL + xi * PULL) * (large + few), rel=1e-14)
    assert far((0.0, 1.0)) == pytest.approx((KERNEL + PULL) * (large + some), rel=1e-14)  # ψ = 1, and ξ <= ψ


def test_each_target_is_met_by_itself() -> None:
    constants, c, own, hinge = several(), 2.0, (0.5, 0.25), (0.02, KAPPA, CHANGE, LEVEL)
    lay_bounds(6, c, constants)
    near = end_near(3, 6, NEITHER, own, hinge, SIZE_HERE, constants) * SIZE_HERE / (2 * math.pi)
    far = end_far(3, 6, NEITHER, own, hinge, c, SIZE_HERE, constants) * SIZE_HERE / (2 * math.pi)

    def share(up: float, *targets: float) -> float:
        return float(end_size(3, 6, NEITHER, own, hinge, c, up, SIZE_HERE, targets, constants))

    lax = math.inf
    assert share(2.0, 2.0, lax, lax) == pytest.approx(near / 2, rel=1e-14)
    assert share(2.0, lax, 2.0, lax) == pytest.approx(near * SIZE_HERE / 2, rel=1e-14)  # a slope: s times as much
    assert share(0.5, lax, lax, 2.0) == pytest.approx(far / 2, rel=1e-14)  # |s| v = 32: not damped
    assert share(1.75, lax, lax, 2.0) == pytest.approx(far / 2 * (DAMPED / (1.75 * SIZE_HERE)) ** 5, rel=1e-13)
    assert share(9.0, lax, lax, 2.0) == pytest.approx(far / 2 * (DAMPED * c / (GROWTH * SIZE_HERE)) ** 5, rel=1e-13)


@pytest.mark.parametrize(("n", "theta", "up"), [(12, -0.1, 2.0), (900, -0.1, 2.0), (2, -0.99, 0.01)])
@pytest.mark.parametrize(("target", "steep"), [(1e2, 1e6), (1e9, 1e-2), (1e-3, 1e9)])
def test_the_fewest_blocks_meet_the_targets(n: int, theta: float, up: float, target: float, steep: float) -> None:
    alphas, small = np.random.default_rng(3).normal(size=n) * (0.4 if n < 100 else 0.05), 2
    alphas[:small] = 1e-3, -1e-3
    own, hinge, constants = (1.0, 0.1), (theta, 1.0, 1.0, 0.0), constants_of(alphas, 0.1)
    c, h, blocks = line_rule(small, n, NEITHER, own, hinge, up, target, steep, constants)
    steepest = 1.0 + float(np.maximum(alphas, 0).sum())
    assert c == place_line(n, theta, *own, up, steepest, constants)[0]
    assert c * 2 * math.pi / h == pytest.approx(DAMPING, rel=1e-13)
    few = (n - small + 1) / 400
    targets = 3e-8 * few * max(1, few) * target, 1e-4 * few * steep, 1e-8 * target * math.exp(-theta * c)
    lay_bounds(n, c, constants)
    ends = [math.hypot(c, count * LANES * h) for count in (blocks, blocks - 1)]
    here, before = (end_size(small, n, NEITHER, own, hinge, c, up, end, targets, constants) for end in ends)
    assert here <= 1 or blocks == 1024
    assert before > 1 or blocks == 4


@pytest.mark.parametrize(
    ("alphas", "theta", "up", "p", "c"),
    [
        ([0.25, 0.25], -0.01, 0.75, 1e-5, 39.1255058433993),
        ([1.0] * 6, -5.0, 1.25, 0.5, 22.07190828364352),
        ([1.0] * 6, -0.5, 5.75, 0.01, 5.10332684913904),
        ([1e-3] * 5, -1.0, 1e-6, 0.5, 101.64698019100757),
        ([0.05] * 200, -3.0, 7.25, 0.02, 35.78552363725543),
        ([2.0, -1.0], -0.1, 2.15, 1e-3, 7.441860465116279),
    ],
)
def test_lines_stand_where_they_stood(alphas: list[float], theta: float, up: float, p: float, c: float) -> None:
    """A search by trial, pinned: another c may be as good, and takes more nodes or fewer."""
    steepest = max(0.25 + sum(max(0.0, a) for a in alphas), -theta)
    found = place_line(len(alphas), theta, 0.25, p, up, steepest, constants_of(np.array(alphas), p))
    assert found == pytest.approx((c, DAMPING / c), rel=1e-12)


@pytest.mark.parametrize(
    ("n", "small", "theta", "up", "target", "steep", "edge"),
    [
        (12, 2, -0.1, 2.0, 1.2273668821470731, 1e99, 60),
        (12, 2, -0.1, 2.0, 1e99, 0.2984673801885238, 60),
        (500, 0, -0.1, 2.0, 3.8534081286042884e-16, 1e99, 20),
        (2, 0, -0.99, 0.01, 17.60706106537522, 1e99, 60),
        (2, 0, -0.9, 0.1, 0.004053458590815171, 1e99, 60),
    ],
)
def test_nodes_are_as_few_as_they_were(
    n: int, small: int, theta: float, up: float, target: float, steep: float, edge: int
) -> None:
    """Targets where one block more is taken, to a thousandth: each is one of the shares found by trial."""
    alphas = np.random.default_rng(3).normal(size=n) * (0.4 if n < 100 else 0.05)
    alphas[:small] = 1e-3
    for more, wanted in ((0.999, edge + 1), (1.001, edge), (1e-300, 1024)):
        constants, hinge = constants_of(alphas, 0.1), (theta, 1.0, 1.0, 0.0)
        rule = line_rule(small, n, NEITHER, (1.0, 0.1), hinge, up, more * target, more * steep, constants)
        assert rule[2] == wanted
