"""Mistakes seen in public replications, planted into diagrams: `agreement` contradicts each, not the sound one."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
import toytoy as tt
import xarray as xr
from numpy.typing import NDArray
from toytoy.compare.agreements import agreements

from tests.reference import plain

Array = NDArray[np.float64]
N = 6
GRID: dict[str, Any] = {"density": np.geomspace(0.1, 0.95, N), "importance": np.geomspace(0.15, 6.0, N)}
RELU = ((0.0,), (0.0, 1.0))
Fault = Callable[[xr.Dataset], xr.Dataset]
CELL = ("density", "importance")


@cache
def made(method: Any, n: int = 2) -> tt.PhaseDiagram:
    """Make a diagram once; faults are planted into copies."""
    return tt.phase_diagram(n, n - 1, method=method, **GRID)


def independent(p: float) -> plain.Law:
    return [((), (1 - p) ** 2), ((0,), p * (1 - p)), ((1,), p * (1 - p)), ((0, 1), p * p)]


def with_losses(data: xr.Dataset, law: Callable[[float], plain.Law], changed: Callable[[Array], Array]) -> xr.Dataset:
    """Replace the losses by those of another law, or of changed weights, by the plain twin."""
    losses = np.empty((N, N))
    for i, p in enumerate(data.density.values):
        for j, r in enumerate(data.importance.values):
            weights = changed(data.weights.values[i, j])
            losses[i, j] = plain.loss_and_grad(law(float(p)), (1.0, r), RELU, weights, data.bias.values[i, j])[0]
    return data.assign(loss=(CELL, losses))


def sign_flip_of_a_gram_entry(data: xr.Dataset) -> xr.Dataset:
    return with_losses(data, independent, lambda weights: weights * [1.0, -1.0])


def mask_shared_across_features(data: xr.Dataset) -> xr.Dataset:
    return with_losses(data, lambda p: [((), 1 - p), ((0, 1), p)], lambda weights: weights)


def unchanged(data: xr.Dataset) -> xr.Dataset:
    """Not a fault: the plain twin's losses are the kernel's, to its own error, which is larger than the kernel's."""
    return with_losses(data, independent, lambda weights: weights).assign(loss_error=data.loss_error + 1e-11)


def swapped_axes(data: xr.Dataset) -> xr.Dataset:
    """Fill the square arrays the wrong way round, as a nested loop in the other order does."""
    return data.assign({str(name): (data[name].dims, data[name].values.swapaxes(0, 1)) for name in data.data_vars})


def swapped_labels(data: xr.Dataset) -> xr.Dataset:
    return data.assign(regime=(CELL, data.regime.values.T), phase=(CELL, data.phase.values.T))


def transposed(data: xr.Dataset) -> xr.Dataset:
    return data.transpose("importance", "density", ...)


def mean_for_sum(data: xr.Dataset) -> xr.Dataset:
    return data.assign(loss=data.loss / data.sizes["feature"])


def sum_over_the_batch(data: xr.Dataset) -> xr.Dataset:
    return data.assign(loss=data.loss * 1024)


def mirrored_importance(data: xr.Dataset) -> xr.Dataset:
    return data.isel(importance=slice(None, None, -1)).assign_coords(importance=data.importance.values)


def mirrored_labels(data: xr.Dataset) -> xr.Dataset:
    return data.assign(regime=(CELL, data.regime.values[:, ::-1]))


def wrong_feature_tracked(data: xr.Dataset) -> xr.Dataset:
    first = tt.regimes(data.weights.values, float(data.attrs["tolerance"]))[..., 0]
    return data.assign(regime=(CELL, np.array([[str(label) for label in row] for row in first])))


def features_relabeled(data: xr.Dataset) -> xr.Dataset:
    """Swap the losses of [1, 0] and [0, 1]: the extra is taken for the first feature."""
    return data.assign(weights=data.weights[..., ::-1], bias=data.bias[..., ::-1])


def transposed_weights_of_another_cell(data: xr.Dataset) -> xr.Dataset:
    return data.assign(weights=data.weights.roll(density=1), bias=data.bias.roll(density=1))


def not_a_number(data: xr.Dataset) -> xr.Dataset:
    return data.assign(loss=data.loss.where(data.importance > 1))


def claims_less(data: xr.Dataset) -> xr.Dataset:
    return data.assign(loss=data.loss - 3 * data.loss_error)


DEFECTS: list[Fault] = [
    sign_flip_of_a_gram_entry,
    mask_shared_across_features,
    swapped_axes,
    swapped_labels,
    mean_for_sum,
    sum_over_the_batch,
    mirrored_importance,
    mirrored_labels,
    wrong_feature_tracked,
    features_relabeled,
    transposed_weights_of_another_cell,
    not_a_number,
    claims_less,
]


def planted(fault: Fault, diagram: tt.PhaseDiagram) -> tt.PhaseDiagram:
    return tt.PhaseDiagram(fault(diagram.data.copy(deep=True)))


@pytest.mark.parametrize("method", ["ansatz", "optimum", tt.Multistart(n_starts=2)], ids=str)
def test_a_sound_diagram_passes(method: Any) -> None:
    found = tt.agreement(made(method), made("optimum"))
    assert found.agrees, found.worst
    assert tt.agreement(planted(unchanged, made(method)), made("optimum")).agrees


