"""Networks for absolute values: exact ones are found where there is room, losses compared with the closed form."""

from __future__ import annotations

import json

import pytest
import toytoy as tt
from toytoy.analytic.monosemantic import monosemantic_losses
from toytoy.compare.training.computation import computation

FEW = tt.Trained(steps=800, batch=128, schedule="cosine", n_instances=6)
RATE = (0.01,)
SIGMAS = 4.5  # standard errors


@pytest.fixture(scope="module")
def scarce():
    return computation((1.0, 0.1), n_features=6, n_hidden=4, trained=FEW, rates=RATE)


def test_with_room_for_all_there_is_no_loss() -> None:
    (row,) = computation((0.5,), n_features=2, n_hidden=4, trained=FEW, rates=RATE).rows
    assert row.restricted == 0
    assert row.loss.value < 0.01 * row.null
    assert row.computed(0.05) == 2
    assert row.counts["monosemantic"] == 4


def test_dense_features_get_a_neuron_each_and_cost_what_the_closed_form_says(scarce) -> None:
    dense, _ = scarce.rows
    closed = float(monosemantic_losses((1.0,) * 6, [0.8**i for i in range(6)], 4)[-1])
    assert dense.restricted == closed
    assert closed - SIGMAS * dense.loss.error < dense.loss.value < 1.02 * closed  # training stops short of it
    assert dense.counts == {"silent": 0, "monosemantic": 4, "polysemantic": 0}
    assert abs(dense.worth.value - 4) < 0.2
    assert dense.shared == ()


def test_sparse_features_share_neurons(scarce) -> None:
    _, sparse = scarce.rows
    assert sparse.counts["polysemantic"] > 0
    assert sparse.null == float(monosemantic_losses((0.1,) * 6, [0.8**i for i in range(6)], 0)[0])
    assert 0 < sparse.worth.value <= 12
    assert sparse.computed(0.25) <= sparse.computed(0.5) <= sparse.computed(0.75) <= 6


def test_what_is_reported_is_plain_data(scarce) -> None:
    data = json.loads(json.dumps(scarce.to_dict()))
    assert data["rows"][0]["restricted"] == scarce.rows[0].restricted
    assert list(data["rows"][1]["computed"]) == ["0.25", "0.5", "0.75"]
    assert data["rows"][1]["worth"] == {"value": scarce.rows[1].worth.value, "error": scarce.rows[1].worth.error}
    first, _ = scarce.sentences()
    assert "worth" in first
    assert "4 monosemantic" in first


def test_a_start_that_leaves_outputs_alive_is_not_worse_where_features_are_rare() -> None:
    (row,) = computation((0.02,), n_features=4, n_hidden=8, trained=FEW, rates=RATE).rows
    assert row.loss.value + SIGMAS * row.loss.error < row.signed_loss.value


def test_the_error_of_worth_is_that_of_the_loss(scarce) -> None:
    importance = [0.8**i for i in range(6)]
    for row in scarce.rows:
        losses = monosemantic_losses((row.density,) * 6, importance, 12)
        k = int(row.worth.value)  # between k and k + 1 neurons the loss is linear
        slope = float(losses[k] - losses[k + 1])
        near = abs(row.worth.value - round(row.worth.value)) > 3 * row.worth.error
        assert not near or row.worth.error == pytest.approx(row.loss.error / slope, rel=1e-9)
        assert 0 < row.worth.error < 0.2
    assert any(abs(row.worth.value - round(row.worth.value)) > 3 * row.worth.error for row in scarce.rows)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"rates": ()}, ValueError, "rates must be"),
        ({"rates": (-1,)}, ValueError, "lr=-1"),
        ({"densities": ()}, ValueError, "densities must be"),
        ({"trained": 3}, TypeError, "trained must be a Trained"),
        ({"trained": tt.Trained(noise_free=True)}, ValueError, "noise_free=True"),
        ({"decay": 0}, ValueError, "decay"),
        ({"n_hidden": 0}, ValueError, "n_hidden=0"),
        ({"n_features": 0}, ValueError, "n_features=0"),
        ({"seed": -1}, ValueError, "seed=-1"),
    ],
)
def test_bad_input_is_refused(options, error, words) -> None:
    with pytest.raises(error, match=words):
        computation(**{"densities": (0.5,), "n_features": 2, "n_hidden": 2, "trained": FEW, **options})
