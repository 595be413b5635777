"""Proportions, with Wilson's intervals."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..analytic.domain import Domain, short

Array = NDArray[np.float64]
TOTAL = Domain("total", 1, integer=True, hint="give the number of trials")
LEVEL = Domain("level", 0, 1, low_open=True, high_open=True, hint="0.95 is 95 %")
COVERED = 0.95  # by every interval that names no other level


def wilson(hits: ArrayLike, total: ArrayLike, level: float = COVERED) -> Array:
    """Give Wilson's score interval of each proportion hits / total, 95 % if no other level is asked for.

    The interval holds the probabilities p with ``|hits/total - p| <= z √(p(1 - p)/total)``, :eq:`wilson-condition`,
    where z = 1.96 for 95 %: unlike the estimate's own standard error it is not empty where none, or all, of the
    trials hit.

    Parameters
    ----------
    hits : array of int, shape (...)
        From 0 to total.
    total : int, or array of int that broadcasts with `hits`
        Trials, >= 1.
    level : float in (0, 1)
        Share of intervals that hold the probability, about.

    Returns
    -------
    array, shape (..., 2)
        Ends in [0, 1].

    Raises
    ------
    TypeError, ValueError
        If they are not such numbers.

    References
    ----------
    Wilson 1927, "Probable inference, the law of succession, and statistical inference".

    Examples
    --------
    >>> from toytoy.compare.proportions import wilson
    >>> wilson([0, 5, 10], 10).round(3)
    array([[0.   , 0.278],
           [0.237, 0.763],
           [0.722, 1.   ]])
    """
    counts, totals = np.asarray(hits), np.asarray(total)
    for each in totals.ravel() if totals.size else [0]:
        TOTAL.check(each.item() if isinstance(each, np.generic) else each)
    if counts.dtype.kind not in "iu" or (counts < 0).any() or (counts > totals).any():
        raise ValueError(
            f"hits must be whole numbers from 0 to total={short(total)}, got hits={short(hits)}; count them"
        )
    return score_interval(counts, totals, level)


def score_interval(hits: ArrayLike, total: ArrayLike, level: float = COVERED) -> Array:
    """Solve Wilson's condition, :eq:`wilson-interval`; neither count need be whole, as effective numbers are not.

    Of the two roots only the one that is a sum of positive terms is computed as such; the other comes from the
    product of the two, and the upper end of the hits is one minus the lower end of the misses: exactly 0 where nothing
    hits, exactly 1 where everything does.

    Parameters
    ----------
    hits : array, shape (...), in [0, total]
    total : array that broadcasts with `hits`, > 0
    level : float in (0, 1)

    Returns
    -------
    array, shape (..., 2)

    Raises
    ------
    TypeError, ValueError
        If the level is out of its range.

    Examples
    --------
    >>> from toytoy.compare.proportions import score_interval
    >>> score_interval(4.75, 5.0).round(2)
    array([0.51, 1.  ])
    """
    z = NormalDist().inv_cdf((1 + float(LEVEL.check(level))) / 2)
    k, n = np.broadcast_arrays(np.asarray(hits, dtype=float), np.asarray(total, dtype=float))
    return np.stack([_lower(k, n, z), 1 - _lower(n - k, n, z)], axis=-1)


def _lower(k: Array, n: Array, z: float) -> Array:
    upper_root = k + z * z / 2 + z * np.sqrt(k * (n - k) / n + z * z / 4)  # times n + z²
    return np.asarray(k * (k / n) / upper_root)
