"""Averages along a cut are consistent: with the optimum, with each other, and with the choice they stand for."""

from __future__ import annotations

import json

import numpy as np
import pytest
import toytoy as tt
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
    assert len(found.sentences()) >= 5


def test_one_instance_can_not_be_averaged() -> None:
    with pytest.raises(ValueError, match="n_instances"):
        averages(detail=2, trained=tt.Trained(n_instances=1))
