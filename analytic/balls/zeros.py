"""All zeros of a function of one variable in an interval, each proved by balls to be there and to be alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .flint_types import arb, ctx
from .krawczyk import NotProvedError
from .numbers import hull

Function = Callable[[Any], tuple[Any, Any]]  # from a ball to its value and derivative over it
MOST_HALVINGS = 60


def all_zeros(function: Function, low: Any, high: Any, halvings: int = MOST_HALVINGS) -> list[Any]:
    """Find every zero in [low, high], :eq:`enclosure-zeros`, each to the working precision.

    An interval on which the function has no sign, and is not monotone, is halved; on one where it is monotone the signs
    at its ends decide. So the list is complete, and each of its balls holds exactly one zero.

    Parameters
    ----------
    function : callable
        From a ball to enclosures of the value and of the derivative over it.
    low, high : exact balls
    halvings : int, optional
        How often an interval may be halved.

    Raises
    ------
    NotProvedError
        A ValueError, if a sign stays undecided: a double zero, or a zero at an end.

    Examples
    --------
    >>> from flint import arb
    >>> from toytoy.analytic.balls.zeros import all_zeros
    >>> [zero.str(14, radius=False) for zero in all_zeros(lambda x: (x**2 - 2, 2 * x), arb(-2), arb(2))]
    ['-1.4142135623731', '1.4142135623731']
    """
    value, slope = function(hull(low, high))
    if value > 0 or value < 0:
        return []
    if slope > 0 or slope < 0:
        left, right = function(low)[0], function(high)[0]
        if left * right > 0:
            return []
        if left * right < 0:
            return [_newton(function, hull(low, high))]
    if not halvings:
        raise NotProvedError(f"no sign near {float(low):g} could be proved; a double zero, or too few digits")
    middle = ((low + high) / 2).mid()
    return [*all_zeros(function, low, middle, halvings - 1), *all_zeros(function, middle, high, halvings - 1)]


def _newton(function: Function, box: Any) -> Any:
    """Shrink a ball that holds one zero by the interval Newton operator, m - f(m) / f'(X).

    Around a zero at 0 that has no end, as a radius has none: there the working precision is enough.
    """
    enough = arb(2) ** -ctx.prec
    while True:
        middle = arb(box.mid())
        smaller = (middle - function(middle)[0] / function(box)[1]).intersection(box)
        if not smaller.rad() < box.rad() / 2 or (smaller.contains(0) and smaller.rad() < enough):
            return smaller
        box = smaller
