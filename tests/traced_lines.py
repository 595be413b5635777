"""Lines of small windows, and of the paper's, that tests of `compare` share; each traced once a process."""

from __future__ import annotations

from functools import cache

from toytoy.compare.lines import PhaseLines
from toytoy.compare.phase_lines import phase_lines
from toytoy.numeric.boundaries.continuation import Window
from toytoy.numeric.boundaries.continuous import Continuous, continuous_lines
from toytoy.numeric.boundaries.network import Network, network

HALF = 0.53573876406532962  # r on the boundary of "not represented" at p = 1/2, by two independent solvers
LOW = Window((0.2, 1.0), (0.3, 0.5))  # one jump line crosses it
HIGH = Window((0.85, 1.2), (0.82, 0.9))  # both onsets, from continuous to jump, and the exchange at r = 1
MIDDLE = Window((0.5, 1.05), (0.5, 0.72))  # triple points, one of them at r = 1


@cache
def found(window: Window) -> Network:
    return network(2, window)


@cache
def onsets(window: Window) -> list[Continuous]:
    return continuous_lines(found(window))


@cache
def paper(n_features: int) -> PhaseLines:
    """All lines: some seconds for two features, half a minute for three."""
    return phase_lines(n_features, n_features - 1)
