"""The sum over the nodes of Laplace lines in torch: many lines at once, on any device, in double precision.

The terms are those of `toytoy.analytic.line_hinge`, :eq:`line-hinge`. A node of a line is one row of a table whose
columns are features; rows follow each other across lines and models, as many at a time as the memory given holds.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from ..analytic.line_hinge import TAPER, TERMS
from .torch_types import Tensor, torch

BYTES = 16 * 12  # a node's feature takes in memory at the worst: a dozen complex numbers
VALUE, BY_OWN, BY_THETA, BY_OTHERS = range(4)  # columns of the sums: the line, its derivatives; those by each α last


class Lines(NamedTuple):
    """L lines of n features, as tensors of one device.

    first (L + 1,): where each line's nodes begin in the list of all; last (L,): Im s where they end; none, none_large
    (L,): the probability that no other feature, and no other one that is not apart, is active; alpha, density, others
    (L, n): 0 of features that are not on the line; apart (L, n): which are the small ones whose own sets are left out;
    own_apart (L,): 1 where the own feature is one of these, else 0; else (L,) what `hinge_line` is given.
    """

    first: Tensor
    last: Tensor
    theta: Tensor
    kappa: Tensor
    change: Tensor
    level: Tensor
    c: Tensor
    step: Tensor
    own_alpha: Tensor
    own_density: Tensor
    none: Tensor
    none_large: Tensor
    alpha: Tensor
    density: Tensor
    others: Tensor
    apart: Tensor
    own_apart: Tensor


def line_sums(lines: Lines, gradient: bool, memory: int) -> Tensor:
    """Integrate along lines: shape (L, 3), or with the derivatives by every α, shape (L, 3 + n).

    `memory` is what the tables may take, in bytes; a table holds one node at least.
    """
    n_lines, n = lines.alpha.shape
    sums = lines.c.new_zeros(n_lines, BY_OTHERS + n if gradient else BY_OTHERS)
    for line, place in _tables(lines.first, max(1, memory // (BYTES * max(n, 1)))):
        sums.index_add_(0, line, _terms(lines, line, place, gradient))
    sums *= (lines.step / math.pi)[:, None]
    if gradient:
        sums[:, BY_OTHERS:] *= lines.density
    return sums


def _tables(first: Tensor, size: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Give the lines of the next nodes, and the nodes' places on them, until there are no more."""
    for start in range(0, int(first[-1]), size):
        node = torch.arange(start, min(start + size, int(first[-1])), device=first.device)
        line = torch.searchsorted(first, node, right=True) - 1
        yield line, node - first[line]


def _terms(lines: Lines, line: Tensor, place: Tensor, gradient: bool) -> Tensor:
    """Give what each node adds to the sums of its line, shape (nodes, 3 or 3 + n)."""
    of = Lines(lines.first, *(given[line] for given in lines[1:]))
    s = torch.complex(of.c, (place + 0.5) * of.step)
    weight, square = taper(s.imag / of.last), s.reciprocal().square()
    psi, xi = mean_exponentials(of.alpha * s[:, None], 2)
    factors = 1.0 + of.density * (psi - 1.0)
    prefix = factors.cumprod(1)
    some_apart = bool(of.apart.any())
    small = torch.where(of.apart, factors, 1.0) if some_apart else factors[:, :0]
    among_small = small.cumprod(1) if some_apart else small
    left_out = of.none_large * among_small[:, -1] if some_apart else of.none
    company = prefix[:, -1] - torch.where(of.own_apart > 0, left_out, of.none)
    several = prefix[:, -1] - left_out - (of.density * of.others * psi).sum(1)
    own_psi, own_xi, own_zeta = mean_exponentials(of.own_alpha * s, 3)
    kernel, cross = (2.0 * of.kappa / s + 2.0 * of.change * of.level) * square, 2.0 * of.change * square
    outer = weight * (of.theta * s).exp()
    single = outer * (1.0 - of.own_density) * kernel
    active = outer * of.own_density * (own_psi * kernel - own_xi * cross)
    total = single * several + active * company
    by_own = outer * of.own_density * s * (own_xi * kernel - own_zeta * cross) * company
    terms = torch.stack((total.real, by_own.real, (s * total).real), 1)
    if not gradient:
        return terms
    beside = one_left_out(factors, prefix)
    beside *= (s * (single + active))[:, None]
    beside -= of.others * (s * single)[:, None]
    if some_apart:
        beside -= (
            of.apart
            * one_left_out(small, among_small)
            * (s * (single + of.own_apart * active) * of.none_large)[:, None]
        )
    return torch.cat((terms, (xi * beside).real), 1)


def one_left_out(factors: Tensor, prefix: Tensor) -> Tensor:
    """Multiply all factors of a row but one, for each, by prefix and suffix products: none is divided by."""
    suffix = factors.flip(1).cumprod(1).flip(1)
    result = torch.ones_like(factors)
    result[:, 1:] = prefix[:, :-1]
    result[:, :-1] *= suffix[:, 1:]
    return result


def taper(x: Tensor) -> Tensor:
    """1 up to `TAPER`, 0 from 1 on, three times differentiable between."""
    t = ((1.0 - x) / (1.0 - TAPER)).clamp(0.0, 1.0)
    return t**4 * (35.0 + t * (-84.0 + t * (70.0 - 20.0 * t)))


def mean_exponentials(u: Tensor, count: int) -> list[Tensor]:
    """ψ(u) = (e^u - 1) / u, the mean of e^(ux) over 0 <= x <= 1, and its derivatives, the means of x^k e^(ux).

    A power series where |u| <= 1; elsewhere each follows from the one before.
    """
    small = u.real.square() + u.imag.square() <= 1.0
    e, inverse = u.exp(), u.reciprocal()
    means = [(e - 1.0) * inverse]
    for k in range(1, count):
        means.append((e - k * means[-1]) * inverse)
    near = u[small]
    series, term = [torch.zeros_like(near) for _ in means], torch.ones_like(near)
    for j in range(TERMS):
        for k, total in enumerate(series):
            total.add_(term, alpha=1.0 / (j + k + 1.0))
        term = term * near * (1.0 / (j + 1.0))
    for mean, total in zip(means, series, strict=True):
        mean[small] = total
    return means
