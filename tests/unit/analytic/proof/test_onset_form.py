"""The blown-up loss: against exact losses, its derivatives against exact differences, and over boxes."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.fraction import exact_loss
from toytoy.analytic.proof.onset_form import growth, second, value_and_slope

F = Fraction
H = F(1, 10**7)
AXES = range(3)
Point = list[Fraction]


def exact(at: Point, p: Fraction, r: Fraction) -> Fraction:
    """(L - r v) / ε² of the model that a point stands for, from the loss in fractions."""
    eps, beta, omega = at
    s = 1 + eps * omega
    bias = [beta * eps * s, p / 2 * (1 - eps**2 + eps * s)]
    loss = exact_loss(tt.Problem.toy(2, importance=r, density=p), [[s, -eps]], bias)
    return F(loss - r * (p / 3 - p**2 / 4)) / eps**2


def draw(rng: np.random.Generator) -> tuple[Point, Fraction, Fraction]:
    """Draw a point at which both formulas hold, p and r; whole multiples of 2^-10, so that floats hold them."""
    p = F(int(rng.integers(200, 1024)), 1024)
    eps = p * int(rng.integers(16, 300)) / 1024
    eps = F(int(eps * 1024) + 1, 1024)
    beta, omega = F(int(rng.integers(-400, 1024)), 1024), F(int(rng.integers(-400, 400)), 1024)
    return [eps, beta, omega], p, F(int(rng.integers(0, 1024)), 1024)


def point(at: Point) -> list[tuple[float, float]]:
    return [(float(x), float(x)) for x in at]


def moved(at: Point, axis: int, by: Fraction) -> Point:
    return [x + by * (i == axis) for i, x in enumerate(at)]


@pytest.mark.equation("certificate-blown-up")
def test_it_is_the_loss() -> None:
    rng = np.random.default_rng(0)
    for _ in range(100):
        at, p, r = draw(rng)
        low, high = value_and_slope(*point(at), (float(p), float(p)), float(r), bool(at[1] < 0))[0]
        assert low < exact(at, p, r) < high
        assert high - low < 1e-13


@pytest.mark.equation("certificate-blown-up")
def test_derivatives() -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        at, p, r = draw(rng)
        at[1] = at[1] or F(1, 8)  # not on the bend
        rest = point(at), (float(p), float(p)), float(r), bool(at[1] < 0)
        slopes = value_and_slope(*rest[0], *rest[1:])[1:]
        bends: Any = second(*rest[0], *rest[1:])
        for i in AXES:
            wanted = (exact(moved(at, i, H), p, r) - exact(moved(at, i, -H), p, r)) / (2 * H)
            assert float(wanted) == pytest.approx(np.mean(slopes[i]), abs=1e-10)
        wanted = (exact(at, p + H, r) - exact(at, p - H, r)) / (2 * H)
        assert float(wanted) == pytest.approx(np.mean(growth(*rest[0], *rest[1:])), abs=1e-10)
        for bend, (i, j) in zip(bends, [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)], strict=True):
            corners = [(a, b, moved(moved(at, i, a * H), j, b * H)) for a in (1, -1) for b in (1, -1)]
            wanted = sum((a * b * exact(corner, p, r) for a, b, corner in corners), F(0)) / (4 * H * H)
            assert float(wanted) == pytest.approx(np.mean(bend), abs=1e-9)


def test_boxes_hold_their_points() -> None:
    rng = np.random.default_rng(2)
    for _ in range(200):
        at, p, r = draw(rng)
        below = bool(at[1] < 0)
        widths = [0.0, 0.03, 0.2]
        box = [(float(x) - float(rng.choice(widths)), float(x) + float(rng.choice(widths))) for x in at]
        box[0] = (max(box[0][0], 0.0), box[0][1])
        box[1] = (box[1][0], min(box[1][1], 0.0)) if below else (max(box[1][0], 0.0), box[1][1])
        dense = (float(p), min(1.0, float(p) + float(rng.choice(widths))))
        spots = [(low + t * (high - low),) * 2 for t, (low, high) in zip(rng.random(4), [*box, dense], strict=True)]
        for kernel in (value_and_slope, second, growth):
            outer = np.reshape(kernel(*box, dense, float(r), below), (-1, 2))
            inner = np.reshape(kernel(*spots, float(r), below), (-1, 2))
            assert (outer[:, 0] <= inner[:, 1]).all()
            assert (inner[:, 0] <= outer[:, 1]).all()


def test_slopes_meet_where_beta_is_0_and_second_derivatives_do_not() -> None:
    place = ((0.1, 0.1), (0.0, 0.0), (0.05, 0.05), (0.5, 0.5), 0.5)
    above, below = (np.array(value_and_slope(*place, side)) for side in (False, True))
    assert np.abs(above - below).max() < 1e-14
    assert abs(second(*place, False)[3][0] - second(*place, True)[3][0]) > 0.1


# A looser enclosure is one too: how wide they are is held. ε, β, ω; densities; r; then the ends of F and its slopes, of
# its growth with the density, of its second derivatives.
Side = tuple[float, float]
WIDTHS: list[tuple[tuple[Side, Side, Side], Side, float, list[float], list[float], list[float]]] = [
    (
        ((0.1, 0.15), (0.2, 0.3), (-0.1, 0.2)),
        (0.5, 0.5),
        0.5,
        [0.004894996, 0.07155868, -0.03930977, 0.06794816, -0.04414127, 0.4582297, -0.1708745, 0.3735816],
        [-0.1298985, 0.2274751],
        [
            0.1038636,
            0.1156717,
            -0.02828092,
            0.2402066,
            0.1540118,
            0.3885721,
            1.503275,
            1.726526,
            0.9628535,
            1.160158,
            1.253145,
            1.484145,
        ],
    ),
    (
        ((0.05, 0.1), (-0.2, -0.1), (0.1, 0.3)),
        (0.5, 0.55),
        0.4,
        [0.009973965, 0.1099771, -0.08819921, 0.07120889, -0.4296365, -0.004783564, -0.3873619, 0.08949529],
        [0.1090228, 0.5115324],
        [
            0.07780538,
            0.1291362,
            -0.05081275,
            0.3597988,
            0.05570631,
            0.3821857,
            0.9019899,
            1.132906,
            0.92065,
            1.147854,
            1.21785,
            1.525321,
        ],
    ),
    (
        ((0.0, 0.2), (0.0, 0.5), (-0.3, 0.1)),
        (0.9, 0.9),
        0.9,
        [-0.05568198, 0.5656047, -0.507492, 0.1491095, -1.399032, 0.4254118, -1.596119, 0.4364897],
        [-0.2058481, 1.420182],
        [
            0.1672391,
            0.2705036,
            -0.1825957,
            1.306728,
            -0.02662859,
            1.829262,
            1.270572,
            1.987164,
            1.159217,
            1.959479,
            1.516335,
            2.61884,
        ],
    ),
    (
        ((0.02, 0.05), (-0.5, 0.0), (-0.2, 0.3)),
        (0.2, 0.25),
        0.15,
        [-0.003860005, 0.1882245, -0.1427383, 0.1042862, -0.4237827, 0.1180912, -0.4568468, 0.1594076],
        [-0.01615036, 1.025933],
        [
            0.0153173,
            0.05079044,
            -0.2145733,
            0.4008729,
            -0.1789527,
            0.4875775,
            0.3591321,
            0.5135323,
            0.3612773,
            0.5196588,
            0.4802163,
            0.6926516,
        ],
    ),
]


@pytest.mark.parametrize(("box", "p", "r", "first", "grown", "bends"), WIDTHS)
def test_enclosures_are_as_narrow_as_they_were(
    box: tuple[Side, Side, Side], p: Side, r: float, first: list[float], grown: list[float], bends: list[float]
) -> None:
    for kernel, wanted in ((value_and_slope, first), (growth, grown), (second, bends)):
        found = np.reshape(kernel(*box, p, r, box[1][1] <= 0.0), -1)
        assert found.tolist() == pytest.approx(wanted, rel=1e-6)
