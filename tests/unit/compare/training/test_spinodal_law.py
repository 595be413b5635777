"""The two ends of the loop, found again by plain means, and the law of late jumps on the normal form itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt
from scipy.integrate import solve_ivp
from scipy.optimize import brentq, minimize
from scipy.special import ai_zeros
from toytoy.analytic.stability import threshold
from toytoy.compare.training.spinodal_law import AIRY, exponents, extrapolated, pair_at, spinodals_at


@pytest.mark.equation("sweep-fold")
def test_the_law_holds_for_the_normal_form() -> None:
    """Integrate u' = a (p - p_f) + c u²/2 at a slow rate: the delay is Ω (|ac|/2)^(-1/3) rate^(2/3)."""
    assert pytest.approx(-ai_zeros(1)[0][0], rel=1e-14) == AIRY
    push, curve, ratios = 0.7, 1.6, []
    for rate in (1e-3, 1e-5):

        def slope(t: float, u: np.ndarray, rate: float = rate) -> np.ndarray:
            return push * rate * t + curve * u**2 / 2

        def gone(_: float, u: np.ndarray) -> float:
            return float(u[0]) - 1.0

        gone.terminal = True  # type: ignore[attr-defined]
        start = -0.3 / rate
        rest = -((2 * push * 0.3 / curve) ** 0.5)
        found = solve_ivp(slope, (start, 0.3 / rate), [rest], method="LSODA", events=gone, rtol=1e-8, atol=1e-10)
        ratios.append(rate * found.t[-1] / (AIRY * (push * curve / 2) ** (-1 / 3) * rate ** (2 / 3)))
    assert abs(ratios[1] - 1) < abs(ratios[0] - 1) / 3
    assert ratios[1] == pytest.approx(1, abs=0.03)


def test_the_pair_ends_at_the_fold() -> None:
    ends = spinodals_at(0.3)

    def norm(density: float) -> float:
        """Descend by scipy from the pair at the fold."""
        problem = tt.Problem.toy(2, importance=0.3, density=density)

        def value(theta: np.ndarray) -> tuple[float, np.ndarray]:
            out, d_weights, d_bias = tt.loss_and_grad(problem, theta[:2][None], theta[2:])
            return float(out), np.concatenate([d_weights.ravel(), d_bias])

        weights, bias = pair_at(0.3, ends.fold - 1e-4)
        found = minimize(value, np.concatenate([weights.ravel(), bias]), jac=True, options={"gtol": 1e-10}).x
        return abs(float(found[1]))

    assert norm(ends.fold - 5e-5) > 0.9 * ends.norm
    assert norm(ends.fold + 5e-3) < 0.01


def test_dropping_loses_stability_at_the_threshold() -> None:
    ends = spinodals_at(0.4)
    wanted: Any = brentq(lambda p: threshold(p) - 0.4, 0.1, 0.5, xtol=1e-14)
    assert ends.threshold == pytest.approx(float(wanted), abs=1e-10)
    assert ends.threshold < ends.fold


def test_extrapolation_says_how_far_it_is_off() -> None:
    rates = 10.0 ** -np.arange(2, 6, 0.5)
    jumps = 0.4 + 2 * rates ** (2 / 3) - 3 * rates + 5 * rates ** (5 / 3)
    limit, error, slope = extrapolated(list(rates), list(jumps), (0, 2 / 3, 1, 4 / 3))
    assert abs(limit - 0.4) < 10 * error < 1e-4
    assert slope == pytest.approx(2, rel=0.01)
    with pytest.raises(ValueError, match="more than 4"):
        extrapolated([1e-2, 1e-3, 1e-4, 1e-5], [0.1] * 4, (0, 2 / 3, 1, 4 / 3))
    with pytest.raises(ValueError, match="got 1"):
        extrapolated([1e-2, 1e-3], [0.1, np.nan], (0, 1))


def test_exponents_are_those_of_a_power() -> None:
    rates = np.array([1e-2, 1e-3, 1e-5])
    np.testing.assert_allclose(exponents(rates, 3 * rates**0.6), 0.6)


@pytest.mark.parametrize("importance", [0.0, 0.05, 0.58, 2.0])
def test_an_importance_without_a_loop_is_refused(importance: float) -> None:
    with pytest.raises(ValueError, match="by a jump"):
        spinodals_at(importance)


@pytest.mark.parametrize(
    ("rates", "jumps"), [([1e-2, 1e-3], [0.1]), ([-1e-2, 1e-3, 1e-4], [0.1] * 3), ([1e-2, np.nan, 1e-3], [0.1] * 3)]
)
def test_rates_that_are_none_are_refused(rates: list[float], jumps: list[float]) -> None:
    with pytest.raises(ValueError, match="rates must"):
        extrapolated(rates, jumps, (0, 1))


def test_an_importance_that_is_no_number_is_refused() -> None:
    with pytest.raises(TypeError, match="importance"):
        spinodals_at("0.3")
