"""Agreement: what agrees, what is not reached, what contradicts, and what can't be compared."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from functools import cache
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.loss import rounding_bound
from toytoy.compare.agreement import QUANTILES
from toytoy.compare.statuses import AGREES, DISAGREEMENT, NOT_REACHED

GRID: dict[str, Any] = {"density": np.geomspace(0.05, 1.0, 6), "importance": np.geomspace(0.1, 10.0, 6)}


@cache
def on_grid(n: int, method: Any, activation: Any) -> tt.PhaseDiagram:
    return tt.phase_diagram(n, n - 1, **GRID, method=method, activation=activation)


def made(n: int = 2, method: Any = "optimum", activation: Any = "relu", **grid: Any) -> tt.PhaseDiagram:
    if grid:
        return tt.phase_diagram(n, n - 1, **{**GRID, **grid}, method=method, activation=activation)
    return tt.PhaseDiagram(on_grid(n, method, activation).data.copy(deep=True))


def retrained(diagram: tt.PhaseDiagram, weights: Any, bias: Any) -> tt.PhaseDiagram:
    """A diagram of other models, said to be trained, consistent throughout."""
    data = diagram.data.drop_vars(["margin", "margin_error"]).copy(deep=True)
    data.attrs |= {"kind": "trained", "tolerance": 0.01}
    data["weights"][:], data["bias"][:] = weights, bias
    for i, p in enumerate(diagram.densities):
        for j, r in enumerate(diagram.importances):
            problem = diagram.problem(p, r)
            data["loss"][i, j] = tt.loss(problem, data.weights.values[i, j], data.bias.values[i, j])
            data["loss_error"][i, j] = rounding_bound(float(data.loss[i, j]), problem.null_loss)
    names = {"regime": tt.regimes(data.weights.values, 0.01)[..., -1], "phase": tt.phase(data.weights.values, 0.01)}
    for name, labels in names.items():
        data[name] = (("density", "importance"), np.array([[str(x) for x in row] for row in labels]))
    return tt.PhaseDiagram(data)


@pytest.mark.parametrize("n", [2, 3])
def test_a_diagram_agrees_with_itself(n: int) -> None:
    optimum = made(n)
    found = tt.agreement(optimum, optimum)
    assert found.agrees
    assert found.count(AGREES) == optimum.data.loss.size
    assert float(np.abs(found.loss_gap).max()) == 0.0
    assert all(distance.largest == 0.0 for distance in found.boundary_distance)


@pytest.mark.parametrize("n", [2, 3])
def test_an_independent_search_agrees(n: int) -> None:
    found = tt.agreement(made(n), made(n, tt.Multistart(n_starts=12, seed=5)))
    assert found.agrees, found.verdict
    assert found.share(AGREES) > 0.9  # exact ties, at p = 1 or r = 1, may be named otherwise


@pytest.mark.parametrize("n", [2, 3])
@pytest.mark.parametrize("activation", ["relu", "linear", "abs", tt.LeakyReLU(0.1), tt.ClippedReLU(1.0)], ids=str)
def test_an_ansatz_never_contradicts(n: int, activation: Any) -> None:
    optimum, ansatz = (made(n, method, activation=activation) for method in ("optimum", "ansatz"))
    for pair in ((optimum, ansatz), (ansatz, optimum)):
        found = tt.agreement(*pair)
        assert found.agrees, found.worst
        assert float(found.loss_gap.min()) >= -1e-12
        assert found.verdict.startswith("ansatz agrees with the optimum")


def test_counts_confusion_and_verdict_tell_the_same() -> None:
    found = tt.agreement(made(), made(2, "ansatz"))
    cells = found.cells.size
    assert found.cells.dims == ("density", "importance")
    assert found.count(AGREES) + found.count(NOT_REACHED) + found.count(DISAGREEMENT) == cells
    assert 0 < found.count(NOT_REACHED) < cells / 2
    assert int(found.confusion.sum()) == cells
    assert int(np.trace(found.confusion.values)) == found.count(AGREES)
    assert found.confusion.dims == ("optimum", "other")
    assert f"{found.count(AGREES)} of {cells} cells" in found.verdict
    assert f"{found.count(NOT_REACHED)} do not reach it" in found.verdict
    assert found.share(AGREES) == found.count(AGREES) / cells


def test_the_gap_is_relative_and_by_quantile() -> None:
    optimum, ansatz = made(), made(2, "ansatz")
    found = tt.agreement(optimum, ansatz)
    gap = (ansatz.data.loss / optimum.data.loss - 1).values
    assert found.loss_gap.coords["quantile"].values.tolist() == list(QUANTILES)
    assert found.loss_gap.values == pytest.approx(np.quantile(gap, QUANTILES), abs=1e-12)


def test_noisy_weights_are_not_reached_or_agree_but_do_not_contradict() -> None:
    optimum = made()
    rng = np.random.default_rng(0)
    shape = optimum.data.weights.shape
    for size in (0.003, 0.03, 0.3):
        weights = optimum.data.weights.values + size * rng.normal(size=shape)
        bias = optimum.data.bias.values + size * rng.normal(size=optimum.data.bias.shape)
        found = tt.agreement(optimum, retrained(optimum, weights, bias))
        assert found.agrees, found.worst
        assert float(found.loss_gap.min()) >= 0
    assert found.count(NOT_REACHED) > 5


def test_a_model_that_drops_every_extra_is_not_reached() -> None:
    optimum = made()
    weights = np.broadcast_to([[1.0, 0.0]], optimum.data.weights.shape)
    half = optimum.densities[:, None, None] / 2
    bias = np.broadcast_to(half * [0.0, 1.0], optimum.data.bias.shape)
    found = tt.agreement(optimum, retrained(optimum, weights, bias))
    dropped = optimum.regime_at(0.01) == "not_represented"
    assert found.agrees
    assert ((found.cells == AGREES).values == dropped).all()
    assert int(found.confusion.sel(other="not_represented").sum()) == found.cells.size


def test_a_loss_below_the_optimum_contradicts() -> None:
    """The reference is the worse one: a search that missed the optimum is told so, cell by cell."""
    good = made()
    poor = tt.PhaseDiagram(retrained(good, 0.9 * good.data.weights.values, good.data.bias.values).data.copy())
    data = poor.data.assign(margin=good.data.margin, margin_error=good.data.margin_error)
    data.attrs |= {"kind": "optimum"}
    found = tt.agreement(tt.PhaseDiagram(data), good)
    assert not found.agrees
    assert found.count(DISAGREEMENT) == found.cells.size
    assert "contradicts" in found.verdict
    assert tt.agreement(good, tt.PhaseDiagram(data)).agrees  # the first of two optima is the reference


def test_worst_cells_come_first() -> None:
    found = tt.agreement(made(), made(2, "ansatz"))
    excesses = [cell.excess for cell in found.worst]
    assert excesses == sorted(excesses, reverse=True)
    assert len(found.worst) == 10
    worst = found.worst[0]
    assert str(found.cells.sel(density=worst.density, importance=worst.importance).values) == worst.status
    wrong = made(2, "ansatz")
    wrong.data["loss"][2, 3] *= 1.5
    found = tt.agreement(made(), wrong)
    assert (found.worst[0].status, found.worst[0].density) == (DISAGREEMENT, GRID["density"][2])


def test_every_tolerance_has_a_value_and_a_reason() -> None:
    found = tt.agreement(made(), made(2, "ansatz"))
    assert set(found.tolerances) == {"regime", "loss", "margin"}
    for tolerance in found.tolerances.values():
        assert 0 < tolerance.value <= 0.01
        assert len(tolerance.reason.split()) > 5


def test_both_are_named_at_the_looser_tolerance() -> None:
    """An extra of 0.05 is represented at 1e-8 and not at 0.01."""
    optimum = made(2, importance=[0.02, 0.03], density=[0.5, 0.9])
    weights = np.broadcast_to([[1.0, 0.05]], optimum.data.weights.shape)
    found = tt.agreement(optimum, retrained(optimum, weights, optimum.data.bias.values))
    assert found.agrees
    assert found.count(AGREES) == 4


@pytest.mark.parametrize(
    ("fields", "match"),
    [
        ({"density": np.geomspace(0.05, 0.99, 6)}, "density grids must be equal"),
        ({"importance": np.geomspace(0.1, 10.0, 9)}, "importance grids must be equal"),
        ({"activation": "linear"}, "must be of the same toy"),
        ({"n": 3}, "must be of the same toy"),
    ],
)
def test_what_can_not_be_compared(fields: dict[str, Any], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        tt.agreement(made(), made(**{"n": 2, "method": "ansatz", **fields}))


def test_one_must_be_an_optimum() -> None:
    with pytest.raises(ValueError, match="one diagram must be an optimum"):
        tt.agreement(made(2, "ansatz"), made(2, "ansatz"))
    for other in (None, made().data, tt.Multistart()):
        with pytest.raises(TypeError, match="agreement compares two PhaseDiagrams"):
            tt.agreement(made(), other)  # type: ignore[arg-type]


def test_inputs_of_another_kind_or_order_are_refused_in_one_line() -> None:
    density = np.geomspace(0.1, 0.9, 40)
    ansatz = tt.phase_diagram(2, 1, density=density, importance=[0.5, 2.0], method="ansatz")
    other = tt.phase_diagram(2, 1, density=density * 0.9, importance=[0.5, 2.0], method="ansatz")
    turned = tt.PhaseDiagram(ansatz.data.transpose("importance", "density", ...))
    for wrong, error, reason in (
        (ansatz.data, TypeError, "got a Dataset"),
        (turned, ValueError, "transpose the data"),
        (other, ValueError, "density grids must be equal"),
    ):
        with pytest.raises(error, match=reason) as caught:
            tt.agreement(ansatz, wrong)  # type: ignore[arg-type]
        assert "\n" not in str(caught.value)


def test_statistics_follow_from_the_cells() -> None:
    optimum, ansatz = made(), made(2, "ansatz")
    found = tt.agreement(optimum, ansatz)
    assert found.shares.cells.values.tolist() == [found.count(name) for name in (AGREES, NOT_REACHED, DISAGREEMENT)]
    assert np.array_equal(found.confusion_shares.cells, found.confusion)
    assert found.kappa.low < found.kappa.value < found.kappa.high
    assert found.loss_gaps.value.sel(of="all").values == pytest.approx(found.loss_gap.values, rel=1e-12)
    over_margin = (ansatz.data.loss - optimum.data.loss).values / optimum.data.margin.values
    assert found.margin_gaps.value.sel(of="all").values == pytest.approx(np.quantile(over_margin, QUANTILES), rel=1e-12)
    assert found.margin_gaps.value.sel(of=NOT_REACHED, quantile=0.0) >= 1 - 1e-6
    assert found.boundaries.sizes["boundary"] == len(found.boundary_distance)
    assert found.data.attrs["kind"] == "ansatz"


def test_a_margin_within_its_error_says_nothing() -> None:
    optimum = made()
    optimum.data["margin"][0, :2] = 0.0
    found = tt.agreement(optimum, made(2, "ansatz"))
    assert found.margin_gaps.unscaled.sel(of="all") == 2
    assert np.isfinite(found.margin_gaps.value.sel(of="all").values).all()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_losses_that_are_not_finite_contradict(number: float) -> None:
    broken = made(2, "ansatz")
    broken.data["loss"][1, :2] = number
    found = tt.agreement(made(), broken)
    assert found.count(DISAGREEMENT) == 2
    assert np.isnan(found.loss_gaps.value.sel(of="all").values).all()
    assert "contradicts" in str(found)


def test_it_can_not_be_changed_and_is_itself() -> None:
    """Two comparisons are not equal for holding equal arrays; each may be a key."""
    found, again = (tt.agreement(made(), made(2, "ansatz")) for _ in range(2))
    assert {found: "a", again: "b"}[found] == "a"
    with pytest.raises(FrozenInstanceError):
        found.agrees = False  # type: ignore[misc]


def test_numbers_without_an_error_enclose_nothing_but_themselves() -> None:
    optimum, ansatz = made(), made(2, "ansatz")
    for each in (optimum, ansatz):
        each.data["loss_error"][:] = 0.0
    optimum.data["margin_error"][:] = 0.0
    found = tt.agreement(optimum, ansatz)
    for gaps in (found.loss_gaps.sel(of="all"), found.margin_gaps.sel(of="all")):
        assert (gaps.cells.item(), gaps.unscaled.item()) == (36, 0)
        assert np.array_equal(gaps.low, gaps.value)
        assert np.array_equal(gaps.high, gaps.value)


def test_errors_below_zero_contradict_and_give_no_numbers() -> None:
    optimum = made()
    optimum.data["margin_error"][0, 0] = -1e-9
    optimum.data["margin"][1, 1] = -1e-9
    found = tt.agreement(optimum, made(2, "ansatz"))
    assert found.count(DISAGREEMENT) == 2
    assert found.margin_gaps.unscaled.sel(of="all") == 2
