"""How many independent cells a map of correlated ones is worth."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..analytic.domain import short

Array = NDArray[np.float64]


def effective_number(flags: ArrayLike) -> float:
    """Give the number of independent cells whose share would scatter as much as that of these correlated ones.

    A region's cells lie together: what holds in one tells much of the next. If the correlation of two cells falls off
    as ρ^k with their distance k along either axis, the share of K × L cells scatters as that of
    K²/Σ ρ^|i-j| times L²/Σ σ^|i-j| independent ones, :eq:`effective-cells`. ρ and σ are taken from next neighbors;
    a negative one counts as none.

    Parameters
    ----------
    flags : array of bool, shape (d, r)
        Whether each cell has what is counted.

    Returns
    -------
    float
        From 1 to d r; NaN where all cells are alike, which tells nothing of their correlation.

    Raises
    ------
    ValueError
        If it is no such array, or empty.

    Examples
    --------
    >>> import numpy as np
    >>> from toytoy.compare.effective import effective_number
    >>> effective_number([[True, False] * 4] * 8), round(effective_number(np.tri(8) > 0), 1)
    (8.0, 3.5)
    """
    held = np.asarray(flags)
    if held.dtype != np.bool_ or held.ndim != 2 or not held.size:
        raise ValueError(f"flags must be bools of shape (d, r), not empty, got flags={short(flags)}; compare cells")
    if held.all() or not held.any():
        return float("nan")
    factors = [worth(size, neighbor_correlation(held, axis)) for axis, size in enumerate(held.shape)]
    return float(np.prod(factors))


def neighbor_correlation(held: NDArray[np.bool_], axis: int) -> float:
    """Correlate cells with the next ones along an axis; 0 for an axis of one cell."""
    apart = np.moveaxis(held, axis, 0) - held.mean()
    if len(apart) == 1:
        return 0.0
    return float((apart[1:] * apart[:-1]).mean() / (apart**2).mean())


def worth(size: int, correlation: float) -> float:
    """Give the effective number of a row of cells, correlated as ρ^|i-j|; from 1 to its size."""
    rho = min(max(correlation, 0.0), 1.0)
    distance = np.arange(1, size)
    return float(size**2 / (size + 2 * ((size - distance) * rho**distance).sum()))
