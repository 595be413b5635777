"""One hinge's share by its line, against active sets in closed form, and ψ against fifty digits."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
import toytoy as tt
from numpy.typing import NDArray
from toytoy.analytic import group_line
from toytoy.analytic.group_law import group_law
from toytoy.analytic.group_line import Hinge, hinge_share, psi_derivatives, taper

PAIRS = tt.CorrelatedGroups((2, 2))
ONE_OF = tt.AnticorrelatedGroups((2, 2))
HINGES = [Hinge(-0.1, 1.0, 1.0, 0.0), Hinge(0.2, -1.0, 1.0, 0.5), Hinge(0.0, 0.75, -0.5, 0.0)]


def problem(support: Any) -> tt.Problem:
    return tt.Problem(n_features=4, n_hidden=1, density=(0.3, 0.2), support=support)


def listed(question: tt.Problem, j: int, alphas: Any, hinge: Hinge) -> tuple[float, float]:
    """Sum E[κ h² - 2D (x_j h - σ h)] over sets of two and more, by the alternating sums over a cube's corners."""
    sums = [0.0, 0.0]
    for active, chance in question.active_sets():
        if len(active) > 1:
            order = sorted(active, key=lambda i: i == j)
            h2, h1, xh = cube_moments([alphas[i] for i in order], hinge.theta)
            product = xh if j in active else 0.0
            share = hinge.kappa * h2 - 2 * hinge.change * (product - hinge.level * h1)
            sums[j in active] += float(chance) * share
    return sums[0], sums[1]


def cube_moments(alphas: list[float], theta: float) -> tuple[float, float, float]:
    """E h², E h, and E x h of the last x, of h = (θ + Σ α x)₊ on a cube of two to four dimensions, in fifty digits."""
    with mpmath.workdps(50):
        k = len(alphas)
        total = [mpmath.mpf(0)] * 3
        volume = mpmath.fprod(alphas)
        for corner in range(2**k):
            bits = [(corner >> i) & 1 for i in range(k)]
            v = max(
                mpmath.mpf(0), theta + mpmath.fsum(mpmath.mpf(a) * bit for a, bit in zip(alphas, bits, strict=True))
            )
            sign = (-1) ** (k - sum(bits)) / volume
            total[0] += sign * 2 * v ** (k + 2) / mpmath.factorial(k + 2)
            total[1] += sign * v ** (k + 1) / mpmath.factorial(k + 1)
            total[2] += sign * bits[-1] * v ** (k + 1) / mpmath.factorial(k + 1)
            total[2] -= sign * v ** (k + 2) / mpmath.factorial(k + 2) / mpmath.mpf(alphas[-1])
        return float(total[0]), float(total[1]), float(total[2])


def test_small_features_among_themselves_have_a_line_of_their_own() -> None:
    question = problem(ONE_OF)
    alphas = np.array([0.9, 1e-6, 0.7, -2e-6])  # both small ones may be active at once
    hinge = Hinge(0.0, 1.0, 1.0, 0.0)
    share = hinge_share(group_law(question), 0, alphas, hinge, 1.0, 1.0, True)
    wanted = listed(question, 0, alphas.tolist(), hinge)
    assert abs(share.silent - wanted[0]) <= share.error
    levels = group_line._levels(group_law(question), alphas)
    assert [law.features.tolist() for law, _ in levels] == [[0, 1, 2, 3], [1, 3]]
    edge = np.array([1.0, 0.01, -0.5, 0.01])  # a hundredth is small, and a level whose entries are 0 is the last
    for given, last in ((edge, [1, 3]), (edge * [1, 0, 1, 0], [1, 3]), (edge * 0, [0, 1, 2, 3]), (edge[::-1], [0, 2])):
        levels = group_line._levels(group_law(question), given)
        assert levels[-1][0].features.tolist() == last
        assert len(levels) == (1 if len(last) == 4 else 2)


def test_more_nodes_are_taken_until_two_rules_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    question, alphas = problem(ONE_OF), np.array([0.9, 0.02, -0.4, 0.015])
    errors = []
    for most in (256, 2**18):
        monkeypatch.setattr(group_line, "MOST_NODES", most)
        share = hinge_share(group_law(question), 1, alphas, HINGES[0], 1e-4, 1e-4, False)
        wanted = listed(question, 1, alphas.tolist(), HINGES[0])
        assert abs(share.silent - wanted[0]) + abs(share.active - wanted[1]) <= share.error
        errors.append(share.error)
    assert errors[1] < 0.1 * errors[0]


def test_a_hinge_out_of_reach_adds_nothing() -> None:
    for theta in (-0.1, 1e-100):
        share = hinge_share(group_law(problem(PAIRS)), 0, -np.ones(4), Hinge(theta, 1.0, 1.0, 0.0), 1.0, 1.0, True)
        assert share.silent == share.active == share.error == 0.0
        assert not share.by_alpha.any()


