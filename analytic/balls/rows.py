"""One output's error in balls, with its first and second derivatives by its bias and its row of WᵀW."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations_with_replacement, pairwise
from typing import Any, NamedTuple

from ..activation import piecewise
from ..problem import Problem
from .flint_types import arb
from .numbers import BoxMoments, CubeMoments, ball, rational

Law = Sequence[tuple[tuple[int, ...], Any]]  # active features, and the probability of just these, a ball
Terms = dict[tuple[int, ...], Any]  # a derivative, by the sorted indices of what is differentiated by


class BallHinge(NamedTuple):
    """Where the slope jumps, σ there, the jump s' - s, and s'² - s²."""

    at: Any
    level: Any
    jump: Any
    squares: Any


def ball_hinges(problem: Problem) -> tuple[list[BallHinge], Any]:
    """Give the hinges of a piecewise-linear activation as flint's fractions, and the slope before the first."""
    sigma = piecewise(problem.activation)
    slopes, level, before, hinges = [rational(s) for s in sigma.slopes], rational(0), rational(0), []
    for at, (near, far) in zip(map(rational, sigma.hinges), pairwise(slopes), strict=True):
        level, before = level + near * (at - before), at
        hinges.append(BallHinge(at, level, far - near, far**2 - near**2))
    return hinges, slopes[0]


class BallRow:
    """E (x_j - σ(z))² of output j and its derivatives by θ = (b_j, row j of G), :eq:`enclosure-row`.

    In indices of derivatives 0 is the bias and i + 1 the entry of feature i.

    Parameters
    ----------
    j : int
    theta : sequence of balls, length n + 1
    moments : sequence, one a hinge
        `CubeMoments` or `BoxMoments` of z past that hinge.
    activation : from `ball_hinges`
    """

    def __init__(
        self,
        j: int,
        theta: Sequence[Any],
        moments: Sequence[CubeMoments | BoxMoments],
        activation: tuple[list[BallHinge], Any],
    ) -> None:
        self.j, self.theta, self.moments = j, theta, moments
        self.hinges, self.slope = activation

    def terms(self, law: Law, order: int) -> Terms:
        """Give the error (at ()) and its derivatives up to an order <= 2, averaged over a law of active sets."""
        total: Terms = {}
        for active, chance in law:
            places = (0, *(i + 1 for i in active))
            for k in range(order + 1):
                for by in combinations_with_replacement(places, k):
                    total[by] = total.get(by, 0) + chance * self._derivative(active, by)
        return total

    def _derivative(self, active: tuple[int, ...], by: tuple[int, ...]) -> Any:
        cube, hit, own = sum(1 << i for i in active), self.j in active, self.j + 1
        total = self._first_piece(active, by)
        for moments, (_, level, jump, squares) in zip(self.moments, self.hinges, strict=True):

            def mean(*by: int, moments: CubeMoments | BoxMoments = moments) -> Any:
                """E x^by G_(2 - |by|) of z past the hinge: a derivative of E G_2."""
                return moments.mean(cube, tuple(sorted(k - 1 for k in by if k)), 2 - len(by))

            if squares:
                total += 2 * squares * mean(*by)
            if jump and hit:
                total -= 2 * jump * mean(*by, own)
            if jump and level:
                total += 2 * jump * level * mean(*by, 0)
        return total

    def _first_piece(self, active: tuple[int, ...], by: tuple[int, ...]) -> Any:
        """Give E (x_j - s z)² over the whole cube, or a derivative of it: a quadratic form in E x_k x_l."""
        if by and not self.slope:
            return arb(0)
        places = (0, *(i + 1 for i in active))
        rest = {k: int(k == self.j + 1) - self.slope * self.theta[k] for k in places}
        if len(by) == 2:
            return 2 * self.slope**2 * _square_mean(*by)
        if by:
            return -2 * self.slope * sum(_square_mean(by[0], k) * rest[k] for k in places)
        return sum((_square_mean(k, m) * rest[k] * rest[m] for k in places for m in places), arb(0))


def _square_mean(k: int, m: int) -> Any:
    """E x_k x_m of uniform variables, x_0 = 1."""
    if k == m:
        return ball(1) / 3 if k else ball(1)
    return ball(1) / 4 if k and m else ball(1) / 2
