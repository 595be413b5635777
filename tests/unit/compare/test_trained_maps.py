"""Maps trained by a sweep: the same models as side by side, but for rounding."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import toytoy as tt
import xarray as xr
from toytoy.compare.hands import ALONE
from toytoy.compare.toy_grid import ToyGrid
from toytoy.compare.trained_maps import train_row, trained_models

GRID: dict[str, Any] = {"density": [0.2, 0.7], "importance": [0.1, 1.0, 3.0]}
HERE = ThreadPoolExecutor(1)


def diagram(method: Any, **how: Any) -> xr.Dataset:
    return tt.phase_diagram(2, 1, **GRID, method=method, activation=tt.LeakyReLU(0.1), **how).data


def test_trained_models_are_the_same_but_for_rounding(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    method = tt.Trained(steps=20, batch=16, n_instances=2, seed=1)
    whole, swept = diagram(method), diagram(method, executor=HERE, store=tmp_path)
    rounding = 20 * 1e2 * float(np.finfo(np.float32).eps)  # a step moves weights by lr; a hundredfold a step is ample
    assert np.abs(whole.weights.values - swept.weights.values).max() <= rounding
    assert whole.attrs == swept.attrs
    assert list(whole) == list(swept)
    xr.testing.assert_identical(swept, diagram(method, executor=HERE, store=tmp_path))
    with pytest.raises(ValueError, match="which differs in bound trained"):  # the store holds this map, and knows it
        diagram(tt.Trained(steps=20, batch=16, n_instances=2, seed=2), executor=HERE, store=tmp_path)


def test_a_row_is_the_models_of_its_cells() -> None:
    pytest.importorskip("torch")
    grid = ToyGrid(tt.Problem.toy(2, density=1.0), np.array([0.3]), np.array([0.2, 1.0]))
    method = tt.Trained(steps=5, batch=8, n_instances=3)
    weights, bias = trained_models(grid, method, None, ALONE)
    row = train_row(0.3, template=grid.template, importances=(0.2, 1.0), trained=method)
    assert weights.shape == (2, 3, 1, 2)
    assert np.array_equal(weights, row["weights"])
    assert np.array_equal(bias, row["bias"])
