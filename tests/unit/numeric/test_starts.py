"""Starts: seeded, independent of their number, and one for every known phase."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.regime import phase
from toytoy.numeric.starts import BIAS_RANGE, WEIGHT_SPREAD, large_starts, random_starts, structured_starts


def problem(n: int, m: int) -> tt.Problem:
    return tt.Problem(n_features=n, n_hidden=m, density=0.4, importance=tuple(1.0 / (1 + i) for i in range(n)))


def test_random_starts_are_seeded_and_nested() -> None:
    few, many = random_starts(problem(3, 2), 3, seed=5), random_starts(problem(3, 2), 8, seed=5)
    assert np.array_equal(few[0], many[0][:3])
    assert np.array_equal(few[1], many[1][:3])
    assert not np.array_equal(few[0], random_starts(problem(3, 2), 3, seed=6)[0])
    assert random_starts(problem(3, 2), 0, seed=5)[0].shape == (0, 2, 3)


@pytest.mark.parametrize(("n", "m"), [(2, 1), (3, 2), (8, 4)])
def test_random_starts_have_the_spread_they_say(n: int, m: int) -> None:
    weights, bias = random_starts(problem(n, m), 2000, seed=0)
    spread = WEIGHT_SPREAD * min(1.0, np.sqrt(2 / m))
    standard_error = spread / np.sqrt(2 * weights.size)  # of a normal sample's standard deviation
    assert abs(weights.std() - spread) <= 5 * standard_error
    assert bias.min() >= BIAS_RANGE[0]
    assert bias.max() <= BIAS_RANGE[1]


@pytest.mark.parametrize(
    ("n", "wanted"),
    [
        (2, {"not_represented", "dedicated", "antipodal", "aligned"}),
        (3, {"not_represented", "dedicated", "antipodal", "antipodal_others", "triangle"}),
    ],
)
def test_every_known_phase_of_the_toys_has_a_start(n: int, wanted: set[str]) -> None:
    weights, _ = structured_starts(tt.Problem.toy(n, density=0.5))
    assert wanted <= {str(name) for name in phase(weights)}


@pytest.mark.parametrize("n", [2, 3])
def test_no_structured_start_is_another_one(n: int) -> None:
    weights, _ = structured_starts(tt.Problem.toy(n, density=0.5))
    gram = np.einsum("kia,kib->kab", weights, weights).reshape(len(weights), -1)
    distances = np.abs(gram[:, None] - gram[None]).max(axis=-1) + np.eye(len(gram))
    assert distances.min() > 0.01


def test_a_feature_that_is_dropped_starts_at_its_mean() -> None:
    given = tt.Problem(n_features=2, n_hidden=1, density=(0.2, 0.6))
    weights, bias = structured_starts(given)
    dropped = (weights**2).sum(axis=1) == 0
    assert dropped.any()
    assert np.array_equal(bias[dropped], np.broadcast_to([0.1, 0.3], bias.shape)[dropped])
    assert (bias[~dropped] < np.broadcast_to([0.1, 0.3], bias.shape)[~dropped]).all()


def test_other_sizes_start_from_the_most_important_features() -> None:
    given = tt.Problem(n_features=5, n_hidden=2, density=0.1, importance=(0.1, 3.0, 1.0, 2.0, 0.5))
    weights, bias = structured_starts(given)
    assert weights.shape[1:] == (2, 5)
    assert str(tt.structure(weights[0])) == "dedicated[1] + dedicated[3] + not_represented[0,2,4]"
    assert str(tt.structure(weights[1])) == "antipodal[1,2] + antipodal[3,4] + not_represented[0]"
    assert str(tt.structure(weights[2])) == "dedicated[1] + antipodal[2,3] + not_represented[0,4]"
    assert str(tt.structure(weights[3])) == "triangle[1,2,3] + not_represented[0,4]"
    assert str(tt.structure(weights[-1])) == "pentagon[0,1,2,3,4]"
    assert bias.shape == (6, 5)


def test_larger_ones_mix_dimensions_of_one_and_of_two_features_and_fill_planes_with_polygons() -> None:
    given = tt.Problem(n_features=12, n_hidden=4, density=0.1, importance=tuple(0.9**i for i in range(12)))
    signatures = [str(tt.structure(w)) for w in structured_starts(given)[0]]
    assert [text.count("antipodal") for text in signatures] == [0, 4, 1, 2, 3, 0, 0]
    assert [text.count("dedicated") for text in signatures] == [4, 0, 3, 2, 1, 0, 0]
    assert signatures[5].startswith("triangle[0,1,2] + triangle[3,4,5]")
    assert signatures[6].startswith("pentagon[0,1,2,3,4] + pentagon[5,6,7,8,9]")


def test_large_starts_are_shaken_but_keep_their_structure() -> None:
    given = tt.Problem(n_features=20, n_hidden=5, density=0.1)
    (exact, _), (shaken, bias) = structured_starts(given), large_starts(given, 3)
    assert len(shaken) == len(bias) == len(exact) + 1
    assert 0 < np.abs(shaken[:-1] - exact).max() < 0.06
    assert (np.abs(shaken) > 0).all()
    assert np.array_equal(shaken, large_starts(given, 3)[0])
    assert not np.array_equal(shaken, large_starts(given, 4)[0])
    assert abs(shaken[-1].std() - np.sqrt(2 / 25)) < 5 * np.sqrt(2 / 25) / np.sqrt(200)


@pytest.mark.parametrize(("n", "m"), [(1, 1), (2, 2), (4, 1), (6, 3), (10, 4)])
def test_every_size_has_structured_starts(n: int, m: int) -> None:
    weights, bias = structured_starts(problem(n, m))
    assert weights.shape == (len(bias), m, n)
    assert len(bias) >= 2
    assert np.isfinite(weights).all()
    assert np.isfinite(bias).all()


def test_polygons_in_a_plane_are_tried_one_by_one_while_few_and_then_in_steps() -> None:
    sizes = []
    for n in (10, 20, 1000):
        weights, _ = structured_starts(tt.Problem(n_features=n, n_hidden=2, density=0.1))
        sizes.append([int(count) for count in ((weights**2).sum(1) > 0).sum(1)[3:]])
    assert sizes[0] == list(range(3, 11))
    assert sizes[1] == list(range(3, 21))
    assert sizes[2][:18] == sizes[1]
    assert len(sizes[2]) < 40  # one a size takes as long as 998 searches
    assert sizes[2][-1] == 1000
    assert max(np.diff(sizes[2]) / np.array(sizes[2][1:])) <= 0.25
