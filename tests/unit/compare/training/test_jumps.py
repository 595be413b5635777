"""Delays are counted in the direction of the sweep."""

from __future__ import annotations

import numpy as np
import pytest
from toytoy.compare.training.jumps import Jumps

RATES = np.array([1e-2, 1e-3])


@pytest.mark.parametrize(("way", "sign"), [("up", 1), ("down", -1)])
def test_a_late_jump_has_a_positive_delay(way: str, sign: int) -> None:
    jumps = Jumps(
        *(way, 0.4, 2 / 3, RATES, 0.4 + sign * RATES, RATES, 0.4 + sign * 2 * RATES, RATES / 10),
        sampled_missed=np.array([3, 0]),
        limit=0.4,
        limit_error=1e-5,
        coefficient=1.0,
        predicted=np.nan,
    )
    np.testing.assert_allclose(jumps.delays, RATES)
    np.testing.assert_allclose(jumps.sampled_delays, 2 * RATES)
    assert "rate^1.000" in jumps.sentence()
    late, missed = jumps.sampled_sentences()
    assert "at rate 1e-03 the jump comes 0.0020 ± 0.0001 late" in late
    assert "3 sweeps at rate 1e-02 did not jump" in missed
    assert jumps.to_dict()["rates"] == [0.01, 0.001]
