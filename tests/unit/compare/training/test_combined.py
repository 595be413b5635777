"""Models combined: means of invariants do not see rotations and signs; that of W is destroyed by them."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
import toytoy as tt
from scipy.stats import ortho_group
from toytoy.compare.training.combined import best_of_k, of_gram, worst_dropped

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
            assert best_of_k(values, losses, k)[row] == pytest.approx(values[row, picks].mean())
    for k in (0, 7):
        with pytest.raises(ValueError, match="k must be"):
            best_of_k(values, losses, k)


def test_the_worst_is_dropped() -> None:
    assert worst_dropped([[1.0, 2.0], [3.0, 4.0], [100.0, 100.0]], [0.1, 0.2, 0.3]).tolist() == [2.0, 3.0]


def test_a_matrix_of_too_high_a_rank_gives_the_nearest() -> None:
    gram = np.diag([3.0, 2.0, 1.0])
    made = of_gram(gram, 2)
    np.testing.assert_allclose(made.T @ made, np.diag([3.0, 2.0, 0.0]), atol=1e-14)


@pytest.mark.parametrize(
    ("values", "losses", "k", "said"),
    [
        ([1.0, 2.0], [1.0, 2.0], 3, "k must be"),
        ([1.0, 2.0], [1.0, 2.0], 1.5, "k must be"),
        ([1.0, 2.0], [np.nan, 2.0], 1, "losses must be numbers"),
        ([1.0, 2.0, 3.0], [1.0, 2.0], 1, "same shape"),
        ([], [], 1, "at least one"),
        (1.0, 1.0, 1, "at least one"),
    ],
)
def test_no_best_of_what_can_not_be_ordered(values: object, losses: object, k: int, said: str) -> None:
    with pytest.raises((TypeError, ValueError), match=said):
        best_of_k(values, losses, k)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "losses", "said"),
    [
        ([1.0], [1.0], "at least two"),
        ([1.0, 2.0], [1.0, 2.0, 3.0], "one a model"),
        ([1.0, 2.0], [1.0, np.nan], "losses must be numbers"),
        ([1.0, 2.0], [[1.0, 2.0]], "at least two"),
    ],
)
def test_no_worst_of_what_can_not_be_ordered(values: object, losses: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        worst_dropped(values, losses)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("gram", "m", "said"),
    [
        (np.eye(3), 4, "n_hidden must be"),
        (np.eye(3), 0, "n_hidden must be"),
        (np.ones((2, 3)), 1, "symmetric"),
        (np.array([[1.0, 0.0], [5.0, 1.0]]), 1, "symmetric"),
        (np.full((2, 2), np.nan), 1, "symmetric"),
        (1.0, 1, "symmetric"),
    ],
)
def test_no_model_of_what_is_no_gram_matrix(gram: object, m: int, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        of_gram(gram, m)  # type: ignore[arg-type]
