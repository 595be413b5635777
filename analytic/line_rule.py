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
# What the end of the line may leave out, as a share of the output's error: of corners near the hinge, of the slope
# there, and of far corners. By trial at n = 3 … 400: errors of losses are then some 1e-10, of gradients 1e-8.
NEAR, NEAR_SLOPE, FAR = 3e-8, 1e-4, 1e-8
# large features: of fewer, less is left out, which costs little; of more, whose outputs' errors cancel, more
MANY = 400.0
DAMPED = 50.0  # by trial: the taper then takes a corner's share down by 1e4
FEWEST_BLOCKS, MOST_BLOCKS = 4, 1024


@inlined
def mean_factor(u):
    """ψ(u) = (e^u - 1) / u of a real u, to 1e-10."""
    return 1.0 + 0.5 * u * (1.0 + u / 3.0) if abs(u) < 1e-4 else (math.exp(u) - 1.0) / u


@compiled
def growth_exponent(n, theta, own_alpha, own_density, t, constants):
    """Find ln E e^(tv): how large the integrand is where the line crosses the real axis."""
    exponent = theta * t + math.log(1.0 + own_density * (mean_factor(own_alpha * t) - 1.0))
    for i in range(n):
        exponent += math.log(1.0 + constants[i, DENSITY] * (mean_factor(constants[i, ALPHA] * t) - 1.0))
    return exponent


@compiled
def place_line(n, theta, own_alpha, own_density, up, steepest, constants):
    """Choose c and R: images do not matter, and the integrand is not so large that it cancels."""
    mean, variance = theta + 0.5 * own_density * own_alpha, own_alpha * own_alpha * own_density / 3.0
    for i in range(n):
        alpha, p = constants[i, ALPHA], constants[i, DENSITY]
        mean += 0.5 * p * alpha
        variance += alpha * alpha * p / 3.0
    reach, farthest = up, 400.0 / steepest
    latest = farthest  # c may not pass the t that allows a shorter R: of images at 2R, 3R, … it would say nothing
    for share in (0.5, 1.0):  # of the t that is best for a normal law
        t = min(farthest, share * math.sqrt(2.0 * BEYOND / variance))
        beyond = (growth_exponent(n, theta, own_alpha, own_density, t, constants) + BEYOND) / t
        if beyond < reach:
            reach, latest = beyond, t
    reach = max(reach, 1e-3 * up)
    c = (
        math.sqrt(mean * mean + 2.0 * variance * GROWTH) - mean
    ) / variance  # where a normal law has ln E e^(cv) = GROWTH
    low, high = 0.0, min(DAMPING / reach, latest)
    for _ in range(MOST_TRIALS):
        if not low < c < high:
            c = math.sqrt(low * high) if low > 0.0 else 0.5 * high
        exponent = growth_exponent(n, theta, own_alpha, own_density, c, constants)
        if abs(exponent - GROWTH) < 0.5 * GROWTH or (exponent <= GROWTH and c > 0.9 * high):
            break
        if exponent > GROWTH:
            high = c
        else:
            low = c
    return c, DAMPING / c


@compiled
def lay_bounds(n, c, constants):
    """Note ψ(αc) and 1 + e^(αc) of every feature, where `line_hinge` lays its steps later."""
    for i in range(n):
        growth = math.exp(constants[i, ALPHA] * c)
        constants[i, BOUND], constants[i, CORNERS] = mean_factor(constants[i, ALPHA] * c), 1.0 + growth


@compiled
def sets_beyond(small, n, size, all_corners, constants):
    """Bound |φ| products by what is active: small features only, two or more or any; some large one, in company or not.

    Every active feature counts with its p and its bound at |s| = size; a small one with its p alone.
    """
    none, one, more = 1.0, 0.0, 0.0
    for i in range(small):
        p = constants[i, DENSITY]
        more = more + one * p
        one = one * (1.0 - p) + none * p
        none *= 1.0 - p
    silent, product, single = 1.0, 1.0, 0.0
    for i in range(small, n):
        p, steep = constants[i, DENSITY], abs(constants[i, ALPHA]) * size
        top, corners = (constants[i, BOUND], constants[i, CORNERS]) if all_corners else (1.0, 2.0)
        bound = p * min(top, corners / steep)
        single = single * (1.0 - p) + silent * bound
        product *= 1.0 - p + bound
        silent *= 1.0 - p
    return silent * more, silent * (one + more), max(0.0, product - silent - none * single), product - silent


