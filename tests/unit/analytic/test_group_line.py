"""One hinge's share by its line, against active sets in closed form, and ψ against fifty digits."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest
import toytoy as tt
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


def test_small_features_among_themselves_have_a_line_of_their_own() -> None:
    question = problem(ONE_OF)
    alphas = np.array([0.9, 1e-6, 0.7, -2e-6])  # both small ones may be active at once
    hinge = Hinge(0.0, 1.0, 1.0, 0.0)
    share = hinge_share(group_law(question), 0, alphas, hinge, 1.0, 1.0, True)
    wanted = listed(question, 0, alphas.tolist(), hinge)
    assert abs(share.silent - wanted[0]) <= share.error
    levels = group_line._levels(group_law(question), alphas)
    assert [law.features.tolist() for law, _ in levels] == [[0, 1, 2, 3], [1, 3]]


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
    share = hinge_share(group_law(problem(PAIRS)), 0, -np.ones(4), Hinge(-0.1, 1.0, 1.0, 0.0), 1.0, 1.0, True)
    assert share.silent == share.active == share.error == 0.0
    assert not share.by_alpha.any()


def test_psi_and_its_derivatives_have_all_digits() -> None:
    for u in (1e-30, -0.3, 0.999 + 0.02j, 1.001j, -5.0 + 3.0j, 20.0 + 1.0j, -200.0 + 0.0j):
        with mpmath.workdps(50):
            moments = [complex(mpmath.hyp1f1(k + 1, k + 2, u) / (k + 1)) for k in range(3)]  # ∫ x^k e^(ux)
        found = [complex(value[0]) for value in psi_derivatives(np.array([u]))]
        assert np.abs(np.array(found) - np.array(moments)).max() < 1e-14 * abs(moments[0])


def test_weights_fall_smoothly() -> None:
    assert taper(np.array([0.0, 0.7, 0.85, 1.0, 1.2])) == pytest.approx([1.0, 1.0, 0.5, 0.0, 0.0], abs=1e-14)
    assert (np.diff(taper(np.linspace(0.0, 1.0, 200))) <= 0).all()


def test_the_reference_is_right_by_hand() -> None:
    square, mean, product = cube_moments([1.0, 1.0], -1.0)  # h = (x + y - 1)₊: x = 1 - u, y = 1 - w, u + w < 1
    assert square == pytest.approx(1 / 12, rel=1e-14)
    assert mean == pytest.approx(1 / 6, rel=1e-14)
    assert product == pytest.approx(1 / 6 - 1 / 24, rel=1e-14)
