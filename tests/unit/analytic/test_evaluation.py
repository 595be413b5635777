"""What one pass gives."""

from __future__ import annotations

import numpy as np
import toytoy as tt
from toytoy.analytic.loss import evaluate


def test_shapes_follow_the_leading_axes_by_either_method() -> None:
    problem = tt.Problem(n_features=3, n_hidden=2, density=0.5)
    for method in ("cube", "line"):
        found = evaluate(problem, np.ones((4, 1, 2, 3)), np.zeros((5, 3)), method=method)
        assert [array.shape for array in found] == [(4, 5), (4, 5, 2, 3), (4, 5, 3), (4, 5, 3, 5)]
        assert found._fields == ("loss", "d_weights", "d_bias", "parts")
