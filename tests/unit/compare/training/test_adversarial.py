"""Attacks: none moves an output further, dedicated features give 1, planted models give their closed form."""

from __future__ import annotations

import json

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.training.adversarial import Vulnerability, adversarial, attacked

PROBLEM = tt.Problem(n_features=4, n_hidden=2, density=0.3)
WEIGHTS, BIAS = np.array([[1.0, -0.8, 0.3, 0.0], [0.2, 0.1, -0.9, 0.7]]), np.array([0.0, -0.1, 0.1, 0.0])


@pytest.fixture(scope="module")
def found() -> Vulnerability:
    short = tt.Trained(steps=50, batch=32, lr=0.01)
    return adversarial((0.05, 1.0), n_features=4, n_hidden=2, starts=4, trained=short, samples=1000)


@pytest.mark.equation("attack-best")
def test_no_attack_of_that_length_moves_an_output_further() -> None:
    rng = np.random.default_rng(0)
    gram, x, size = WEIGHTS.T @ WEIGHTS, tt.sample(PROBLEM, 50, seed=1), 0.1
    z = x @ gram + BIAS
    deltas = rng.normal(size=(2000, 4))
    deltas *= size / np.linalg.norm(deltas, axis=1, keepdims=True)
    for i in range(4):
        moved = (deltas @ gram[i])[:, None]
        other = np.abs(np.maximum(z[:, i] + moved, 0) - np.maximum(z[:, i], 0)).max(axis=0)
        reach = size * np.linalg.norm(gram[i])
        best = np.abs(np.maximum(z[:, i] + np.array([[reach], [-reach]]), 0) - np.maximum(z[:, i], 0)).max(axis=0)
        assert (other <= best + 1e-15).all()
        assert moved.max() > 0.9 * reach  # and random ones come near


@pytest.mark.equation("attack-capacity")
def test_the_open_response_is_length_over_capacity() -> None:
    gram = WEIGHTS.T @ WEIGHTS
    norms = np.linalg.norm(WEIGHTS, axis=0)
    np.testing.assert_allclose((gram**2).sum(axis=1), norms**4 / tt.capacity(WEIGHTS), rtol=1e-14)
    row = attacked("planted", PROBLEM, WEIGHTS, BIAS, 100, 0)
    assert row.open_response == pytest.approx(float((norms**4 / tt.capacity(WEIGHTS)).mean()), rel=1e-12)
    angles = 2 * np.pi * np.arange(5) / 5
    pentagon = np.array([np.cos(angles), np.sin(angles)])
    tight = attacked("planted", tt.Problem(n_features=5, n_hidden=2, density=0.1), pentagon, np.zeros(5), 100, 0)
    assert tight.open_response == pytest.approx(tight.packing, rel=1e-12)  # a tight frame of unit lengths: 5/2


def test_without_superposition_everything_is_one() -> None:
    weights = np.eye(4)[:2]
    row = attacked("planted", PROBLEM, weights, np.array([0, 0, 0.15, 0.15]), 500, 0)
    for estimate in (row.response, row.active_response, row.loss_rise):
        assert estimate.value == pytest.approx(1, abs=1e-9)
    assert row.packing == row.open_response == 1


def test_a_linear_model_responds_in_full() -> None:
    row = attacked("planted", PROBLEM.replace(activation="linear"), WEIGHTS, BIAS, 500, 0)
    assert row.response.value == pytest.approx(row.open_response, rel=1e-9)


def test_the_worst_attack_is_found_by_brute_force() -> None:
    row = attacked("planted", PROBLEM, WEIGHTS, BIAS, 200, 3)
    x, gram = tt.sample(PROBLEM, 200, seed=3), WEIGHTS.T @ WEIGHTS
    assert row.budget == pytest.approx(0.1 * np.sqrt((x**2).sum(axis=1)).mean())

    def losses(at: np.ndarray) -> np.ndarray:
        return np.asarray(((x - np.maximum(at @ gram + BIAS, 0)) ** 2).sum(axis=1))

    steps = [s * row.budget * gram[i] / np.linalg.norm(gram[i]) for i in range(4) for s in (1, -1)]
    worst = np.max([losses(x + step) - losses(x) for step in steps], axis=0) / row.budget**2
    assert row.loss_rise.value == pytest.approx(worst.mean(), rel=1e-12)
    assert row.loss_rise.error == pytest.approx(worst.std(ddof=1) / 200**0.5, rel=1e-12)


def test_rows_plain_data_and_sentences(found: Vulnerability) -> None:
    assert [(row.kind, row.density) for row in found.rows][:2] == [("optimum", 1.0), ("optimum", 0.05)]
    assert found.most("optimum", "active_response").value > 1.5
    data = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert data["rows"][1]["loss_rise"]["error"] == found.rows[1].loss_rise.error
    assert len(found.sentences()) == 6


def test_errors_are_the_scatter_over_seeds() -> None:
    rows = [attacked("planted", PROBLEM, WEIGHTS, BIAS, 300, seed) for seed in range(100)]
    for name in ("response", "active_response"):
        values, errors = ([getattr(getattr(row, name), part) for row in rows] for part in ("value", "error"))
        assert np.mean(errors) == pytest.approx(np.std(values), rel=0.5)  # the budget's own scatter is not in them
