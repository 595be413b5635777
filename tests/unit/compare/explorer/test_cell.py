"""A cell shows the numbers of its diagram, each of them in words and tables too."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.explorer.cell import CAPTIONS, cell_view
from toytoy.compare.explorer.shipped import KINDS, SIZES, shipped, shipped_lines
from toytoy.compare.explorer.theme import THEMES

from tests.plotly_pictures import faults
from tests.small_maps import diagram


@pytest.mark.parametrize("n_features", SIZES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("theme", THEMES)
def test_it_shows_the_cell(n_features: int, kind: str, theme: str) -> None:
    chosen = shipped(n_features)[kind]
    view = cell_view(chosen, 0.55, 0.8, shipped_lines(n_features), theme)
    data = chosen.data.isel(density=view.place.row, importance=view.place.column)
    assert (view.kind, view.loss, view.loss_error) == (kind, float(data.loss), float(data.loss_error))
    assert view.phase == str(data.phase.values)
    assert view.regimes[-1] == str(data.regime.values)
    assert len(view.regimes) == n_features
    assert (view.margin is not None) == (view.margin_error is not None) == (kind == "optimum")
    assert set(view.figures) == set(view.tables) == set(CAPTIONS)
    for drawn in view.figures.values():
        assert faults(drawn, THEMES[theme].ink) == []
    for table in view.tables.values():
        assert {len(row) for row in table.rows} == {len(table.header)}
        assert len(table.rows) == n_features
    sums = sum(float(row[-1]) for row in view.tables["parts"].rows)
    assert sums == pytest.approx(view.loss, rel=1e-4)


def test_words_name_the_numbers() -> None:
    view = cell_view(shipped(2)["optimum"], 0.2, 0.6, shipped_lines(2))
    said = dict(view.facts)
    assert said["phase of the extra feature"] == "antipodal"
    assert said["regimes"] == "0: superposed; 1 (extra): superposed"
    assert f"{view.loss:.8g}" in said["loss"]
    assert said["margin"].startswith(f"{view.margin:.3g} ± {view.margin_error:.1g}: ")
    assert "not represented | antipodal" in said["nearest boundary"]
    assert "the optimum's boundary" in dict(cell_view(shipped(2)["trained"], 0.2, 0.6, shipped_lines(2)).facts)


def test_without_a_boundary_it_says_so() -> None:
    lone = tt.PhaseDiagram(diagram("optimum").data.isel(density=[0], importance=[3]))
    view = cell_view(lone, 0.05, 1.0)
    assert view.boundary is None
    assert dict(view.facts)["nearest boundary"] == "none at this density"


def test_tables_hold_the_model() -> None:
    view = cell_view(diagram("optimum", 3), 0.9, 0.5)
    data = diagram("optimum", 3).data.isel(density=view.place.row, importance=view.place.column)
    gram = np.array([[float(x) for x in row[1:]] for row in view.tables["gram"].rows])
    np.testing.assert_allclose(gram, data.weights.values.T @ data.weights.values, rtol=1e-4, atol=1e-12)
    bias = [float(row[1]) for row in view.tables["bias"].rows]
    np.testing.assert_allclose(bias, data.bias.values, rtol=1e-4, atol=1e-12)
    shares = [float(row[-1]) for row in view.tables["arrows"].rows]
    np.testing.assert_allclose(shares, data.capacity.values, rtol=1e-4, atol=1e-12)


def test_another_activation_has_its_own_loss() -> None:
    linear = tt.phase_diagram(2, 1, density=[0.3], importance=[0.5], method="optimum", activation="linear")
    view = cell_view(linear, 0.3, 0.5)
    assert view.loss == pytest.approx(0.5 * (0.3 / 3 - 0.3**2 / 4), rel=1e-12)
    assert sum(float(row[-1]) for row in view.tables["parts"].rows) == pytest.approx(view.loss, rel=1e-4)


@pytest.mark.parametrize("given", [(0.0, 1.0, "light"), (0.5, -1.0, "light"), (0.5, 1.0, "grey")])
def test_bad_input_is_refused(given: tuple[float, float, str]) -> None:
    density, importance, theme = given
    with pytest.raises(ValueError, match="must"):
        cell_view(diagram("optimum"), density, importance, theme=theme)
