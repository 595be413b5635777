"""The least ratio near the onset, as the search of a library finds it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from toytoy.analytic.proof import onset_minimum as module
from toytoy.analytic.proof.onset_form import value_and_slope
from toytoy.analytic.proof.onset_minimum import least_ratio
from toytoy.analytic.stability import onset_window, threshold


def ratio(at: tuple[float, ...], p: float) -> float:
    e, b, w = ((float(x), float(x)) for x in at)
    s = 1 + at[0] * at[2]
    value = np.mean(value_and_slope(e, b, w, (p, p), 0.0, at[1] < 0)[0])
    return float(value / ((p / 3 - p * p / 4) * (2 - s * s - at[0] ** 2)))


@pytest.mark.equation("certificate-ratio")
@pytest.mark.parametrize("p", [0.01, 0.1, 0.3, 0.5, 0.7, 0.85, 0.9, 0.99, 1.0])
def test_a_search_finds_no_less(p: float) -> None:
    radius = 0.4 * p
    found, at = least_ratio(p, radius)
    assert ratio(tuple(at), p) == pytest.approx(found, rel=1e-14)
    searched = min(
        minimize(
            lambda x: ratio(x, p),
            [start * radius, p * p / 8 + 0.01 * p, 0.2 * p],
            bounds=[(0, radius), (-p, 1), (-p, p)],
            method="Nelder-Mead",
            options={"xatol": 1e-9, "fatol": 1e-15, "maxiter": 4000},
        ).fun
        for start in (0.1, 0.5, 0.9)
    )
    assert found <= searched * (1 + 1e-14)
    assert found == pytest.approx(searched, rel=1e-7)


def test_in_the_window_it_is_the_threshold_and_outside_it_is_less() -> None:
    low, high = onset_window()
    for p in np.linspace(low, high, 7)[1:-1]:
        found, at = least_ratio(float(p), 0.2)
        assert found == threshold(float(p))
        assert at[0] == 0
    for p in (low - 0.01, high + 0.01, 0.2, 1.0):
        assert least_ratio(float(p), 0.05)[0] < threshold(float(p))


# p, the largest ε as a share of p / (2 - p), the ratio, and where it is met
PLACES = [
    (0.1, 0.54, 0.10093299032731726, [0.02842105, 0.001543879, 0.03502593]),
    (0.5, 0.54, 0.5504188759729883, [0.008196408, 0.08158629, 0.1249643]),
    (0.7, 0.54, 0.7725795304824427, [0.0, 0.2131332, 0.1026501]),
    (0.9, 0.54, 0.9409533110788957, [0.04862142, 0.4151945, 0.01866938]),
    (1.0, 0.54, 0.9888464822725864, [0.2010525, 0.5810547, -0.0854109]),
]


@pytest.mark.parametrize(("p", "share", "wanted", "place"), PLACES)
def test_it_ends_where_nothing_slopes(p: float, share: float, wanted: float, place: list[float]) -> None:
    """To the last digits, though the bound would forgive more: inside, by β and ω also on the faces of ε."""
    found, at = least_ratio(p, share * p / (2 - p))
    assert found == pytest.approx(wanted, rel=2e-15)
    assert at.tolist() == pytest.approx(place, rel=1e-6)
    slopes = module._slopes(at, p, found)
    assert np.abs(slopes[1:]).max() < 2e-16
    assert slopes[0] > 1e-3 if at[0] == 0 else (slopes[0] < -1e-4 if p == 0.1 else abs(slopes[0]) < 2e-16)
    if p == 0.1:
        assert at[0] == share * p / (2 - p)


@pytest.mark.parametrize("p", [0.3, 0.7, 1.0])
def test_beta_at_the_loss_of_stability_is_stationary(p: float) -> None:
    r = threshold(p)
    beta = module._beta(p, r)
    assert abs(module._slopes(np.array([0.0, beta, 0.75 * (p / 2 - beta)]), p, r)[1]) < 1e-16
    assert 0.0 < beta < p
