"""The best multiple of a frozen W, and the best biases with it: bracketed roots of exact derivatives."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .activation import piecewise
from .bracket import bracketed_roots
from .evaluation import Evaluation
from .loss import evaluate
from .model import Array
from .problem import Problem

# Geometric, eight an octave: minima whose factors differ by less than 9 % are not told apart. Twice the frozen Gram
# matrix overshoots where x̂ is unbounded; the grid is widened, octave by octave, where that is not seen.
FACTORS = np.concatenate([[0.0], np.geomspace(2**-7, 2, 65)])
LARGEST_FACTOR = 64.0
# An output's loss is a polynomial piece by piece in its bias. Its slope may jump from one piece to the next (an output
# starts to saturate), so the ends themselves are avoided, by less than shows in the loss.
EDGE = 2**-20
NEGLIGIBLE = 1e-9  # share of a leading coefficient that is rounding: the root it adds lies far outside the piece


class Minima(NamedTuple):
    """Local minima over the factor g on the frozen Gram matrix, each with its best biases, shapes (k,) and (k, n)."""

    gram_factors: Array
    biases: Array
    status: str
    n_evaluations: int


class Profile(NamedTuple):
    """The loss's derivative by √g with every bias at its best, as a function of the factor: shapes (k, n), (k,)."""

    biases: Array
    slope: Array


def free_minima(problem: Problem, weights: Array) -> Minima:
    """Find the local minima of the loss over g >= 0 and b, for W = √g times the frozen weights.

    The loss separates over outputs given g, so each bias is a problem in one variable; the loss so minimized is
    a function of g alone, whose derivative is the partial one (envelope theorem). Every change of sign of a
    derivative on a grid is a bracket, in which its root is found.
    """
    search = _Search(problem, weights)
    factors, slope = FACTORS, search.profile(FACTORS).slope
    saturates = (
        piecewise(problem.activation).slopes[-1] == 0
    )  # then a steep σ is a step, which may be good at any factor
    while (saturates or slope[-1] < 0) and factors[-1] < LARGEST_FACTOR:
        wider = factors[-1] * np.geomspace(1, 2, 9)[1:]
        factors, slope = np.concatenate([factors, wider]), np.concatenate([slope, search.profile(wider).slope])
    escapes = slope[-1] < 0
    status = f"the factor reached its bound, {LARGEST_FACTOR:g}, and the loss still falls" if escapes else "converged"
    (starts,) = np.nonzero(_brackets(slope))
    inner = bracketed_roots(lambda g: search.profile(g).slope, factors[starts], factors[starts + 1])
    found = np.concatenate([[0.0], inner, factors[-1:] if escapes else []])
    return Minima(found, search.profile(found).biases, status, search.n_evaluations)


