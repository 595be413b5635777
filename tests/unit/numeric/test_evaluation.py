"""Losses on a fixed sample: of the exact loss within standard errors, and the same whatever stands beside."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
import toytoy as tt
from toytoy.analytic.monosemantic import monosemantic_losses
from toytoy.numeric import evaluation
from toytoy.numeric.evaluation import evaluate
from toytoy.numeric.models import AbsModel, ToyModel

PROBLEM = tt.Problem(n_features=4, n_hidden=2, density=(0.1, 0.5, 0.9, 1.0), importance=(1, 0.5, 2, 0.1))
SIGMAS = 4.5  # standard errors: less than one in 10⁵ for each of few comparisons
EPS = float(np.finfo(np.float32).eps)


def test_it_is_the_exact_loss_within_its_errors() -> None:
    model = ToyModel(PROBLEM, n_instances=5, seed=1)
    found = evaluate(model, 40_000, seed=3)
    exact = tt.loss(PROBLEM, model.weights.detach().numpy(), model.bias.detach().numpy())
    assert (abs(found.loss - exact) < SIGMAS * found.error).all()
    np.testing.assert_allclose(found.features @ [1, 0.5, 2, 0.1], found.loss, rtol=100 * EPS)
    fewer = evaluate(model, 10_000, seed=3).error
    np.testing.assert_allclose(fewer / found.error, 2, rtol=0.1)  # errors fall with the root of the size


def test_a_hand_made_network_for_absolute_values_has_the_closed_loss() -> None:
    problem = tt.Problem(n_features=3, n_hidden=3, density=0.3, importance=(1.0, 0.5, 0.25))
    model = AbsModel(problem, n_hidden=2)
    state = {name: torch.zeros_like(value) for name, value in model.state_dict().items()}
    state["encoder"][0, :, 0] = torch.tensor([1.0, -1.0])
    state["decoder"][0, 0] = 1.0
    state["bias"][0, 1:] = 0.15  # the mean of |x|
    model.load_state_dict(state)
    found = evaluate(model, 40_000)
    closed = float(monosemantic_losses((0.3,) * 3, (1.0, 0.5, 0.25), 2)[2])
    assert abs(found.loss[0] - closed) < SIGMAS * found.error[0]
    assert found.features[0, 0] == 0


def test_neither_chunks_nor_other_instances_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    many, one = ToyModel(PROBLEM, n_instances=3, seed=2), ToyModel(PROBLEM, seed=2)
    whole = evaluate(many, 1000)
    np.testing.assert_allclose(evaluate(one, 1000).loss[0], whole.loss[0], rtol=100 * EPS)
    monkeypatch.setattr(evaluation, "CHUNK", 37 * 12)
    pieces = evaluate(many, 1000)
    np.testing.assert_allclose(pieces.loss, whole.loss, rtol=100 * EPS)
    np.testing.assert_allclose(pieces.error, whole.error, rtol=1000 * EPS)


def test_bad_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="size"):
        evaluate(ToyModel(PROBLEM), 1)


def test_what_is_no_model_of_ours_is_refused() -> None:
    anything: Any = torch.nn.Linear(2, 2)
    with pytest.raises(TypeError, match="model must be a ToyModel, HiddenReLUModel or AbsModel, got model=Linear"):
        evaluate(anything, 10)
