"""The kernel of one output: parts, gradient and scratch, on the cases where its branches part."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from numpy.typing import NDArray
from toytoy.analytic.activation import resolve
from toytoy.analytic.cube import GRADIENT, ORDER, ROW, scratch
from toytoy.analytic.many import many_error
from toytoy.analytic.pair import pair_error
from toytoy.analytic.rows import WIDE, active_error, evaluate_batch
from toytoy.analytic.tables import activation_table

from tests.reference import draws, exact
from tests.reference.bends import BENDS
from tests.reference.draws import Case

Array = NDArray[np.float64]
PARTS = ("bias_cost", "benefit", "interference", "distortion", "false_positive")
DEMAND = 1e-12  # what `toytoy.loss` promises, times the larger of the loss and …
FLOOR = 1e-3  # … this share of the null loss


def run(case: Case, buffers: tuple[Any, Any] | None = None) -> tuple[float, Array, Array, Array]:
    """Loss, gradient and parts of one case, from its law written out set by set."""
    m, n = case.weights.shape
    law = exact.independent(case.density)
    masks = np.array([sum(1 << i for i in active) for active, _ in law], dtype=np.int64)
    chances = np.array([float(chance) for _, chance in law])
    classes = {"leaky": tt.LeakyReLU, "clipped": tt.ClippedReLU}
    sigma = classes[case.activation](case.parameter) if case.activation in classes else case.activation
    act = activation_table(resolve(sigma))
    loss, parts = np.empty(1), np.empty((1, n, 5))
    d_weights, d_bias = np.empty((1, m, n)), np.empty((1, n))
    evaluate_batch(
        np.array(case.weights[None]),
        np.array(case.bias[None]),
        np.array(case.importance)[None],
        masks,
        chances[None],
        act,
        loss,
        d_weights,
        d_bias,
        parts,
        *(buffers or scratch(n)),
    )
    return float(loss[0]), d_weights[0], d_bias[0], parts[0]


def cases(activation: str, count: int = 21) -> list[Case]:
    return [case for n in (1, 2, 3) for case in draws.cases(11, count, activation, n) if np.abs(case.weights).max() < 5]


@pytest.mark.parametrize("activation", draws.ACTIVATIONS)
def test_every_part_of_every_output_is_exact(activation: str) -> None:
    for case in cases(activation):
        law = exact.independent(case.density)
        wanted = exact.decompose(law, case.importance, case.pieces, case.weights, case.bias)
        loss, _, _, parts = run(case)
        allowed = DEMAND * max(loss, FLOOR * case.null_loss)
        for k, name in enumerate(PARTS):
            for j, value in enumerate(wanted[name]):
                assert abs(case.importance[j] * parts[j, k] - float(value)) <= allowed, (case, name, j)


@pytest.mark.parametrize("activation", ["relu", "clipped"])
def test_nothing_is_left_in_the_scratch(activation: str) -> None:
    some = cases(activation)
    assert len(some) > 20
    for n in (1, 2, 3):
        shared = scratch(n)
        for buffer in shared:
            buffer[:] = 77  # whatever another model may have left there
        for case in (case for case in some if len(case.bias) == n):
            for fresh, again in zip(run(case), run(case, shared), strict=True):
                assert np.array_equal(np.asarray(fresh), np.asarray(again))


def test_a_set_of_probability_zero_is_skipped() -> None:
    """p = 1: only the full set counts, and what the others would cost does not matter."""
    case = Case("", (1.0, 1.0), (1.0, 1.0), "relu", 0.0, np.array([[1.0, -1.0]]), np.array([3.0, 3.0]))
    loss, _, _, parts = run(case)
    assert loss == pytest.approx(
        float(exact.loss(exact.independent((1, 1)), (1, 1), case.pieces, case.weights, case.bias))
    )
    assert (parts[:, [0, 1, 2, 4]] == 0.0).all()


def test_losses_of_1e_minus_20_keep_their_digits() -> None:
    """Nearly a perfect model: x̂ = (1 + δ) x costs δ² p / 3, and 1 − (1 + δ) must not be formed from moments."""
    delta = 2.0**-33
    case = Case("", (0.5,), (1.0,), "relu", 0.0, np.array([[np.sqrt(1 + delta)]]), np.array([0.0]))
    gram = float(case.weights[0, 0] * case.weights[0, 0])
    wanted = (gram - 1) ** 2 * 0.5 / 3
    loss = run(case)[0]
    assert 0 < wanted < 1e-20
    assert loss == pytest.approx(wanted, rel=1e-13)  # a few roundings of a product, nothing cancels


def test_entries_below_rounding_do_not_matter() -> None:
    base = Case("", (0.5, 0.5), (1.0, 1.0), "relu", 0.0, np.array([[1.0, 0.0]]), np.array([-0.2, 0.3]))
    faint = base._replace(weights=np.array([[1.0, 1e-25]]))
    for one, other in zip(run(base), run(faint), strict=True):
        assert np.abs(np.asarray(one) - other).max() <= 1e-24  # the change itself is of order 1e-25


def test_a_batch_shares_one_row_of_importances_and_chances_or_has_one_for_each() -> None:
    rng = np.random.default_rng(8)
    k, m, n = 3, 2, 3
    weights, bias, importances = rng.normal(size=(k, m, n)), rng.normal(size=(k, n)) / 3, rng.random((k, n))
    masks, chances, act = np.arange(1 << n), rng.dirichlet(np.ones(1 << n), size=k), activation_table(resolve("relu"))

    def batch(which: slice, rows: slice) -> list[Array]:
        size = len(weights[which])
        out = [np.full(shape, 7.0) for shape in ((size,), (size, m, n), (size, n), (size, n, 5))]
        evaluate_batch(weights[which], bias[which], importances[rows], masks, chances[rows], act, *out, *scratch(n))
        return out

    every, shared = batch(slice(k), slice(k)), batch(slice(k), slice(1))
    for i in range(k):
        at = slice(i, i + 1)
        for found, alone in zip(every, batch(at, at), strict=True):
            assert np.array_equal(found[i], alone[0])
        for found, alone in zip(shared, batch(at, slice(1)), strict=True):
            assert np.array_equal(found[i], alone[0])
    assert every[0] == pytest.approx((importances * every[3].sum(axis=2)).sum(axis=1), rel=1e-13)


@pytest.mark.parametrize("name", BENDS)
def test_pairs_change_hands_at_the_distance_of_the_hinges(name: str) -> None:
    """Up to `WIDE` times it scalars are used, past it the scratch; both are exact, to the size of what they add up."""
    bends, act = BENDS[name]
    for beside in (1 - 1e-9, 1 + 1e-9, 60.0):  # at 60 the scalars' hinges cancel
        first = 0.75 * WIDE * beside - 0.5
        work, stack = scratch(2)
        work[ROW, :2], work[ROW, 2], work[GRADIENT, :3] = (first, -0.5), 0.0, 0.0
        stack[ORDER, :2] = 0, 1
        found, size = active_error(1, 2, 0.5, np.int64(3), -1.0, act, work, stack)
        row = exact.Row(1, [Fraction(first), Fraction(-0.5)], Fraction(-1), bends).error((0, 1))
        assert size == 2
        assert found == pytest.approx(float(row.value), rel=1e-13)
        slopes = [0.5 * float(g) for g in (row.d_bias, row.d_row[0], row.d_row[1])]
        assert work[GRADIENT, :3] == pytest.approx(slopes, rel=1e-12, abs=1e-13)


def test_pairs_are_worked_out_in_scalars_up_to_the_seam_and_in_the_scratch_past_it() -> None:
    """To the last bit: `pair` on one side, `many` on the other; three features always take the scratch."""
    act, rng = BENDS["ramp"][1], np.random.default_rng(9)
    for beside in (1 - 1e-9, 1 + 1e-9):
        first = 0.75 * WIDE * beside - float(rng.random())
        row = np.array([first, first - 0.75 * WIDE * beside])
        work, stack = scratch(2)
        work[ROW, :2], stack[ORDER, :2] = row, (0, 1)
        found, _ = active_error(0, 2, 1.0, np.int64(3), 0.1, act, work, stack)
        scalars = (
            pair_error(1.0, 0.0, *row, 0.1, act)[0]
            if row[0] > -row[1]
            else pair_error(0.0, 1.0, *row[::-1], 0.1, act)[0]
        )
        general = many_error(np.int64(0), np.int64(2), 1.0, np.int64(3), 0.1, act, work, stack)
        assert scalars != general
        assert found == (scalars if beside < 1 else general)


@pytest.mark.parametrize("activation", ["relu", "clipped"])
def test_the_gradient_is_that_of_the_fractions_whatever_was_in_the_arrays(activation: str) -> None:
    for case in cases(activation, 7):
        law = exact.independent(case.density)
        _, by_weights, by_bias = exact.loss_and_grad(law, case.importance, case.pieces, case.weights, case.bias)
        _, d_weights, d_bias, _ = run(case)
        size = (1.0 + np.abs(case.weights).max() + np.abs(case.bias).max()) ** 3 * max(case.importance)
        assert np.abs(d_weights - np.array(by_weights, dtype=float)).max() <= DEMAND * size, case
        assert np.abs(d_bias - np.array(by_bias, dtype=float)).max() <= DEMAND * size, case
