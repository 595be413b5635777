"""The lemma of the onset: no model inside beats it, in fractions, and a little further one does."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.fraction import exact_loss
from toytoy.analytic.proof import onset_bound as module
from toytoy.analytic.proof.onset_bound import onset_bound
from toytoy.analytic.proof.onset_minimum import least_ratio
from toytoy.analytic.stability import kappa, onset_window, threshold

F = Fraction
DENSITIES = (1e-3, 0.03, 0.2, 0.45, 0.5, 0.519, 0.521, 0.6, 0.8, 0.837, 0.838, 0.9, 0.97, 1.0)


def excess(p: float, r: Fraction, eps: float, beta: float, omega: float, off: float = 0.0) -> Fraction:
    """Compute L - r v, exactly, of a model next to "not represented"; off moves the second bias from its best."""
    e, density = F(eps), F(p)
    s = 1 + e * F(omega)
    bias = [F(beta) * e * s, density / 2 * (1 - e**2 + e * s) + F(off)]
    loss = exact_loss(tt.Problem.toy(2, importance=r, density=density), [[s, -e]], bias)
    return F(loss - r * (density / 3 - density**2 / 4))


@pytest.mark.parametrize("pair", [(0.5, 0.4), (0.0, 0.5), (0.5, 1.1), (float("nan"), 0.5)])
def test_densities_out_of_order(pair: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="density_lo <= density_hi"):
        onset_bound(*pair)


@pytest.mark.parametrize(
    ("low", "high", "halves"),
    [
        (-0.25, 0.5, [(-0.25, 0.0), (0.0, 0.5)]),
        (-0.25, 1.5, [(-0.25, 0.0), (0.0, 1.5)]),
        (0.25, 0.5, [(0.25, 0.5)]),
        (-0.5, -0.25, [(-0.5, -0.25)]),
        (0.0, 0.5, [(0.0, 0.5)]),
    ],
)
def test_a_box_is_asked_about_whole_but_cut_where_the_slope_has_a_corner(
    low: float, high: float, halves: list[tuple[float, float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def convex(_density: object, _r: float, stack: np.ndarray, count: int) -> bool:
        asked.extend(stack[:count].tolist())
        return True

    monkeypatch.setattr(module, "convex", convex)
    assert module._is_convex((0.5, 0.5), 0.25, np.array([0.125, 0.25, low, high, 3.0, 4.0]))
    assert asked == [[0.125, 0.25, *half, 3.0, 4.0] for half in halves]


BLOWN = [(0.5, 0.53, 0.2), (0.9, 0.94, 0.3), (0.1, 0.05, 0.04), (1.0, 1.0, 0.3), (0.7, 0.77, 0.1)]


def costs(p: float, r: float, radius: float, slack: float) -> tuple[float, float, float, float]:
    """What an output may lose for r v, σ and τ, and the weights of the first one between which it loses no more."""
    tau, sigma = (2 * r * (1 - 0.75 * p)) ** 0.5 * slack, (2 * r) ** 0.5 * slack
    most = ((1 + radius * tau) / (1 - radius * tau)) ** 0.5 if radius * tau < 1 else np.inf
    return tau, sigma, most * slack, max(1 - radius * sigma, 0.0) ** 0.5 / slack


@pytest.mark.equation("certificate-box")
@pytest.mark.parametrize(("p", "r", "radius"), BLOWN)
@pytest.mark.parametrize("slack", [1 + 1e-9, 1.0625])
def test_the_box_of_models_is_its_formula_rounded_outward(
    p: float, r: float, radius: float, slack: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The weights of the first output between which it costs no more than r v: from w_1 itself, not from ω."""
    monkeypatch.setattr(module, "SLACK", slack)
    tau, sigma, most, fewest = costs(p, r, radius := radius * (0.5 if slack > 1.01 else 1.0), slack)
    blown = module._blow_up(p, r, radius)
    assert blown is not None
    assert blown.radius == radius
    above = ((most / slack) ** 2 - 1) / (1 + most / slack) / radius * slack
    exact = (sigma / (1 + fewest) * slack, above, tau * most * slack)
    assert blown[1:] == pytest.approx(exact, rel=1e-14 if slack > 1.01 else 2e-8)


