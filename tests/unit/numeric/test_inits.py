"""Initial weights have the spread that is stated."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import toytoy as tt
from toytoy.numeric.inits import INITS, initial_weights

LARGE = tt.Problem(n_features=60, n_hidden=40, density=0.5)


@pytest.mark.parametrize("init", INITS)
def test_spread_of_what_is_drawn(init: str) -> None:
    weights = initial_weights(LARGE, 20, seed=0, init=init)
    assert weights.shape == (20, 40, 60)
    expected = INITS[init](60, 40, 20)
    standard_error = expected / (2 * weights.size) ** 0.5  # of a normal sample's standard deviation
    assert abs(weights.std() - expected) < 5 * standard_error
    assert abs(weights.mean()) < 5 * expected / weights.size**0.5


@pytest.mark.parametrize(("init", "shape"), [("xavier_normal", (40, 60)), ("notebook", (20, 60, 40))])
def test_spread_is_torch_s(init: str, shape: tuple[int, ...]) -> None:
    draws = [
        torch.nn.init.xavier_normal_(torch.empty(shape), generator=torch.Generator().manual_seed(i)) for i in range(20)
    ]
    tensor = torch.stack(draws)
    expected = INITS[init](60, 40, 20)
    assert abs(tensor.std().item() - expected) < 5 * expected / (2 * tensor.numel()) ** 0.5


def test_instances_are_nested_and_differ() -> None:
    problem = tt.Problem.toy(2, density=0.5)
    few, many = (initial_weights(problem, k, seed=0, init="xavier_normal") for k in (2, 5))
    np.testing.assert_array_equal(few, many[:2])
    assert len(np.unique(many)) == many.size