def test_psi_and_its_derivatives_have_all_digits() -> None:
    for u in (1e-30, -0.3, 0.999 + 0.02j, 0.99999, 1.001j, 1.9, -5.0 + 3.0j, 20.0 + 1.0j, -200.0 + 0.0j):
        with mpmath.workdps(50):
            moments = [complex(mpmath.hyp1f1(k + 1, k + 2, u) / (k + 1)) for k in range(3)]  # ∫ x^k e^(ux)
        found = [complex(value[0]) for value in psi_derivatives(np.array([u]))]
        assert (np.abs(np.array(found) - np.array(moments)) < 2e-15 * np.abs(moments)).all()


def test_the_reference_is_right_by_hand() -> None:
    square, mean, product = cube_moments([1.0, 1.0], -1.0)  # h = (x + y - 1)₊: x = 1 - u, y = 1 - w, u + w < 1
    assert square == pytest.approx(1 / 12, rel=1e-14)
    assert mean == pytest.approx(1 / 6, rel=1e-14)
    assert product == pytest.approx(1 / 6 - 1 / 24, rel=1e-14)


def rises(question: tt.Problem, alphas: Any, fewest: int = 1) -> list[tuple[float, float]]:
    """List probabilities and the largest rise of v, of active sets of so many and more."""
    sets = [(active, chance) for active, chance in question.active_sets() if len(active) >= fewest]
    return [(float(chance), sum(max(0.0, alphas[i]) for i in active)) for active, chance in sets]


def growth(question: tt.Problem, alphas: Any, theta: float, at: Any) -> Any:
    """Take the logarithm of E e^(t v) over sets of two and more, given that it is one of them."""
    u = np.multiply.outer(alphas, at)
    psi, several = np.expm1(u) / u, [(list(active), float(p)) for active, p in question.active_sets()]
    chances = [(psi[active].prod(0), p) for active, p in several if len(active) > 1]
    return at * theta + np.log(sum(p * factor for factor, p in chances) / sum(p for _, p in chances))


@pytest.mark.parametrize(
    "support", [PAIRS, ONE_OF, tt.AnticorrelatedGroups((1, 3)), tt.CorrelatedGroups((1, 3))], ids=str
)
def test_v_rises_no_higher_than_the_best_set_lets_it(support: Any) -> None:
    question, rng = problem(support), np.random.default_rng(3)
    for _ in range(5):
        alphas = rng.normal(size=4)
        most = max(rise for _, rise in rises(question, alphas))
        assert group_line._most(group_law(question), alphas) == pytest.approx(most, rel=1e-14)


@pytest.mark.parametrize("support", [PAIRS, ONE_OF], ids=str)
@pytest.mark.parametrize("theta", [-0.4, 0.2, 1.5])
@pytest.mark.parametrize("size", [1e-3, 1.0, 50.0])
def test_a_line_stands_where_the_integrand_is_tame_and_images_are_far(support: Any, theta: float, size: float) -> None:
    """E e^(c v) over sets of two and more, relative to their chance, by the list of sets and integrals of e^(cα x)."""
    question, alphas = problem(support), size * np.array([0.9, 0.5, -0.4, 0.7])
    law, theta = group_law(question), theta * size
    up = theta + group_line._most(law, alphas)
    c, step, chance = group_line._place(law, alphas, theta, up)
    assert chance == pytest.approx(sum(p for p, _ in rises(question, alphas, 2)), rel=1e-13)
    assert growth(question, alphas, theta, c) <= 4 * (1 + 1e-9)
    period = 2 * np.pi / step
    assert c * period == pytest.approx(32, rel=1e-13)
    # images above: E e^(t (v - R)) is small for some t on the way, or v is never above R at all
    trials = np.geomspace(c, 400 / max(alphas.clip(min=0).sum(), abs(theta)), 200)
    assert period >= up or min(growth(question, alphas, theta, t) - t * period for t in trials) <= -0.985 * 64
    assert c >= min(4 / up, trials[-1]) * (1 - 1e-12)


@pytest.mark.parametrize("theta", [-0.5, 0.2, 2.0, -0.999])
def test_a_line_stands_at_the_largest_trial_that_is_allowed(theta: float) -> None:
    """By the rules in words, where the set that lifts v is likely, rare, and so rare that its images do not matter."""
    alphas, support = np.array([1.0, -0.1, -0.2, 1e-3]), tt.AnticorrelatedGroups((1,) * 4)
    up, farthest = theta + 1.0 + 1e-3, 400 / max(1.001, abs(theta))
    trials = np.geomspace(min(4 / up, farthest), farthest, 65)
    for top in (0.5, 1e-18, *(10.0 ** -np.arange(20.0, 62.0, 1.5)).tolist()):
        question = tt.Problem(n_features=4, n_hidden=1, density=(top, 0.5, 0.25, 0.5), support=support)
        growths = growth(question, alphas, theta, trials)
        reaches = [max(1e-3 * up, min(up, ((growths + 64) / trials)[k:].min())) for k in range(65)]
        allowed = trials[(growths <= 4) & (trials * reaches <= 32)]
        c, step, _ = group_line._place(group_law(question), alphas, theta, up)
        assert c == pytest.approx(allowed[-1] if len(allowed) else trials[0], rel=1e-13)
        assert step == pytest.approx(2 * np.pi * c / 32, rel=1e-15)


