"""Averages of models: those of invariants do not see rotations and signs; that of W is destroyed by them."""

from __future__ import annotations

import json
from itertools import combinations

import numpy as np
import pytest
import toytoy as tt
from scipy.stats import ortho_group
from toytoy.compare.training.averages import averages, best_of, of_gram, worst_dropped

PROBLEM = tt.Problem.toy(3, importance=0.9, density=0.7)


def turned() -> tuple[tt.Solution, np.ndarray]:
    """Forty copies of one optimum, each rotated or reflected at random."""
    best = tt.minimize(PROBLEM, tt.Multistart(n_starts=16))
    rotations = ortho_group.rvs(2, size=40, random_state=np.random.default_rng(0))
    return best, rotations @ best.weights


def test_forty_copies_of_one_model_average_to_it_by_their_gram_matrices_only() -> None:
    best, copies = turned()
    losses = tt.loss(PROBLEM, copies, np.tile(best.bias, (40, 1)))
    np.testing.assert_allclose(losses, float(best.loss), rtol=1e-12)
    gram = worst_dropped(np.swapaxes(copies, 1, 2) @ copies, losses)
    np.testing.assert_allclose(gram, best.weights.T @ best.weights, atol=1e-12)
    again = of_gram(gram, 2)
    assert float(tt.loss(PROBLEM, again, best.bias)) == pytest.approx(float(best.loss), rel=1e-10)
    norms = np.linalg.norm(copies[:, :, -1], axis=1)
    assert worst_dropped(norms, losses) == pytest.approx(np.linalg.norm(best.weights[:, -1]))


def test_averaging_w_itself_makes_a_model_that_is_none_of_them() -> None:
    best, copies = turned()
    naive = worst_dropped(copies, np.arange(40.0))
    assert np.linalg.norm(naive[:, -1]) < 0.4 * np.linalg.norm(best.weights[:, -1])
    assert float(tt.loss(PROBLEM, naive, best.bias)) > 1.3 * float(best.loss)


def test_best_of_k_is_the_mean_over_all_choices() -> None:
    rng = np.random.default_rng(1)
    values, losses = rng.normal(size=(2, 6)), rng.normal(size=(2, 6))
    for k in range(1, 7):
        for row in range(2):
            picks = [min(chosen, key=lambda i: losses[row, i]) for chosen in combinations(range(6), k)]
            assert best_of(values, losses, k)[row] == pytest.approx(values[row, picks].mean())
    for k in (0, 7):
        with pytest.raises(ValueError, match="k must be"):
            best_of(values, losses, k)


def test_the_worst_is_dropped() -> None:
    assert worst_dropped([[1.0, 2.0], [3.0, 4.0], [100.0, 100.0]], [0.1, 0.2, 0.3]).tolist() == [2.0, 3.0]


def test_a_matrix_of_too_high_a_rank_gives_the_nearest() -> None:
    gram = np.diag([3.0, 2.0, 1.0])
    made = of_gram(gram, 2)
    np.testing.assert_allclose(made.T @ made, np.diag([3.0, 2.0, 0.0]), atol=1e-14)


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
