"""Many small minimizations at once: a quasi-Newton method on the exact loss and gradient (compiled).

BFGS with a weak-Wolfe line search by bisection, which needs only a continuous gradient (Lewis and Overton 2013):
the loss is once, not twice, differentiable where a hinge passes a corner. Every item of a batch has its own
problem, so that a whole phase diagram is one call.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..analytic.compiled import compiled, inlined
from ..analytic.rows import model_loss

Array = NDArray[np.float64]
ARMIJO, WOLFE = 1e-4, 0.9  # the textbook pair for quasi-Newton steps
# Relative slack of the decrease test: losses are this noisy near a minimum. By trial over the toys' diagrams: with
# 4e-16 one start in some thousand stops at a gradient of 1e-8, with 2e-15 none stops above the tolerance.
ROUNDING = 2e-15
MAX_TRIALS = 40  # halvings that take a step of one below rounding
GRADIENT, DIRECTION, TRIAL, FRESH, STEP, CHANGE, PULLED = range(7)  # rows of the vectors' array
LONGEST_STEP = 0.5  # per coordinate: weights are of order one, and a longer first guess leaves the basin


@inlined
def decode(theta, pin, weights, bias):
    """Write the model that θ encodes; return the length of the pinned direction, 1 without a pin."""
    m, n = weights.shape
    for i in range(n):
        for k in range(m):
            weights[k, i] = theta[k * n + i]
        bias[i] = theta[m * n + i]
    if pin <= 0.0:
        return 1.0
    squares = 0.0
    for i in range(n - 1):
        squares += weights[0, i] * weights[0, i]
    for i in range(n - 1):
        weights[0, i] *= math.sqrt(pin / squares)
    return math.sqrt(squares)


@compiled
def value_and_gradient(theta, gradient, free, pin, model, tables, work, stack):
    """Loss of the model that θ encodes, and its gradient in θ; frozen coordinates get gradient 0.

    θ is W row by row, then b. With pin > 0 the first row's entries, the last one aside, are only a direction: they
    are scaled to a sum of squares of `pin`. With the last column on the first axis, that pins its superposition.
    `model` is scratch: weights, bias, their gradients, parts.
    """
    weights, bias, d_weights, d_bias, parts = model
    importance, masks, probabilities, act = tables
    m, n = weights.shape
    length = decode(theta, pin, weights, bias)
    loss = model_loss(weights, bias, importance, masks, probabilities, act, parts, d_weights, d_bias, work, stack)
    if pin > 0.0:
        along = 0.0
        for i in range(n - 1):
            along += d_weights[0, i] * weights[0, i] / pin
        for i in range(n - 1):
            d_weights[0, i] = (d_weights[0, i] - along * weights[0, i]) * math.sqrt(pin) / length
    for i in range(n):
        for k in range(m):
            gradient[k * n + i] = d_weights[k, i] if free[k * n + i] else 0.0
        gradient[m * n + i] = d_bias[i] if free[m * n + i] else 0.0
    return loss


@inlined
def dot(a, b):
    """Inner product, written out: a call to BLAS costs more than a handful of products."""
    total = 0.0
    for i in range(a.size):
        total += a[i] * b[i]
    return total


@inlined
def largest(a):
    """Largest entry in absolute value; NaN if there is one."""
    size = 0.0
    for i in range(a.size):
        if math.isnan(a[i]):  # nothing compares with it, so that a later entry would replace it
            return np.nan
        size = max(size, abs(a[i]))
    return size


@inlined
def reset(inverse, scale):
    """Make the inverse Hessian a multiple of the identity."""
    for i in range(inverse.shape[0]):
        for j in range(inverse.shape[0]):
            inverse[i, j] = scale if i == j else 0.0


@inlined
def update_inverse_hessian(inverse, step, change, pulled, first):
    """BFGS update of the inverse Hessian, in place; skipped where the curvature along the step is not positive."""
    curvature = dot(step, change)
    if curvature <= 1e-300:
        return False
    if first:
        reset(inverse, curvature / dot(change, change))
    for i in range(step.size):
        pulled[i] = 0.0
        for j in range(step.size):
            pulled[i] += inverse[i, j] * change[j]
    share = 1.0 / curvature
    factor = 0.5 * (1.0 + dot(change, pulled) * share) * share
    for i in range(step.size):  # 2 factor s sᵀ - share (s pᵀ + p sᵀ), without a division in the loop
        along = factor * step[i] - share * pulled[i]
        for j in range(step.size):
            inverse[i, j] += along * step[j] + step[i] * (factor * step[j] - share * pulled[j])
    return True


@inlined
def search_line(theta, loss, slope, v, free, pin, model, tables, work, stack):
    """Find a weak-Wolfe step along v[DIRECTION]; the point is left in v[TRIAL], its gradient in v[FRESH].

    Returns the loss there and the evaluations, negative if no step was found.
    """
    low, high = 0.0, np.inf
    t = min(1.0, LONGEST_STEP / largest(v[DIRECTION]))
    for count in range(1, MAX_TRIALS + 1):
        for i in range(theta.size):
            v[TRIAL, i] = theta[i] + t * v[DIRECTION, i]
        value = value_and_gradient(v[TRIAL], v[FRESH], free, pin, model, tables, work, stack)
        if not value <= loss + ARMIJO * t * slope + ROUNDING * abs(loss):
            high = t
        elif dot(v[FRESH], v[DIRECTION]) < WOLFE * slope:
            low = t
        else:
            return value, count
        t = 2.0 * t if high == np.inf else 0.5 * (low + high)
    return loss, -MAX_TRIALS


@inlined
def choose_direction(inverse, v):
    """Set the quasi-Newton direction, or steepest descent where that does not descend; return the slope along it."""
    for i in range(inverse.shape[0]):
        v[DIRECTION, i] = 0.0
        for j in range(inverse.shape[0]):
            v[DIRECTION, i] -= inverse[i, j] * v[GRADIENT, j]
    slope = dot(v[DIRECTION], v[GRADIENT])
    if slope < 0.0:
        return slope
    reset(inverse, 1.0)
    for i in range(inverse.shape[0]):
        v[DIRECTION, i] = -v[GRADIENT, i]
    return dot(v[DIRECTION], v[GRADIENT])


@inlined
def descend(theta, free, pin, tables, max_steps, tolerance, v, inverse, model, work, stack):
    """Minimize from θ, in place. Returns loss, largest gradient entry, evaluations."""
    size = theta.size
    reset(inverse, 1.0)
    loss = value_and_gradient(theta, v[GRADIENT], free, pin, model, tables, work, stack)
    evaluations, first = 1, np.bool_(True)
    for _ in range(max_steps):
        if largest(v[GRADIENT]) <= tolerance:
            break
        slope = choose_direction(inverse, v)
        value, count = search_line(theta, loss, slope, v, free, pin, model, tables, work, stack)
        evaluations += abs(count)
        if count < 0:
            if first:
                break
            reset(inverse, 1.0)
            first = np.bool_(True)
            continue
        for i in range(size):
            v[STEP, i], v[CHANGE, i] = v[TRIAL, i] - theta[i], v[FRESH, i] - v[GRADIENT, i]
            theta[i], v[GRADIENT, i] = v[TRIAL, i], v[FRESH, i]
        loss = value
        first = np.bool_(not update_inverse_hessian(inverse, v[STEP], v[CHANGE], v[PULLED], first) and first)
    return loss, largest(v[GRADIENT]), evaluations


@compiled
def descend_batch(
    thetas, free, pin, m, importances, masks, probabilities, act, max_steps, tolerances, out, work, stack
):
    """Minimize every row of `thetas`, in place; out, shape (k, 3): loss, largest gradient entry, evaluations."""
    size, n = thetas.shape[1], importances.shape[1]
    v, inverse = np.empty((7, size)), np.empty((size, size))
    model = (np.empty((m, n)), np.empty(n), np.empty((m, n)), np.empty(n), np.empty((n, 5)))
    for i in range(thetas.shape[0]):
        problem = (importances[i], masks, probabilities[i], act)
        out[i, 0], out[i, 1], out[i, 2] = descend(
            thetas[i], free, pin, problem, max_steps, tolerances[i], v, inverse, model, work, stack
        )
