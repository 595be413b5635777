"""Regions of single models, by hand and against plain fractions."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy
import toytoy as tt
from toytoy.analytic import symbolic
from toytoy.analytic.symbolic.sides import corners

TOY = tt.Problem.toy(2, density=0.5)
CLIPPED = TOY.replace(activation=tt.ClippedReLU(Fraction(1, 2)))


def test_by_hand() -> None:
    # z_1 = 1/4 + x_1 - x_2 / 2 and z_2 = -1/8 - x_1 / 2 + x_2 / 4 at the corners ∅, {1}, {2}, {1, 2}
    assert symbolic.region(TOY, [[1.0, -0.5]], [0.25, -0.125]).rows == ((1, 1, 0, 1), (0, 0, 1, 0))
    assert symbolic.region(CLIPPED, [[1.0, -0.5]], [0.25, -0.125]).rows == ((1, 2, 0, 2), (0, 0, 1, 0))
    linear = symbolic.region(TOY.replace(activation="linear"), [[1.0, -0.5]], [0.25, -0.125])
    assert linear.rows == ((0,) * 4,) * 2
    assert linear.cuts == ((), ())


def test_a_corner_on_a_hinge_counts_as_below() -> None:
    assert symbolic.region(TOY, [[1.0, -1.0]], [0.0, 0.0]).rows == ((0, 1, 0, 0), (0, 0, 1, 0))
    assert symbolic.region(CLIPPED, [[0.0, 0.0]], [0.5, 0.0]).rows == ((1,) * 4, (0,) * 4)


def test_nothing_is_rounded() -> None:
    above, third = [[1.0, 0.0]], Fraction(1, 3)
    assert symbolic.region(TOY, above, [1e-300, -1e-300]).rows == ((1,) * 4, (0,) * 4)
    weights = np.array([[1, third]], dtype=object)
    assert symbolic.region(TOY, weights, [-third, 0]).rows[0] == (0, 1, 0, 1)  # -1/3 + 1/3 lies on the hinge
    assert symbolic.region(TOY, weights, [-third + Fraction(1, 10**40), 0]).rows[0] == (0, 1, 1, 1)


def test_cuts_name_the_hinges_that_cross() -> None:
    assert symbolic.Region(((0, 0), (0, 1), (0, 2), (1, 2), (2, 2))).cuts == ((), (0,), (0, 1), (1,), ())


def test_corners_are_in_the_order_of_their_masks() -> None:
    assert corners(2) == [(), (1,), (2,), (1, 2)]
    assert corners(3)[4:] == [(3,), (1, 3), (2, 3), (1, 2, 3)]


@pytest.mark.parametrize("activation", ["relu", "abs", tt.ClippedReLU(0.5)], ids=str)
def test_conditions_hold_inside_and_nowhere_else(activation: str) -> None:
    problem, rng = TOY.replace(activation=activation), np.random.default_rng(1)
    models = [(rng.normal(size=(1, 2)), rng.normal(size=2)) for _ in range(5)]
    regions = [symbolic.region(problem, *model) for model in models]
    for place in set(regions):
        conditions = symbolic.conditions(problem, place)
        for model, region in zip(models, regions, strict=True):
            assert (conditions.subs(symbolic.values(problem, *model)) == sympy.true) == (region == place)


def test_three_features_at_once() -> None:
    problem = tt.Problem.toy(3, density=0.5)
    weights, bias = np.array([[1, 0, -1], [0, 1, 0]]), [0.5, -0.5, 0.25]
    gram, found = weights.T @ weights, symbolic.region(problem, weights, bias)
    assert len(symbolic.conditions(problem, found).args) == 3 * 2**3
    for j, row in enumerate(found.rows):
        heights = [bias[j] + sum(gram[j, i] for i in range(3) if corner >> i & 1) for corner in range(8)]
        assert row == tuple(int(z > 0) for z in heights)


def test_a_region_of_another_problem_is_refused() -> None:
    region = symbolic.region(TOY, [[1.0, -0.5]], [0.25, -0.125])
    with pytest.raises(ValueError, match=r"region must have 3 rows of 8 numbers from 0 to 1 for this problem"):
        symbolic.loss(tt.Problem.toy(3, density=0.5), region)
    with pytest.raises(ValueError, match=r"numbers from 0 to 0"):
        symbolic.conditions(TOY.replace(activation="linear"), region)
    with pytest.raises(TypeError, match="region must be a Region, got region=None"):
        symbolic.decomposition(TOY, None)  # type: ignore[arg-type]


def test_a_region_is_a_value() -> None:
    region = symbolic.Region(((0, 1), (1, 1)))
    with pytest.raises(dataclasses.FrozenInstanceError):
        region.rows = ()  # type: ignore[misc]
    assert hash(region) == hash(symbolic.Region(([0, 1], [1, 1])))  # type: ignore[arg-type]
    assert str(region) == "01 | 11"


@pytest.mark.parametrize("rows", [((0, 1, 0, 1),), ((0,) * 4,) * 3, ((0,) * 4, (0,) * 3), ((0,) * 4, (0, 0, 0, 2))])
def test_rows_are_counted_and_numbers_stay_below_the_hinges(rows: Any) -> None:
    with pytest.raises(ValueError, match=r"region must have 2 rows of 4 numbers from 0 to 1 for this problem, got "):
        symbolic.conditions(TOY, symbolic.Region(rows))
    if len(rows) == 2 and len(rows[1]) == 4:
        symbolic.conditions(CLIPPED, symbolic.Region(rows))  # which has two hinges


def test_a_corner_on_a_hinge_lies_in_no_region() -> None:
    problem = tt.Problem(n_features=1, n_hidden=1, density=0.5)
    opens = symbolic.conditions(problem, symbolic.Region(((0, 1),)))
    for bias, inside in ((0.0, False), (-0.5, True), (-1.0, False)):
        assert bool(opens.subs(symbolic.values(problem, [[1.0]], [bias]))) is inside
