"""Ladders: an entry falls from 1 to 1e-320, or a clipped range grows past the strip's switch; exact at each rung."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import toytoy as tt
from numpy.typing import NDArray
from toytoy.analytic.rows import NEGLIGIBLE, SMALLEST, WIDE

from tests.cross.accuracy import describe, exact_answer, miss, problem_of
from tests.reference import draws
from tests.reference.draws import Case

Array = NDArray[np.float64]
EPS = float(np.finfo(float).eps)
BESIDE = 2.0**-20  # how far to either side of a switch
SWITCHES = (NEGLIGIBLE, SMALLEST)
BESIDE_SWITCHES = [switch * (1 + side) for switch in SWITCHES for side in (-BESIDE, 0.0, BESIDE)]
FEW = [1.0, 1e-3, 1e-9, 1e-17, 1e-21, 1e-100, 1e-320, *BESIDE_SWITCHES]
MANY = [
    10.0**-k for k in (2, 4, 5, 6, 7, 8, *range(10, 25), 30, 40, 80, 150, 160, 200, 250, 289, 291, 300, 307, 310, 315)
]
# a jump at a switch beyond the exact change would be one of the terms there, of order 1, and not a few roundings
JUMP = 8 * EPS
Corner = Callable[[Array], Array]

# The bias as a function of G: inside the cube, or a hinge on a corner of it, where the entry's own sign decides.
CORNERS: dict[str, Corner] = {
    "inside": lambda gram: np.array([-0.21, 0.13]),
    "origin": lambda gram: np.zeros(2),
    "on its own": lambda gram: -np.diag(gram),
    "with the other": lambda gram: -gram.sum(axis=1),
    "on the entry": lambda gram: -np.array([gram[0, 1], gram[1, 0]]),
    "far": lambda gram: np.array([1e3, -1e3]),
}
COLUMNS = {"apart": (1.0, 0.7), "one zero": (1.0, 0.0), "both zero": (0.0, 0.0)}  # what δ stands beside on the diagonal


def rung(activation: str, corner: Corner, columns: tuple[float, float], delta: float, density: float) -> Case:
    """Return a model whose Gram matrix has the entry δ, exactly, off the diagonal: W = [[a, δ], [0, c]] with a = 1.

    With a = 0, W = [[δ, 0], [0, δ]] instead: δ² is all there is.
    """
    a, c = columns
    weights = np.array([[a, delta], [0.0, c]]) if a else np.diag([delta, delta])
    bias = corner(weights.T @ weights)
    parameter = draws.ACTIVATIONS[activation][0]
    return Case("rung", (density, 0.5), (1.0, 2.0), activation, parameter, weights, bias)


def seen(case: Case) -> Case:
    """Return what the kernel makes of a model: products below SMALLEST are zero, on whichever side of a hinge."""
    sizes = np.abs(case.weights)
    return case._replace(weights=np.where(sizes * sizes.max() < SMALLEST, 0.0, case.weights))


@pytest.mark.parametrize("rungs", [FEW, pytest.param(MANY, marks=pytest.mark.slow)], ids=["few", "many"])
@pytest.mark.parametrize("columns", COLUMNS)
@pytest.mark.parametrize("corner", CORNERS)
@pytest.mark.parametrize("activation", draws.ACTIVATIONS)
def test_every_rung_keeps_the_promise(activation: str, corner: str, columns: str, rungs: list[float]) -> None:
    for k, delta in enumerate(rungs):
        sign, density = ((1.0, 0.3), (-1.0, 1.0))[k % 2]
        case = rung(activation, CORNERS[corner], COLUMNS[columns], sign * delta, density)
        answered = tt.loss_and_grad(problem_of(case), case.weights, case.bias)
        found = miss(seen(case), lambda *given, answered=answered: answered)
        assert max(found[:3]) <= 1.0, (delta, describe(found))


def answer(case: Case) -> Array:
    """Return loss and gradient in one array."""
    loss, d_weights, d_bias = tt.loss_and_grad(problem_of(case), case.weights, case.bias)
    return np.array([loss, *d_weights.ravel(), *d_bias])


def jump(below: Case, above: Case) -> float:
    """Return the largest change of loss and gradient between two models beyond the exact change."""
    (low, low_slope), (high, high_slope) = exact_answer(below), exact_answer(above)
    change = [float(y - x) for x, y in zip([low, *low_slope], [high, *high_slope], strict=True)]
    return float(np.abs(answer(above) - answer(below) - change).max())


@pytest.mark.parametrize("switch", SWITCHES)
@pytest.mark.parametrize("corner", [corner for corner in CORNERS if corner != "far"])
@pytest.mark.parametrize("activation", draws.ACTIVATIONS)
def test_nothing_jumps_where_a_tiny_entry_is_dropped(activation: str, corner: str, switch: float) -> None:
    for sign in (1.0, -1.0):
        below, above = (
            rung(activation, CORNERS[corner], COLUMNS["apart"], sign * switch * (1 + side), 0.3)
            for side in (-BESIDE, BESIDE)
        )
        assert jump(below, above) <= JUMP


def spanning(ratio: float, weights: Array, bias: Array, j: int) -> Case:
    """Return a clipped model whose input z_j, all features active, spans `ratio` times the rise."""
    upper = float(np.abs(weights.T @ weights)[j].sum()) / ratio
    return Case("spanning", (1.0, 0.6), (1.0, 1.0), "clipped", upper, weights, bias * upper)


@pytest.mark.parametrize("b", [-0.5, 0.0, 0.3, 1.0])
@pytest.mark.parametrize("j", [0, 1])
def test_nothing_jumps_where_two_hinges_are_taken_together(j: int, b: float) -> None:
    rng = np.random.default_rng([3, j])
    for _ in range(10):
        weights, bias = rng.normal(size=(1, 2)), np.array([b, -b])
        below, above = (spanning(WIDE * (1 + side), weights, bias, j) for side in (-BESIDE, BESIDE))
        scale = 1.0 + float(np.abs(weights).max()) ** 4  # of the terms
        assert jump(below, above) <= JUMP * scale


@pytest.mark.parametrize("b", [-0.5, 0.0, 0.3, 1.0])
def test_a_rise_may_be_wide_or_narrow(b: float) -> None:
    rng = np.random.default_rng(4)
    weights, bias = rng.normal(size=(1, 2)), np.array([b, -b])
    for ratio in (0.1, 1.0, 3.0, WIDE, 5.0, 30.0, 1e3, 1e6, 1e9):
        found = miss(spanning(ratio, weights, bias, 0))
        assert max(found[:3]) <= 1.0, (ratio, describe(found))


def test_a_jump_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    below = rung("relu", CORNERS["inside"], COLUMNS["apart"], 1e-3, 0.3)
    above = below._replace(bias=below.bias + 1e-6)
    assert jump(below, above) <= JUMP
    kernel = tt.loss_and_grad

    def jumpy(problem: tt.Problem, weights: Array, bias: Array) -> tuple[float, Array, Array]:
        loss, d_weights, d_bias = kernel(problem, weights, bias)
        return loss + 1e-14 * (bias[0] > below.bias[0]), d_weights, d_bias

    monkeypatch.setattr(tt, "loss_and_grad", jumpy)
    assert jump(below, above) > JUMP
