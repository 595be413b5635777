"""Where the nodes of a Laplace line lie: the line, the step and the number of nodes, from the range of z (compiled).

The midpoint rule with step h = 2π / R sums over images of v at distances R: :eq:`line-images`. Those below cost e^(-cR);
those above cost what v reaches beyond R, times e^(cR). What the end of the line leaves out is bounded by the factors'
bounds |φ_i| <= 1 - p + p min(ψ(αc), (1 + e^(αc)) / |αs|), :eq:`line-end`.
"""

from __future__ import annotations

import math

from .compiled import compiled
from .line_pass import ALPHA, DENSITY, LANES

DAMPING = 32.0  # cR: images below cost 1e-14 of R²
BEYOND = 64.0  # E e^(t(v - R)) is at most e^-64, so that images above cost as little
GROWTH = 4.0  # of ln E e^(cv): a larger c needs a smaller step less, but the integrand outgrows its integral
END = 1e-9  # bound on what the end leaves out, as a share of the output's error
MOST_BLOCKS = 1024


@compiled
def mean_factor(u):
    """ψ(u) = (e^u - 1) / u of a real u."""
    return 1.0 + 0.5 * u * (1.0 + u / 3.0) if abs(u) < 1e-5 else math.expm1(u) / u


@compiled
def growth_exponent(n, theta, own_alpha, own_density, t, constants):
    """ln E e^(tv): how large the integrand is where the line crosses the real axis; infinite beyond doubles' reach."""
    exponent = theta * t + math.log1p(own_density * (mean_factor(own_alpha * t) - 1.0))
    for i in range(n):
        exponent += math.log1p(constants[i, DENSITY] * (mean_factor(constants[i, ALPHA] * t) - 1.0))
    return exponent


@compiled
def place_line(n, theta, own_alpha, own_density, up, steepest, constants):
    """Choose c and R: images do not matter, and the integrand is not so large that it cancels."""
    mean, variance = theta + 0.5 * own_density * own_alpha, own_alpha * own_alpha * own_density / 3.0
    for i in range(n):
        alpha, p = constants[i, ALPHA], constants[i, DENSITY]
        mean += 0.5 * p * alpha
        variance += alpha * alpha * p / 3.0
    reach, farthest = up, 500.0 / steepest
    for share in (0.35, 0.6, 1.0):  # of the t that is best for a normal law
        t = min(farthest, share * math.sqrt(2.0 * BEYOND / variance))
        reach = min(reach, (growth_exponent(n, theta, own_alpha, own_density, t, constants) + BEYOND) / t)
    reach = max(reach, 1e-3 * up)
    c = (math.sqrt(mean * mean + 2.0 * variance * GROWTH) - mean) / variance  # where a normal law has ln E e^(cv) = GROWTH
    for _ in range(4):
        c = min(c, DAMPING / reach, farthest)
        exponent = growth_exponent(n, theta, own_alpha, own_density, c, constants)
        c *= min(2.0, max(0.5, math.sqrt(GROWTH / exponent))) if exponent > 0.25 * GROWTH else 2.0
    c = min(c, DAMPING / reach, farthest)
    return c, DAMPING / c


@compiled
def end_bound(n, own_alpha, own_density, theta, kappa, change, level, c, y, constants):
    """Bound what the line beyond c + iy adds, in absolute value."""
    size = math.sqrt(c * c + y * y)
    none, one, more = 1.0, 0.0, 0.0  # the others' sets of no, one and more members, each factor by its bound
    for i in range(n):
        alpha, p = constants[i, ALPHA], constants[i, DENSITY]
        steep = abs(alpha) * size
        bound = mean_factor(alpha * c)
        if bound * steep > 1.0 + math.exp(alpha * c):
            bound = (1.0 + math.exp(alpha * c)) / steep
        bound *= p
        more = more * (1.0 - p + bound) + one * bound
        one = one * (1.0 - p) + none * bound
        none *= 1.0 - p
    u = own_alpha * c
    own = min(mean_factor(u), (1.0 + math.exp(u)) / max(abs(own_alpha) * size, 1e-300))
    weighed = min(math.exp(max(u, 0.0)), (math.exp(u) + own) / max(abs(own_alpha) * size, 1e-300))
    kernel = 2.0 * abs(kappa) / size**3 + 2.0 * abs(change * level) / size**2
    silent = (1.0 - own_density) * kernel * more
    active = own_density * (own * kernel + 2.0 * abs(change) * weighed / size**2) * (more + one)
    return math.exp(theta * c) * (silent + active) * size / (2.0 * math.pi)


@compiled
def line_rule(n, own_alpha, own_density, theta, kappa, change, level, up, target, constants):
    """Choose c, the step, and how many blocks of nodes; the target is an absolute error of the integral."""
    growth = max(0.0, own_alpha)
    for i in range(n):
        growth += max(0.0, constants[i, ALPHA])
    c, reach = place_line(n, theta, own_alpha, own_density, up, max(growth, -theta), constants)
    h = 2.0 * math.pi / reach
    low, high = 1, MOST_BLOCKS
    while low < high:
        middle = (low + high) // 2
        y = middle * LANES * h
        if end_bound(n, own_alpha, own_density, theta, kappa, change, level, c, y, constants) <= target:
            high = middle
        else:
            low = middle + 1
    return c, h, low
