"""Proofs by balls that a system of equations has exactly one root near a guess: Krawczyk's operator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ..domain import short
from .flint_types import arb, arb_mat, ctx

System = Callable[[list[Any]], tuple[list[Any], Any]]  # values and Jacobian (arb_mat) over a box of balls

STALLED = 1e-12  # of a step: from here on Newton converges, or rounding is all that is left
MOST_STEPS = 60  # Newton doubles the digits at each: from 3 to 300 takes 7
RADII = tuple(
    10.0**-k for k in range(3, 31, 3)
)  # of boxes in which the root is shown to be alone, the first that works


class NotProvedError(ValueError):
    """A root could not be proved to exist; nothing is claimed.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.analytic.enclosure import NotProvedError, enclose_stationary
    >>> try:
    ...     enclose_stationary(tt.Problem.toy(2, density=0.5), [[0.5, -0.1]], [0.3, 0.0])
    ... except NotProvedError:
    ...     print("no stationary point is proved near that")
    no stationary point is proved near that
    """


class Root(NamedTuple):
    """A box that holds exactly one root, and the radius around its middle within which there is no other."""

    box: list[Any]
    unique_within: float


def prove_root(system: System, guess: Sequence[float], within: float) -> Root:
    """Prove that a system has exactly one root near a guess, :eq:`enclosure-krawczyk`, to the working precision.

    Newton's method in balls' midpoints improves the guess; then Krawczyk's operator must map a box around it into its
    own interior. That proves a root there and that it is the only one in the box; iterating shrinks the box.

    Parameters
    ----------
    system : callable
        From a box, a list of balls, to enclosures of the values and of the Jacobian over that box.
    guess : sequence of float, length k
    within : float
        How far the root may be from the guess, in each unknown.

    Raises
    ------
    NotProvedError
        A ValueError, if Newton's method leaves that neighborhood, the Jacobian is singular or not enclosed (a kink), or
        no box is mapped into itself.

    References
    ----------
    Krawczyk 1969, "Newton-Algorithmen zur Bestimmung von Nullstellen mit Fehlerschranken", Computing 4, 187-201.

    Examples
    --------
    >>> from flint import arb_mat
    >>> from toytoy.analytic.balls.krawczyk import prove_root
    >>> root = prove_root(lambda x: ([x[0] ** 2 - 2], arb_mat([[2 * x[0]]])), [1.4142], within=0.01)
    >>> root.box[0].str(14, radius=False), root.unique_within
    ('1.4142135623731', 0.001)
    """
    middle = _newton(system, [arb(x) for x in guess], within)
    values, jacobian = system(middle)
    try:
        inverse = jacobian.mid().inv().mid()
    except ZeroDivisionError:
        raise NotProvedError(f"the equations are singular at {_plain(middle)}; a fold, or a flat direction") from None
    newton = inverse * _column(values)
    for radius in (r for r in RADII if r <= within):
        offsets = [arb(0, radius) for _ in middle]
        _, jacobian = system([x + d for x, d in zip(middle, offsets, strict=True)])
        contraction = _identity(len(middle)) - inverse * jacobian
        found = _map(newton, contraction, offsets)
        if all(d.contains_interior(k) for d, k in zip(offsets, found, strict=True)):
            return Root([x + d for x, d in zip(middle, _shrink(newton, contraction, found), strict=True)], radius)
    raise NotProvedError(f"no box around {_plain(middle)} is mapped into itself; a kink may pass through it")


def _newton(system: System, start: list[Any], within: float) -> list[Any]:
    """Improve a guess until steps no longer shrink."""
    x, last = start, None
    for _ in range(MOST_STEPS):
        values, jacobian = system(x)
        try:
            step = [d.mid() for d in jacobian.mid().solve(_column([v.mid() for v in values])).entries()]
        except ZeroDivisionError:
            raise NotProvedError(
                f"the equations are singular at {_plain(x)}; a kink, a fold or a flat direction"
            ) from None
        x = [(a - d).mid() for a, d in zip(x, step, strict=True)]
        if not all(abs(a - b) <= within for a, b in zip(x, start, strict=True)):
            raise NotProvedError(
                f"no root is within {within:g} of the guess {_plain(start)}; give a better one, or a larger within"
            )
        size = max(map(abs, step))
        if size < arb(2) ** (8 - ctx.prec) or (last is not None and last < STALLED and size >= last / 2):
            break
        last = size
    return x


def _shrink(newton: Any, contraction: Any, offsets: list[Any]) -> list[Any]:
    """Map a box again, with the same Jacobian, as long as that shrinks it (without end, if the middle is the root)."""
    enough = arb(2) ** -ctx.prec
    while True:
        smaller = _map(newton, contraction, offsets)
        shrinks = any(enough < new.rad() < old.rad() / 2 for new, old in zip(smaller, offsets, strict=True))
        offsets = [new.intersection(old) for new, old in zip(smaller, offsets, strict=True)]
        if not shrinks:
            return offsets


def _map(newton: Any, contraction: Any, offsets: list[Any]) -> list[Any]:
    """Krawczyk's operator less the middle: -Y f(m) + (1 - Y J)(X - m)."""
    return list((contraction * _column(offsets) - newton).entries())


def _column(values: Sequence[Any]) -> Any:
    return arb_mat(len(values), 1, list(values))


def _identity(size: int) -> Any:
    return arb_mat([[int(i == k) for k in range(size)] for i in range(size)])


def _plain(balls: Sequence[Any]) -> str:
    return short([float(x.mid()) for x in balls])
