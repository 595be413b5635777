"""Optima: other searches find what the map holds, and a map that misses it is told by the cell."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.checks import judge
from toytoy.compare.crosschecks import optima as module
from toytoy.compare.crosschecks.evidence import Evidence, cell_name, some_cells
from toytoy.compare.notation import Range
from toytoy.compare.plans import Plan

from tests.unit.compare.crosschecks.test_closer import differ

DENSITY, IMPORTANCE = [0.05, 0.2, 0.5, 0.9], [0.2, 0.5, 1.0, 3.0]
SEARCHES = [module.other_seeds, module.by_slsqp, module.certified]


@pytest.fixture(scope="module")
def optimum() -> tt.PhaseDiagram:
    """The optimum of the (2,1) toy."""
    return tt.phase_diagram(2, 1, density=DENSITY, importance=IMPORTANCE, method="optimum")


def evidence(diagram: tt.PhaseDiagram) -> Evidence:
    return Evidence(Plan(2, 1), maps={"optimum": diagram, "optimum_fine": diagram})


@pytest.mark.parametrize("search", SEARCHES, ids=lambda search: search.__name__)
def test_searches_find_the_optimum_of_spread_cells(search: object, optimum: tt.PhaseDiagram) -> None:
    entries = search(evidence(optimum))  # type: ignore[operator]
    assert len({entry.where for entry in entries}) == 4
    assert judge("a law", entries, "why").agrees


@pytest.mark.parametrize("search", SEARCHES, ids=lambda search: search.__name__)
@pytest.mark.parametrize("factor", [1 + 1e-6, 1 - 1e-6])
def test_too_much_and_too_little_are_both_seen(search: object, factor: float, optimum: tt.PhaseDiagram) -> None:
    data = optimum.data.copy(deep=True)
    data["loss"] = data.loss * factor
    entries = search(evidence(tt.PhaseDiagram(data)))  # type: ignore[operator]
    assert judge("a law", entries, "why").n_failures == 4


def test_a_slower_search_takes_fewer_cells(optimum: tt.PhaseDiagram) -> None:
    assert len(module.by_trust_region(evidence(optimum))) == 1


def test_a_model_that_is_no_optimum_has_a_gradient(optimum: tt.PhaseDiagram) -> None:
    assert judge("a law", module.stationary(evidence(optimum)), "why").agrees
    data = optimum.data.copy(deep=True)
    data["weights"][1, 2] *= 1.001
    broken = judge("a law", module.stationary(evidence(tt.PhaseDiagram(data))), "why")
    assert broken.failures == ("density=0.2, importance=1",)


@pytest.mark.parametrize("n", [2, 3])
def test_known_points_are_met(n: int) -> None:
    (entry,) = module.known_value(Evidence(Plan(n, n - 1, seed=5)))
    assert entry.value <= entry.tolerance
    assert "seed=5" in (entry.look() if entry.look else "")


@pytest.mark.parametrize("n", [2, 3])
def test_one_metastable_cell_is_named(n: int) -> None:
    """Of a whole map: the best of the models that are not the optimum's, settled."""
    plan = Plan(n, n - 1, Range(0.2, 0.9, 6), Range(0.2, 3.0, 6))
    whole = Evidence(plan)
    assert judge("a law", module.from_neighbors(whole), "why").agrees
    data = whole.map("optimum_fine").data.copy(deep=True)
    i, j = 1, 0
    problem = tt.Problem.toy(n, density=float(data.density[i]), importance=float(data.importance[j]))
    worse = tt.ansatz("antipodal", problem, free=True)
    assert float(worse.loss) > float(data.loss[i, j]) + 1e-6
    data["weights"][i, j], data["bias"][i, j], data["loss"][i, j] = worse.weights, worse.bias, float(worse.loss)
    whole.maps["optimum_fine"] = tt.PhaseDiagram(data)
    broken = judge("a law", module.from_neighbors(whole), "why")
    assert broken.failures == (cell_name(float(data.density[i]), float(data.importance[j])),)


def test_gradients_are_measured_by_the_null_loss() -> None:
    """Of models that are no optima, where a step would change them."""
    grid = {"density": [0.2, 0.5], "importance": [0.5, 1.0, 3.0]}
    data = tt.phase_diagram(2, 1, **grid).data.copy(deep=True)  # type: ignore[arg-type]
    data["weights"] = data.weights * 1.01
    diagram = tt.PhaseDiagram(data)
    entries = iter(module.stationary(evidence(diagram)))
    for i, p in enumerate(grid["density"]):
        for j, r in enumerate(grid["importance"]):
            problem, entry = diagram.problem(p, r), next(entries)
            _, d_weights, d_bias = tt.loss_and_grad(problem, data.weights.values[i, j], data.bias.values[i, j])
            largest = max(np.abs(d_weights).max(), np.abs(d_bias).max()) / problem.null_loss
            assert entry.value == pytest.approx(largest, rel=1e-9)
            assert entry.where == cell_name(p, r)
            assert differ(entry) == pytest.approx(entry.value, rel=1e-9)
    assert next(entries, None) is None


