"""A quantile of many models, with the order statistics that cover it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ...analytic.domain import Domain

LEVEL = Domain("level", 0, 1, low_open=True, high_open=True, hint="0.5 is the median")
COVERED = 0.95


class Quantile(NamedTuple):
    """A sample's quantile and an interval that covers that of the law with 95 % at least; an open end is infinite."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.1e} ({self.low:.0e} … {self.high:.0e})"


def quantile(values: ArrayLike, level: float = 0.5) -> Quantile:
    """Give a quantile of models drawn alike and independently, whatever their law.

    Of n values in order, the k-th is below the law's quantile if at least k of them are, a number of binomial law: the
    ends are those order statistics that it passes with less than 2.5 % each.

    Parameters
    ----------
    values : array
        All axes are models; NaN is refused.
    level : float in (0, 1)

    Raises
    ------
    TypeError, ValueError
        If there is no value, one is NaN, or the level is out of its range.

    Examples
    --------
    >>> from toytoy.compare.training.quantiles import quantile
    >>> quantile(range(1, 101))
    Quantile(value=50.5, low=40.0, high=61.0)
    """
    from scipy.stats import binom

    LEVEL.check(level)
    ordered = np.sort(np.asarray(values, dtype=float), axis=None)
    if not ordered.size or np.isnan(ordered[-1]):
        raise ValueError(f"values must be at least one number and no NaN, got {ordered.size} with NaN or none")
    tail = (1 - COVERED) / 2
    low, high = int(binom.ppf(tail, ordered.size, level)), int(binom.ppf(1 - tail, ordered.size, level)) + 1
    ends = np.concatenate([[-np.inf], ordered, [np.inf]])
    return Quantile(float(np.quantile(ordered, level)), float(ends[low]), float(ends[high]))
