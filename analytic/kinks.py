"""Where the second derivative of the loss jumps: hinges that sit on corners which few features reach."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .activation import PiecewiseLinear
from .model import Array
from .problem import Problem
from .solution import Kink

TOUCHING = 1e-9  # far above rounding (1e-16), far below the distances at which curvature changes


class KinkWarning(RuntimeWarning):
    """The second derivative of the loss jumps here, so that the Hessian returned is a one-sided one."""

    @classmethod
    def at(cls, kinks: tuple[Kink, ...]) -> KinkWarning:
        """Name the places in one line."""
        places = ", ".join(f"output {k.feature} on hinge {k.hinge:g} at features {k.active}" for k in kinks)
        return cls(
            f"the second derivative of the loss jumps here ({places}); "
            "the Hessian is the one for biases slightly larger: don't judge a minimum by it"
        )


def kinks(problem: Problem, weights: Array, bias: Array) -> tuple[Kink, ...]:
    """List the hinges at which a model's loss is not twice continuously differentiable, :eq:`curvature-kinks`.

    Given the active set A, output j sees z = b_j + Σ_{i∈A'} G_ji x_i, A' being the features of A whose entry is not 0.
    For each hinge t the second derivative has two parts: a slice of the cube over A', E[(σ(t) - x_j) XXᵀ δ(z - t)], and
    what lies past it, E[XXᵀ 1{z>t}] times the jump of the slope's square. They are continuous unless a whole face of
    the cube meets the hinge at once: A' has one feature, and z = t where it is 0, or 1; or A' is empty, and z = t. Even
    then the slice does not jump if x_j = σ(t) on the face, nor the other part unless A' is empty.

    A ReLU (t = σ(t) = 0) has two kinks: b_j = 0, if it happens that no active feature acts on j; and b_j + G_jj = 0, if
    it happens that j alone does.

    Parameters
    ----------
    problem : Problem
    weights : array, shape (n_hidden, n_features)
    bias : array, shape (n_features,)
        Entries within 1e-9 of 0, and inputs within 1e-9 of a hinge, count as being there.
    """
    gram, hinges, found = weights.T @ weights, tuple(_hinges(problem)), set()
    if not hinges:
        return ()
    choices = problem.support.choices(problem.densities)
    groups = [[active for active, chance in group if chance > 0] for group in choices]
    for j in (j for j, worth in enumerate(problem.importances) if worth):
        acts = np.abs(gram[j]) > TOUCHING
        for acting, own in _corners(j, acts, groups):
            varies = own and not acts[j]  # x_j on a face
            for corner in {(), acting}:
                z = bias[j] + sum(gram[j, i] for i in corner)
                for hinge in hinges:
                    jumps = varies or hinge.level != (j in corner) or (hinge.squares and not acting)
                    if jumps and abs(z - hinge.at) <= TOUCHING:
                        found.add(Kink(j, corner, hinge.at))
    return tuple(sorted(found))


Corner = tuple[tuple[int, ...], bool]  # the feature that acts on an output, or none; whether the output's own is active


def _corners(j: int, acts: NDArray[np.bool_], groups: list[list[tuple[int, ...]]]) -> set[Corner]:
    """List the cases where at most one of the features that act on output j is active.

    `groups` holds the active sets of each group. The sets of all features, their products, need no list, which nobody
    could hold for a hundred groups: all groups but one have no acting feature active.
    """
    each = [{(acting, j in active) for active in group if len(acting := _acting(active, acts)) < 2} for group in groups]
    idle = [{own for acting, own in choices if not acting} for choices in each]
    busy = [g for g, choices in enumerate(idle) if not choices]  # groups in which some acting feature always is active
    if len(busy) > 1:
        return set()
    owner = next(g for g, group in enumerate(groups) if any(j in active for active in group))
    found: set[Corner] = {((), own) for own in idle[owner]} if not busy else set()
    for g in busy or range(len(groups)):
        alone = {(acting, own) for acting, own in each[g] if acting}
        found |= alone if g == owner else {(acting, own) for acting, _ in alone for own in idle[owner]}
    return found


def _acting(active: tuple[int, ...], acts: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(i for i in active if acts[i])


class _Hinge(NamedTuple):
    at: float
    level: float  # σ there
    squares: bool  # whether the square of the slope jumps, too


def _hinges(problem: Problem) -> Iterator[_Hinge]:
    """Yield the hinges where the slope jumps; a smooth activation has none."""
    sigma = problem.sigma
    if isinstance(sigma, PiecewiseLinear):
        for at, (near, far) in zip(sigma.hinges, pairwise(sigma.slopes), strict=True):
            if near != far:
                yield _Hinge(float(at), float(sigma(at)), abs(near) != abs(far))
