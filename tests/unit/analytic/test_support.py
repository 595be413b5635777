"""The independent law: probabilities of active sets, and masks drawn from it."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np
import toytoy as tt


def test_probabilities_are_products_and_sum_to_one() -> None:
    densities = (Fraction(1, 2), Fraction(1, 3), Fraction(1, 5))
    sets = dict(tt.Independent().active_sets(densities))
    assert len(sets) == 8
    assert sum(sets.values()) == 1
    for size in range(4):
        for active in combinations(range(3), size):
            expected = Fraction(1)
            for i, p in enumerate(densities):
                expected *= p if i in active else 1 - p
            assert sets[active] == expected


def test_each_feature_has_its_own_density() -> None:
    densities = (Fraction(1, 7), Fraction(1, 2))
    for i, p in enumerate(densities):
        assert sum(chance for active, chance in tt.Independent().active_sets(densities) if i in active) == p


def test_impossible_sets_are_left_out() -> None:
    assert list(tt.Independent().active_sets((1.0, 1.0))) == [((0, 1), 1.0)]


def test_a_mask_compares_each_uniform_with_its_own_density() -> None:
    uniforms = np.array([[0.0, 0.0], [0.3, 0.3], [0.999, 0.999]])
    masks = tt.Independent().draw(uniforms, np.array([0.25, 1.0]))
    assert masks.tolist() == [[True, True], [False, True], [False, True]]
