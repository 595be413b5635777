"""Attacks: none moves an output further, dedicated features give 1, planted models give their closed form."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.training import scarcity
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


SMALL: dict[str, Any] = {"n_features": 2, "n_hidden": 1, "starts": 2, "trained": None, "samples": 10}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"densities": ()}, r"^densities must be one or more numbers in \(0, 1\], got densities=\(\); write \(0.1,\)$"),
        ({"densities": 0.5}, r"^densities must be a sequence of numbers, got densities=0.5; write \(0.1,\)$"),
        ({"densities": (0.5, np.nan)}, r"^density must lie in \(0, 1\], got density=nan"),
        ({"trained": 3}, r"^trained must be a Trained, got trained=3; Trained\(\) is the default$"),
        ({"samples": 1}, r"^samples must be a whole number in \[2, inf\), got samples=1; give the number of samples$"),
        ({"starts": -1}, r"^starts must be a whole number"),
        ({"seed": 0.5}, r"^seed must be a whole number"),
    ],
)
def test_bad_input_is_refused_before_any_search(monkeypatch: Any, options: dict[str, Any], says: str) -> None:
    monkeypatch.setattr(scarcity, "search", None)
    with pytest.raises((TypeError, ValueError), match=says):
        adversarial(**{"densities": (0.5,), **SMALL, **options})


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        (
            {"weights": WEIGHTS * 0},
            r"^weights must represent a feature, ‖W_i‖² > 0.01, got a largest of 0; scale them up$",
        ),
        ({"weights": np.eye(4)}, r"^weights must have shape .* \(\.\.\., 2, 4\), got shape \(4, 4\)"),
        ({"weights": WEIGHTS * np.nan}, r"^weights must be finite, got nan at index \(0, 0\)"),
        ({"weights": WEIGHTS[None]}, r"^weights must be one model's.*; pick an instance$"),
        ({"bias": np.zeros(2)}, r"^bias must have shape"),
        ({"samples": 1}, r"^samples must be a whole number in \[2, inf\), got samples=1"),
        ({"seed": -1}, r"^seed must be a whole number"),
        (
            {"problem": PROBLEM.replace(density=1e-9)},
            r"^samples must be enough .* active, got samples=10 at p = 1e-09; ",
        ),
        (
            {"problem": PROBLEM.replace(density=(0.1, 0.2, 0.3, 0.4))},
            r"^problem must have one density for all features",
        ),
        ({"problem": None}, r"^problem must be a Problem"),
    ],
)
def test_what_cannot_be_attacked_is_refused(changed: dict[str, Any], says: str) -> None:
    given: dict[str, Any] = {
        "kind": "planted",
        "problem": PROBLEM,
        "weights": WEIGHTS,
        "bias": BIAS,
        "samples": 10,
        "seed": 0,
    }
    with pytest.raises((TypeError, ValueError), match=says):
        attacked(**given | changed)


def test_lists_are_attacked_as_arrays_are() -> None:
    rows = [attacked("planted", PROBLEM, w, b, 50, 0) for w, b in ((WEIGHTS, BIAS), (WEIGHTS.tolist(), BIAS.tolist()))]
    assert rows[0].response == rows[1].response
