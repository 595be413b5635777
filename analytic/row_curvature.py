"""First and second derivatives of one output's loss by its bias and its row of the Gram matrix (compiled).

Given the active set A, output j sees z = b + Σ_{i∈A} a_i x_i = θ·X, θ = (b, a) and X = (1, x). On a piece of the
activation σ(z) = s z + c, and past a hinge t the slope jumps from s to s'. So E (x_j - σ(z))² has the derivatives

    2 Σ_pieces E[(s² θ·X + s c - s x_j) X 1],    2 Σ_pieces s² E[XXᵀ 1] + 2 Σ_t (s' - s) E[(σ(t) - x_j) XXᵀ δ(z - t)].

The second one is :eq:`curvature-row`. The piece that holds the middle of z's range is continued over the whole cube; a
hinge away from it adds the jumps of s², s c and s, times the moments of what it cuts off.
"""

from __future__ import annotations

import numpy as np

from .compiled import compiled, inlined
from .many import WIDE
from .pair import HINGES, INTERCEPTS, LEVELS, N_HINGES, NEGLIGIBLE, SLOPES
from .rows import SMALLEST
from .slices import ALPHA, MEMBERS, SLICE, SLICE_J, THETA, VOLUME, cut_matrices


@inlined
def whole_cube(k, moments):
    """Fill E[x_i x_r] of the whole cube, x_0 = 1."""
    for i in range(k + 1):
        for r in range(k + 1):
            product = (0.5 if i > 0 else 1.0) * (0.5 if r > 0 else 1.0)
            moments[VOLUME, i, r] = 1.0 / 3.0 if i == r and i > 0 else product


@inlined
def from_corner(dir, k, at_j, work, moments):
    """Turn moments of w into moments of x: x_i = 1 - w_i where h grows with x_i, and w_i elsewhere."""
    if at_j > 0 and dir * work[THETA, at_j] >= 0.0:
        for i in range(k + 1):
            for r in range(k + 1):
                moments[SLICE_J, i, r] = moments[SLICE, i, r] - moments[SLICE_J, i, r]
    for i in range(1, k + 1):
        if dir * work[THETA, i] >= 0.0:
            for kind in range(3):
                for r in range(k + 1):
                    moments[kind, i, r] = moments[kind, 0, r] - moments[kind, i, r]
                for r in range(k + 1):
                    moments[kind, r, i] = moments[kind, r, 0] - moments[kind, r, i]


@compiled
def add_volume(weight, squares, offsets, slopes, k, at_j, work, stack, moments, gradient, hessian):
    """Add weight · E[XXᵀ 1], and its part of the gradient, with factors for s², s c and s."""
    for i in range(k + 1):
        first = offsets * moments[VOLUME, i, 0]
        if at_j > 0:
            first -= slopes * moments[VOLUME, i, at_j]
        for r in range(k + 1):
            first += squares * moments[VOLUME, i, r] * work[THETA, r]
            hessian[stack[MEMBERS, i], stack[MEMBERS, r]] += 2.0 * weight * squares * moments[VOLUME, i, r]
        gradient[stack[MEMBERS, i]] += 2.0 * weight * first


@inlined
def add_slice(weight, change, level, k, at_j, stack, moments, hessian):
    """Add 2 weight (s' - s) E[(σ(t) - x_j) XXᵀ δ]."""
    for i in range(k + 1):
        for r in range(k + 1):
            bend = level * moments[SLICE, i, r] - (moments[SLICE_J, i, r] if at_j > 0 else 0.0)
            hessian[stack[MEMBERS, i], stack[MEMBERS, r]] += 2.0 * weight * change * bend


@inlined
def add_hinge(h, dir, strip, alone, weight, k, at_j, act, work, stack, moments, gradient, hessian):
    """Add the slice at hinge h and, if it stands `alone`, what lies past it, above (`dir` = 1) or below (-1).

    If `strip` is not 0 add instead what lies past it as far as that.
    """
    scale, v = abs(work[THETA, 1]), dir * (work[THETA, 0] - act[HINGES, h])
    for i in range(1, k + 1):
        size = abs(work[THETA, i])
        work[ALPHA, i] = size / scale if size > NEGLIGIBLE * scale else 0.0
        v += max(0.0, dir * work[THETA, i])
    cut_matrices(v / scale, strip / scale, k, at_j, dir, work, stack, moments)
    from_corner(dir, k, at_j, work, moments)
    near, far = (h, h + 1) if dir > 0 else (h + 1, h)
    s, t = act[SLOPES, near], act[SLOPES, far]
    if alone or strip > 0.0:
        offsets = t * act[INTERCEPTS, far] - s * act[INTERCEPTS, near]
        add_volume(weight, t * t - s * s, offsets, t - s, k, at_j, work, stack, moments, gradient, hessian)
    if strip == 0.0:
        add_slice(weight / scale, dir * (t - s), act[LEVELS, h], k, at_j, stack, moments, hessian)


@inlined
def wide_rise(k, n_hinges, act, work):
    """Distance of two hinges with flat pieces outside, if z spans so much more that they are taken together; or 0."""
    if n_hinges < 2 or act[SLOPES, 0] != 0.0 or act[SLOPES, 2] != 0.0:
        return 0.0
    rise, span = act[HINGES, 1] - act[HINGES, 0], 0.0
    for i in range(1, k + 1):
        span += abs(work[THETA, i])
    return rise if span > WIDE * rise else 0.0


@compiled
def add_curvature(j, b, row, order, weight, mask, act, work, stack, moments, gradient, hessian):
    """Add `weight` times the derivatives of E (x_j - σ(z))² by θ, given the active set: the bits of `mask`.

    `order` sorts the row by falling size. `gradient` has shape (n + 1), `hessian` (n + 1, n + 1).
    """
    k, at_j, middle, n_hinges = np.int64(0), np.int64(0), b, np.int64(act[N_HINGES, 0])
    work[THETA, 0], stack[MEMBERS, 0] = b, 0
    for i in range(row.size):
        feature = order[i]
        if (mask >> feature) & 1:
            k += 1
            stack[MEMBERS, k] = 1 + feature
            work[THETA, k] = row[feature] if abs(row[feature]) >= SMALLEST else 0.0
            middle += 0.5 * row[feature]
            if feature == j:
                at_j = k
    rise, piece = wide_rise(k, n_hinges, act, work), np.int64(0)
    while piece < n_hinges and middle >= act[HINGES, piece]:
        piece += 1
    if rise > 0.0:
        piece = np.int64(0) if 2.0 * middle < act[HINGES, 0] + act[HINGES, 1] else np.int64(2)
    s, c = act[SLOPES, piece], act[INTERCEPTS, piece]
    if s != 0.0:
        whole_cube(k, moments)
        add_volume(weight, s * s, s * c, s, k, at_j, work, stack, moments, gradient, hessian)
    if k == 0 or work[THETA, 1] == 0.0:
        return
    for step in range(n_hinges + (1 if rise > 0.0 else 0)):
        h = step if step < n_hinges else piece >> 1
        strip = rise if step == n_hinges else 0.0
        side = np.int64(1) if piece <= h else np.int64(-1)
        add_hinge(h, side, strip, rise == 0.0, weight, k, at_j, act, work, stack, moments, gradient, hessian)
