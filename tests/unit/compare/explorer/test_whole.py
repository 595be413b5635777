"""Diagrams that hold anything else under the right names are refused in one line; all of the library's pass."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt
import xarray as xr
from toytoy.compare.explorer.shipped import KINDS, SIZES, shipped
from toytoy.compare.explorer.whole import MOST_CELLS, check_whole

from tests.small_maps import diagram


@pytest.mark.parametrize("n_features", SIZES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_librarys_own_pass(n_features: int, kind: str) -> None:
    for given in (shipped(n_features)[kind], diagram(kind, n_features)):
        assert check_whole(given) is given


def test_one_cell_passes() -> None:
    lone = tt.phase_diagram(2, 1, density=[1.0], importance=[1e-9], method="ansatz", activation="linear")
    assert check_whole(lone) is lone


def planted(name: str, value: Any) -> tt.PhaseDiagram:
    """Put a value into one cell."""
    data = diagram("optimum").data.copy(deep=True)
    values = data[name].values.astype("<U20" if isinstance(value, str) else data[name].dtype)
    values[(0,) * values.ndim] = value
    data[name] = (data[name].dims, values)
    return tt.PhaseDiagram(data)


@pytest.mark.parametrize("name", ["loss", "loss_error", "weights", "bias", "capacity"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_not_finite_is_refused(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{name} must be finite numbers"):
        check_whole(planted(name, value))


@pytest.mark.parametrize(("name", "value"), [("regime", "superb"), ("phase", ""), ("regime", "triangle")])
def test_unknown_labels_are_refused(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=f"{name} must be one of .*, got '{value}'"):
        check_whole(planted(name, value))


def changed(**given: Any) -> tt.PhaseDiagram:
    return tt.PhaseDiagram(diagram("ansatz").data.assign_coords(**given))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"density": np.linspace(0.1, 2.0, 6)}, "density must lie in"),
        ({"density": np.linspace(1.0, 0.1, 6)}, "density must ascend"),
        ({"density": np.full(6, np.nan)}, "density must lie in"),
        ({"importance": np.linspace(0.0, 1.0, 7)}, "importance on a grid must be positive"),
    ],
)
def test_axes_that_cannot_be_drawn_are_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        check_whole(changed(**given))


def test_other_shapes_are_refused() -> None:
    data = diagram("ansatz").data
    turned = tt.PhaseDiagram(data.transpose("importance", "density", ...))
    with pytest.raises(ValueError, match="loss must have the dimensions"):
        check_whole(turned)
    wider = data.drop_vars("bias").assign(bias=(("density", "importance", "other"), np.zeros((6, 7, 3))))
    with pytest.raises(ValueError, match=r"bias must have the shape \(6, 7, 2\) here, got \(6, 7, 3\)"):
        check_whole(tt.PhaseDiagram(wider))
    flat = data.drop_vars("loss").assign(loss=("density", np.zeros(6)))
    with pytest.raises(ValueError, match="loss must have the dimensions density and importance"):
        check_whole(tt.PhaseDiagram(flat))


def test_words_for_numbers_are_refused() -> None:
    data = diagram("ansatz").data
    words = data.drop_vars("loss").assign(loss=(("density", "importance"), data.regime.values))
    with pytest.raises(ValueError, match="loss must be finite numbers"):
        check_whole(tt.PhaseDiagram(words))


def test_more_cells_than_a_browser_draws_are_refused() -> None:
    side = 201
    assert side**2 > MOST_CELLS
    axes = {"density": np.geomspace(0.01, 1, side), "importance": np.geomspace(0.1, 10, side)}
    large = xr.Dataset(
        {"loss": (("density", "importance"), np.zeros((side, side)))}, axes, diagram("ansatz").data.attrs
    )
    with pytest.raises(ValueError, match="at most 40000 cells to be shown, got 201 by 201"):
        check_whole(tt.PhaseDiagram(large))


SPOILT: dict[str, tuple[Any, str]] = {
    "square, turned": (lambda data: data.transpose("importance", "density", ...), "dimensions density and importance"),
    "weights, turned": (
        lambda data: data.assign(weights=data.weights.transpose("importance", ...)),
        "weights must begin with density",
    ),
    "empty": (lambda data: data.isel(density=slice(0, 0)), "density must be a one-dimensional grid"),
    "feature": (lambda data: data.isel(feature=[0]), "must have the shape"),
    "hidden": (lambda data: data.isel(hidden=[]), "weights must have the shape"),
}


@pytest.mark.parametrize("fault", SPOILT)
def test_a_square_map_that_was_changed_is_refused(fault: str) -> None:
    spoil, said = SPOILT[fault]
    square = diagram("ansatz").data.isel(density=slice(0, 5), importance=slice(0, 5))
    with pytest.raises(ValueError, match=said):
        check_whole(tt.PhaseDiagram(spoil(square)))