def test_the_error_counts_images_and_rounding() -> None:
    for hinge in HINGES:
        line = group_line._Line(group_law(problem(PAIRS)), None, 0, np.ones(4), hinge, 2.0, 0.4, 0.1)
        error = line.integrate(1.0, 1.0)[3]
        images = (abs(hinge.kappa) + abs(hinge.change) * (1 + abs(hinge.level))) * 16.0**2 * np.exp(-32)
        summed = 0.4 / np.pi * (np.abs(line.silent) + np.abs(line.active)).sum()
        assert error == pytest.approx(line._error(line.silent + line.active) + 0.1 * images + 1e-14 * summed, rel=1e-13)


def test_sets_too_unlikely_for_a_number_add_nothing() -> None:
    law = group_law(problem(ONE_OF))._replace(density=np.array([1e-200, 1e-200]))
    c, step, chance = group_line._place(law, np.ones(4), 0.5, 2.5)
    assert (chance, c) == (0.0, 4 / 2.5)
    assert step == pytest.approx(2 * np.pi * c / 32, rel=1e-15)
    share = hinge_share(law, 0, np.ones(4), Hinge(0.5, 1.0, 1.0, 0.0), 1.0, 1.0, True)
    assert (share.silent, share.active, share.by_theta, share.error) == (0.0, 0.0, 0.0, 0.0)
    assert not share.by_alpha.any()


def a_line(n_nodes: int) -> Any:
    line = group_line._Line(group_law(problem(PAIRS)), None, 0, np.ones(4), HINGES[0], 1.0, np.pi, 1.0)
    line.nodes = np.zeros(n_nodes, complex)
    return line


@pytest.mark.parametrize("power", [2.0, 3.0])
@pytest.mark.parametrize("n_nodes", [64, 500])
def test_the_error_of_a_sum_covers_the_tail_that_is_left_out(power: float, n_nodes: int) -> None:
    """Σ (k + 1/2)^-s is (2^s - 1) ζ(s): what the taper cuts is covered, and not by much more than a hundred times."""
    values = (np.arange(n_nodes) + 0.5) ** -power + 0j
    line, exact = a_line(n_nodes), float((2**power - 1) * mpmath.zeta(power))
    off, claimed = abs(line._sum(values) - exact), line._error(values)
    # what falls as slowly as 1 / |s|, summed, is what the claim is made for; what falls faster is claimed too large
    assert off <= claimed <= (1.2 if power == 2.0 else 10.0) * off
    assert line._error(np.where(np.arange(n_nodes) < 0.34 * n_nodes, values, 0.0)) == 0.0  # all rules agree
    assert line._sum(values * 1j) == 0.0


def test_an_error_that_two_rules_hide_by_chance_is_seen_by_the_third() -> None:
    n = 400
    line = a_line(n)
    values = np.where((np.arange(n) > 0.36 * n) & (np.arange(n) < 0.48 * n), 1.0, 0.0) + 0j  # cut by the shortest alone
    missed = line._sum(values) - line._sum(values, group_line.TAPER**2)
    assert missed > 1.0
    assert line._sum(values) == line._sum(values, group_line.TAPER)
    assert line._error(values) == pytest.approx(missed / 4, rel=1e-14)


def test_weights_are_the_integral_of_a_bump() -> None:
    """140 ∫ x³ (1 - x)³ from the end on, in fractions."""
    for eighths in range(9):
        t = Fraction(eighths, 8)
        exact = 140 * (t**4 / 4 - 3 * t**5 / 5 + 3 * t**6 / 6 - t**7 / 7)
        assert taper(np.array([1.0 - 0.3 * float(t)]))[0] == pytest.approx(float(exact), abs=1e-13)
    assert taper(np.array([0.0, 0.5, 1.0, 1.2])).tolist() == [1.0, 1.0, 0.0, 0.0]


def test_places_are_found_among_those_of_a_law() -> None:
    law = group_law(problem(PAIRS)).silenced(np.array([False, False, True, True]))
    assert [group_line._place_of(j, law) for j in range(4)] == [-1, -1, 0, 1]


