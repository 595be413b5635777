"""Branches, crossings and lines that tests of the tracing share; whole networks are traced once a process."""

from __future__ import annotations

from functools import cache

import numpy as np
import toytoy as tt
from numpy.typing import NDArray
from toytoy.numeric.boundaries.branch import Branch, State
from toytoy.numeric.boundaries.continuation import End, Window, follow
from toytoy.numeric.boundaries.crossing import Crossing, solve
from toytoy.numeric.boundaries.network import Network, network
from toytoy.numeric.boundaries.segments import Segment

Array = NDArray[np.float64]
AT_DENSITY, AT_IMPORTANCE = np.array([1.0, 0.0]), np.array([0.0, 1.0])
NONE, PAIR = Branch(2, (), (1,)), Branch(2, (0, 1), ())
NONE_3, PAIR_3 = Branch(3, (), (2,)), Branch(3, (0, 2), ())
OTHERS, TRIANGLE = Branch(3, (0, 1), ()), Branch(3, (0, 1, 2), ())
NOTHING: Array = np.empty(0)
# At p = 1/2 on the boundary; the digits of its importance are those of the project's notes, and of the enclosure.
LARGE = np.array([-1.0295, 0.7563, 0.0606, 0.1966])
BOUNDARY = 0.53573876406532962351
# Windows around the triple points.
CROWDED = {2: Window((0.5, 1.05), (0.5, 0.72)), 3: Window((0.9, 1.03), (0.515, 0.53))}


def toy(state: State) -> tt.Problem:
    """The problem whose model a state is."""
    return tt.Problem.toy(state.branch.n_features, importance=state.importance, density=state.density)


def steepest(state: State) -> float:
    """Largest entry of the whole model's gradient, which knows nothing of branches."""
    _, d_weights, d_bias = tt.loss_and_grad(toy(state), *state.model)
    return float(max(np.abs(d_weights).max(), np.abs(d_bias).max()))


def gram(state: State) -> Array:
    weights = state.model[0]
    return np.asarray(weights.T @ weights)


@cache
def half() -> Crossing:
    """The boundary of "not represented" of the smaller toy at p = 1/2."""
    states = NONE.settle(NOTHING, 0.5357, 0.5), PAIR.settle(LARGE, 0.5357, 0.5)
    return solve(Crossing(*states), AT_DENSITY)


@cache
def falling(mirrored: bool = False) -> tuple[Crossing, ...]:
    """The smaller toy's line from p = 1/2 down to 0.005, where losses and slopes are small; or its mirror image."""
    start = half()
    if mirrored:
        at = 1 / start.importance, start.density
        states = [Branch.at(state.model[0][:, ::-1], state.model[1][::-1], *at) for state in start]
        start = Crossing.ordered(*solve(Crossing(*states), AT_DENSITY))
    points, end = follow(start, 1.0, Window((1e-3, 1e3), (0.005, 0.6)))
    assert end is End.WINDOW
    assert points[-1].density == 0.005
    return (start, *points)


@cache
def symmetric() -> Crossing:
    """Where r = 1 parts the two pairs of the larger toy with a dedicated feature beside them, p = 0.4."""
    pair = np.array([-0.97, 0.97, 0.09, 0.09])
    states = PAIR_3.settle(pair, 0.99, 0.4), OTHERS.settle(pair, 0.99, 0.4)
    return Crossing.ordered(*solve(Crossing(*states), AT_DENSITY))


def unequal(importance: float, density: float, n_starts: int = 24, seed: int = 5) -> State:
    """The optimum of the smaller toy, by an independent search."""
    solution = tt.minimize(
        tt.Problem.toy(2, importance=importance, density=density), tt.Multistart(n_starts, seed=seed)
    )
    return Branch.at(np.asarray(solution.weights), np.asarray(solution.bias), importance, density)


@cache
def crowded(n_features: int) -> Network:
    """The lines around the triple points."""
    return network(n_features, CROWDED[n_features])


@cache
def whole(n_features: int) -> Network:
    """All lines of the paper's window: some seconds for two features, half a minute for three."""
    return network(n_features, Window())


def stable(found: Network) -> list[Segment]:
    return [segment for segment in found.segments if segment.stable]
