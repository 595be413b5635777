"""Pairs of maps: plain counting, symmetry, and numbers that are none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr
from toytoy.compare.distance import BoundaryDistance
from toytoy.compare.pairings import pair_table
from toytoy.compare.proportions import wilson

EPS = float(np.finfo(float).eps)
NAMES = ["a", "b", "c"]
REGIMES = np.array(["not_represented", "dedicated", "superposed"])
BETWEEN = ("not_represented", "superposed")


def maps(seed: int = 0) -> xr.Dataset:
    rng = np.random.default_rng(seed)
    dims = ("map", "density", "importance")
    return xr.Dataset(
        {
            "regime": (dims, REGIMES[rng.integers(0, 3, (3, 4, 5))]),
            "loss": (dims, rng.integers(1, 4, (3, 4, 5)) + 0.0),
            "loss_error": (dims, np.full((3, 4, 5), 0.25)),
        },
        {"map": NAMES},
    )


def apart() -> dict[tuple[str, str], Any]:
    found = BoundaryDistance.of(BETWEEN, [0.1, 0.2, 0.5], [0.1, -0.4, 0.2], [0.01, 0.02, 0.03], 2)
    other = BoundaryDistance.of(("superposed", "dedicated"), [0.1], [0.2], [0.5], 1)
    lone = BoundaryDistance.of(BETWEEN, [], [], [], 4)
    return {("a", "b"): (found, other), ("a", "c"): (lone,), ("b", "c"): ()}


def test_pairs_by_plain_loops() -> None:
    data = maps()
    found = pair_table(data, apart())
    for i, a in enumerate(NAMES):
        for j, b in enumerate(NAMES):
            pair = found.sel(first=a, second=b)
            same = lower = 0
            gaps = []
            for at in np.ndindex(4, 5):
                one, other = (float(data.loss.values[k][at]) for k in (i, j))
                same += str(data.regime.values[i][at]) == str(data.regime.values[j][at])
                lower += one + 0.5 < other
                gaps.append(abs(one - other) / min(one, other))
            assert pair.same == same
            assert [pair.low.item(), pair.high.item()] == wilson(same, 20).tolist()
            assert pair.lower == lower
            assert pair.gap_largest.item() == pytest.approx(max(gaps), rel=4 * EPS)
            assert pair.gap_median.item() == pytest.approx(np.median(gaps), rel=4 * EPS)


def test_confusion_has_the_first_map_along_its_first_axis() -> None:
    data = maps()
    found = pair_table(data, apart()).confusion
    assert found.dims == ("first", "second", "regime", "other_regime")
    here = (data.regime.sel(map="a") == "dedicated").values
    there = (data.regime.sel(map="b") == "superposed").values
    assert found.sel(first="a", second="b", regime="dedicated", other_regime="superposed") == (here & there).sum()
    assert np.array_equal(found.sel(first="a", second="b"), found.sel(first="b", second="a").T)
    assert (found.sum(("regime", "other_regime")) == 20).all()


def test_a_map_with_itself() -> None:
    found = pair_table(maps(), apart())
    for name in NAMES:
        pair = found.sel(first=name, second=name)
        assert (pair.share.item(), pair.kappa.item(), pair.gap_largest.item()) == (1.0, 1.0, 0.0)
        assert (pair.boundary_largest.item(), pair.lower.item()) == (0.0, 0)


def test_boundaries_are_those_of_the_furthest_and_symmetric() -> None:
    found = pair_table(maps(), apart())
    for pair in (found.sel(first="a", second="b"), found.sel(first="b", second="a")):
        assert (pair.boundary_largest.item(), pair.boundary_error.item()) == (0.4, 0.02)
        assert pair.boundary_median.item() == 0.2
        assert (pair.boundary_shared.item(), pair.boundary_unmatched.item()) == (4, 3)
    for second in ("a", "b"):
        assert np.isnan(found.boundary_largest.sel(first="c", second=second))
    assert found.boundary_unmatched.sel(first="c", second="a") == 4


def test_everything_but_what_is_lower_and_the_confusion_is_symmetric() -> None:
    found = pair_table(maps(), apart())
    for name in {*found.data_vars} - {"lower", "confusion"}:
        assert np.array_equal(found[name], found[name].T, equal_nan=True), name


@pytest.mark.filterwarnings("error")
def test_no_number_and_zero_loss_show() -> None:
    data = maps()
    data["loss"][0, 1, 2] = np.nan
    data["loss"][1, 0, 0] = 0.0
    found = pair_table(data, apart())
    assert np.isnan(found.gap_largest.sel(first="a", second="b"))
    assert np.isinf(found.gap_largest.sel(first="b", second="c"))
    assert np.isfinite(found.gap_largest.sel(first="c", second="c"))


def test_the_error_of_the_largest_gap_is_both_errors_over_the_smaller_loss() -> None:
    data = maps()
    data["loss"][:] = 4.0
    data["loss"][0, 2, 3] = 2.0
    data["loss_error"][0, 2, 3] = 0.125
    pair = pair_table(data, apart()).sel(first="a", second="b")
    assert (pair.gap_largest.item(), pair.gap_error.item()) == ((4.0 - 2.0) / 2.0, (0.125 + 0.25) / 2.0)


def test_a_loss_lower_by_just_both_errors_is_not_told_apart() -> None:
    data = maps()
    data["loss"][:] = 2.0
    data["loss"][0, 0, 0], data["loss"][0, 0, 1] = 1.5, 1.25
    found = pair_table(data, apart()).lower
    assert (found.sel(first="a", second="b"), found.sel(first="b", second="a")) == (1, 0)


def test_two_maps_are_four_pairs() -> None:
    two = maps().isel(map=slice(2))
    found = pair_table(two, {("a", "b"): ()})
    assert dict(found.sizes) == {"first": 2, "second": 2, "regime": 3, "other_regime": 3}
    assert found.same.sel(first="a", second="b") == pair_table(maps(), apart()).same.sel(first="a", second="b")


def test_the_share_is_that_of_all_cells() -> None:
    pair = pair_table(maps(), apart()).sel(first="a", second="c")
    assert pair.share.item() == pair.same.item() / 20