@pytest.mark.parametrize("support", [PAIRS, ONE_OF], ids=str)
def test_the_slope_by_theta_is_that_of_the_share(support: Any) -> None:
    question, alphas = problem(support), np.array([0.9, 0.5, -0.4, 0.7])
    for hinge in HINGES:
        share = hinge_share(group_law(question), 1, alphas, hinge, 1.0, 1.0, False)
        ends = [sum(listed(question, 1, alphas.tolist(), hinge._replace(theta=hinge.theta + d))) for d in (1e-5, -1e-5)]
        assert share.by_theta == pytest.approx((ends[0] - ends[1]) / 2e-5, abs=1e-7)
        assert not share.by_alpha.any()  # not asked for


def test_a_sum_over_nodes_does_not_depend_on_the_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nodes are evaluated by the portion, and derivatives too."""
    question, alphas = problem(PAIRS), np.array([0.9, 0.005, -0.4, 0.7])
    found = []
    for chunk in (2048, 96):
        monkeypatch.setattr(group_line, "CHUNK", chunk)
        found.append(hinge_share(group_law(question), 0, alphas, HINGES[1], 1e-3, 1e-3, True))
    assert found[0][:3] == pytest.approx(found[1][:3], abs=1e-15)
    assert found[0].by_alpha == pytest.approx(found[1].by_alpha, abs=1e-15)


def test_no_more_nodes_are_taken_than_are_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """From 256 on their number is doubled; as many as memory allows: nodes times features."""
    lengths = []
    cases = [(1000, 2**20, 0.0, 1.0), (1000, 2**20, 1.0, 0.0), (2**18, 2048, 1.0, 1.0)]
    cases += [(2**18, 2**20, *enough) for enough in ((1e9, 0.02), (1e9, 10.0), (1.0, 1e9), (10.0, 1e9))]
    for most, values, target, steep in cases:
        monkeypatch.setattr(group_line, "MOST_NODES", most)
        monkeypatch.setattr(group_line, "MOST_VALUES", values)
        line = group_line._Line(group_law(problem(PAIRS)), None, 0, np.ones(4), HINGES[0], 2.0, 0.4, 0.1)
        line.integrate(target, steep)  # no error is small enough, no slope's, either; and by one of them
        lengths.append(len(line.nodes))
        nodes: NDArray[np.complex128] = line.nodes
        assert nodes.imag == pytest.approx(0.4 * (np.arange(len(line.nodes)) + 0.5), rel=1e-14)
        assert set(nodes.real.tolist()) == {2.0}
    assert lengths == [1024, 1024, 512, 1024, 256, 1024, 512]


@pytest.mark.parametrize(("n", "most"), [(2, 2**18), (16, 2**16)])
def test_a_hard_line_takes_less_than_a_second(monkeypatch: pytest.MonkeyPatch, n: int, most: int) -> None:
    """A quarter of a million nodes, a million of nodes and features."""
    monkeypatch.setattr(group_line._Line, "_values", lambda _, s: (np.ones_like(s), np.ones_like(s)))
    monkeypatch.setattr(group_line._Line, "_error", lambda *_: 1.0)
    monkeypatch.setattr(group_line, "CHUNK", 2**18)
    law = group_law(tt.Problem(n_features=n, n_hidden=1, density=0.5, support=tt.CorrelatedGroups((1,) * n)))
    (line := group_line._Line(law, None, 0, np.ones(n), HINGES[0], 2.0, 0.4, 0.1)).integrate(0.0, 1.0)
    assert len(line.nodes) == most


@pytest.mark.equation("group-hinge")
@pytest.mark.parametrize("hinge", HINGES)
@pytest.mark.parametrize("support", [PAIRS, ONE_OF], ids=str)
@pytest.mark.parametrize(("small", "slope_error"), [(1.0, 1e-7), (1e-3, 1e-7), (1e-5, 5e-7)])
def test_a_hinge_is_the_sum_over_sets(support: Any, hinge: Hinge, small: float, slope_error: float) -> None:
    question = problem(support)
    alphas = np.array([0.9, 0.5 * small, -0.4 * small, 0.7 * small])
    for j in range(4):
        share = hinge_share(group_law(question), j, alphas, hinge, 1.0, 1.0, True)
        wanted = listed(question, j, alphas.tolist(), hinge)
        assert abs(share.silent - wanted[0]) + abs(share.active - wanted[1]) <= share.error + 1e-16
        assert share.error < 1e-9
        step = 1e-6
        for i in range(4):
            ends = []
            for sign in (1.0, -1.0):
                moved = alphas.copy()
                moved[i] += sign * step * max(abs(alphas[i]), 1e-3)
                ends.append(sum(listed(question, j, moved.tolist(), hinge)))
            slope = (ends[0] - ends[1]) / (2 * step * max(abs(alphas[i]), 1e-3))
            assert share.by_alpha[i] == pytest.approx(slope, abs=slope_error)
