"""What a diagram must hold: the library's own pass; other dims, types, numbers and labels are refused in one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.contents import check_contents

from tests.small_maps import diagram


@pytest.mark.parametrize("kind", ["optimum", "ansatz", "trained"])
@pytest.mark.parametrize("n_features", [2, 3])
def test_the_librarys_own_pass(kind: str, n_features: int) -> None:
    data = diagram(kind, n_features).data
    assert check_contents(data, n_features) is data


def test_a_margin_may_be_unknown_or_infinite() -> None:
    data = diagram("optimum").data.copy(deep=True)
    data["margin"][0, 0], data["margin"][1, 1] = np.nan, np.inf
    assert check_contents(data, 2) is data


CHANGES: dict[str, tuple[Any, str]] = {
    "transposed": (lambda d: d.assign(loss=d.loss.T), "dimensions density and importance"),
    "transposed weights": (lambda d: d.assign(weights=d.weights.T), "must begin with density"),
    "no axis": (lambda d: d.drop_vars("density"), "no axis density"),
    "descending": (lambda d: d.isel(density=slice(None, None, -1)), "density must ascend"),
    "no cells": (lambda d: d.isel(importance=slice(0, 0)), "must be a one-dimensional grid"),
    "another shape": (lambda d: d.assign(bias=d.bias.isel(feature=[0]).rename(feature="one")), "must have the shape"),
    "another name": (lambda d: d.assign(bias=d.bias.rename(feature="one")), "must have its hidden and feature"),
    "whole numbers": (lambda d: d.assign(loss=d.loss.astype(int)), "loss must be finite numbers"),
    "NaN": (lambda d: d.assign(weights=d.weights * np.nan), "weights must be finite numbers"),
    "words": (lambda d: d.assign(margin=d.margin.astype(str)), "margin must be numbers"),
    "a label": (lambda d: d.assign(regime=d.regime.astype("<U30") + "s"), "regime must be one of"),
    "a tolerance": (lambda d: d.assign_attrs(tolerance="small"), "tolerance must lie in"),
    "no tolerance": (lambda d: d.assign_attrs(tolerance=np.nan), "tolerance must lie in"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_anything_else_is_refused(name: str, tmp_path: Path) -> None:
    change, said = CHANGES[name]
    planted = change(diagram("optimum").data)
    with pytest.raises((TypeError, ValueError), match=said):
        check_contents(planted, 2)
    path = tt.PhaseDiagram(planted).save(tmp_path / "planted.nc")
    with pytest.raises(ValueError, match=rf"planted\.nc .*{said}") as caught:
        tt.PhaseDiagram.load(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["kind", "problem", "tolerance"])
def test_an_attribute_of_several_numbers_is_refused(name: str, tmp_path: Path) -> None:
    planted = diagram("ansatz").data.assign_attrs({name: [1.0, 2.0]})
    with pytest.raises(ValueError, match=rf"planted\.nc is not a phase diagram.*{name}"):
        tt.PhaseDiagram.load(tt.PhaseDiagram(planted).save(tmp_path / "planted.nc"))
