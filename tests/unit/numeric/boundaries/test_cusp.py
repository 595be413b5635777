"""Critical points: found from both sides, and what happens beside them."""

from __future__ import annotations

import numpy as np
import pytest
from toytoy.numeric.boundaries.branch import Branch, State
from toytoy.numeric.boundaries.cusp import critical_near, critical_point
from toytoy.numeric.boundaries.fold import Ending, spinodal_point

PAIR, TRIANGLE = Branch(2, (0, 1), ()), Branch(3, (0, 1, 2), ())
NINE = 1e-10  # nine digits and one


def isosceles(guess: list[float], importance: float, density: float) -> State:
    return TRIANGLE.settle(np.array(guess), importance, density)


SMALL = [-0.65, -0.65, 0.46, 0.74, -0.74, 0.13, 0.13, 0.48]
COMPARABLE = [-0.62, -0.62, 0.6, 0.75, -0.75, 0.18, 0.18, 0.48]


def below(density: float = 0.7) -> tuple[State, State]:
    """The two minima of the first-order line at densities below the gap."""
    return isosceles(SMALL, 0.8705, density), isosceles(COMPARABLE, 0.8706, density)


def above() -> tuple[State, State]:
    small = isosceles([-0.65, -0.65, 0.45, 0.73, -0.73, 0.15, 0.15, 0.53], 0.922, 0.76)
    return small, isosceles([-0.58, -0.58, 0.65, 0.74, -0.74, 0.24, 0.24, 0.5], 0.93, 0.76)


@pytest.mark.parametrize("make", [below, above])
def test_the_two_ends_of_the_gap(make: object) -> None:
    found = critical_point(*make())  # type: ignore[operator]
    assert max(found.error_importance, found.error_density) < NINE
    assert found.residual < 1e-10  # the third derivative is found by differentiating an interpolation
    for shift, folds in ((1e-3, make is above), (-1e-3, make is below)):
        ends = []
        for towards in (1, -1):  # from the model with a small, and from that with a comparable extra
            side = found.importance * (1 - 0.01 * towards)
            guess = found.state.theta - 0.06 * towards * found.mode * np.sign(found.mode[2])
            state = TRIANGLE.settle(guess, side, found.density + shift)
            ends.append(spinodal_point(state, towards=towards))
        near = [end.kind is Ending.FOLD and abs(end.importance / found.importance - 1) < 0.01 for end in ends]
        assert near == [folds, folds]


@pytest.mark.parametrize("make", [below, above])
def test_a_critical_point_is_found_from_a_fold_beside_it(make: object) -> None:
    states = make()  # type: ignore[operator]
    truth, fold = critical_point(*states), spinodal_point(states[0], towards=1)
    found = critical_near(fold.state, fold.basis)
    assert found.density == pytest.approx(truth.density, abs=NINE)
    assert found.importance == pytest.approx(truth.importance, rel=NINE)


def test_unequal_pairs_meet_where_the_equal_one_loses_stability() -> None:
    """At r = 1 exchange is a symmetry: the critical point lies on that line, and is where equal becomes unstable."""
    equal = PAIR.settle(np.array([-0.9, 0.9, 0.15, 0.15]), 1.0, 0.6)
    lost = spinodal_point(equal, importance=1.0, towards=1)
    fold = spinodal_point(equal, density=0.71, towards=-1)
    found = critical_near(fold.state, fold.basis)
    assert found.importance == pytest.approx(1.0, rel=NINE)
    assert found.density == pytest.approx(lost.density, abs=NINE)


def test_one_minimum_is_not_a_jump() -> None:
    small, comparable = below()
    with pytest.raises(ValueError, match=r"at density 0\.\d+ are one, 0e\+00 apart"):
        critical_point(small, small)
    with pytest.raises(ValueError, match="differ"):
        critical_point(comparable, PAIR.settle(np.array([-1.0, 0.8, 0.1, 0.15]), 0.9, 0.5))