@inlined
def end_near(small, n, apart, own, hinge, size, constants):
    """Estimate what the line beyond |s| = size adds, of corners of the cube that the hinge is near to.

    Near is what the taper does not damp: v |s| below `DAMPED`. Corners with a large feature all count as near.
    """
    own_alpha, own_density = own
    theta, kappa, change, level = hinge
    several, some, company, any_large = sets_beyond(small, n, size, np.bool_(False), constants)
    at_zero = (DAMPED / max(abs(theta) * size, DAMPED)) ** 4
    at_one = (DAMPED / max(abs(theta + own_alpha) * size, DAMPED)) ** 4
    kernel = (2.0 * abs(kappa) / size + 2.0 * abs(change * level)) / size**2
    pull = 2.0 * abs(change) / size**2
    reach = 1.0 / max(abs(own_alpha) * size, 1.0)
    start, end = reach * kernel + reach * reach * pull, reach * (kernel + pull)
    if apart[0]:
        several = 0.0
    if apart[1]:
        some = 0.0
    silent = (1.0 - own_density) * kernel * (company + at_zero * several)
    return silent + own_density * ((start + end) * any_large + (at_zero * start + at_one * end) * some)


@inlined
def end_far(small, n, apart, own, hinge, c, size, constants):
    """Bound what the line beyond |s| = size adds, of all corners of the cube, but for a factor e^(θc)."""
    own_alpha, own_density = own
    _, kappa, change, level = hinge
    several, some, company, any_large = sets_beyond(small, n, size, np.bool_(True), constants)
    u, steep = own_alpha * c, max(abs(own_alpha) * size, 1e-300)
    reach = min(mean_factor(u), (1.0 + math.exp(u)) / steep)
    pull = 2.0 * abs(change) / size**2 * min(mean_factor(u), (math.exp(u) + reach) / steep)
    kernel = (2.0 * abs(kappa) / size + 2.0 * abs(change * level)) / size**2
    if apart[0]:
        several = 0.0
    if apart[1]:
        some = 0.0
    return (1.0 - own_density) * kernel * (company + several) + own_density * (reach * kernel + pull) * (
        any_large + some
    )


@compiled
def end_size(small, n, apart, own, hinge, c, up, size, targets, constants):
    """Tell how far the end of the line beyond |s| = size is above its targets: at most 1 where it may end there.

    :eq:`line-end`. The targets are errors of the integral, of its slope, and of the integral's far corners,
    which the taper damps by the fifth power of v |s|, v being what the tilted law e^(cv) makes likely.
    """
    near = end_near(small, n, apart, own, hinge, size, constants) * size / (2.0 * math.pi)
    far = end_far(small, n, apart, own, hinge, c, size, constants) * size / (2.0 * math.pi)
    damped = size * min(up, GROWTH / c) / DAMPED
    return max(near / targets[0], max(near * size / targets[1], far / targets[2] / max(1.0, damped**5)))


@compiled
def line_rule(small, n, apart, own, hinge, up, target, steep, constants):
    """Choose c, the step, and how many blocks of nodes, for errors of the shares above of a target and of a slope.

    The first `small` of the n features are small; `apart` says whether they have a line of their own, and whether the
    own feature is one of them.
    """
    growth, theta = max(0.0, own[0]), hinge[0]
    for i in range(n):
        growth += max(0.0, constants[i, ALPHA])
    c, reach = place_line(n, theta, own[0], own[1], up, max(growth, abs(theta)), constants)
    h = 2.0 * math.pi / reach
    lay_bounds(n, c, constants)
    few = (n - small + 1.0) / MANY
    targets = (NEAR * few * max(1.0, few) * target, NEAR_SLOPE * few * steep, FAR * target * math.exp(-theta * c))
    low, high = np.int64(FEWEST_BLOCKS), np.int64(MOST_BLOCKS)
    while low < high:
        middle = (low + high) // 2
        size = math.hypot(c, middle * LANES * h)
        if end_size(small, n, apart, own, hinge, c, up, size, targets, constants) <= 1.0:
            high = middle
        else:
            low = middle + 1
    return c, h, low
