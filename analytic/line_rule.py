"""Where the nodes of a Laplace line lie: the line, the step and the number of nodes, from the range of z (compiled).

The midpoint rule with step h = 2π / R sums over images of v at distances R: :eq:`line-images`. Those below cost
e^(-cR); those above cost what v reaches beyond R, times e^(cR). What the end of the line leaves out is bounded by the
factors' bounds |φ_i| <= 1 - p + p min(ψ(αc), (1 + e^(αc)) / |αs|), :eq:`line-end`.
"""

from __future__ import annotations

import math

import numpy as np

from .compiled import compiled, inlined
from .line_pass import ALPHA, DENSITY, LANES
from .line_pass import D1_RE as CORNERS
from .line_pass import W_RE as BOUND

DAMPING = 32.0  # cR: images below cost 1e-14 of R²
BEYOND = 64.0  # E e^(t(v - R)) is at most e^-64, so that images above cost as little
MOST_TRIALS = 12
GROWTH = 4.0  # of ln E e^(cv): a larger c needs a smaller step less, but the integrand outgrows its integral
# What the line's end may leave out, as a share of the output's error: of corners that the hinge is near to, and of all,
# which the taper damps by 1e4 and more. By trial at n = 3 … 400: the errors are then some 1e-10, 1e-7 of gradients.
NEAR, NEAR_SLOPE, FAR = 3e-8, 1e-4, 1e-5
FEWEST_BLOCKS, MOST_BLOCKS = 4, 1024


@inlined
def mean_factor(u):
    """ψ(u) = (e^u - 1) / u of a real u, to 1e-10."""
    return 1.0 + 0.5 * u * (1.0 + u / 3.0) if abs(u) < 1e-4 else (math.exp(u) - 1.0) / u


@compiled
def growth_exponent(n, theta, own_alpha, own_density, t, constants):
    """Find ln E e^(tv): how large the integrand is where the line crosses the real axis."""
    exponent, product = theta * t, 1.0 + own_density * (mean_factor(own_alpha * t) - 1.0)
    for i in range(n):
        if not 1e-100 < product < 1e50:  # and no factor exceeds e^500
            exponent += math.log(product)
            product = 1.0
        product *= 1.0 + constants[i, DENSITY] * (mean_factor(constants[i, ALPHA] * t) - 1.0)
    return exponent + math.log(product)


@compiled
def place_line(n, theta, own_alpha, own_density, up, steepest, constants):
    """Choose c and R: images do not matter, and the integrand is not so large that it cancels."""
    mean, variance = theta + 0.5 * own_density * own_alpha, own_alpha * own_alpha * own_density / 3.0
    for i in range(n):
        alpha, p = constants[i, ALPHA], constants[i, DENSITY]
        mean += 0.5 * p * alpha
        variance += alpha * alpha * p / 3.0
    reach, farthest = up, 400.0 / steepest
    for share in (0.5, 1.0):  # of the t that is best for a normal law
        t = min(farthest, share * math.sqrt(2.0 * BEYOND / variance))
        reach = min(reach, (growth_exponent(n, theta, own_alpha, own_density, t, constants) + BEYOND) / t)
    reach = max(reach, 1e-3 * up)
    c = (
        math.sqrt(mean * mean + 2.0 * variance * GROWTH) - mean
    ) / variance  # where a normal law has ln E e^(cv) = GROWTH
    low, high = 0.0, min(DAMPING / reach, farthest)
    for _ in range(MOST_TRIALS):
        if not low < c < high:
            c = math.sqrt(low * high) if low > 0.0 else 0.5 * high
        exponent = growth_exponent(n, theta, own_alpha, own_density, c, constants)
        if 0.5 * GROWTH < exponent < 1.5 * GROWTH or (exponent <= GROWTH and c > 0.9 * high):
            break
        if exponent > GROWTH:
            high = c
        else:
            low = c
        c = math.sqrt(low * high) if low > 0.0 else 0.5 * c
    return c, DAMPING / c


@compiled
def lay_bounds(n, c, constants):
    """Note ψ(αc) and 1 + e^(αc) of every feature, where `line_hinge` lays its steps later."""
    for i in range(n):
        growth = math.exp(constants[i, ALPHA] * c)
        constants[i, BOUND], constants[i, CORNERS] = mean_factor(constants[i, ALPHA] * c), 1.0 + growth


@compiled
def end_size(small, n, own_alpha, own_density, kappa, change, level, c, size, all_corners, constants):
    """Bound what the line beyond |s| = size adds, of all corners of the cube, or of those near the hinge: e^(cv) = 1.

    :eq:`line-end`; θ is left out, and so is what only small features do (see `hinge_line`).
    """
    few = 1.0  # probability that no small feature is active
    for i in range(small):
        few *= 1.0 - constants[i, DENSITY]
    none, one, more = few, 0.0, 1.0 - few  # sets of no, one and more members, each factor by its bound
    large_silent = 1.0
    for i in range(small, n):
        p, steep = constants[i, DENSITY], abs(constants[i, ALPHA]) * size
        top, corners = (constants[i, BOUND], constants[i, CORNERS]) if all_corners else (1.0, 2.0)
        bound = p * min(top, corners / steep)
        more = more * (1.0 - p + bound) + one * bound
        one = one * (1.0 - p) + none * bound
        none *= 1.0 - p
        large_silent *= 1.0 - p
    u = own_alpha * c if all_corners else 0.0
    steep = max(abs(own_alpha) * size, 1e-300)
    own = min(mean_factor(u), (1.0 + math.exp(u)) / steep)
    weighed = min(mean_factor(u), (math.exp(u) + own) / steep)
    kernel = 2.0 * abs(kappa) / size**3 + 2.0 * abs(change * level) / size**2
    silent = (1.0 - own_density) * kernel * max(0.0, more - large_silent * (1.0 - few))
    active = own_density * (own * kernel + 2.0 * abs(change) * weighed / size**2) * (more + one)
    return (silent + active) * size / (2.0 * math.pi)


@compiled
def fewest_blocks(low, small, n, own, hinge, c, h, target, slope_target, all_corners, constants):
    """Find the fewest blocks of nodes, at least `low`, after which `end_size` and its slope are at most the targets."""
    own_alpha, own_density = own
    _, kappa, change, level = hinge
    high = np.int64(MOST_BLOCKS)
    while low < high:
        middle = (low + high) // 2
        size = math.hypot(c, middle * LANES * h)
        lost = end_size(small, n, own_alpha, own_density, kappa, change, level, c, size, all_corners, constants)
        if lost <= min(target, slope_target / size):
            high = middle
        else:
            low = middle + 1
    return low


@compiled
def line_rule(small, n, own, hinge, up, target, steep, constants):
    """Choose c, the step, and how many blocks of nodes, for errors of the shares above of a target and of a slope."""
    own_alpha, own_density = own
    theta = hinge[0]
    growth = max(0.0, own_alpha)
    for i in range(n):
        growth += max(0.0, constants[i, ALPHA])
    c, reach = place_line(n, theta, own_alpha, own_density, up, max(growth, -theta), constants)
    h = 2.0 * math.pi / reach
    lay_bounds(n, c, constants)
    blocks = np.int64(FEWEST_BLOCKS)
    slope = NEAR_SLOPE * steep
    blocks = fewest_blocks(blocks, small, n, own, hinge, c, h, NEAR * target, slope, np.bool_(False), constants)
    far = FAR * target * math.exp(-theta * c)
    return c, h, fewest_blocks(blocks, small, n, own, hinge, c, h, far, np.inf, np.bool_(True), constants)
