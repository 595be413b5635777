"""How a second feature appears beside the first, in the (2,1) ReLU toy: the expansion of the loss at its onset."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import sympy

from ..problem import Problem
from .letters import Expr, G, b, p, r
from .parts import loss
from .sides import Region

VARIANCE: Expr = p / 3 - p**2 / 4  # v, of an input
BETA, OMEGA, GAMMA = sympy.symbols("beta omega gamma", real=True)
OPENING = Region(((1, 1, 0, 1), (1, 1, 1, 1)))  # for 0 < β < 1 the second feature alone shuts the first output, by -ε


class Onset(NamedTuple):
    """The loss near "not represented", to the third order in ε = ‖W_e‖: r v + second ε² + third ε³ + O(ε⁴).

    The rest of the model follows in proportion: w_1 = 1 + ω ε, w_2 = -ε, b_1 = β ε, b_2 = p/2 + γ ε with 0 < β < 1.
    """

    second: Expr
    third: Expr


class Response(NamedTuple):
    """How the rest of the model follows at its best: ω and γ, and the polynomial in β that must vanish."""

    omega: Expr
    gamma: Expr
    balance: Expr


@cache
def onset() -> Onset:
    """Expand the loss of the region in which a small second feature appears: :eq:`onset-expansion`.

    Returns
    -------
    Onset
        Expressions in `p`, `r` and the responses `BETA`, `OMEGA`, `GAMMA`.

    Examples
    --------
    >>> from toytoy.analytic.symbolic.onset import BETA, GAMMA, OMEGA, onset
    >>> onset().second.coeff(OMEGA, 2), onset().second.coeff(GAMMA, 2)
    (4*p/3, r)
    """
    eps = sympy.Dummy("epsilon", positive=True)
    model = {
        G[1, 1]: (1 + OMEGA * eps) ** 2,
        G[1, 2]: -eps * (1 + OMEGA * eps),
        G[2, 2]: eps**2,
        b[1]: BETA * eps,
        b[2]: p / 2 + GAMMA * eps,
    }
    formula = loss(Problem.toy(2, density=0.5), OPENING)
    numerator, denominator = sympy.cancel(formula.subs(model)).as_numer_denom()  # a power of 1 + ω ε
    expanded = sympy.expand(sympy.expand(numerator) * sympy.series(1 / denominator, eps, 0, 4).removeO())
    return Onset(expanded.coeff(eps, 2), expanded.coeff(eps, 3))


@cache
def response() -> Response:
    """Find the best response to a small second feature, at leading order: :eq:`stability-response`.

    Examples
    --------
    >>> from toytoy.analytic.symbolic.onset import response
    >>> response().omega
    -3*beta/4 + 3*p/8
    """
    second = onset().second
    linear = sympy.solve([second.diff(OMEGA), second.diff(GAMMA)], [OMEGA, GAMMA])
    return Response(linear[OMEGA], linear[GAMMA], sympy.expand(second.subs(linear).diff(BETA)))


@cache
def best_beta() -> Expr:
    """Solve the balance, a quadratic in β, for its one root in (0, 1): :eq:`stability-beta`.

    It is solved for 1/β, which leaves no 0/0 at p = 1.

    Examples
    --------
    >>> from toytoy.analytic.symbolic import p
    >>> from toytoy.analytic.symbolic.onset import best_beta
    >>> best_beta().subs(p, 1)
    1/2
    """
    inverse = sympy.Dummy("inverse")
    balance, _ = sympy.fraction(sympy.together(response().balance.subs(BETA, 1 / inverse)))
    roots = [1 / root for root in sympy.solve(balance, inverse)]
    (found,) = (root for root in roots if root.subs(p, sympy.Rational(1, 2)) > 0)
    return found


def cost() -> Expr:
    """Give c(β), what the first feature pays, per ε², for its best response: :eq:`stability-cost`.

    Examples
    --------
    >>> from toytoy.analytic.symbolic.onset import BETA, cost
    >>> cost().coeff(BETA, 3)
    -p**2/3 + p/3
    """
    followed = {OMEGA: response().omega, GAMMA: response().gamma}
    return sympy.expand(onset().second.subs(followed) + r * VARIANCE)


@cache
def stability_threshold() -> Expr:
    """Derive r_s(p), the importance at which "not represented" loses local stability: :eq:`stability-threshold`.

    A second feature of length ε changes the loss of the (2,1) ReLU toy by ε² (c - r v) at leading order, with
    v = p/3 - p²/4 its gain and c the least cost of all responses of the rest. So r_s = c / v: below it the model that
    drops the extra feature is a local minimum, above it is not.

    Returns
    -------
    sympy expression
        In `p`.

    Examples
    --------
    >>> from toytoy.analytic import symbolic
    >>> threshold = symbolic.stability_threshold()
    >>> threshold.subs(symbolic.p, 1)
    1
    >>> round(float(threshold.subs(symbolic.p, 0.7)), 12)
    0.772579530482
    """
    least = sympy.expand(cost() - BETA * response().balance / 3)  # the balance is 0 and takes the cubic term along
    return (sympy.factor(least) / sympy.factor(VARIANCE)).subs(BETA, best_beta())


@cache
def onset_coefficient() -> Expr:
    """Derive κ(p), whose sign decides how the extra feature appears: :eq:`onset-coefficient`.

    The loss of the (2,1) ReLU toy, ε = ‖W_e‖ held and all else at its best, is r v + (r_s - r) v ε² + κ ε³ at leading
    order for r near r_s. Where κ > 0 the feature appears continuously, with ε = 2 (r - r_s) v / (3 κ),
    :eq:`onset-linear`; where κ < 0 it has jumped before r_s. The zeros of κ are the tricritical points.

    Returns
    -------
    sympy expression
        In `p`: loss per ‖W_e‖³, at r = r_s.

    Examples
    --------
    >>> from toytoy.analytic import symbolic
    >>> kappa = symbolic.onset_coefficient()
    >>> [round(float(kappa.subs(symbolic.p, p)), 6) for p in (0.5, 0.7, 1)]
    [-0.000656, 0.003851, -0.010417]
    """
    # the responses make the second order stationary, so what they gain at the next order changes nothing at ε³
    third = onset().third.subs({OMEGA: response().omega, GAMMA: response().gamma})
    return sympy.factor(third.subs(r, cost() / VARIANCE)).subs(BETA, best_beta())
