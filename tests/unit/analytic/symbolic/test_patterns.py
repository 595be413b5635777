"""Patterns of one output: counted against the literature, and found again by drawing."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from toytoy.analytic.symbolic.patterns import is_realizable, patterns

# Boolean threshold functions of n variables (OEIS A000609), and those of them that do not fall in a chosen variable
THRESHOLD_FUNCTIONS = {0: 2, 1: 4, 2: 14, 3: 104}


@pytest.mark.parametrize("n", THRESHOLD_FUNCTIONS)
def test_one_hinge_gives_the_threshold_functions(n: int) -> None:
    found = [x for x in product((0, 1), repeat=2**n) if is_realizable(x, 1, own=False)]
    assert len(found) == THRESHOLD_FUNCTIONS[n]


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("output", [1, 2, 3])
def test_own_entry_is_positive(n: int, output: int) -> None:
    if output > n:
        return
    own = 1 << (output - 1)
    every = [x for x in product((0, 1), repeat=2**n) if is_realizable(x, 1, own=False)]
    rising = [x for x in every if all(x[c] <= x[c | own] for c in range(2**n))]
    assert list(patterns(n, output, 1)) == rising


def test_two_hinges_one_feature() -> None:
    assert patterns(1, 1, 2) == ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))


def test_no_hinge_has_one_pattern() -> None:
    assert patterns(3, 2, 0) == ((0,) * 8,)


@pytest.mark.parametrize(("n", "n_hinges", "output"), [(2, 1, 2), (2, 2, 1), (2, 2, 2), (3, 1, 3)])
def test_drawing_finds_all_of_them_and_no_others(n: int, n_hinges: int, output: int) -> None:
    rng = np.random.default_rng(3)
    a = rng.normal(size=(100_000, n)) * 2.0
    a[:, output - 1] = np.abs(a[:, output - 1])
    bits = np.array([[corner >> i & 1 for corner in range(2**n)] for i in range(n)])
    z = rng.normal(size=(100_000, 1)) * 2.0 + a @ bits
    past = sum((z > hinge).astype(int) for hinge in (0.0, 1.0)[:n_hinges])
    assert {tuple(map(int, row)) for row in np.unique(past, axis=0)} == set(patterns(n, output, n_hinges))
