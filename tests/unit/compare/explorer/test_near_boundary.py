"""The nearest boundary is where an independent trace finds it, within the error stated."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt
from hypothesis import given
from hypothesis import strategies as st
from toytoy.analytic.published import published_phase
from toytoy.compare.explorer.near_boundary import CELLS, CLOSED, TRACED, near_boundary
from toytoy.compare.explorer.shipped import shipped, shipped_lines

from tests.small_maps import diagram

# One place for each kind of line that is not met everywhere, and some in between points.
PLACES = [(2, 0.237, 0.3), (2, 0.0371, 0.4), (3, 0.237, 0.5)]
MORE = [
    *((2, 0.123, 3.0), (2, 0.56, 1.6), (2, 0.613, 0.9), (2, 0.9, 0.8)),
    *((3, 0.31, 0.2), (3, 0.55, 1.4), (3, 0.62, 0.7), (3, 0.71, 1.2), (3, 0.8, 0.75)),
]


@pytest.mark.parametrize(
    ("n_features", "density", "importance"), [*PLACES, *(pytest.param(*p, marks=pytest.mark.slow) for p in MORE)]
)
def test_it_lies_where_the_search_finds_it(n_features: int, density: float, importance: float) -> None:
    found = near_boundary(shipped(n_features)["optimum"], density, importance, shipped_lines(n_features))
    assert found is not None
    assert found.source == TRACED
    assert found.error < 0.01
    between: Any = tuple(found.between)
    exact = tt.boundary(n_features, n_features - 1, between=between, density=density, near=found.importance)
    off = abs(np.log10(exact.importance.value / found.importance))
    assert off <= found.error
    assert found.decades == pytest.approx(np.log10(found.importance / importance), abs=1e-12)


@given(st.floats(0.02, 0.999), st.floats(0.1, 10.0), st.sampled_from([2, 3]))
def test_the_ansatz_changes_phase_there(density: float, importance: float, n_features: int) -> None:
    """In closed form: its best phase is another a little beyond, and the same all the way up to it."""
    found = near_boundary(shipped(n_features)["ansatz"], density, importance)
    assert found is not None
    assert (found.source, found.error) == (CLOSED, 0.0)
    sides = found.importance * np.array([1 - 1e-9, 1 + 1e-9])
    assert tuple(map(str, published_phase(n_features, density, sides))) == found.between
    way = importance * 10 ** (found.decades * np.linspace(0, 1 - 1e-9, 20))
    if abs(found.decades) > 1e-6:
        assert len(set(published_phase(n_features, density, way))) == 1


def test_the_points_own_errors_count() -> None:
    """A line is known no better than its points, and those to the digits they are shipped with."""
    line = {"between": ["antipodal", "dedicated"], "status": "converged", "order": "jump", "density": [0.1, 0.2, 0.4]}
    straight = {**line, "importance": [1.0, 2.0, 4.0], "error": [0.0, 0.0, 0.1]}
    lines = {"lines": [straight], "beyond": []}
    found = near_boundary(shipped(2)["optimum"], 0.3, 1.0, lines)
    assert found is not None
    assert found.error == pytest.approx(0.1 / 4.0 / np.log(10), rel=1e-6)
    found = near_boundary(shipped(2)["optimum"], 0.15, 1.0, lines)
    assert found is not None
    assert 0.0 < found.error < 1e-8
    assert found.known == "± 2e-09 decades, traced line"


def test_of_several_the_nearest_is_taken() -> None:
    best, lines = shipped(2)["optimum"], shipped_lines(2)
    low, high = near_boundary(best, 0.3, 0.4, lines), near_boundary(best, 0.3, 3.0, lines)
    assert low is not None
    assert high is not None
    assert (low.between, high.between) == (("not_represented", "antipodal"), ("antipodal", "dedicated"))
    assert low.decades < 0 < high.decades
    assert low.importance * high.importance == pytest.approx(1, rel=1e-4)  # r -> 1/r is a symmetry
    assert "below, at r = 0.2047" in str(low)


def test_a_trained_model_is_measured_against_the_optimums_line() -> None:
    best, trained = (near_boundary(shipped(2)[kind], 0.3, 0.4, shipped_lines(2)) for kind in ("optimum", "trained"))
    assert best == trained


def test_without_lines_the_cells_tell() -> None:
    data, met = diagram("optimum"), 0
    for row, density in enumerate(data.densities):
        found = near_boundary(data, float(density), 0.5)
        assert (found is None) == (len(set(data.data.phase.values[row])) == 1)
        if found is None:
            continue
        assert found.source == CELLS
        traced = near_boundary(data, float(density), found.importance, shipped_lines(2))
        assert traced is not None
        assert abs(traced.decades) <= found.error
        met += 1
    assert met == 3


def test_where_nothing_changes_there_is_none() -> None:
    sparse = tt.PhaseDiagram(diagram("optimum").data.isel(importance=[3]))  # a lone column
    assert near_boundary(sparse, 0.05, 1.0) is None
    assert near_boundary(shipped(2)["optimum"], 1e-3, 1.0, shipped_lines(2)) is None  # below the lines


@pytest.mark.parametrize("place", [(0.0, 1.0), (1.5, 1.0), (0.5, 0.0), (0.5, float("nan"))])
def test_no_place_is_refused(place: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="must"):
        near_boundary(shipped(2)["optimum"], *place)
