"""The search of small models: every start runs to its end, whatever the optimizer."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from toytoy.numeric.multistart import search_for
from toytoy.numeric.small_search import SmallSearch
from toytoy.numeric.starts import structured_starts

PAIR = tt.Problem.toy(2, density=0.5)


@pytest.mark.parametrize("optimizer", ["bfgs", "SLSQP", "Nelder-Mead"])
def test_every_end_is_stationary(optimizer: str) -> None:
    search = SmallSearch(PAIR, optimizer)
    weights, bias = np.array([[[0.9, -0.8]], [[0.8, -0.9]]]), np.zeros((2, 2))
    found = search.descend(weights, bias)
    for end in zip(found.weights, found.bias, strict=True):
        _, *gradients = tt.loss_and_grad(PAIR, *end)
        assert max(float(np.abs(part).max()) for part in gradients) <= search.converged * PAIR.null_loss
    assert found.evaluations > 2
    assert found.trouble == ""


def test_its_structured_starts_are_the_known_phases() -> None:
    for found, known in zip(SmallSearch(PAIR).structured(), structured_starts(PAIR), strict=True):
        assert np.array_equal(found, known)


def test_size_chooses_the_search_and_its_optimizer() -> None:
    large = tt.Problem(n_features=12, n_hidden=4, density=0.1)
    assert [type(search_for(problem)).__name__ for problem in (PAIR, large)] == ["SmallSearch", "LargeSearch"]
    assert [search_for(problem).optimizer for problem in (PAIR, large)] == ["bfgs", "L-BFGS-B"]
    assert [search_for(problem, "SLSQP").optimizer for problem in (PAIR, large)] == ["SLSQP", "SLSQP"]
