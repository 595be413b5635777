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
