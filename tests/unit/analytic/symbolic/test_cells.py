"""The list of regions: nothing missing, nothing that no model lies in."""

from __future__ import annotations

import dataclasses
from itertools import islice, pairwise
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic import symbolic
from toytoy.analytic.symbolic import Region
from toytoy.analytic.symbolic.cells import _between, _turning_ratios

COUNTS: dict[Any, int] = {"linear": 1, "relu": 60, "abs": 60, tt.LeakyReLU(0.1): 60, tt.ClippedReLU(1.0): 569}


def drawn(n_hinges: int, count: int) -> set[Region]:
    """Draw models of (2,1) and tell their regions in plain numpy; the second hinge is at 1."""
    rng = np.random.default_rng(2)
    w = rng.normal(size=(count, 2)) * 10.0 ** rng.uniform(-1, 0.5, size=(count, 1))
    z = np.zeros((count, 2, 4))
    for j in range(2):
        own = w[:, [j]] * w  # row j of the Gram matrix
        z[:, j] = own @ np.array([[0, 1, 0, 1], [0, 0, 1, 1]])
        t = rng.integers(0, max(n_hinges, 1), size=count)
        corner = z[np.arange(count), j, rng.integers(0, 4, size=count)]
        gap = 10.0 ** rng.uniform(-3, 1, size=count) * rng.choice([-1, 1], size=count)
        z[:, j] += (t - corner + gap)[:, None]  # near a hinge at some corner: narrow regions are met too
    past = sum((z > hinge).astype(int) for hinge in (0.0, 1.0)[:n_hinges]) + np.zeros_like(z, dtype=int)
    return {Region(tuple(tuple(map(int, row)) for row in rows)) for rows in np.unique(past, axis=0)}


@pytest.mark.parametrize("activation", COUNTS, ids=str)
def test_drawing_models_finds_all_regions_of_two_one_and_no_others(activation: Any) -> None:
    problem = tt.Problem.toy(2, density=0.5, activation=activation)
    found = symbolic.regions(problem)
    listed = list(found)
    assert len(found) == len(listed) == len(set(listed)) == COUNTS[activation]
    n_hinges = len(problem.sigma.hinges)
    assert drawn(n_hinges, 400_000 if n_hinges > 1 else 20_000) == set(listed)


@pytest.mark.parametrize("activation", COUNTS, ids=str)
def test_every_pattern_of_an_output_is_in_some_region(activation: Any) -> None:
    found = symbolic.regions(tt.Problem.toy(2, density=0.5, activation=activation))
    for j in range(2):
        assert {region.rows[j] for region in found} == set(found.rows[j])


@pytest.mark.parametrize("n", [2, 3])
@pytest.mark.parametrize("activation", ["relu", "linear", tt.ClippedReLU(0.5)], ids=str)
def test_the_region_of_a_model_is_listed(activation: Any, n: int) -> None:
    if n == 3 and isinstance(activation, tt.ClippedReLU):
        return  # seconds; patterns are tested on their own
    problem, rng = tt.Problem.toy(n, density=0.5, activation=activation), np.random.default_rng(4)
    found = symbolic.regions(problem)
    for _ in range(10):
        weights = rng.integers(-2, 3, size=(n - 1, n)) / 2  # many corners on hinges, zero entries
        assert symbolic.region(problem, weights, rng.integers(-2, 3, size=n) / 2) in found


def test_outputs_are_tied_in_one_dimension() -> None:
    """Each output may open for its own feature, and only for it, in any company: but not both, as one is longer."""
    first, second = (0, 1, 0, 1), (0, 0, 1, 1)
    found = symbolic.regions(tt.Problem.toy(2, density=0.5))
    assert first in found.rows[0]
    assert second in found.rows[1]
    assert Region((first, (0, 0, 1, 0))) in found
    assert Region(((0, 1, 0, 0), second)) in found
    assert Region((first, second)) not in found


def test_three_features_are_listed_lazily() -> None:
    found = symbolic.regions(tt.Problem.toy(3, density=0.5))
    assert found.realized is None
    assert len(found) == len(found.rows[0]) ** 3
    first = list(islice(found, 3))
    assert all(region in found for region in first)
    assert Region(((0,) * 8,) * 2) not in found
    assert "every choice" in repr(found)


def test_more_features_are_not_listed() -> None:
    with pytest.raises(ValueError, match=r"at most 3 features, got n_features=4; region takes one model"):
        symbolic.regions(tt.Problem(n_features=4, n_hidden=2, density=0.5))


def test_a_list_of_regions_is_a_value() -> None:
    found = symbolic.regions(tt.Problem.toy(2, density=0.5))
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.rows = ()  # type: ignore[misc]
    assert found == symbolic.regions(tt.Problem.toy(2, density=0.25))  # the density has no part in it
    assert hash(found) == hash(symbolic.regions(tt.Problem.toy(2, density=0.25)))
    assert "all that models lie in" in repr(found)


def test_in_asks_for_every_output() -> None:
    found = symbolic.regions(tt.Problem.toy(3, density=0.5))
    first = next(iter(found))
    assert first in found
    falls = (1, 0) * 4  # an output whose own entry is negative
    for j in range(3):
        rows = [*first.rows]
        rows[j] = falls if j == 0 else tuple((1, 0)[corner >> j & 1] for corner in range(8))
        assert Region(tuple(rows)) not in found
    assert Region((*first.rows, first.rows[0])) not in found
    assert Region(first.rows[:2]) not in found


@pytest.mark.parametrize(("n", "m", "realized"), [(2, 1, True), (2, 2, False), (1, 1, False), (3, 1, False)])
def test_only_two_features_in_one_dimension_are_listed_exactly(n: int, m: int, realized: bool) -> None:
    found = symbolic.regions(tt.Problem(n_features=n, n_hidden=m, density=0.5))
    assert (found.realized is not None) == realized
    assert len(found.rows) == n
    assert len(found) == (60 if realized else len(found.rows[0]) ** n)


def test_gaps_between_corners_change_their_order_at_the_turning_ratios_only() -> None:
    """Those of both outputs, of weights (1, q): one of the first is one of the second too."""

    def order(q: float) -> tuple[int, ...]:
        return tuple(map(int, np.argsort(np.abs([1, q, 1 + q, 1 - q, q * q, q * (1 + q), q * (1 - q)]))))

    ratios = sorted({round(q, 12) for q in _turning_ratios()})
    orders = [{order(q) for q in np.linspace(a, b, 40)[1:-1]} for a, b in pairwise([-9.0, *ratios, 9.0])]
    assert all(len(found) == 1 for found in orders)
    assert all(one != other for one, other in pairwise(orders))


def test_a_clipped_toy_has_569_regions() -> None:
    assert len(symbolic.regions(tt.Problem.toy(2, density=0.5, activation=tt.ClippedReLU(0.75)))) == 569


def test_a_number_is_chosen_in_every_interval_and_on_both_sides() -> None:
    assert _between([3, 0, 1.0, 1]) == [-1, 0.5, 2, 4]
