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


@pytest.mark.equation("certificate-box")
@pytest.mark.parametrize("p", [0.03, 0.5, 0.7, 1.0])
def test_nor_does_one_that_the_box_leaves_out(p: float) -> None:
    radius, ratio = onset_bound(p, p)
    problem, v = tt.Problem.toy(2, importance=F(ratio), density=F(p)), F(p) / 3 - F(p) ** 2 / 4
    rng = np.random.default_rng(2)
    for n in range(150):
        eps, bias = radius * (1 - rng.random()), rng.normal(size=2) * (1.0, 0.1, 0.3 * radius)[n % 3]
        s = rng.uniform(0, 3) if n % 2 else abs(1 + 2 * eps * rng.normal())
        assert exact_loss(problem, [[F(s), -F(eps)]], [F(bias[0]), F(p) / 2 + F(bias[1])]) >= F(ratio) * v


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


@pytest.mark.parametrize("p", [0.03, 0.2, 0.5])
def test_beyond_the_radius_a_model_may_beat_it(p: float) -> None:
    radius, ratio = onset_bound(p, p)
    found = tt.minimize(tt.Problem.toy(2, importance=ratio, density=p), tt.Multistart(n_starts=8, seed=0))
    assert found.loss.value < 0.99 * ratio * (p / 3 - p * p / 4)
    assert np.abs(found.weights).min() > radius


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


def test_a_radius_too_large_for_the_lower_end_is_not_carried_on() -> None:
    assert not module._holds_up_to(0.51, 0.3, onset_bound(0.5, 0.5))


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


@pytest.mark.equation("certificate-box")
@pytest.mark.parametrize(("p", "r", "radius"), BLOWN)
def test_the_box_of_models_is_its_formula_rounded_outward(p: float, r: float, radius: float) -> None:
    """The weights of the first output between which it costs no more than r v: from w_1 itself, not from ω."""
    tau, sigma = (2 * r * (1 - 0.75 * p)) ** 0.5, (2 * r) ** 0.5
    most, fewest = ((1 + radius * tau) / (1 - radius * tau)) ** 0.5, (1 - radius * sigma) ** 0.5
    blown = module._blow_up(p, r, radius)
    assert blown is not None
    assert blown.radius == radius
    exact = ((1 - fewest) / radius, (most - 1) / radius, tau * most)
    for found, least in zip(blown[1:], exact, strict=True):
        assert 0.0 < found / least - 1 < 2e-8


@pytest.mark.equation("certificate-box")
@pytest.mark.parametrize(("p", "r"), [(0.5, 0.55), (0.9, 0.94), (0.1, 0.1), (1.0, 1.0), (1.0, 0.2), (0.9, 6.0)])
def test_a_radius_does_up_to_where_an_output_may_turn_off(p: float, r: float) -> None:
    """Every condition holds just inside the largest radius, and one fails just outside; far outside none is met."""

    def holds(radius: float) -> bool:
        tau, sigma = (2 * r * (1 - 0.75 * p)) ** 0.5, (2 * r) ** 0.5
        if radius * tau >= 1 or radius * sigma >= 1:
            return False
        most, fewest = ((1 + radius * tau) / (1 - radius * tau)) ** 0.5, (1 - radius * sigma) ** 0.5
        on = radius * most <= p * (1 - radius**2) / (2 - p)
        return bool(on and radius <= fewest and radius * (1 + tau * most) <= 1)

    low, high = 0.0, 2.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    assert module._blow_up(p, r, low * (1 - 1e-7)) is not None
    assert module._blow_up(p, r, low * (1 + 1e-7)) is None
    assert all(module._blow_up(p, r, radius) is None for radius in (1.01 * low, 0.9, 1.2, 1.7, 3.0, 30.0))


@pytest.mark.parametrize(
    ("p", "shrunk"),
    [
        (1e-3, 0),
        (0.03, 0),
        (0.2, 0),
        (0.45, 1),
        (0.5, 1),
        (0.519, 1),
        (0.6, 2),
        (0.8, 2),
        (0.9, 3),
        (0.97, 3),
        (1.0, 3),
    ],
)
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
