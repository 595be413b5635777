"""Averages along a cut are consistent: with the optimum, with each other, and with the choice they stand for."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.proportions import wilson
from toytoy.compare.training.averages import averages


def test_the_cut_is_consistent() -> None:
    found = averages(detail=3, trained=tt.Trained(steps=1500, batch=64, lr=0.02, n_instances=8), seed=1)
    assert (found.losses >= found.best_loss[:, None] * (1 - 1e-12)).all()
    assert (np.diff(found.excess, axis=0) <= 1e-12).all()
    np.testing.assert_allclose(found.excess[-1], found.losses.min(axis=1) / found.best_loss - 1)
    assert (found.weights_norm <= found.mean_norm + 1e-12).all()  # the triangle inequality
    pure = ~found.mixed
    assert pure.any()
    assert (found.gram_loss[pure] < 1.05 * found.mean_loss[pure]).all()
    data = json.loads(json.dumps(found.to_dict()))
    assert len(data["right"]) == 8
    lines = found.sentences()
    assert len(lines) >= 5
    assert all("% (" in line or "quartiles" in line for line in lines if line.startswith("best of"))
    # eight models make four disjoint pairs in each of 3 cells: 12 independent choices of the best of two
    low, high = found.chances(2)
    hits = round(float(found.right[1].mean()) * 12)
    assert (low, high) == tuple(wilson(hits, 12))
    assert np.diff(found.chances(8))[0] > np.diff(found.chances(1))[0]  # three choices tell less than 24 models


@pytest.mark.slow
def test_the_interval_of_the_best_of_k_covers_what_more_models_show() -> None:
    """Ten models a cell against the chance that four hundred show."""
    options: dict[str, Any] = {"steps": 800, "batch": 32, "lr": 0.02}
    many = averages(detail=4, trained=tt.Trained(n_instances=400, **options), seed=5)
    for seed in range(3):
        few = averages(detail=4, trained=tt.Trained(n_instances=10, **options), seed=seed)
        for k in (1, 3):
            low, high = few.chances(k)
            assert low - 0.03 < many.right[k - 1].mean() < high + 0.03


def test_one_instance_can_not_be_averaged() -> None:
    with pytest.raises(ValueError, match="n_instances"):
        averages(detail=2, trained=tt.Trained(n_instances=1))


def test_training_must_be_a_trained() -> None:
    with pytest.raises(TypeError, match="trained must be a Trained, got trained=None"):
        averages(detail=2, trained=None)  # type: ignore[arg-type]
