"""What becomes of a feature (regime), and of the toy's extra feature (phase)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .domain import TOLERANCE
from .gram import Array, overlap_graph, overlaps, projections, rank, superposition
from .model import check_weights

Flags = NDArray[np.bool_]


class Regime(StrEnum):
    """What a model does with one feature.

    NOT_REPRESENTED: its column of W vanishes. DEDICATED: it shares its direction with no other feature.
    SUPERPOSED: it overlaps others.

    Examples
    --------
    >>> import toytoy as tt
    >>> tt.regimes([[1.0, 0.0]])[1] is tt.Regime.NOT_REPRESENTED
    True
    """

    NOT_REPRESENTED = "not_represented"
    DEDICATED = "dedicated"
    SUPERPOSED = "superposed"


class Phase(StrEnum):
    """What a model of the toy of the toy does with its extra, last, feature; `phase` tells when each holds.

    Examples
    --------
    >>> import toytoy as tt
    >>> tt.phase([[1.0, -1.0]]) is tt.Phase.ANTIPODAL
    True
    """

    NOT_REPRESENTED = "not_represented"
    DEDICATED = "dedicated"
    ANTIPODAL = "antipodal"
    ALIGNED = "aligned"
    ANTIPODAL_OTHERS = "antipodal_others"
    TRIANGLE = "triangle"
    MIXED = "mixed"


def regimes(weights: ArrayLike, tolerance: float = 1e-8) -> Any:
    """Tell what a model does with each feature.

    Not represented: ‖W_i‖² <= tolerance. Dedicated: represented, and Σ_{j≠i} (Ŵ_i·W_j)² <= tolerance.
    Superposed: the rest.

    Parameters
    ----------
    weights : array, shape (..., n_hidden, n_features)
    tolerance : float in [0, 1)
        1e-8 suits exact optima, 0.01 trained weights.

    Returns
    -------
    tuple of Regime, length n_features, for one matrix
    array of Regime, shape (..., n_features), for a batch

    Raises
    ------
    TypeError, ValueError
        If the weights are not real, finite and of at least two axes, or the tolerance is out of range.

    Examples
    --------
    >>> import toytoy as tt
    >>> [str(regime) for regime in tt.regimes([[1.0, -0.9, 0.0]])]
    ['superposed', 'superposed', 'not_represented']
    """
    TOLERANCE.check(tolerance)
    array = check_weights(weights)
    represented = np.diagonal(overlaps(projections(array)), axis1=-2, axis2=-1) > tolerance
    shared = superposition(array) > tolerance
    members = np.array(list(Regime), dtype=object)
    chosen = members[np.where(represented, 1 + shared, 0)]
    return tuple(chosen) if array.ndim == 2 else chosen


def phase(weights: ArrayLike, tolerance: float = 1e-8) -> Any:
    """Tell what a model of the toy of the toy does with its extra, last, feature.

    Features overlap if (Ŵ_i·W_j)² or (Ŵ_j·W_i)² exceeds the tolerance; a block is a set of features connected
    by overlaps; its rank counts the singular values of its columns whose square exceeds the tolerance.

    - not_represented: the extra's column vanishes.
    - dedicated: the extra is dedicated and another feature is dropped.
    - antipodal_others: the extra is dedicated and the two others are a block of rank 1 with a negative product.
    - antipodal, aligned: the extra's block is a pair of rank 1 with a negative, or positive, product.
    - triangle: the extra's block is all three features, of rank 2.
    - mixed: anything else.

    Parameters
    ----------
    weights : array, shape (..., 1, 2) or (..., 2, 3)
    tolerance : float in [0, 1)
        1e-8 suits exact optima, 0.01 trained weights.

    Returns
    -------
    Phase for one matrix; array of Phase, of the leading shape, for a batch

    Raises
    ------
    TypeError, ValueError
        If the weights are not real and finite, belong to neither toy, or the tolerance is out of range.

    Examples
    --------
    >>> import toytoy as tt
    >>> str(tt.phase([[1.0, -1.0, 0.0], [0.0, 0.0, 1.0]]))
    'antipodal_others'
    """
    TOLERANCE.check(tolerance)
    array = check_weights(weights)
    if array.shape[-2:] not in ((1, 2), (2, 3)):
        raise ValueError(
            f"a phase is defined for 2 features in 1 dimension and 3 in 2, got weights of shape {array.shape}; "
            f"use structure, which names the blocks of any model"
        )
    cases = _phase_cases(array, tolerance)
    members = np.array([*cases, Phase.MIXED], dtype=object)
    first = np.select(list(cases.values()), range(len(cases)), len(cases))  # the first case that holds
    return members[first]


def _phase_cases(weights: Array, tolerance: float) -> dict[Phase, Flags]:
    """Condition of each phase, in order of precedence; where none holds the phase is mixed."""
    own = np.eye(weights.shape[-1], dtype=bool)
    projected = projections(weights)
    represented = np.diagonal(overlaps(projected), axis1=-2, axis2=-1) > tolerance
    dedicated = superposition(weights)[..., -1] <= tolerance
    block = _extra_block(overlap_graph(projected, tolerance) | own)
    pair = np.where(dedicated[..., None], ~block, block)  # the pair in question: the others', or the extra's
    size, order = pair.sum(-1), rank(weights * pair[..., None, :], tolerance)
    line = (size == 2) & (order == 1)
    members = pair[..., :, None] & pair[..., None, :] & ~own
    product = np.sum(projected, axis=(-2, -1), where=members)  # both entries of a pair have the sign of its product
    opposite = line & (product < 0)
    return {
        Phase.NOT_REPRESENTED: ~represented[..., -1],
        Phase.DEDICATED: dedicated & ~represented[..., :-1].all(-1),
        Phase.ANTIPODAL_OTHERS: dedicated & opposite,
        Phase.ANTIPODAL: ~dedicated & opposite,
        Phase.ALIGNED: ~dedicated & line,
        Phase.TRIANGLE: ~dedicated & (size == 3) & (order == 2),
    }


def _extra_block(steps: Flags) -> Flags:
    """Features that steps, or none, lead to from the last one, shape (..., n), for n <= 3: two reach them all."""
    block: Flags = np.any(steps[..., -1, :, None] & steps, axis=-2)
    return block
