"""Phase diagrams: the contract of their data, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt

EPS = float(np.finfo(float).eps)
GRID: dict[str, Any] = {"density": [0.1, 0.5, 0.9], "importance": [0.02, 0.5, 1.0, 4.0]}
CELL = ("density", "importance")
DIMS = {
    **dict.fromkeys(("loss", "loss_error", "regime", "phase", "margin", "margin_error"), CELL),
    "weights": (*CELL, "hidden", "feature"),
    "bias": (*CELL, "feature"),
    "capacity": (*CELL, "feature"),
}


def diagram(n: int = 2, method: Any = "optimum", **fields: Any) -> tt.PhaseDiagram:
    return tt.phase_diagram(n, n - 1, method=method, **{**GRID, **fields})


@pytest.mark.parametrize("n", [2, 3])
def test_the_contract_of_the_data(n: int) -> None:
    data = diagram(n).data
    assert {str(name): data[name].dims for name in data.data_vars} == DIMS
    assert set(data.attrs) == {"kind", "method", "seed", "tolerance", "version", "problem"}
    assert data.density.values.tolist() == GRID["density"]
    assert data.importance.values.tolist() == GRID["importance"]
    assert data.sizes["hidden"] == n - 1
    assert (data.attrs["kind"], data.attrs["method"], data.attrs["tolerance"]) == ("optimum", "optimum", 1e-8)
    assert data.attrs["version"] == tt.__version__
    assert "margin" not in diagram(n, "ansatz").data


@pytest.mark.parametrize("n", [2, 3])
@pytest.mark.parametrize("method", ["ansatz", "optimum"])
def test_every_cell_is_the_model_it_says(n: int, method: str) -> None:
    made = diagram(n, method)
    for i, p in enumerate(made.densities):
        for j, r in enumerate(made.importances):
            cell = made.data.isel(density=i, importance=j)
            weights, problem = cell.weights.values, made.problem(p, r)
            assert problem == tt.Problem.toy(n, density=float(p), importance=float(r))
            assert abs(float(cell.loss) - tt.loss(problem, weights, cell.bias.values)) <= float(cell.loss_error)
            assert str(cell.regime.values) == tt.regimes(weights)[-1]
            assert str(cell.phase.values) == tt.phase(weights)
            assert np.array_equal(cell.capacity.values, tt.capacity(weights))


def test_labels_are_plain_lower_case_strings() -> None:
    data = diagram(3).data
    assert data.regime.dtype.kind == data.phase.dtype.kind == "U"
    assert set(data.regime.values.ravel()) == {str(regime) for regime in tt.Regime}
    assert set(data.phase.values.ravel()) >= {"not_represented", "antipodal", "antipodal_others", "triangle"}


def test_known_corners() -> None:
    regime = diagram().data.regime
    assert str(regime.sel(density=0.5, importance=0.02).values) == "not_represented"
    assert str(regime.sel(density=0.1, importance=1.0).values) == "superposed"
    assert str(regime.sel(density=0.9, importance=4.0).values) == "dedicated"


def test_regimes_can_be_named_again_at_another_tolerance() -> None:
    made = diagram()
    assert (made.regime_at(made.tolerance) == made.data.regime.values).all()
    assert (made.regime_at(0.99) != made.data.regime.values).any()


def test_properties() -> None:
    made = diagram(3, "ansatz", activation=tt.LeakyReLU(0.1))
    assert (made.kind, made.tolerance) == ("ansatz", 1e-8)
    assert made.template.activation == tt.LeakyReLU(0.1)
    assert made.problem(0.5, 2.0).importances == (1.0, 1.0, 2.0)


def test_one_value_is_a_grid_of_one() -> None:
    assert diagram(density=0.5, importance=2.0).data.loss.shape == (1, 1)


@pytest.mark.parametrize(
    ("size", "fields", "match"),
    [
        ((4, 2), {}, "use minimize for other sizes"),
        ((2, 2), {}, "use minimize for other sizes"),
        ((2, 1), {"density": [0.0, 0.5]}, "density must lie in"),
        ((2, 1), {"density": [0.5, 1.2]}, "did you pass a sparsity"),
        ((2, 1), {"density": [0.5, 0.1]}, "ascend"),
        ((2, 1), {"importance": [-1.0]}, "importance must lie in"),
        ((2, 1), {"importance": [0.0, 1.0]}, "must be positive"),
        ((2, 1), {"importance": []}, "one-dimensional"),
        ((2, 1), {"method": "optimun"}, "did you mean 'optimum'"),
        ((2, 1), {"method": None}, "method must be"),
        ((2, 1), {"activation": "rellu"}, "did you mean 'relu'"),
    ],
)
def test_bad_input(size: tuple[int, int], fields: dict[str, Any], match: str) -> None:
    with pytest.raises((TypeError, ValueError), match=match) as refused:
        tt.phase_diagram(*size, **{**GRID, "method": "ansatz", **fields})
    assert "\n" not in str(refused.value)


def test_the_same_call_gives_the_same_bytes() -> None:
    one, other = diagram(3), diagram(3)
    assert one.data.identical(other.data)


def test_a_cell_does_not_depend_on_the_grid_around_it() -> None:
    whole, alone = diagram(3), diagram(3, density=[0.5], importance=[0.5])
    loss = whole.data.loss.sel(density=0.5, importance=0.5)
    assert abs(float(loss) - float(alone.data.loss.squeeze())) <= 64 * EPS
