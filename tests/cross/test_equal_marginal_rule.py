"""The equal-marginal rule over the maps of the two toys, as docs/capacity.md counts it."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from toytoy.numeric.marginal_value import MarginalValues, marginal_values


def over_the_map(n: int, cells: int) -> list[MarginalValues]:
    """Price capacity at the optima of a square grid, 0.02 <= p <= 1 and 0.1 <= r <= 10."""
    return [
        marginal_values(tt.minimize(tt.Problem.toy(n, density=float(p), importance=float(r)), tt.Multistart(16)))
        for p in np.geomspace(0.02, 1.0, cells)
        for r in np.geomspace(0.1, 10.0, cells)
    ]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_it_holds_in_every_cell_of_two_features() -> None:
    found = over_the_map(2, 16)
    assert len(found) == 256
    assert all(each.holds for each in found)
    pairs = [each for each in found if each.solution.structure.blocks[0].name == "antipodal"]
    assert len(pairs) > 100
    for each in pairs:
        assert each.values[0] == pytest.approx(each.values[1], rel=1e-10)
        assert (each.errors <= 1e-6 * each.values).all()


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_it_fails_in_ten_cells_of_three_features_and_nowhere_else() -> None:
    failing = [each for each in over_the_map(3, 12) if not each.holds]
    names = ["".join(sorted({block.name for block in each.solution.structure.blocks})) for each in failing]
    assert names.count("antipodaldedicated") == 8
    assert names.count("triangle") == 2
    assert len(names) == 10