class _Search:
    """Exact losses of every output along the family; counts evaluations."""

    def __init__(self, problem: Problem, weights: Array) -> None:
        self.problem = problem
        self.single = problem.replace(importance=1.0)  # so that an output of importance 0 has derivatives as well
        self.weights = weights
        self.n_evaluations = 0

    def evaluate(self, problem: Problem, factors: Array, bias: Array) -> Evaluation:
        self.n_evaluations += bias.size // bias.shape[-1]
        return evaluate(problem, np.sqrt(factors)[..., None, None] * self.weights, bias)

    def profile(self, factors: Array) -> Profile:
        """Minimize over the biases at each factor, then differentiate with respect to the factor's root."""
        biases = self.best_biases(factors)
        result = self.evaluate(self.problem, factors, biases)
        return Profile(biases, np.sum(result.d_weights * self.weights, axis=(-2, -1)))

    def best_biases(self, factors: Array) -> Array:
        """Polish every local minimum of each output's loss, and keep the best: shape (k, n)."""
        grid = self.bias_grid(factors)
        slopes = self.slopes(factors, grid)
        slopes[..., 0], slopes[..., -1] = slopes[..., 0].clip(max=0), slopes[..., -1].clip(min=0)  # but for rounding
        which, output, step = np.nonzero(_brackets(slopes))
        picked = np.arange(len(which)), output

        def at(bias: Array) -> Evaluation:
            return self.evaluate(self.single, factors[which], np.repeat(bias[:, None], grid.shape[1], axis=1))

        ends = grid[which, output, step], grid[which, output, step + 1]
        biases = bracketed_roots(lambda bias: at(bias).d_bias[picked], *ends)
        losses = at(biases).parts.sum(-1)[picked]
        best = np.zeros(grid.shape[:2])
        worst_first = np.argsort(-losses, kind="stable")  # of those assigned to one place the last one stays
        best[which[worst_first], output[worst_first]] = biases[worst_first]
        return best

    def bias_grid(self, factors: Array) -> Array:
        """List biases between which the slope of an output's loss is monotone, ascending, shape (k, n, steps)."""
        edges = self.bias_edges(factors)
        starts, lengths = edges[..., :-1, None], np.diff(edges)[..., None]
        nodes = _nodes(edges.shape[1] + 1)  # degree of the slope: one for each integration, one for z itself
        places = starts + lengths * nodes
        turns = _turning_points(self.slopes(factors, _in_a_row(places)).reshape(places.shape))
        both = np.broadcast_to([EDGE, 1 - EDGE], (*turns.shape[:-1], 2))
        places = np.sort(np.concatenate([turns.clip(EDGE, 1 - EDGE), both], axis=-1), axis=-1)
        return np.concatenate([edges[..., :1], _in_a_row(starts + lengths * places), edges[..., -1:]], axis=-1)

    def bias_edges(self, factors: Array) -> Array:
        """Find the ends of the polynomial pieces, and of the range of minima, shape (k, n, pieces + 1).

        z = b + Σ a_i x_i lies in [b - down, b + up]. Once z >= 1 everywhere, x̂ is at least 1 or saturated, and a larger
        b can't help. Once z <= 0 everywhere, a smaller b can help only where x̂ is then positive, and at most until
        x̂ >= 1. Between, a piece ends where a corner of the cube crosses a hinge.
        """
        gram = factors[:, None, None] * (self.weights.T @ self.weights)
        corners = gram @ np.array(list(product((0.0, 1.0), repeat=gram.shape[-1]))).T
        up, down = corners.max(-1, keepdims=True), -corners.min(-1, keepdims=True)
        sigma = piecewise(self.problem.activation)
        crossings = [float(hinge) - corners for hinge in sigma.hinges]
        ends = [-up, 1 + down, *([1 / float(sigma.slopes[0]) - up] if sigma.slopes[0] < 0 else [])]
        return np.sort(np.concatenate([*crossings, *ends], axis=-1), axis=-1).clip(max=1 + down)

    def slopes(self, factors: Array, biases: Array) -> Array:
        """Differentiate each output's loss by its bias, both of shape (k, n, steps)."""
        bias = np.swapaxes(biases, 1, 2)
        return np.swapaxes(self.evaluate(self.single, factors[:, None], bias).d_bias, 1, 2)


def _brackets(slopes: Array) -> NDArray[np.bool_]:
    """Where a slope goes from falling to rising between neighbors, a flat end included (a silent output has one)."""
    left, right = slopes[..., :-1], slopes[..., 1:]
    return (left <= 0) & (right >= 0) & (left < right)


def _in_a_row(pieces: Array) -> Array:
    """Join what is listed piece by piece, shape (k, n, pieces, places), to one row for an output."""
    return pieces.reshape(*pieces.shape[:2], -1)


def _nodes(degree: int) -> Array:
    """Chebyshev points of [0, 1] that fix a polynomial."""
    return (1 - np.cos(np.pi * (np.arange(degree + 1) + 0.5) / (degree + 1))) / 2


def _turning_points(samples: Array) -> Array:
    """Real parts of the roots of p′, for polynomials p given at their nodes, shape (..., degree + 1)."""
    degree = samples.shape[-1] - 1
    coefficients = samples @ np.linalg.inv(np.vander(_nodes(degree), increasing=True)).T
    slope = coefficients[..., 1:] * np.arange(1, degree + 1)
    least = NEGLIGIBLE * np.abs(slope).max(axis=-1) + np.finfo(np.float64).tiny
    leading = np.where(np.abs(slope[..., -1]) < least, least, slope[..., -1])
    companion = np.zeros((*slope.shape[:-1], degree - 1, degree - 1))
    companion[..., range(1, degree - 1), range(degree - 2)] = 1.0
    companion[..., -1] = -slope[..., :-1] / leading[..., None]
    return np.linalg.eigvals(companion).real.astype(np.float64)
