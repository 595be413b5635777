"""One diagram minus an optimum: on the places that both have, with their errors, and regimes named alike."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.diagram import PhaseDiagram
from toytoy.compare.explorer.differences import difference
from toytoy.compare.explorer.shipped import shipped

from tests.small_maps import DENSITY, IMPORTANCE, diagram


def planted(kind: str, **changes: Any) -> PhaseDiagram:
    data = diagram(kind).data.copy(deep=True)
    for name, values in changes.items():
        data[name] = (data[name].dims, np.broadcast_to(values, data[name].shape).copy())
    return PhaseDiagram(data)


def test_the_gap_is_a_plain_difference() -> None:
    gap = difference(diagram("ansatz"), diagram("optimum"))
    np.testing.assert_array_equal(gap.gap, diagram("ansatz").data.loss - diagram("optimum").data.loss)
    assert (gap.gap >= -gap.error).all()
    assert not gap.below.any()
    np.testing.assert_allclose(gap.relative, np.where(gap.gap > gap.error, gap.gap / gap.optimum, 0), rtol=1e-15)


@pytest.mark.parametrize("kind", ["ansatz", "trained"])
@pytest.mark.parametrize("n_features", [2, pytest.param(3, marks=pytest.mark.slow)])
def test_regimes_differ_where_the_agreement_says_so(kind: str, n_features: int) -> None:
    """The library's own comparison, on the shipped maps: what it calls no agreement is what is crossed."""
    maps = shipped(n_features)
    own = maps[kind]
    best = maps["optimum"].data
    every = best if kind == "ansatz" else best.isel(density=slice(1, None, 3), importance=slice(1, None, 3))
    gap = difference(own, maps["optimum"])
    cells = tt.agreement(PhaseDiagram(own.data), PhaseDiagram(every)).cells.values
    np.testing.assert_array_equal(gap.differs, cells != "agrees")


def test_a_coarser_grid_is_met_where_it_lies() -> None:
    coarse = PhaseDiagram(diagram("ansatz").data.isel(density=[1, 4], importance=[0, 3, 6]))
    gap = difference(coarse, diagram("optimum"))
    whole = difference(diagram("ansatz"), diagram("optimum"))
    np.testing.assert_array_equal(gap.gap, whole.gap[np.ix_([1, 4], [0, 3, 6])])
    assert gap.density.tolist() == DENSITY[[1, 4]].tolist()
    assert gap.importance.tolist() == IMPORTANCE[[0, 3, 6]].tolist()


def test_a_loss_below_the_optimum_is_seen() -> None:
    low = planted("ansatz", loss=diagram("optimum").data.loss.values - 1e-6)
    assert difference(low, diagram("optimum")).below.all()
    within = planted("ansatz", loss=diagram("optimum").data.loss.values - 1e-18)
    found = difference(within, diagram("optimum"))
    assert not found.below.any()
    assert (found.relative == 0).all()


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(ValueError, match="same toy"):
        difference(diagram("ansatz", 3), diagram("optimum"))
    with pytest.raises(ValueError, match="must be an optimum, got one of kind ansatz"):
        difference(diagram("optimum"), diagram("ansatz"))
    other = tt.phase_diagram(2, 1, density=[DENSITY[1], 0.3, 0.31], importance=IMPORTANCE, method="ansatz")
    with pytest.raises(ValueError, match="got 1 of 3 densities and 7 of 7 importances in common"):
        difference(other, diagram("optimum"))
