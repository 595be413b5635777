"""A pair: its check passes what obeys the relation, and nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.strategies import Case, Related

PROBLEM = tt.Problem(n_features=2, n_hidden=1, density=0.5)
ONE = Case(PROBLEM, [[1.0, -1.0]], [0.0, 0.0])  # type: ignore[arg-type]
TWO = Case(PROBLEM.replace(importance=2.0), [[1.0, -1.0]], [0.0, 0.0])  # type: ignore[arg-type]
PAIR = Related("scaled importance", ONE, TWO, factor=2.0)


def importance(problem: tt.Problem, *model: Any) -> float:
    return float(problem.importances[0])


@pytest.mark.parametrize(
    "loss",
    [
        tt.loss,
        tt.loss_estimate,
        importance,
        lambda *case: np.array([importance(*case)]),
        lambda problem, weights, bias: tt.monte_carlo(problem, weights, bias, 1000, seed=0),
    ],
)
def test_a_sound_loss_passes(loss: Any) -> None:
    PAIR.check(loss)


def test_a_tensor_is_a_number() -> None:
    torch = pytest.importorskip("torch")
    PAIR.check(lambda *case: torch.tensor(importance(*case), requires_grad=True))


@pytest.mark.parametrize("wrong", [1.0, float("nan"), float("inf")])
def test_another_loss_is_refused(wrong: float) -> None:
    with pytest.raises(AssertionError, match=r"scaled importance: loss\(second\) must be 2 \* loss\(first\)"):
        PAIR.check(lambda problem, *model: 1.0 if problem is PROBLEM else wrong)


def test_a_part_in_ten_to_the_ten_is_seen() -> None:
    with pytest.raises(AssertionError):
        PAIR.check(lambda problem, *model: tt.loss(problem, *model) + 1e-10 * (problem is PROBLEM))
    PAIR.check(lambda problem, *model: tt.loss(problem, *model) + 1e-7 * (problem is PROBLEM), eps=1.2e-7)


def test_errors_are_allowed_and_no_more() -> None:
    def off(by: float) -> Any:
        def loss(problem: tt.Problem, *model: Any) -> tt.Estimate:
            return tt.Estimate(importance(problem) + by * (problem is PROBLEM), 0.01, "standard_error")

        return loss

    PAIR.check(off(0.07))  # five times 0.01, of the second and twice of the first, allow 0.15
    with pytest.raises(AssertionError):
        PAIR.check(off(0.08))


def test_an_offset_is_added() -> None:
    pair = Related("unused feature", ONE, TWO, offset=1.0)
    assert pair.expected(0.5) == 1.5
    pair.check(importance)
    with pytest.raises(AssertionError, match=r"loss\(first\) \+ 1 = 2, got 1"):
        pair.check(lambda *case: 1.0)


def test_two_conventions_need_two_functions() -> None:
    pair = Related("mean for sum", ONE, ONE, factor=0.5, two_conventions=True)
    with pytest.raises(TypeError, match=r"check\(loss, other\)"):
        pair.check(tt.loss)
    pair.check(tt.loss, lambda *case: tt.loss(*case) / 2)


@pytest.mark.parametrize("wrong", [[1.0, 2.0], None, "1.0", 1j])
def test_what_is_no_number_is_refused(wrong: Any) -> None:
    with pytest.raises(TypeError, match="one number"):
        PAIR.check(lambda *case: wrong)


def test_it_prints_what_is_not_default() -> None:
    assert repr(PAIR) == f"Related('scaled importance', first={ONE!r}, second={TWO!r}, factor=2.0)"
