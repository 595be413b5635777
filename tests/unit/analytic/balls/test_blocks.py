"""Models cut into parts: which features go where, and that losses add up."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt
from flint import arb
from toytoy.analytic.balls.blocks import check_toy, independent_law, split, variance, whole

TOY = tt.Problem.toy(3, importance=0.4, density=0.5)
STEP = 1e-6
SECOND = 1e-9  # of central differences with that step: its square and rounding


@pytest.mark.equation("enclosure-blocks")
@pytest.mark.parametrize(
    ("weights", "bias", "dropped", "dedicated", "blocks"),
    [
        ([[1, 0, 0], [0, 1, 0]], [0, 0, 0.25], (2,), (0, 1), ()),
        ([[0.9, 0, -0.8], [0, 1, 0]], [0.1, 0, 0.1], (), (1,), ((0, 2),)),
        ([[0.9, 0, -0.8], [0, 0.99, 0]], [0.1, 0, 0.1], (), (), ((0, 2), (1,))),
        ([[0.9, -0.4, -0.4], [0, 0.7, -0.7]], [0.3, 0.3, 0.3], (), (), ((0, 1, 2),)),
        ([[0.9, 1e-9, -0.8], [0, 1e-9, 0]], [0.1, 0.25, 0.1], (1,), (), ((0, 2),)),
    ],
)
def test_parts(weights: Any, bias: Any, dropped: Any, dedicated: Any, blocks: Any) -> None:
    found = split(TOY, weights, bias)
    assert (found.dropped, found.dedicated) == (dropped, dedicated)
    assert tuple(block.features for block in found.blocks) == blocks


@pytest.mark.equation("enclosure-blocks")
def test_losses_of_parts_add_up() -> None:
    pair = tt.Problem(n_features=2, n_hidden=1, density=0.5, importance=(1.0, 0.4))
    whole_loss = tt.loss(TOY, np.array([[0.9, 0.0, -0.8], [0.0, 0.0, 0.0]]), [0.1, 0.25, 0.2])
    assert whole_loss == pytest.approx(tt.loss(pair, [[0.9, -0.8]], [0.1, 0.2]) + 5 / 48, rel=1e-14)


def test_unknowns_make_the_model_again() -> None:
    block = whole(TOY, [[0.9, -0.4, -0.4], [0.1, 0.7, -0.7]], [0.3, 0.2, 0.1])
    rows, bias = block.model([arb(x) for x in block.guess])
    assert np.array([[float(x) for x in row] for row in rows]) == pytest.approx(block.gauge.weights)
    assert [float(x) for x in bias] == [0.3, 0.2, 0.1]
    assert len(block.kept()) == len(block.guess) == 8


def test_a_law_and_its_derivative() -> None:
    law, change = independent_law(3, arb(0.3))
    up, down = (independent_law(3, arb(0.3 + sign * STEP))[0] for sign in (1, -1))
    assert abs(sum(float(chance) for _, chance in law) - 1) < 1e-15
    for (active, slope), (_, above), (_, below) in zip(change, up, down, strict=True):
        assert abs(float(slope) - (float(above) - float(below)) / (2 * STEP)) < SECOND, active
    one, _ = independent_law(2, arb(1))
    assert [float(chance) for _, chance in one] == [0, 0, 0, 1]


def test_the_variance_and_its_derivative() -> None:
    v, slope = variance(arb(0.5))
    assert float(v) == pytest.approx(5 / 48)
    assert float(slope) == pytest.approx(1 / 12)


@pytest.mark.parametrize("activation", ["relu", "linear", "abs", tt.LeakyReLU(0.1), tt.ClippedReLU(1.0)])
def test_activations_that_are_the_identity_pass(activation: Any) -> None:
    check_toy(TOY.replace(activation=activation))


def test_one_that_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="identity"):
        check_toy(TOY.replace(activation=tt.ClippedReLU(0.9)))


def test_a_batch_is_refused() -> None:
    with pytest.raises(ValueError, match="one model"):
        split(TOY, [[0.9, -0.4, -0.4], [0, 0.7, -0.7]], [[0.3, 0.3, 0.3]])