@pytest.mark.equation("certificate-box")
@pytest.mark.parametrize(("p", "r"), [(0.5, 0.55), (0.9, 0.94), (0.1, 0.1), (1.0, 1.0), (1.0, 0.2), (0.9, 6.0)])
@pytest.mark.parametrize("slack", [1 + 1e-9, 1.0625])
def test_a_radius_does_up_to_where_an_output_may_turn_off(
    p: float, r: float, slack: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every condition holds just inside the largest radius, and one fails just outside; far outside none is met."""
    monkeypatch.setattr(module, "SLACK", slack)

    def holds(radius: float) -> bool:
        tau, sigma, most, fewest = costs(p, r, radius, slack)
        on = radius * most * slack <= p * (1 - radius**2) / (2 - p)
        return bool(radius * sigma < 1 and on and max(radius / fewest, radius * (1 + tau * most)) * slack <= 1)

    low, high = 0.0, 2.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    assert module._blow_up(p, r, low * (1 - 1e-12)) is not None
    assert module._blow_up(p, r, low * (1 + 1e-12)) is None
    assert all(module._blow_up(p, r, radius) is None for radius in (1.01 * low, 0.9, 1.2, 1.7, 3.0, 30.0))


SHRUNK = {1e-3: 0, 0.03: 0, 0.2: 0, 0.45: 1, 0.5: 1, 0.519: 1, 0.6: 2, 0.8: 2, 0.9: 3, 0.97: 3, 1.0: 3}


@pytest.mark.parametrize(("p", "shrunk"), SHRUNK.items())
def test_the_radius_is_as_large_as_it_was(p: float, shrunk: int) -> None:
    """What is proved is the least ratio there is, but for two or three roundings of its own."""
    radius, ratio = onset_bound(p, p)
    assert radius == pytest.approx(0.9 * p / (2 - p) * 0.8**shrunk, rel=1e-12)
    assert 0 < 1 - ratio / min(1.0, least_ratio(p, radius)[0]) < 5e-14


def test_a_sweep_begins_with_three_boxes_and_ends_without_any(monkeypatch: pytest.MonkeyPatch) -> None:
    """ω < 0 goes with β >= 0 alone; after each sweep the halves are the boxes."""
    met: list[np.ndarray] = []
    answers = [2, 1, 0]

    def sweep(_p: object, _r: float, boxes: np.ndarray, count: int, halves: np.ndarray, hull: np.ndarray) -> int:
        met.append(boxes[:count].copy())
        halves[:2], hull[:] = len(met), -len(met)
        return answers[len(met) - 1]

    monkeypatch.setattr(module, "sweep", sweep)
    blown = module.Blown(0.125, 0.25, 0.5, 0.75)
    found = list(module._sweeps((0.5, 0.5), 0.5, blown))
    ways = [[0, 0.125, 0, 1, -0.25, 0], [0, 0.125, 0, 1, 0, 0.5], [0, 0.125, -0.75, 0, 0, 0.5]]
    assert met[0].tolist() == ways
    assert met[1].tolist() == [[1.0] * 6] * 2
    assert met[2].tolist() == [[2.0] * 6]
    assert [None if hull is None else hull.tolist() for hull in found] == [[-1.0] * 6, [-2.0] * 6, None]
    answers[:] = [3, -1, 0]
    met.clear()
    assert len(list(module._sweeps((0.5, 0.5), 0.5, blown))) == 1
    answers[:] = [1] * 99
    met.clear()
    assert len(list(module._sweeps((0.5, 0.5), 0.5, blown))) == len(met) == module.SWEEPS


@pytest.mark.equation("certificate-growth")
@pytest.mark.parametrize(("widest", "wanted"), [(1.2, True), (1.0001, True), (1.0 + 2e-6, False)])
def test_steps_along_the_densities_are_as_wide_as_they_can_be(
    widest: float, wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From low to high without a gap: halved where a step fails, doubled after one that holds."""
    asked: list[tuple[float, float, bool]] = []

    def sweeps(density: tuple[float, float], _r: float, _blown: object, most: int) -> list[np.ndarray | None]:
        assert most == module.FEW_BOXES
        holds = density[1] <= density[0] * widest
        asked.append((*density, holds))
        return [np.zeros(6), None] if holds else [np.zeros(6)]

    monkeypatch.setattr(module, "_sweeps", sweeps)
    low, high = 0.25, 0.25 * (1.0 + 64 * (min(widest, 1.1) - 1.0))
    assert module._holds_up_to(high, low, module.OnsetBound(0.05, 0.2)) is wanted
    done = [(a, b) for a, b, holds in asked if holds]
    if not wanted:
        assert not done
        assert asked[-1][1] < low * module.NARROWEST <= asked[-2][1]
        return
    assert [a for a, _ in done] == [low, *(b for _, b in done[:-1])]
    assert done[-1][1] == high
    for (a, b, holds), (c, d, _) in pairwise(asked):
        if holds:
            assert c == b
            assert d == pytest.approx(min(high, b + 2 * (b - a)), rel=1e-12)
        else:
            assert (c, d) == (a, (a + b) / 2)


def test_numbers_found_by_trial_are_what_they_were() -> None:
    shares, counts = (1 + 1e-9, 1e-14, 0.8, 1 + 1e-5), (40, 60_000, 1000, 1024, 5)
    assert shares == (module.SLACK, module.ROUNDING, module.SHRINK, module.NARROWEST)
    assert counts == (module.SWEEPS, module.MOST_BOXES, module.FEW_BOXES, module.MOST_CELLS, module.FIRST)


def test_radii_are_tried_from_the_largest_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """To a thousandth of the density; then, or where it does not hold up to the other density, nothing is proved."""
    tried: list[float] = []

    def proved(_: float, radius: float) -> float:
        tried.append(radius)
        return 0.25 * (len(tried) == 3 and radius < limit)

    monkeypatch.setattr(module, "_ratio", proved)
    for limit, count, wanted in ((0.0, 29, (0.0, 0.0)), (1.0, 3, (0.3 * 0.8**2, 0.25))):  # noqa: B007
        tried.clear()
        assert module._at.__wrapped__(0.5) == pytest.approx(wanted)
        assert tried == pytest.approx([0.3 * 0.8**k for k in range(count)])
    for at, holds, given in (((0.5, 0.25), True, True), ((0.5, 0.25), False, False), ((0.0, 0.25), False, True)):
        monkeypatch.setattr(module, "_at", lambda _, at=at: module.OnsetBound(*at))
        monkeypatch.setattr(module, "_holds_up_to", lambda *_, holds=holds: holds)
        assert onset_bound.__wrapped__(0.5, 0.6) == (at if given else (0.0, 0.0))


# how many sweeps leave a box (negative: then it ends), the first after which it is convex, bounds by planes; how often
# the ratio is lowered, or nothing is proved; sweeps after which convexity is asked for
Planes = tuple[int, int, list[float], int | None, list[int]]
PLANES: list[Planes] = [
    *((2, 5, [], 0, []), (99, 5, [0.0], 0, [5]), (99, 7, [0.0], 0, [5, 6, 7]), (99, 5, [-1.0] * 8, None, [5] * 8)),
    *((99, 5, [-1.0] * 3 + [0.0], 3, [5] * 4), (-6, 7, [], None, [5]), (0, 0, [], None, [])),
]


@pytest.mark.parametrize("least", [0.5, 1.5])
@pytest.mark.parametrize("case", PLANES)
def test_the_largest_ratio_that_a_tangent_plane_proves(
    least: float, case: Planes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lowered by a rounding where the plane falls below 0, eight times at most; convexity is asked for late."""
    sweeps, convex, planes, lowered, asked = case
    met: list[int] = []
    hulls = [np.array([n, n + 1.0, n, n + 2, n, n + 3]) for n in range(min(abs(sweeps), 9))]

    def is_convex(_p: object, _r: float, hull: np.ndarray) -> bool:
        met.append(int(hull[0]))
        return bool(hull[0] >= convex)

    def tangent(_p: object, _r: float, at: np.ndarray, _hull: object) -> float:
        assert at.tolist() == [convex, convex + 2, max(7, convex)]
        return planes[len(met) // (convex - 4) - 1]

    monkeypatch.setattr(module, "least_ratio", lambda *_: (least, np.array([0.5, 99.0, 7.0])))
    monkeypatch.setattr(module, "_blow_up", lambda *_: sweeps or None)
    monkeypatch.setattr(module, "_sweeps", lambda *_: hulls if sweeps < 0 else [*hulls, None])
    monkeypatch.setattr(module, "_is_convex", is_convex)
    monkeypatch.setattr(module, "tangent", tangent)
    wanted = 0.0 if lowered is None else min(least, 1.0) * (1 - 1e-14) ** (lowered + 1)
    assert module._ratio(0.5, 0.25) == pytest.approx(wanted, rel=2e-16, abs=0)
    assert met == asked


@pytest.mark.equation("certificate-ratio", "certificate-tangent", "certificate-box")
@pytest.mark.parametrize("p", DENSITIES)
def test_no_model_inside_beats_it(p: float) -> None:
    radius, ratio = onset_bound(p, p)
    assert radius >= 0.35 * p
    rng = np.random.default_rng(0)
    best = least_ratio(p, radius)[1]
    for n in range(100):
        spread = (1.0, 0.1, 0.01)[n % 3]
        eps = radius * (1 - rng.random()) if n % 2 else min(radius, (best[0] + 1e-9) * (1 + spread * rng.normal()) ** 2)
        beta, omega = best[1:] + spread * p * rng.normal(size=2)
        assert excess(p, F(ratio), eps, beta, max(omega, -1 / eps), spread * p * rng.normal() * eps) >= 0


@pytest.mark.equation("certificate-ratio")
@pytest.mark.parametrize("p", DENSITIES)
def test_at_a_little_more_importance_a_model_inside_beats_it(p: float) -> None:
    radius, ratio = onset_bound(p, p)
    _, (eps, beta, omega) = least_ratio(p, radius)
    more = F(ratio) * (1 + F(1, 10**12))
    if eps == 0:  # continuous: any more gain allows some small second feature
        gain = ratio * 1e-10 * (p / 3 - p * p / 4)
        more, eps = F(ratio) * (1 + F(1, 10**10)), gain / (2 * kappa(p))
    assert excess(p, more, eps, beta, omega) < 0


def test_the_sign_of_the_cubic_coefficient_decides_whether_it_is_the_threshold() -> None:
    low, high = onset_window()
    for p in np.linspace(0.3, 1.0, 29):
        least, known = onset_bound(float(p), float(p)).ratio, threshold(float(p))
        if low < p < high:
            assert known * (1 - 1e-13) < least < known
        else:
            assert least < known * (1 - 1e-9)


@pytest.mark.equation("certificate-tangent")
@pytest.mark.parametrize("p", [0.3, 0.7, 0.9])
def test_what_is_not_true_is_not_proved(p: float, monkeypatch: pytest.MonkeyPatch) -> None:
    def boastful(density: float, radius: float) -> tuple[float, object]:
        ratio, at = least_ratio(density, radius)
        return ratio * (1 + 1e-9), at

    monkeypatch.setattr(module, "least_ratio", boastful)
    assert module._at.__wrapped__(p).ratio <= least_ratio(p, 1e-3 * p)[0]
    assert module._ratio(p, onset_bound(p, p).radius) == 0


@pytest.mark.equation("certificate-growth")
@pytest.mark.parametrize(("low", "high"), [(0.01, 0.0105), (0.1, 0.4), (0.5, 0.53), (0.5, 0.9), (0.95, 1.0)])
def test_an_interval_holds_for_all_of_its_densities(low: float, high: float) -> None:
    radius, ratio = onset_bound(low, high)
    assert (radius, ratio) == onset_bound(low, low)
    rng = np.random.default_rng(1)
    for _ in range(40):
        p = float(rng.uniform(low, high))
        _, (eps, beta, omega) = least_ratio(p, radius)
        model = max(eps, radius * rng.random()), beta + 0.1 * p * rng.normal(), omega + 0.1 * p * rng.normal()
        assert excess(p, F(ratio), *model) > 0
        assert onset_bound(p, p).ratio > ratio
