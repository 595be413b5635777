"""What probes read of models: the exact parts against a sample, the budget, and what is said of it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.training import scarcity
from toytoy.compare.training.probes import Probes, linear_probes, output_shares


@pytest.fixture(scope="module")
def found() -> Probes:
    short = tt.Trained(steps=100, batch=64, lr=0.01)
    return linear_probes((0.1, 1.0), n_features=4, n_hidden=2, starts=8, trained=short, samples=2000)


def test_rows_are_models_at_falling_density(found: Probes) -> None:
    assert [(row.kind, row.density) for row in found.rows] == [
        *(("optimum", 1.0), ("optimum", 0.1)),
        *(("trained", 1.0), ("trained", 0.1)),
    ]
    assert len(found.of("trained")) == 2


def test_probes_have_a_budget_and_capacity_stays_below(found: Probes) -> None:
    for row in found.rows:
        assert row.share.sum() == pytest.approx(2, abs=1e-9)
        assert (row.capacity <= row.share + 1e-12).all()
    dense, sparse = found.of("optimum")
    assert dense.output_share.sum() == pytest.approx(2, abs=0.01)
    assert sparse.output_share.sum() > 3


def test_dense_features_are_never_silent(found: Probes) -> None:
    assert np.isnan(found.of("optimum")[0].auc).all()
    assert (found.of("optimum")[1].auc > 0.8).all()


def test_output_shares_are_those_of_a_sample() -> None:
    problem = tt.Problem(n_features=3, n_hidden=2, density=0.3, importance=(1, 0, 2))
    rng = np.random.default_rng(0)
    weights, bias = rng.normal(size=(2, 3)), rng.normal(size=3) / 10
    x = tt.sample(problem, 200_000, seed=1)
    errors = np.square(x - np.maximum(x @ weights.T @ weights + bias, 0)) / (0.3 / 3 - 0.3**2 / 4)
    standard = errors.std(axis=0) / len(x) ** 0.5
    assert (np.abs(1 - errors.mean(axis=0) - output_shares(problem, weights, bias)) < 5 * standard).all()


def test_plain_data_and_sentences(found: Probes) -> None:
    data = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert data["rows"][0]["auc"] == [None] * 4
    assert "probes read 2.0000 features in all" in found.sentences()[0]
    assert "under the curve" in found.sentences()[1]


SMALL: dict[str, Any] = {"n_features": 2, "n_hidden": 1, "starts": 2, "trained": None, "samples": 10}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"densities": ()}, r"^densities must be one or more numbers in \(0, 1\], got densities=\(\); write \(0.1,\)$"),
        ({"densities": 0.5}, r"^densities must be a sequence of numbers, got densities=0.5; write \(0.1,\)$"),
        ({"densities": (0.5, np.nan)}, r"^density must lie in \(0, 1\], got density=nan"),
        ({"trained": 3}, r"^trained must be a Trained, got trained=3; Trained\(\) is the default$"),
        ({"samples": 1}, r"^samples must be a whole number in \[2, inf\), got samples=1; give the number of samples$"),
        ({"decay": 0}, r"^decay must lie in \(0, inf\), got decay=0"),
        ({"decay": 1e200, "n_features": 4}, r"^decay must have finite powers up to 3"),
        ({"starts": -1}, r"^starts must be a whole number"),
        ({"seed": 0.5}, r"^seed must be a whole number"),
    ],
)
def test_bad_input_is_refused_before_any_search(monkeypatch: Any, options: dict[str, Any], says: str) -> None:
    monkeypatch.setattr(scarcity, "search", None)
    with pytest.raises((TypeError, ValueError), match=says):
        linear_probes(**{"densities": (0.5,), **SMALL, **options})


def test_too_few_samples_for_anything_active_are_not_blamed_on_the_model() -> None:
    with pytest.raises(ValueError, match="x must have a feature that is active"):
        linear_probes((1e-9,), **SMALL)


def test_output_shares_are_of_one_model() -> None:
    problem = tt.Problem(n_features=3, n_hidden=2, density=0.3)
    with pytest.raises(ValueError, match=r"^weights must be one model's.*; pick an instance$"):
        output_shares(problem, np.zeros((2, 2, 3)), np.zeros((2, 3)))
