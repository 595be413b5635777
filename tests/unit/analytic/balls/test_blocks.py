"""Models cut into parts: which features go where, and that losses add up."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from flint import arb
from toytoy.analytic.activation import PiecewiseLinear
from toytoy.analytic.balls.blocks import Setting, block_jets, check_toy, independent_law, split, variance, whole
from toytoy.analytic.support import CorrelatedGroups

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
        ([[0.7, 0.9, 0], [0, 0.9, 0.7]], [0.1, 0.1, 0.1], (), (), ((0, 1, 2),)),  # the ends share through the middle
        ([[0.7, 0, 0.9], [0.7, 0.9, 0]], [0.1, 0.1, 0.1], (), (), ((0, 1, 2),)),
        ([[0.01, 0.01, 0], [0, 0.01, 0]], [0.1, 0.1, 0.25], (2,), (), ((0, 1),)),  # angles count, not lengths
        # on the edges of what counts as 0: a length, a bias, an overlap of columns as long as 1 in floats
        ([[0.9, 1e-6, -0.8], [0, 0, 0]], [0.1, 0.25, 0.1], (1,), (), ((0, 2),)),
        ([[1, 1e-6, 0], [0, np.nextafter((1 - 1e-12) ** 0.5, 1), 0]], [1e-6, -1e-6, 0.25], (2,), (0, 1), ()),
        ([[1, 2e-6, 0], [0, (1 - 4e-12) ** 0.5, 0]], [0, 0, 0.25], (2,), (), ((0, 1),)),
        ([[1, 0, 0], [0, 1, 0]], [2e-6, 0, 0.25], (2,), (1,), ((0,),)),
        ([[1, 0, 0], [0, 1 + 2e-6, 0]], [0, 0, 0.25], (2,), (0,), ((1,),)),
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


class Bent(PiecewiseLinear):
    """Slope 1 up to 1/2 and again before 1, but not between."""

    @property
    def hinges(self) -> tuple[Any, ...]:
        return (0, 0.5, 0.75)

    @property
    def slopes(self) -> tuple[Any, ...]:
        return (0, 1, 2, 1)


@pytest.mark.parametrize("activation", [tt.ClippedReLU(0.9), Bent()], ids=["clipped", "bent"])
def test_one_that_is_not_is_refused(activation: Any) -> None:
    with pytest.raises(ValueError, match="identity"):
        check_toy(TOY.replace(activation=activation))


@pytest.mark.parametrize("law", [{"density": (0.5, 0.4, 0.3)}, {"support": CorrelatedGroups((2, 1))}], ids=str)
def test_other_laws_are_refused(law: Any) -> None:
    with pytest.raises(ValueError, match="independent and of one density"):
        check_toy(TOY.replace(**law))


def test_a_batch_is_refused() -> None:
    weights, bias = [[0.9, -0.4, -0.4], [0, 0.7, -0.7]], [0.3, 0.3, 0.3]
    for many in ((weights, [bias]), ([weights], bias)):
        with pytest.raises(ValueError, match="one model"):
            split(TOY, *many)


@pytest.mark.parametrize("column", [(0.9, -0.8), (-0.8, 0.9)])
def test_a_block_has_as_many_dimensions_as_it_fills(column: tuple[float, float]) -> None:
    """Whichever of its features is the longest: two weights of one dimension, and two biases."""
    weights = np.zeros((2, 3))
    weights[:, [0, 2]] = np.outer([0.6, 0.8], column)
    (block,) = split(TOY, weights, [0.1, 0.25, 0.2]).blocks
    assert block.hidden == 1
    assert np.outer(block.guess[:2], block.guess[:2]) == pytest.approx(np.outer(column, column))
    assert block.guess[2:] == [0.1, 0.2]
    assert block.kept() == [0, 1, 2, 3]
    with pytest.raises(dataclasses.FrozenInstanceError):
        block.hidden = 2  # type: ignore[misc]


def test_parts_that_need_more_dimensions_than_there_are_are_refused() -> None:
    """Overlaps just below what counts, and a pair that just fills two dimensions."""
    with pytest.raises(ValueError, match="need 3 dimensions, more than n_hidden=2; polish"):
        split(TOY, [[1, 1, 0.99e-6], [0, -1.9e-6, 1]], [0.1, 0.1, 0])


@pytest.mark.parametrize("by", ["importance", "density"])
@pytest.mark.parametrize("features", [(0, 2), (0, 1)])
def test_a_block_and_its_change_are_losses_of_its_features(by: str, features: tuple[int, int]) -> None:
    """Change by the importance of the last feature, if the block has it: or by the density, in differences."""
    weights, worth = np.zeros((2, 3)), [1.0, 0.75, 0.4]
    weights[0, features] = 0.9, -0.8
    problem = tt.Problem(n_features=3, n_hidden=2, density=0.5, importance=tuple(worth))
    (block,) = (block for block in split(problem, weights, [0.1, 0.1, 0.1]).blocks if len(block.features) == 2)

    def loss(density: float, last: float) -> tuple[float, Any]:
        importance = tuple([*worth[:2], last][i] for i in features)
        pair = tt.Problem(n_features=2, n_hidden=1, density=density, importance=importance)
        value, d_weights, d_bias = tt.loss_and_grad(pair, [[0.9, -0.8]], [0.1, 0.1])
        return float(value), np.r_[d_weights.ravel(), d_bias]

    at = Setting(arb(0.5), list(map(arb, worth)))
    jet, change = block_jets(problem, block, list(map(arb, block.guess)), at, by)
    steps = [(0.5, 0.4 + sign * STEP) if by == "importance" else (0.5 + sign * STEP, 0.4) for sign in (1, -1)]
    sign = np.sign(block.guess[0])
    for found, k in ((jet, None), (change, 1)):
        (up, d_up), (down, d_down) = [loss(*step) for step in steps]
        wanted, slopes = loss(0.5, 0.4) if k is None else ((up - down) / (2 * STEP), (d_up - d_down) / (2 * STEP))
        assert float(found.value) == pytest.approx(wanted, abs=SECOND)
        assert [float(x) for x in found.gradient] == pytest.approx([*(sign * slopes[:2]), *slopes[2:]], abs=SECOND)
    assert change.hessian is None
    assert jet.hessian.nrows() == 4
