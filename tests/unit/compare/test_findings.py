"""What the comparison found, in numbers: against plain counting."""

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.findings import EXCESS_QUANTILES, mismatches, reached, telling_cells

from tests.small_maps import agreement, diagram

EPS = np.finfo(float).eps


@pytest.mark.parametrize("n_features", [2, 3])
def test_mismatches_are_counted_cell_by_cell(n_features: int) -> None:
    ansatz, optimum = diagram("ansatz", n_features), diagram("optimum", n_features)
    found = {each.of: each for each in mismatches(ansatz, optimum)}
    differ = [
        (p, float(ansatz.data.loss[i, j] / optimum.data.loss[i, j] - 1))
        for i, p in enumerate(ansatz.densities)
        for j, _ in enumerate(ansatz.importances)
        if tt.phase(ansatz.data.weights.values[i, j], 0.01) != tt.phase(optimum.data.weights.values[i, j], 0.01)
    ]
    assert found["phase"].cells == len(differ) > 0
    assert found["phase"].lowest_density == min(p for p, _ in differ)
    # one subtraction of losses that are close, each rounded once or twice
    assert found["phase"].largest_excess == pytest.approx(max(e for _, e in differ), abs=8 * EPS)
    assert found["regime"].cells == agreement("ansatz", n_features).count("not_reached")
    assert found["regime"].share == found["regime"].cells / ansatz.data.loss.size


def test_an_optimum_does_not_differ_from_itself() -> None:
    for each in mismatches(diagram("optimum"), diagram("optimum")):
        assert each.cells == 0
        assert np.isnan(each.lowest_density)


def test_the_best_instance_is_what_the_diagram_holds() -> None:
    alone, pooled, best = reached(diagram("trained"), diagram("optimum"))
    found = agreement("trained")
    assert best.models == "best of 2"
    assert (best.same_regime, best.not_reached, best.disagreement) == tuple(
        found.share(status) for status in ("agrees", "not_reached", "disagreement")
    )
    assert best.excess[-1] == float(found.loss_gap.sel(quantile=1.0))
    assert pooled.same_regime == pytest.approx((alone.same_regime + best.same_regime) / 2, abs=4 * EPS)
    assert len(alone.excess) == len(EXCESS_QUANTILES)


def test_instance_0_is_as_planted() -> None:
    """It has twice the ansatz' loss, and the regime "not represented" everywhere."""
    alone, _, best = reached(diagram("trained"), diagram("optimum"))
    assert alone.excess == pytest.approx([1 + 2 * e for e in best.excess], rel=100 * EPS)
    assert alone.same_regime == float((diagram("optimum").regime_at(0.01) == "not_represented").mean())
    assert 0 < alone.same_regime < best.same_regime


@pytest.mark.parametrize("factor", [0.5, np.nan])
def test_a_loss_that_cannot_be_is_seen(factor: float) -> None:
    data = diagram("trained").data.copy(deep=True)
    data.instance_loss[1, 1, 1] *= factor
    assert reached(tt.PhaseDiagram(data), diagram("optimum"))[-1].disagreement > 0


def test_telling_cells_are_one_of_each_regime_and_the_furthest() -> None:
    maps = {kind: diagram(kind) for kind in ("ansatz", "optimum", "trained")}
    cells = telling_cells(maps, maps["optimum"])
    regimes = {str(maps["optimum"].data.regime.values[c.row, c.column]) for c in cells if "deep" in c.why}
    assert regimes == set(np.unique(maps["optimum"].data.regime.values))
    assert any("the ansatz is furthest" in cell.why for cell in cells)
    excess = (maps["ansatz"].data.loss / maps["optimum"].data.loss).values - 1
    differs = agreement("ansatz").cells.values == "not_reached"
    (furthest,) = [cell for cell in cells if "the ansatz is furthest" in cell.why]
    assert differs[furthest.row, furthest.column]
    assert excess[furthest.row, furthest.column] == excess[differs].max()


def test_what_has_no_instances_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^trained must be .*, got kind=ansatz; use method=Trained"):
        reached(diagram("ansatz"), diagram("optimum"))
