"""The loss next to "not represented", blown up, with two derivatives, over boxes of models (compiled).

With w_1 = s = 1 + ε ω, w_2 = -ε, b_1 = β ε s, and b_2 at its best, the loss of the (2,1) toy is r v + ε² F, where
:eq:`certificate-blown-up` gives F(ε, β, ω): smooth in ε down to 0. Arguments and results are intervals (low, high).
A box lies on one side of β = 0; `below` says on which.
"""

from __future__ import annotations

from ..compiled import compiled
from .outward import add, divide, multiply, plus, square, subtract, times


@compiled
def variance(p):
    """Enclose v = p (4 - 3 p) / 12."""
    return divide(multiply(p, plus(4.0, times(-3.0, p))), (12.0, 12.0))


@compiled
def reply(beta, p, below):
    """Enclose c, what the reply of the first output costs, c' and c'': :eq:`stability-cost`; β < 0 has less terms."""
    m = subtract(beta, times(0.5, p))
    cost = add(multiply(p, variance(p)), times(0.25, multiply(p, square(m))))
    slope, bend = times(0.5, multiply(p, m)), times(0.5, p)
    if below:
        return cost, slope, bend
    silent = plus(1.0, times(-1.0, p))
    quadratic, cubic = square(silent), multiply(p, silent)
    third = divide(cubic, (3.0, 3.0))
    cost = add(cost, multiply(square(beta), add(quadratic, multiply(third, beta))))
    slope = add(slope, multiply(beta, add(times(2.0, quadratic), multiply(cubic, beta))))
    return cost, slope, add(bend, times(2.0, add(quadratic, multiply(cubic, beta))))


@compiled
def clipped(beta, p, below):
    """Enclose (p/3) W, W = E (X - β)₊³ for the other input X, and its two derivatives by β."""
    rest = plus(1.0, times(-1.0, beta))
    squared, third = square(rest), divide(square(p), (3.0, 3.0))
    whole = multiply(third, times(0.25, square(squared)))
    slope = times(-1.0, multiply(third, multiply(rest, squared)))
    bend = multiply(square(p), squared)
    if below:  # the silent input counts too
        silent = multiply(p, plus(1.0, times(-1.0, p)))
        cube = multiply(beta, square(beta))
        whole = subtract(whole, times(0.25, multiply(third, square(square(beta)))))
        whole = subtract(whole, multiply(divide(silent, (3.0, 3.0)), cube))
        slope = subtract(slope, add(multiply(third, cube), multiply(silent, square(beta))))
        bend = subtract(multiply(square(p), plus(1.0, times(-2.0, beta))), times(2.0, multiply(silent, beta)))
    return whole, slope, bend


@compiled
def shape(eps, beta, omega, p):
    """Enclose s, s + 1/s, 1 - 1/s², 2/s³; q and its derivatives by ε and ω."""
    s = plus(1.0, multiply(eps, omega))
    inverse = divide((1.0, 1.0), s)
    square_inverse = square(inverse)
    m = times(1.5, subtract(beta, times(0.5, p)))
    q = add(multiply(omega, plus(2.0, multiply(eps, omega))), multiply(s, m))
    q_eps = multiply(omega, add(omega, m))
    q_omega = add(times(2.0, s), multiply(eps, m))
    g = add(s, inverse)
    return (
        s,
        g,
        plus(1.0, times(-1.0, square_inverse)),
        times(2.0, multiply(inverse, square_inverse)),
        q,
        q_eps,
        q_omega,
    )


@compiled
def value_and_slope(eps, beta, omega, p, r, below):
    """Enclose F and its derivatives by ε, β and ω over a box of models and densities, at the importance r."""
    cost, cost_slope, _ = reply(beta, p, below)
    w, w_slope, _ = clipped(beta, p, below)
    s, g, g1, _, q, q_eps, q_omega = shape(eps, beta, omega, p)
    gain = times(r, variance(p))
    both, third = add(cost, gain), times(2.0, divide(p, (3.0, 3.0)))
    pull = multiply(third, q)
    growth = multiply(omega, plus(2.0, multiply(eps, omega)))
    linear = subtract(multiply(growth, both), multiply(g, w))
    value = add(subtract(cost, gain), multiply(eps, add(linear, multiply(gain, eps))))
    value = add(value, multiply(times(0.5, third), square(q)))
    turned = add(g, multiply(multiply(eps, omega), g1))
    by_eps = add(times(2.0, add(multiply(multiply(s, omega), both), multiply(gain, eps))), multiply(pull, q_eps))
    by_eps = subtract(by_eps, multiply(w, turned))
    by_beta = add(multiply(square(s), cost_slope), times(1.5, multiply(pull, s)))
    by_beta = subtract(by_beta, multiply(eps, multiply(g, w_slope)))
    by_omega = subtract(times(2.0, multiply(s, both)), multiply(eps, multiply(g1, w)))
    return value, by_eps, by_beta, add(multiply(eps, by_omega), multiply(pull, q_omega))


