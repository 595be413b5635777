"""Maps searched by a sweep: the same as without, gone on with from their store, refused where cells are not alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import toytoy as tt
import xarray as xr
from toytoy.compare.searched_maps import search_cell

GRID: dict[str, Any] = {"density": [0.2, 0.7], "importance": [0.1, 1.0, 3.0]}
HERE = ThreadPoolExecutor(1)


def diagram(method: Any, **how: Any) -> xr.Dataset:
    return tt.phase_diagram(2, 1, **GRID, method=method, activation=tt.LeakyReLU(0.1), **how).data


def test_searches_give_the_same_map(tmp_path: Path) -> None:
    method = tt.Multistart(n_starts=3, seed=2)
    whole = diagram(method)
    seen: list[tuple[int, int]] = []
    for _ in range(2):
        swept = diagram(method, executor=HERE, store=tmp_path, progress=lambda *given: seen.append(given))
        xr.testing.assert_identical(whole, swept)
    assert seen[0] == (0, 6)
    assert seen[-2:] == [(6, 6), (6, 6)]


@pytest.mark.slow
def test_processes_give_the_same_map(tmp_path: Path) -> None:
    method = tt.Multistart(n_starts=3)
    xr.testing.assert_identical(diagram(method), diagram(method, n_workers=2))


@pytest.mark.parametrize("method", ["ansatz", "optimum"])
@pytest.mark.parametrize("how", [{"executor": HERE}, {"store": "store"}, {"n_workers": 2}])
def test_maps_whose_cells_are_not_alone_are_refused(method: str, how: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"got method='{method}', which is one computation.*; leave them out"):
        diagram(method, **how)


def test_another_maps_store_is_refused(tmp_path: Path) -> None:
    diagram(tt.Multistart(n_starts=1), executor=HERE, store=tmp_path)
    with pytest.raises(ValueError, match=r"which differs in bound solver: .*n_starts=1.* there, .*n_starts=2.* here"):
        diagram(tt.Multistart(n_starts=2), executor=HERE, store=tmp_path)


def test_a_cell_is_its_problems_search() -> None:
    template, solver = tt.Problem.toy(2, density=1.0, activation="abs"), tt.Multistart(n_starts=2)
    found = search_cell(0.3, 0.4, template=template, solver=solver)
    solution = solver.minimize(tt.Problem.toy(2, density=0.3, importance=0.4, activation="abs"))
    assert found["loss"] == float(solution.loss) == found["losses"][found["best"]]
    assert np.array_equal(found["weights"], solution.runs.weights)
