"""Walks along branches: stationary all the way, and past folds."""

from __future__ import annotations

from contextlib import suppress
from itertools import islice, pairwise

import numpy as np
import pytest
from toytoy.numeric.boundaries.branch import Branch, BranchLost, State
from toytoy.numeric.boundaries.landscape import ALONG_P, ALONG_R
from toytoy.numeric.boundaries.walk import Spot, loosest, walk

PAIR = Branch(2, (0, 1), ())


def pair() -> State:
    return PAIR.settle(np.array([-1.0, 0.8, 0.1, 0.15]), 0.9, 0.5)


def spots(count: int, towards: int, control: tuple[float, float] = ALONG_R) -> list[Spot]:
    return list(islice(walk(pair(), np.eye(4), control, towards), count))


@pytest.mark.parametrize(("towards", "control"), [(-1, ALONG_R), (1, ALONG_R), (1, ALONG_P), (-1, ALONG_P)])
def test_a_walk_stays_on_stationary_models_and_goes_its_way(towards: int, control: tuple[float, float]) -> None:
    met = spots(12, towards, control)
    assert all(np.abs(spot.slopes.gradient).max() < 1e-10 for spot in met)
    first, last = met[0], met[-1]
    gone = np.log(last.importance / first.importance) if control == ALONG_R else last.density - first.density
    assert gone * towards > 0
    assert all(one.tangent @ other.tangent > 0.9 for one, other in pairwise(met))
    at = last.state.moved(last.importance, last.density)
    assert np.allclose(at.theta, last.theta, atol=1e-9)


def test_a_walk_passes_folds_and_comes_back_on_the_other_side() -> None:
    """At p = 0.5 the pair ends as r falls; beyond the fold it is a saddle, with r rising again, up to a second fold."""
    met: list[Spot] = []
    with suppress(BranchLost):  # it ends where the overlap vanishes
        for spot in walk(pair(), np.eye(4), ALONG_R, -1):
            met.append(spot)
    turns = [i for i, (one, other) in enumerate(pairwise(met)) if one.tangent[-1] * other.tangent[-1] < 0]
    assert len(turns) >= 2
    assert met[turns[0]].softest[0] > 0 > met[turns[0] + 2].softest[0]
    assert met[turns[1] - 1].softest[0] < 0 < met[turns[1] + 2].softest[0]


def test_the_loosest_overlap_is_the_one_that_breaks_a_block() -> None:
    triangle = Branch(3, (0, 1, 2), ())
    theta = np.array([-1e-3, -0.5, 1.0, 0.5, -0.9, 0.4, 0.3, 0.2])
    # feature 2 overlaps 1 by 0.5, feature 0 overlaps 1 by 0.45: none is about to leave
    assert loosest(triangle, theta) == pytest.approx(0.45, abs=1e-3)
    theta[1] = -1e-3
    assert loosest(triangle, theta) == pytest.approx(1e-3)


def test_a_walk_ends_where_the_density_is_1() -> None:
    with pytest.raises(BranchLost):
        list(walk(PAIR.settle(np.array([-0.9, 0.5, 0.3, 0.6]), 1.005, 0.999), np.eye(4), ALONG_P, 1))
