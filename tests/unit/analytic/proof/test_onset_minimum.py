"""The least ratio near the onset, as the search of a library finds it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from toytoy.analytic.proof import onset_minimum as module
from toytoy.analytic.proof.onset_form import second, value_and_slope
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


@pytest.mark.parametrize(
    ("first", "place"), [(0.5, [0.5, 0.25, 0.125]), (-0.5, [0, 0.25, 0.125]), (2, [1, 0.25, 0.125])]
)
def test_a_quadratic_form_is_settled_at_once(first: float, place: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    """Within 0 <= ε <= 1; and a step of nothing ends it, or the twentieth."""
    target, asked = np.array([first, 0.25, 0.125]), []

    def bends(*_: object) -> np.ndarray:
        asked.append(1)
        return np.eye(3)

    monkeypatch.setattr(module, "_slopes", lambda at, *_: at - target)
    monkeypatch.setattr(module, "_bends", bends)
    assert module._settle(np.array([0.75, 0.0, 0.0]), 0.5, 0.5, 1.0).tolist() == place
    assert len(asked) == (20 if first < 0.0 else 2)


@pytest.mark.parametrize(("share", "count"), [(1.0, 1), (1 - 1e-15, 1), (1 - 2e-15, 20), (0.9, 20), (1.1, 1)])
def test_importances_are_tried_while_they_fall(share: float, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """By more than roundings, twenty at most."""
    asked: list[float] = []

    def settle(at: np.ndarray, _p: float, given: float, _radius: float) -> np.ndarray:
        asked.append(given)
        return at + 1.0

    monkeypatch.setattr(module, "_settle", settle)
    monkeypatch.setattr(module, "_ratio", lambda *_: asked[-1] * share)
    found, at = least_ratio(0.3, 0.1)
    assert len(asked) == count
    assert found == asked[-1] * share
    assert at[0] == count


def test_beta_is_sought_from_an_eighth_of_the_squared_density(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[np.ndarray] = []

    def slopes(at: np.ndarray, *_: float) -> np.ndarray:
        asked.append(at)
        return np.ones(3)

    monkeypatch.setattr(module, "_slopes", slopes)
    monkeypatch.setattr(module, "_bends", lambda *_: np.array([[9, 9, 9], [9, 3, 1], [9, 1, 0.5]]))
    assert module._beta(0.5, 0.5) == 0.03125 - 20.0
    assert asked[0].tolist() == [0.0, 0.03125, 0.75 * (0.25 - 0.03125)]
    assert len(asked) == module.STEPS == 20


@pytest.mark.parametrize("beta", [-0.25, 0.0, 0.25])
def test_derivatives_are_those_on_the_side_where_beta_is(beta: float) -> None:
    at = [(0.125, 0.125), (beta, beta), (0.0625, 0.0625)]
    place = np.array([0.125, beta, 0.0625])
    wanted = np.mean(value_and_slope(*at, (0.5, 0.5), 0.5, beta < 0), axis=1)
    assert module._middles(place, 0.5, 0.5).tolist() == wanted.tolist()
    ee, eb, ew, bb, bw, ww = np.mean(second(*at, (0.5, 0.5), 0.5, beta < 0), axis=1)
    assert module._bends(place, 0.5, 0.5).tolist() == [[ee, eb, ew], [eb, bb, bw], [ew, bw, ww]]
