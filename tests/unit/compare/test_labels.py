"""Sides of a line in words: by phase, by size within one, by the others where the extra does not tell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from toytoy.compare import labels
from toytoy.numeric.boundaries.branch import Branch, State
from toytoy.numeric.boundaries.crossing import Crossing

NONE, FIRST_GONE, PAIR = Branch(2, (), (1,)), Branch(2, (), (0,)), Branch(2, (0, 1), ())
WITH_EXTRA, OTHERS, TRIANGLE = Branch(3, (0, 2), ()), Branch(3, (0, 1), ()), Branch(3, (0, 1, 2), ())
NOTHING: Sequence[float] = ()


def state(branch: Branch, theta: Sequence[float], importance: float, density: float) -> State:
    return branch.settle(np.array(theta, dtype=float), importance, density)


def small() -> State:
    return state(PAIR, (-1.0, 0.45, 0.05, 0.3), 0.8, 0.6)


def large() -> State:
    return state(PAIR, (-0.9, 0.9, 0.2, 0.2), 1.0, 0.4)


@pytest.mark.parametrize(
    ("branch", "theta", "phase", "shape"),
    [
        (NONE, NOTHING, "not_represented", "extra dropped"),
        (PAIR, (-0.9, 0.9, 0.2, 0.2), "antipodal", "pair with an equal extra"),
        (WITH_EXTRA, (-0.9, 0.9, 0.2, 0.2), "antipodal", "pair with an equal extra"),
        (OTHERS, (-0.9, 0.9, 0.2, 0.2), "antipodal_others", "equal pair of the others, extra alone"),
    ],
)
def test_phases_and_shapes(branch: Branch, theta: Sequence[float], phase: str, shape: str) -> None:
    found = state(branch, theta, 1.0, 0.4)
    assert labels.phase_of(found) == phase
    assert labels.shape_of(found) == shape


def test_the_extra_alone() -> None:
    found = state(FIRST_GONE, NOTHING, 3.0, 0.4)
    assert labels.phase_of(found) == "dedicated"
    assert labels.extra_capacity(found) == 1.0
    assert labels.shape_of(found) != labels.shape_of(state(NONE, NOTHING, 3.0, 0.4))


@pytest.mark.parametrize(("importance", "size"), [(0.6, "a small"), (1.0 / 0.6, "a large")])
def test_the_shape_of_a_pair_says_which_is_longer(importance: float, size: str) -> None:
    theta = (-1.0, 0.8, 0.1, 0.15) if importance < 1 else (-0.8, 1.0, 0.15, 0.1)
    assert labels.shape_of(state(PAIR, theta, importance, 0.4)) == f"pair with {size} extra"


def test_triangles_in_words() -> None:
    at = np.pi * 2 / 3
    columns = 0.88 * np.array([[np.cos(at), np.cos(at), 1.0], [np.sin(at), -np.sin(at), 0.0]])
    equilateral = Branch.at(columns, np.full(3, 0.32), 1.0, 0.7)
    assert labels.phase_of(equilateral) == "triangle"
    assert labels.shape_of(equilateral) == "equilateral triangle"
    assert not labels.lengths_differ(equilateral)
    isosceles = equilateral.moved(1.02, 0.7)
    assert labels.shape_of(isosceles) == "isosceles triangle"


def test_two_phases_are_named_as_they_are() -> None:
    pair = large()
    assert labels.between(Crossing(state(NONE, NOTHING, 1.0, 0.4), pair)) == ("not_represented", "antipodal")
    assert labels.between(Crossing(pair, state(NONE, NOTHING, 1.0, 0.4))) == ("antipodal", "not_represented")


def test_within_one_phase_the_size_of_the_extra_tells() -> None:
    assert small().size < large().size
    assert labels.between(Crossing(small(), large())) == ("antipodal_small", "antipodal_large")
    assert labels.between(Crossing(large(), small())) == ("antipodal_large", "antipodal_small")


def test_where_the_extra_is_the_same_the_others_tell() -> None:
    equal = state(OTHERS, (-0.85, 0.85, 0.3, 0.3), 2.0, 0.75)
    unequal = state(OTHERS, (-0.95, 0.4, 0.2, 0.5), 2.0, 0.75)
    assert labels.lengths_differ(unequal)
    assert not labels.lengths_differ(equal)
    assert labels.between(Crossing(equal, unequal)) == ("antipodal_others_equal", "antipodal_others_unequal")
    assert labels.shape_of(unequal).startswith("unequal pair of the others")


def test_the_capacity_of_the_extra_is_its_share_of_the_line() -> None:
    found = small()
    first, extra = (float(x) for x in found.model[0][0])
    assert labels.extra_capacity(found) == pytest.approx(extra**2 / (first**2 + extra**2), rel=1e-12)
