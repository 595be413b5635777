"""Sets of correlated features: interference is kept out of the sets."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.paper.local_bases import interference_inside, local_bases, share_inside


def test_features_of_a_set_are_nearly_orthogonal() -> None:
    found = local_bases(((2,) * 3, (3, 3)), 3, starts=16, trained=None)
    assert found.labels == ("3 sets of 2", "2 sets of 3")
    for solution in found.optimum:
        assert interference_inside(solution) < 0.02
        assert share_inside(solution.problem) > 0.15


def test_shares_are_of_squared_overlaps_and_of_pairs() -> None:
    problem = tt.Problem(n_features=4, n_hidden=2, density=0.1, support=tt.CorrelatedGroups((2, 2)))
    assert share_inside(problem) == pytest.approx(2 * 2 / 12)
    solution = tt.minimize(problem, tt.Multistart(n_starts=1))
    object.__setattr__(solution, "weights", np.array([[1.0, 1.0, 3.0, 0.0], [0.0, 0.0, 0.0, 1.0]]))
    assert interference_inside(solution) == pytest.approx(1 / (1 + 9 + 9))
    object.__setattr__(solution, "weights", np.zeros((2, 4)))
    assert np.isnan(interference_inside(solution))


def test_the_share_is_in_the_data_and_in_words() -> None:
    found = local_bases(((2, 2), (3, 1)), 2, starts=2, trained=tt.Trained(steps=2, batch=4))
    data = found.to_dict()["interference_inside"]
    assert data["optimum"] == [interference_inside(solution) for solution in found.optimum]
    assert len(data["trained"]) == 2
    assert found.labels[1] == "sets of 3, 1"
    assert "without preference it would be 33.33%" in found.sentences()[0]
