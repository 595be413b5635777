"""What fuzzing has found, mended since: each stays a test."""

from __future__ import annotations

import pytest
import toytoy as tt


@pytest.mark.parametrize("weights", [[[0.1]], [[0.1, 0.0]], [[0.0, 0.1], [0.0, 0.0]]])
def test_a_column_on_the_boundary_of_being_represented_is_a_block(weights: list[list[float]]) -> None:
    """0.1² rounds to more than 0.01, and 0.1 is not above its root: of rank 0 it had no shape, and no name."""
    names = [block.name for block in tt.structure(weights, tolerance=0.01).blocks]
    assert "dedicated" in names
    assert names.count("dedicated") == list(tt.regimes(weights, 0.01)).count(tt.Regime.DEDICATED)