@compiled
def growth(eps, beta, omega, p, r, below):
    """Enclose the derivative of F by the density, for :eq:`certificate-growth`."""
    m = subtract(beta, times(0.5, p))
    fourth = square(square(plus(1.0, times(-1.0, beta))))
    cube, doubled = multiply(beta, square(beta)), plus(1.0, times(-2.0, p))
    cubic = divide(multiply(doubled, cube), (3.0, 3.0))
    cost = multiply(p, subtract(divide((2.0, 2.0), (3.0, 3.0)), times(0.75, p)))
    cost = add(cost, times(0.25, multiply(m, subtract(m, p))))
    if below:
        w = subtract(divide(multiply(p, subtract(fourth, square(square(beta)))), (6.0, 6.0)), cubic)
    else:
        w = divide(multiply(p, fourth), (6.0, 6.0))
        silent = plus(1.0, times(-1.0, p))
        cost = add(cost, subtract(cubic, times(2.0, multiply(silent, square(beta)))))
    s, g, _, _, q, _, _ = shape(eps, beta, omega, p)
    gain = times(r, subtract(divide((1.0, 1.0), (3.0, 3.0)), times(0.5, p)))
    found = subtract(multiply(square(s), cost), multiply(gain, plus(2.0, times(-1.0, add(square(s), square(eps))))))
    found = subtract(found, multiply(eps, multiply(g, w)))
    return add(found, subtract(divide(square(q), (3.0, 3.0)), times(0.5, multiply(p, multiply(q, s)))))


@compiled
def second(eps, beta, omega, p, r, below):
    """Enclose the second derivatives of F over a box: by εε, εβ, εω, ββ, βω, ωω."""
    cost, cost_slope, cost_bend = reply(beta, p, below)
    w, w_slope, w_bend = clipped(beta, p, below)
    s, g, g1, g2, q, q_eps, q_omega = shape(eps, beta, omega, p)
    gain = times(r, variance(p))
    both, third = add(cost, gain), times(2.0, divide(p, (3.0, 3.0)))
    moved = multiply(eps, omega)
    bent = add(times(2.0, g1), multiply(moved, g2))
    ee = add(times(2.0, add(multiply(square(omega), both), gain)), multiply(third, square(q_eps)))
    ee = subtract(ee, multiply(w, multiply(omega, bent)))
    eb = add(times(2.0, multiply(multiply(s, omega), cost_slope)), times(1.5, multiply(third, multiply(q_eps, s))))
    eb = add(eb, times(1.5, multiply(third, multiply(q, omega))))
    eb = subtract(eb, multiply(w_slope, add(g, multiply(moved, g1))))
    mixed = add(times(2.0, omega), times(1.5, subtract(beta, times(0.5, p))))
    ew = add(times(2.0, multiply(both, add(s, moved))), multiply(third, multiply(q_eps, q_omega)))
    ew = add(ew, multiply(third, multiply(q, mixed)))
    ew = subtract(ew, multiply(eps, multiply(w, bent)))
    bb = multiply(square(s), add(cost_bend, times(2.25, third)))
    bb = subtract(bb, multiply(eps, multiply(g, w_bend)))
    bw = multiply(eps, subtract(times(2.0, multiply(s, cost_slope)), multiply(eps, multiply(g1, w_slope))))
    bw = add(bw, times(1.5, multiply(third, add(multiply(s, q_omega), multiply(q, eps)))))
    ww = multiply(square(eps), subtract(times(2.0, both), multiply(eps, multiply(g2, w))))
    ww = add(ww, multiply(third, add(square(q_omega), times(2.0, multiply(eps, q)))))
    return ee, eb, ew, bb, bw, ww
