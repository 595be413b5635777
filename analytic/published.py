"""The published phase diagram in closed form: losses of the frozen ReLU models, and where they are equal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .ansatz import CANDIDATES, checked_name
from .domain import DENSITY, IMPORTANCE, Domain
from .model import Array
from .regime import Phase

Curve = Callable[[Array], Any]

JUNCTION = (1.0, 4 / 7)  # (importance, density) where all boundaries meet, in both toys


def _variance(p: Array) -> Array:
    """p/3 - p²/4, the variance of an input: the loss of a dropped output whose bias is the mean input."""
    return p * (4 - 3 * p) / 12


# Two features that share an axis with opposite signs cost E[min(x, y)²] = 1/6 each when both are active, else nothing.
# In the triangle an output sees x_j - (x_k + x_l)/2: 1/16 in the company of one, 1/6 in that of both.
_LOSSES: dict[int, dict[Phase, Callable[[Array, Array], Any]]] = {
    2: {
        Phase.NOT_REPRESENTED: lambda p, r: r * _variance(p),
        Phase.DEDICATED: lambda p, r: _variance(p),
        Phase.ANTIPODAL: lambda p, r: (1 + r) * p**2 / 6,
    },
    3: {
        Phase.NOT_REPRESENTED: lambda p, r: r * _variance(p),
        Phase.DEDICATED: lambda p, r: _variance(p),
        Phase.ANTIPODAL: lambda p, r: (1 + r) * p**2 / 6,
        Phase.ANTIPODAL_OTHERS: lambda p, r: p**2 / 3,
        Phase.TRIANGLE: lambda p, r: (2 + r) * p**2 * (3 + p) / 24,
    },
}


class Line(NamedTuple):
    """A boundary of the published diagram, as importance over density and as density over importance.

    NaN where it does not exist, and, in one of the two, where it is parallel to that axis.
    """

    importance: Curve
    density: Curve


def _below(end: float, curve: Curve) -> Curve:
    return lambda x: np.where(x <= end, curve(np.minimum(x, end)), np.nan)


def _above(start: float, curve: Curve) -> Curve:
    return lambda x: np.where(x >= start, curve(np.maximum(x, start)), np.nan)


def _constant(value: float) -> Curve:
    return lambda x: np.full_like(x, value)


_ONSET = Line(_below(4 / 7, lambda p: 2 * p / (4 - 5 * p)), _below(1.0, lambda r: 4 * r / (2 + 5 * r)))
_EXCHANGE = Line(_above(4 / 7, _constant(1.0)), _constant(np.nan))  # which of two features is dropped
_LINES: dict[int, dict[tuple[Phase, Phase], Line]] = {
    2: {
        (Phase.NOT_REPRESENTED, Phase.ANTIPODAL): _ONSET,
        (Phase.NOT_REPRESENTED, Phase.DEDICATED): _EXCHANGE,
        (Phase.ANTIPODAL, Phase.DEDICATED): Line(
            _below(4 / 7, lambda p: (4 - 5 * p) / (2 * p)), _above(1.0, lambda r: 4 / (5 + 2 * r))
        ),
    },
    3: {
        (Phase.NOT_REPRESENTED, Phase.ANTIPODAL): _ONSET,
        (Phase.NOT_REPRESENTED, Phase.DEDICATED): _EXCHANGE,
        (Phase.ANTIPODAL, Phase.ANTIPODAL_OTHERS): Line(_below(4 / 7, _constant(1.0)), _constant(np.nan)),
        (Phase.ANTIPODAL_OTHERS, Phase.DEDICATED): Line(_constant(np.nan), _above(1.0, _constant(4 / 7))),
    },
}


def ansatz_loss(name: str, density: ArrayLike, importance: ArrayLike, n_features: int) -> Any:
    """Compute the loss of a frozen ReLU model of the toy, in closed form.

    With v = p/3 - p²/4: not_represented r v; dedicated v; antipodal (1 + r) p²/6; antipodal_others p²/3;
    triangle (2 + r) p² (3 + p) / 24.

    Parameters
    ----------
    name : str or Phase
        A phase that `ansatz` knows for that toy.
    density : array of numbers in (0, 1]
        p.
    importance : array of numbers >= 0
        r, the importance of the last feature; the others have 1. Broadcast with `density`.
    n_features : {2, 3}
        Features of the toy, in one dimension less.

    Returns
    -------
    float, or array of the broadcast shape
        Loss per input, summed over features; a few roundings from exact.

    Raises
    ------
    TypeError, ValueError
        If a number is out of range, the toy does not exist, or the name is unknown (the nearest is offered).

    Examples
    --------
    >>> from toytoy.analytic.published import ansatz_loss
    >>> round(float(ansatz_loss("antipodal", density=0.5, importance=1.0, n_features=2)), 12)
    0.083333333333
    """
    p, r = np.broadcast_arrays(_checked(DENSITY, density), _checked(IMPORTANCE, importance))
    return _LOSSES[_toy(n_features)][checked_name(n_features, name)](p, r)


def published_phase(n_features: int, density: ArrayLike, importance: ArrayLike) -> Any:
    """Tell which of the published candidates has the least loss; at a tie the earlier of `CANDIDATES`.

    Parameters
    ----------
    n_features : {2, 3}
    density : array of numbers in (0, 1]
    importance : array of numbers >= 0
        r, broadcast with `density`.

    Returns
    -------
    Phase, or array of Phase of the broadcast shape

    Raises
    ------
    TypeError, ValueError
        As `ansatz_loss` does.

    Examples
    --------
    >>> from toytoy.analytic.published import published_phase
    >>> [str(phase) for phase in published_phase(3, density=0.1, importance=[0.01, 0.5, 2.0])]
    ['not_represented', 'antipodal', 'antipodal_others']
    """
    candidates = CANDIDATES[_toy(n_features)]
    losses = np.array([ansatz_loss(name, density, importance, n_features) for name in candidates])
    return np.array(candidates, dtype=object)[losses.argmin(axis=0)]


def ansatz_boundary(
    n_features: int,
    between: tuple[str, str],
    *,
    density: ArrayLike | None = None,
    importance: ArrayLike | None = None,
) -> Any:
    """Compute where two published candidates are equally good, and better than all others.

    Both toys: not_represented | antipodal, r = 2p / (4 - 5p) for r <= 1; not_represented | dedicated, r = 1 for
    p >= 4/7. (2,1): antipodal | dedicated, p = 4 / (5 + 2r) for r >= 1. (3,2): antipodal | antipodal_others,
    r = 1 for p <= 4/7; antipodal_others | dedicated, p = 4/7 for r >= 1. All end in (r, p) = (1, 4/7).

    Parameters
    ----------
    n_features : {2, 3}
    between : pair of str or Phase
        In any order.
    density : array of numbers in (0, 1], or None
        Give it to get importances.
    importance : array of numbers >= 0, or None
        Give it to get densities.

    Returns
    -------
    float, or array of the shape given
        NaN where the boundary does not exist; also, in one direction, where it runs along r = 1 or p = 4/7.

    Raises
    ------
    TypeError
        Unless exactly one of density and importance is given.
    ValueError
        If the two phases share no boundary (those that do are listed), or a number is out of range.

    Examples
    --------
    >>> from toytoy.analytic.published import ansatz_boundary
    >>> round(float(ansatz_boundary(2, ("not_represented", "antipodal"), density=0.5)), 12)
    0.666666666667
    """
    if (density is None) == (importance is None):
        raise TypeError(f"give density or importance, and not both, got {density=}, {importance=}")
    line = _line(n_features, between)
    if density is not None:
        return line.importance(_checked(DENSITY, density))[()]
    return line.density(_checked(IMPORTANCE, importance))[()]


def _line(n_features: int, between: tuple[str, str]) -> Line:
    lines = _LINES[_toy(n_features)]
    wanted = {checked_name(n_features, name) for name in between}
    for pair, line in lines.items():
        if set(pair) == wanted:
            return line
    known = ", ".join(" | ".join(pair) for pair in lines)
    raise ValueError(f"between must be two phases that share a boundary ({known}), got between={tuple(between)!r}")


def _toy(n_features: int) -> int:
    if n_features not in _LOSSES:
        raise ValueError(f"the toy has 2 features in 1 dimension or 3 in 2, got n_features={n_features!r}")
    return n_features


def _checked(domain: Domain, given: Any) -> NDArray[np.float64]:
    """Validate an array of numbers by its extremes; NaN is passed on by both, and refused."""
    array = np.asarray(given, dtype=np.float64)
    if array.size:
        domain.check(float(array.min()))
        domain.check(float(array.max()))
    return array
