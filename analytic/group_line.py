"""What one hinge of the activation adds to one output's error while features in groups are active: a Laplace line.

As :eq:`line-hinge`, with the factors of `group_law`: :eq:`group-hinge`. Features far smaller than the largest have a
scale of their own: what they do while all larger ones are silent is taken off the line, and has one of its own.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .group_law import Array, Company, GroupLaw, company, pull

Complex = NDArray[np.complex128]

DAMPING = 32.0  # c times the period R = 2π / h: images of v below cost e^-32 of R²
BEYOND = 64.0  # E e^(t(v - R)) is at most e^-64: images above cost nothing
GROWTH = 4.0  # of ln E e^(cv) at most: the integrand must not outgrow its integral
STEEPEST = 400.0  # of c times the largest growth: no overflow
TRIALS = 65  # of c
SMALL = 1e-2  # of the largest
TAPER = 0.7  # from this share of the last node on the weights fall to 0; two shorter rules make the error
SLOWEST = TAPER / (1.0 - TAPER)
FIRST_NODES, MOST_NODES = 256, 2**18
MOST_VALUES = 2**20  # of nodes times features: less than a second
CHUNK = 2048  # nodes at a time: memory stays small
ENOUGH, ENOUGH_SLOPE = 1e-10, 1e-7  # of the output's error, and of its density: more nodes are not taken
ROUNDING = 1e-14  # of what a line adds up, in absolute value
TERMS = 17  # of power series at |u| <= 1: what is left is 1 / 18!
TINY = 1e-100  # a hinge passed by less changes nothing


class Hinge(NamedTuple):
    """v = θ + Σ α_i x_i past the hinge; κ, the change of the squared slope; D, that of the slope; σ at the hinge."""

    theta: float
    kappa: float
    change: float
    level: float


class Share(NamedTuple):
    """What a hinge adds: without and with the own feature; the derivatives by θ and every α; the error."""

    silent: float
    active: float
    by_theta: float
    by_alpha: Array
    error: float


def hinge_share(
    law: GroupLaw, j: int, alphas: Array, hinge: Hinge, target: float, steep: float, gradient: bool
) -> Share:
    """Integrate over all sets of two and more features, for an output of error `target` and slopes of size `steep`."""
    total = np.zeros(4)
    by_alpha = np.zeros(len(alphas))
    for one, next_one in _levels(law, alphas):
        up = hinge.theta + _most(one, alphas)
        if up > TINY:
            c, step, chance = _place(one, alphas, hinge.theta, up)
            if chance:
                line = _Line(one, next_one, j, alphas, hinge, c, step, chance)
                total += line.integrate(target, steep)
                if gradient:
                    by_alpha += line.by_alpha()
    return Share(float(total[0]), float(total[1]), float(total[2]), by_alpha, float(total[3]))


def _levels(law: GroupLaw, alphas: Array) -> list[tuple[GroupLaw, GroupLaw | None]]:
    """Part the law by scale: each one with the law of its small features, which is to be taken off."""
    laws = [law]
    while True:
        last = laws[-1]
        sizes = np.abs(alphas[last.features])
        small = last.silenced(sizes <= SMALL * sizes.max())
        if len(small.features) == len(sizes) or not small.several:  # all are small only where all are 0
            return [*zip(laws, [*laws[1:], None], strict=True)]
        laws.append(small)


def _most(law: GroupLaw, alphas: Array) -> float:
    """Bound how far active features raise v."""
    rises = np.maximum(0.0, alphas[law.features])
    if law.together:
        return float(rises.sum())
    most = np.zeros(len(law.density))
    np.maximum.at(most, law.group, rises)
    return float(most.sum())


def _place(law: GroupLaw, alphas: Array, theta: float, up: float) -> tuple[float, float, float]:
    """Choose c and the step: images do not matter, and the integrand is not so large that it cancels.

    All by what sets of two and more features do, whose probability is returned too.
    """
    own = alphas[law.features]
    farthest = STEEPEST / max(float(np.maximum(0.0, own).sum()), abs(theta))
    lowest = min(GROWTH / up, farthest)
    trials = np.geomspace(lowest, farthest, TRIALS)
    several = company(law, -1, psi_derivatives(own[:, None] * np.append(0.0, trials))[0]).silent
    if not several[0]:  # it underflows: there is nothing to add up
        return lowest, 2.0 * np.pi * lowest / DAMPING, 0.0
    growth = theta * trials + np.log(several[1:] / several[0])
    # by Markov's inequality at t, images above R, 2R, … cost nothing on a line at c <= t
    reach = np.minimum.accumulate(((growth + BEYOND) / trials)[::-1])[::-1].clip(1e-3 * up, up)
    fit = trials[(growth <= GROWTH) & (trials <= DAMPING / reach)]
    c = float(fit[-1]) if len(fit) else lowest
    return c, 2.0 * np.pi * c / DAMPING, float(several[0])


class _Line:
    """The integrand on one line: values at its nodes, as many as its sum needs."""

    def __init__(
        self,
        law: GroupLaw,
        less: GroupLaw | None,
        j: int,
        alphas: Array,
        hinge: Hinge,
        c: float,
        step: float,
        chance: float,
    ) -> None:
        self.law, self.own, self.j = law, _place_of(j, law), j
        self.less, self.alphas, self.hinge, self.c, self.step, self.chance = less, alphas, hinge, c, step, chance
        self.nodes, self.silent, self.active = (np.zeros(0, complex) for _ in range(3))

    def integrate(self, target: float, steep: float) -> Array:
        """Give both shares, the derivative by θ, and the error, of enough nodes or as many as are allowed."""
        most = min(MOST_NODES, MOST_VALUES // len(self.law.features))
        while True:
            self._extend()
            both = self.silent + self.active
            slopes = self.nodes * both
            error = self._error(both)
            enough = error <= ENOUGH * target and self._error(slopes) <= ENOUGH_SLOPE * steep
            if enough or len(both) >= most:
                break
        factor = self.step / np.pi
        _, kappa, change, level = self.hinge
        images = (abs(kappa) + abs(change) * (1.0 + abs(level))) * (DAMPING / self.c) ** 2 * np.exp(-DAMPING)
        error += self.chance * images + ROUNDING * factor * float((np.abs(self.silent) + np.abs(self.active)).sum())
        sums = [self._sum(self.silent), self._sum(self.active), self._sum(slopes)]
        return np.array([*sums, error])

    def by_alpha(self) -> Array:
        """Give the derivatives by every α, shape (n,), by the nodes of the sum."""
        result, weights = np.zeros(len(self.alphas)), self._weights()
        for first in range(0, len(self.nodes), CHUNK):
            s = self.nodes[first : first + CHUNK]
            self._pull_chunk(s, weights[first : first + CHUNK], result)
        return result * (self.step / np.pi)

    def _pull_chunk(self, s: Complex, weights: Array, result: Array) -> None:
        psi, xi, zeta = psi_derivatives(self.alphas[self.law.features][:, None] * s)
        kernel, square = self._kernel(s)
        common = weights * s * np.exp(self.hinge.theta * s)
        at = company(self.law, self.own, psi)
        active = at.active  # 0 where the own feature is silent, whatever stands in its place
        kernels = common * kernel, common * self._owned(psi, xi, kernel, square)
        result[self.law.features] += pull(self.law, self.own, at, xi, kernels)
        if self.less is not None:
            kept, own = np.isin(self.law.features, self.less.features), _place_of(self.j, self.less)
            inner = company(self.less, own, psi[kept])
            result[self.less.features] -= pull(self.less, own, inner, xi[kept], kernels)
            active = active - inner.active
        result[self.j] += (common * self._owned(xi, zeta, kernel, square) * active).sum().real

    def _extend(self) -> None:
        """Double the nodes."""
        first, last = len(self.nodes), max(FIRST_NODES, 2 * len(self.nodes))
        for start in range(first, last, CHUNK):
            s = np.full(min(last, start + CHUNK) - start, self.c, np.complex128)
            s.imag = self.step * (np.arange(start, start + len(s)) + 0.5)
            silent, active = self._values(s)
            self.nodes = np.concatenate([self.nodes, s])
            self.silent, self.active = np.concatenate([self.silent, silent]), np.concatenate([self.active, active])

    def _values(self, s: Complex) -> tuple[Complex, Complex]:
        psi, xi, _ = psi_derivatives(self.alphas[self.law.features][:, None] * s)
        kernel, square = self._kernel(s)
        at: Company = company(self.law, self.own, psi)
        silent, active = at.silent, at.active
        if self.less is not None:
            kept = np.isin(self.law.features, self.less.features)
            inner = company(self.less, _place_of(self.j, self.less), psi[kept])
            silent, active = silent - inner.silent, active - inner.active
        factor = np.exp(self.hinge.theta * s)
        return factor * kernel * silent, factor * self._owned(psi, xi, kernel, square) * active

    def _kernel(self, s: Complex) -> tuple[Complex, Complex]:
        """Return k₀ = 2κ/s³ + 2Dσ_t/s², and 1/s²."""
        inverse = 1.0 / s
        square = inverse * inverse
        return (2.0 * self.hinge.kappa * inverse + 2.0 * self.hinge.change * self.hinge.level) * square, square

    def _owned(self, psi: Complex, xi: Complex, kernel: Complex, square: Complex) -> Complex:
        """Return q = ψ k₀ - 2D ξ/s² of the own feature; a derivative takes the next functions."""
        owned: Complex = psi[self.own] * kernel - 2.0 * self.hinge.change * square * xi[self.own]
        return owned

    def _weights(self, share: float = 1.0) -> Array:
        return taper((np.arange(len(self.nodes), dtype=np.float64) + 0.5) / (share * len(self.nodes)))

    def _sum(self, values: Complex, share: float = 1.0) -> float:
        """Sum real parts, which stand for both halves of the line."""
        return float(self._weights(share) @ np.real(values)) * self.step / np.pi

    def _error(self, values: Complex) -> float:
        """Tell what two shorter rules make a difference; the second one in case the first agrees by chance.

        If what is left out fell as slowly as 1 / |s|, it would be `SLOWEST` times the difference.
        """
        full, shorter, shortest = (self._sum(values, TAPER**k) for k in range(3))
        return SLOWEST * abs(full - shorter) + abs(shorter - shortest) / 4.0


def _place_of(j: int, law: GroupLaw) -> int:
    """Find a feature among those of a law; -1 where it is silent."""
    return int((law.features == j).argmax()) if j in law.features else -1


def taper(x: Array) -> Array:
    """1 up to `TAPER`, 0 from 1 on, three times differentiable between."""
    t = np.clip((1.0 - x) / (1.0 - TAPER), 0.0, 1.0)
    return np.asarray(t**4 * (35.0 + t * (-84.0 + t * (70.0 - 20.0 * t))))


def psi_derivatives(u: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """ψ(u) = (e^u - 1) / u and its first two derivatives, of real or complex arrays."""
    found, far = np.empty((3, *u.shape), u.dtype), np.abs(u) > 1.0
    x, near = u[far], u[~far]
    e = np.exp(x)
    psi = (e - 1.0) / x
    xi = (e - psi) / x
    found[:, far] = psi, xi, (e - 2.0 * xi) / x
    series, term = np.zeros((3, *near.shape), u.dtype), np.ones_like(near)  # u^k / k!
    for k in range(TERMS):
        for shift in range(3):
            series[shift] += term / (k + 1.0 + shift)
        term = term * near / (k + 1.0)
    found[:, ~far] = series
    return found[0], found[1], found[2]
