"""Models with a hidden ReLU: dense ones have a feature a neuron, sparse ones do not; and both are reported."""

from __future__ import annotations

import json

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.training.privileged import MONOSEMANTIC, privileged_basis
from toytoy.numeric.neurons import neuron_kinds

FEW = tt.Trained(steps=800, batch=64, lr=0.02, schedule="cosine", n_instances=12)


@pytest.fixture(scope="module")
def found():
    return privileged_basis((0.9, 0.05), n_features=5, n_hidden=3, trained=FEW)


def test_neurons_turn_from_one_feature_to_several(found) -> None:
    dense, sparse = found.rows
    assert dense.counts == {"silent": 0, "monosemantic": 3, "polysemantic": 0}
    assert dense.coded == (0, 0)
    kept = neuron_kinds(dense.weights, share=0.99).tolist()
    assert kept == ["monosemantic"] * 3  # the three most important ones, almost alone
    assert sorted((dense.weights**2).argmax(axis=1)) == [0, 1, 2]
    assert sparse.counts["polysemantic"] >= 2
    assert sparse.coded[0] > sparse.coded[1] - 1


def test_rotations_cost_nothing_without_the_hidden_relu_only(found) -> None:
    rounding = 100 * np.finfo(float).eps
    for row in found.rows:
        assert row.plain_rotated < rounding
        assert row.rotated[1].value >= row.rotated[0].value > 0.01
        assert all(0 < each.error < 0.5 * each.value for each in row.rotated)
        assert row.plain_monosemantic[1].value < 1.5 < row.counts["monosemantic"] + row.counts["polysemantic"]


def test_what_is_reported_is_plain_data(found) -> None:
    data = json.loads(json.dumps(found.to_dict()))
    assert data["n_models"] == 12
    assert data["rows"][0]["counts"]["monosemantic"] == 3
    first, second = found.sentences()
    assert first.startswith("p = 0.9: 3 of 3 neurons monosemantic, ")
    assert "the paper" not in second
    assert MONOSEMANTIC[0.35] == 3


def test_progress_counts_densities() -> None:
    seen: list[tuple[int, int]] = []
    tiny = tt.Trained(steps=2, batch=4, n_instances=2)
    privileged_basis((1.0, 0.5), n_features=2, n_hidden=1, trained=tiny, progress=lambda *t: seen.append(t))
    assert seen == [(1, 2), (2, 2)]


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"densities": ()}, ValueError, "densities must be"),
        ({"densities": 0.5}, TypeError, "densities must be a sequence"),
        ({"trained": None}, TypeError, "trained must be a Trained"),
        ({"trained": tt.Trained(init_scale=0.5)}, ValueError, "init_scale=0.5"),
        ({"n_hidden": 5}, ValueError, "n_hidden=5"),
        ({"decay": -1}, ValueError, "decay"),
    ],
)
def test_bad_input_is_refused(options, error, words) -> None:
    with pytest.raises(error, match=words):
        privileged_basis(**{"densities": (0.5,), "n_features": 2, "n_hidden": 1, "trained": FEW, **options})
