"""Proportions of trained models, with Wilson's intervals."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...analytic.domain import Domain, short

Array = NDArray[np.float64]
TOTAL = Domain("total", 1, integer=True, hint="give the number of models")


def wilson(hits: ArrayLike, total: int) -> Array:
    """Give Wilson's 95 % score interval of each proportion hits / total.

    The interval holds the probabilities p with |hits/total - p| <= 1.96 √(p(1 - p)/total): unlike the estimate's own
    standard error it is not empty where none, or all, of the models hit.

    Parameters
    ----------
    hits : array of int, shape (...)
        From 0 to total.
    total : int
        Models, >= 1.

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
    >>> from toytoy.compare.training.proportions import wilson
    >>> wilson([0, 5, 10], 10).round(3)
    array([[0.   , 0.278],
           [0.237, 0.763],
           [0.722, 1.   ]])
    """
    TOTAL.check(total)
    counts = np.asarray(hits)
    if counts.dtype.kind not in "iu" or (counts < 0).any() or (counts > total).any():
        raise ValueError(f"hits must be whole numbers from 0 to total={total}, got hits={short(hits)}; count models")
    ends = np.array([_interval(int(k), total) for k in counts.ravel()])
    return ends.reshape(*counts.shape, 2)


@cache
def _interval(hits: int, total: int) -> tuple[float, float]:
    from scipy.stats import binomtest

    found = binomtest(hits, total).proportion_ci(method="wilson")
    return float(found.low), float(found.high)