def test_neighbors_are_those_beside_a_cell_and_the_ansatz() -> None:
    """Weights hold the place of their cell: of a grid of 3 by 4, the cell at an end is its own neighbor there."""
    grid = {"density": [0.2, 0.5, 0.9], "importance": [0.3, 0.5, 1.0, 3.0]}
    ansatz = tt.phase_diagram(2, 1, **grid, method="ansatz")  # type: ignore[arg-type]
    data = ansatz.data.copy(deep=True)
    rows, columns = np.indices((3, 4))
    data["weights"] = (data.weights.dims, np.stack([rows, columns], -1)[:, :, None, :] + 0.0)
    whole = Evidence(Plan(2, 1), maps={"optimum_fine": tt.PhaseDiagram(data), "ansatz_fine": ansatz})
    first, *others = module._neighbors(whole)
    assert np.array_equal(first[:, :2], ansatz.data.weights.values.reshape(12, 2))
    assert np.array_equal(first[:, 2:], ansatz.data.bias.values.reshape(12, 2))
    for (down, right), starts in zip(((1, 0), (-1, 0), (0, 1), (0, -1)), others, strict=True):
        wanted = [(min(max(i + down, 0), 2), min(max(j + right, 0), 3)) for i in range(3) for j in range(4)]
        assert starts[:, :2].tolist() == [list(map(float, each)) for each in wanted]


def test_descents_from_neighbors_are_told_by_both_errors_and_can_be_repeated() -> None:
    plan = Plan(2, 1, Range(0.2, 0.9, 3), Range(0.2, 3.0, 3))
    whole = Evidence(plan)
    optimum = whole.map("optimum_fine")
    whole.maps["optimum_fine"] = tt.PhaseDiagram(optimum.data.assign(loss=optimum.data.loss * 1.001))
    for k, entry in enumerate(module.from_neighbors(whole)):
        i, j = divmod(k, 3)
        p, r = float(optimum.densities[i]), float(optimum.importances[j])
        assert entry.where == cell_name(p, r)
        assert entry.value == pytest.approx(0.001 * float(optimum.data.loss[i, j]), rel=1e-3)
        allowed = 1e-10 * optimum.problem(p, r).null_loss + float(optimum.data.loss_error[i, j])
        assert entry.tolerance == pytest.approx(allowed, rel=1e-9)
        if k in (0, 4):
            assert differ(entry) == pytest.approx(entry.value, rel=1e-6)


@pytest.mark.parametrize("search", [*SEARCHES, module.by_trust_region], ids=lambda search: search.__name__)
def test_what_a_search_may_be_off_by(search: Any, optimum: tt.PhaseDiagram) -> None:
    entries = search(evidence(optimum))
    for entry, (i, j) in zip(entries, some_cells(optimum)[-len(entries) :], strict=True):
        p, r = float(optimum.densities[i]), float(optimum.importances[j])
        same = 0.0 if search is module.certified else 1e-10 * optimum.problem(p, r).null_loss
        assert entry.tolerance == pytest.approx(same + float(optimum.data.loss_error[i, j]), rel=1e-9)
        assert entry.where == cell_name(p, r)
    if search is not module.by_trust_region:
        assert differ(entries[0]) == pytest.approx(entries[0].value, abs=1e-15)


def test_each_search_has_its_own_seed_and_effort(optimum: tt.PhaseDiagram) -> None:
    maps = {"optimum": optimum, "optimum_fine": optimum}
    seeded = Evidence(Plan(2, 1, seed=5), maps=maps)
    said = [search(seeded)[-1].look() for search in (module.other_seeds, module.by_slsqp, module.by_trust_region)]  # type: ignore[misc]
    assert all(f"seed={5 + k}" in text for k, text in enumerate(said))
    assert "n_starts=4" in said[1]
    assert "n_starts=1" in said[2]


@pytest.mark.parametrize("n", [2, 3])
def test_a_known_point_is_known_to_thirteen_digits(n: int) -> None:
    (entry,) = module.known_value(Evidence(Plan(n, n - 1, seed=5)))
    assert entry.tolerance == 1e-13
    assert differ(entry) == pytest.approx(entry.value, abs=1e-15)


def test_only_the_smaller_toy_is_certified() -> None:
    assert {check.run: check.toys for check in module.OPTIMA}[module.certified] == (2,)
