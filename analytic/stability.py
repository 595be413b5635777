"""Where the model without the extra feature loses stability, and how: in closed form, as numbers.

The formulas are derived in `symbolic.onset`; here they are written so that they do not cancel.
"""

from __future__ import annotations

import math
from functools import cache


def threshold(density: float) -> float:
    """Give r_s, the importance at which dropping the extra feature loses local stability: :eq:`stability-threshold`.

    With q = 1 - p, and β* from :eq:`stability-beta` put into :eq:`stability-cost`. Every sum below is of terms that
    hardly cancel, so the result is good to a few units in the last place at every density.

    Parameters
    ----------
    density : float
        p, in (0, 1].

    Returns
    -------
    float
        r_s, relative importance: of the second feature of (2,1), and of the third one of (3,2).

    Examples
    --------
    >>> from toytoy.analytic.stability import threshold
    >>> threshold(1.0)
    1.0
    >>> round(threshold(0.7), 12)
    0.772579530482
    """
    p, q, beta = density, 1 - density, _beta(density)
    reply = (beta - p / 2) ** 2 / 4 + p * (4 - 3 * p) / 12
    return float((p * reply + q * q * beta**2 + p * q * beta**3 / 3) / (p * (4 - 3 * p) / 12))


def kappa(density: float) -> float:
    """Give the cubic coefficient of the loss at the onset, whose sign tells its order: :eq:`onset-coefficient`.

    Parameters
    ----------
    density : float
        p, in (0, 1].

    Returns
    -------
    float
        κ, loss per ‖W_e‖³ at r = r_s: positive where the feature appears continuously.

    Examples
    --------
    >>> from toytoy.analytic.stability import kappa
    >>> round(kappa(0.7), 6), round(kappa(1.0) * 96, 12)
    (0.003851, -1.0)
    """
    p, beta = density, _beta(density)
    powers = (
        p * p * (48 * p - 27 * p * p - 16),
        p * p * (27 * p - 32),
        p * (72 - 168 * p + 72 * p * p),
        252 * p - 68 * p**2 - 12 * p**3 - 144,
        8 * p * p - 24 * p,
    )
    return math.fsum(c * beta**k for k, c in enumerate(powers)) / 96


def _beta(p: float) -> float:
    """β*, with its polynomials in q = 1 - p: they are 1 or so, and do not cancel."""
    q = 1 - p
    return p * p / (1 - q + 4 * q * q + math.sqrt((1 + 3 * q) * (1 - q + 4 * q**3)))


@cache
def onset_window() -> tuple[float, float]:
    """Find the two tricritical densities of "not represented", between which the extra appears continuously.

    They are the zeros of κ, :eq:`onset-coefficient`, by a bracketed root; the importances are their thresholds.

    Examples
    --------
    >>> from toytoy.analytic.stability import onset_window, threshold
    >>> [(round(p, 9), round(threshold(p), 9)) for p in onset_window()]
    [(0.520247737, 0.574041907), (0.83731958, 0.896440608)]
    """
    from scipy.optimize import root_scalar

    low, high = (root_scalar(kappa, bracket=ends, xtol=1e-15).root for ends in ((0.5, 0.6), (0.75, 0.9)))
    return float(low), float(high)
