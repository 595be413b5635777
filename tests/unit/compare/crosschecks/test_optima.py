"""Optima: other searches find what the map holds, and a map that misses it is told by the cell."""

from __future__ import annotations

import pytest
import toytoy as tt
from toytoy.compare.checks import judge
from toytoy.compare.crosschecks import optima as module
from toytoy.compare.crosschecks.evidence import Evidence, cell_name
from toytoy.compare.notation import Range
from toytoy.compare.plans import Plan

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
