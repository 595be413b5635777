"""The main job in small, computed once a test run."""

from __future__ import annotations

from functools import cache

import toytoy as tt
from toytoy.compare.notation import Range
from toytoy.compare.plans import Plan
from toytoy.compare.verify import Verification, verify

SMALL = Plan(
    2,
    1,
    density=Range(0.05, 1.0, 7),
    importance=Range(0.1, 10.0, 7),
    trained_grid=3,
    trained=tt.Trained(steps=60, batch=64, lr=0.01, n_instances=2),
)


@cache
def small_job() -> Verification:
    """Verify the (2,1) toy on a grid of 7 by 7 cells, and on one of 3 by 3 with models trained for a moment."""
    return verify(SMALL)
