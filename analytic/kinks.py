"""Where the loss is only once differentiable: hinges that sit on a corner which single features reach."""

from __future__ import annotations

from .model import Array
from .problem import Problem
from .solution import Kink

TOUCHING = 1e-9  # far above rounding (1e-16), far below the distances at which curvature changes


def kinks(problem: Problem, weights: Array, bias: Array) -> tuple[Kink, ...]:
    """List the hinges on which a model sits, for active sets of at most one feature.

    The second derivative of the loss jumps where the input of an output, z = b + Σ_{i∈A} a_i x_i, equals a hinge at
    x = 0 (A empty: b_j = t) or with one feature at its largest value (b_j + G_ji = t). Corners of larger sets
    make higher derivatives jump.

    Parameters
    ----------
    problem : Problem
    weights : array, shape (n_hidden, n_features)
    bias : array, shape (n_features,)
    """
    gram = weights.T @ weights
    small = [active for active, _ in problem.active_sets() if len(active) <= 1]
    found = []
    for j in range(problem.n_features):
        for active in small:
            z = bias[j] + sum(gram[j, i] for i in active)
            found += [Kink(j, active, float(t)) for t in problem.sigma.hinges if abs(z - float(t)) <= TOUCHING]
    return tuple(found)