@pytest.mark.parametrize("fault", DEFECTS, ids=lambda fault: fault.__name__)
def test_a_fault_in_either_diagram_is_contradicted(fault: Fault) -> None:
    optimum, other = made("optimum"), made("ansatz")
    assert not tt.agreement(optimum, planted(fault, other)).agrees
    assert not tt.agreement(planted(fault, optimum), other).agrees


def test_exchanged_dims_are_refused_even_of_a_square_map() -> None:
    optimum, other = made("optimum"), made("ansatz")
    for pair in ((optimum, planted(transposed, other)), (planted(transposed, optimum), other)):
        with pytest.raises(ValueError, match="transpose the data"):
            tt.agreement(*pair)


@pytest.mark.parametrize("fault", [not_a_number, mirrored_importance, swapped_axes], ids=lambda fault: fault.__name__)
def test_faults_of_the_larger_toy_are_contradicted(fault: Fault) -> None:
    grid = {"density": np.array([0.2, 0.6, 0.9]), "importance": np.array([0.2, 1.5, 6.0])}
    optimum = tt.phase_diagram(3, 2, density=grid["density"], importance=grid["importance"], method="optimum")
    assert tt.agreement(optimum, optimum).agrees
    assert not tt.agreement(optimum, planted(fault, optimum)).agrees


def test_models_fitted_to_a_shared_mask_do_not_reach_the_optimum() -> None:
    """Told by their exact losses, honestly computed: never a contradiction, but a finding, and far from agreement."""
    optimum = made("optimum")
    data = optimum.data.drop_vars(["margin", "margin_error"]).copy(deep=True)
    full = tt.phase_diagram(2, 1, density=[1.0], importance=GRID["importance"], method="optimum").data
    weights = np.repeat(full.weights.values, N, axis=0)  # with one mask for all, every sample is empty or full
    bias = np.minimum(np.repeat(full.bias.values, N, axis=0), 0.0)  # and an empty one asks for biases <= 0
    losses = np.empty((N, N))
    for i, p in enumerate(optimum.densities):
        for j, r in enumerate(optimum.importances):
            losses[i, j] = tt.loss(optimum.problem(p, r), weights[i, j], bias[i, j])
    names = {"regime": tt.regimes(weights, 0.01)[..., -1], "phase": tt.phase(weights, 0.01)}
    labels = {name: (CELL, np.array([[str(x) for x in row] for row in found])) for name, found in names.items()}
    data = data.assign(weights=(data.weights.dims, weights), bias=(data.bias.dims, bias), loss=(CELL, losses))
    data = data.assign(labels)
    data.attrs |= {"kind": "trained", "tolerance": 0.01}
    found = tt.agreement(optimum, tt.PhaseDiagram(data))
    assert found.agrees
    assert found.share("agrees") < 0.6
    assert float(found.loss_gap.sel(quantile=0.5)) > 0.3


def test_an_optimum_without_its_margin_can_not_decide() -> None:
    optimum, ansatz = made("optimum"), made("ansatz")
    blank = planted(lambda data: data.assign(margin=data.margin * np.nan), optimum)
    assert not tt.agreement(blank, ansatz).agrees
    assert not tt.agreement(blank, optimum).agrees  # though every label is the same
    for name in ("margin", "margin_error"):
        with pytest.raises(ValueError, match="must carry its margin"):
            tt.agreement(planted(lambda data, name=name: data.drop_vars(name), optimum), ansatz)  # type: ignore[misc]


def test_an_overstated_margin_turns_what_is_not_reached_into_a_contradiction() -> None:
    optimum, ansatz = made("optimum"), made("ansatz")
    assert tt.agreement(optimum, ansatz).count("not_reached") > 0
    doubled = planted(lambda data: data.assign(margin=100 * data.margin + 1.0), optimum)
    assert not tt.agreement(doubled, ansatz).agrees


@pytest.mark.parametrize("axis", CELL)
def test_nothing_to_compare_is_refused(axis: str) -> None:
    empty = [planted(lambda data: data.isel({axis: slice(0)}), made(method)) for method in ("optimum", "ansatz")]
    with pytest.raises(ValueError, match="must have cells to be compared"):
        tt.agreement(*empty)


def test_weights_that_are_no_numbers_are_refused() -> None:
    broken = planted(lambda data: data.assign(weights=data.weights * np.nan), made("ansatz"))
    with pytest.raises(ValueError, match="weights must be finite"):
        tt.agreement(made("optimum"), broken)


@pytest.mark.parametrize("fault", [swapped_axes, not_a_number, claims_less, mean_for_sum], ids=lambda f: f.__name__)
def test_a_fault_in_one_of_many_is_contradicted_and_named(fault: Fault) -> None:
    maps = {"optimum": made("optimum"), "right": made("ansatz"), "wrong": planted(fault, made("ansatz"))}
    found = agreements(maps)
    assert not found.agrees
    assert found.against["right"].agrees
    assert found.verdict.startswith("wrong contradicts optimum")
