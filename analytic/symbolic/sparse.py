"""The (2,1) ReLU toy in the limit of rare features: where the extra one is worth representing, and at what length."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import sympy

from ..problem import Problem
from .letters import Expr, G, b, p, r
from .parts import loss
from .sides import Region

LENGTH = sympy.Symbol("s", positive=True)  # of the extra feature's column
RATIO = sympy.Symbol("rho", positive=True)  # r / p
RARE = Region(((1, 1, 0, 1), (1, 0, 1, 0)))  # positive biases of order p: each feature alone shuts the other's output


class LowDensityLimit(NamedTuple):
    """The limits, as p → 0, of r_c / p on the boundary, and of ‖W_e‖ just above it.

    Examples
    --------
    >>> from toytoy.analytic import symbolic
    >>> round(float(symbolic.low_density_limit().ratio), 6)
    0.426777
    """

    ratio: Expr
    length: Expr


@cache
def leading_loss() -> Expr:
    """Derive the limit of L / p², for r = ρ p and an extra feature of length s < 1: :eq:`onset-rare-loss`.

    The rest of the model, w_1 and both biases, differs from (1, 0, 0) by terms of order p, of which w_1 and b_2 gain
    and cost nothing at this order, while b_1 costs its square: it is smaller.

    Returns
    -------
    sympy expression
        In `LENGTH` and `RATIO`.

    Examples
    --------
    >>> from toytoy.analytic.symbolic.sparse import LENGTH, leading_loss
    >>> leading_loss().subs(LENGTH, 0)
    rho/3
    """
    omega, beta, gamma = sympy.symbols("omega beta gamma", real=True)
    w = 1 + omega * p
    model = {G[1, 1]: w**2, G[1, 2]: -w * LENGTH, G[2, 2]: LENGTH**2, b[1]: beta * p, b[2]: gamma * p}
    leading = sympy.cancel(loss(Problem.toy(2, density=0.5), RARE).subs(model).subs(r, RATIO * p) / p**2).subs(p, 0)
    return sympy.expand(leading.subs(beta, 0))


@cache
def low_density_limit() -> LowDensityLimit:
    """Derive where the extra feature appears, and how long at once, as p → 0: :eq:`onset-rare-limit`.

    There the best model with the feature is as good as that without: its loss has the same value, and is stationary
    in the length.

    Returns
    -------
    LowDensityLimit
        ratio, the limit of r_c / p; length, that of ‖W_e‖ beyond the jump.

    Examples
    --------
    >>> from toytoy.analytic import symbolic
    >>> symbolic.low_density_limit()
    LowDensityLimit(ratio=sqrt(2)/8 + 1/4, length=2 - sqrt(2))
    """
    loss = leading_loss()
    gain = loss - loss.subs(LENGTH, 0)
    found = sympy.solve([gain, gain.diff(LENGTH)], [RATIO, LENGTH], dict=True)
    (limit,) = (pair for pair in found if 0 < pair[LENGTH] < 1)
    return LowDensityLimit(sympy.expand(sympy.radsimp(limit[RATIO])), sympy.expand(limit[LENGTH]))
