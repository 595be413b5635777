"""Roots of many functions of one variable at once, each kept in a bracket: Chandrupatla's method."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .model import Array

EPS = float(np.finfo(np.float64).eps)
MAX_STEPS = 200  # bisection alone needs 60 for a bracket of size 100; interpolation usually ends within 12


def bracketed_roots(function: Callable[[Array], Array], low: Array, high: Array) -> Array:
    """Find a sign change of each function between its two ends, to the spacing of numbers of its size.

    Inverse quadratic interpolation where the last three points allow it, else bisection: continuity is not needed,
    a jump from one sign to the other is found as well.

    Parameters
    ----------
    function : callable
        From points of shape (k,) to values of shape (k,), element by element.
    low, high : array, shape (k,)
        The function is <= 0 at `low` and >= 0 at `high`: the caller vouches for it.

    Returns
    -------
    array, shape (k,)

    References
    ----------
    Chandrupatla 1997, "A new hybrid quadratic/bisection algorithm for finding the zero of a nonlinear function
    without using derivatives", Advances in Engineering Software 28, 145-149.

    Examples
    --------
    >>> import numpy as np
    >>> from toytoy.analytic.bracket import bracketed_roots
    >>> bracketed_roots(lambda x: x**2 - [2.0, 9.0], np.zeros(2), np.full(2, 10.0)).round(12)
    array([1.41421356, 3.        ])
    """
    if not low.size:
        return low.copy()
    a, b = low.astype(np.float64), high.astype(np.float64)
    fa, fb = _signed(function(a), -1.0), _signed(function(b), 1.0)
    share, best, open_ = np.full(a.shape, 0.5), a.copy(), np.ones(a.shape, bool)
    for _ in range(MAX_STEPS):
        x = a + share * (b - a)
        fx = function(x)
        same = (fx < 0) == (fa < 0)
        c, fc = np.where(same, a, b), np.where(same, fa, fb)  # the point just left behind
        b, fb = np.where(same, b, a), np.where(same, fb, fa)
        a, fa = x, fx
        width, nearest = np.abs(b - a), np.where(np.abs(fa) < np.abs(fb), a, b)
        best = np.where(open_, nearest, best)
        spacing = 2 * EPS * np.abs(nearest) + 2 * EPS**2
        open_ = open_ & (width > 2 * spacing) & (fa != 0)
        if not open_.any():
            break
        least = np.minimum(spacing / np.where(width > 0, width, 1.0), 0.5)
        share = np.clip(_interpolated(a, b, c, fa, fb, fc), least, 1 - least)
    return best


def _signed(values: Array, sign: float) -> Array:
    """Give a zero at an end of a bracket the sign that it stands for, so that a flat end is no root yet."""
    return np.where(values * sign > 0, values, sign * np.finfo(np.float64).tiny)


def _interpolated(a: Array, b: Array, c: Array, fa: Array, fb: Array, fc: Array) -> Array:
    """Share of the way from a to b: inverse quadratic where it is monotone (Chandrupatla's criterion), else half."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        position, value = (a - b) / (c - b), (fa - fb) / (fc - fb)
        trusted = (value**2 < position) & ((1 - value) ** 2 < 1 - position)
        quadratic = fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
    return np.where(trusted & np.isfinite(quadratic), quadratic, 0.5)
