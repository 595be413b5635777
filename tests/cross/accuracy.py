"""How far the kernel is from exact fractions, beside what is allowed. Run: python -m tests.cross.accuracy [count]."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from fractions import Fraction
from math import inf, isfinite
from typing import Any, NamedTuple

import numpy as np
import toytoy as tt
from toytoy.analytic.activation import PiecewiseLinear

from tests.reference import draws, exact
from tests.reference.draws import Case

LOSS_DEMAND = 1e-12  # the promise of `toytoy.loss`, relative to the larger of the loss and …
LOSS_FLOOR = 1e-3  # … this share of the loss of answering 0
GRADIENT_DEMAND = 1e-10  # relative to the larger of the gradient's norm and …
GRADIENT_FLOOR = 1e-5  # … this, times the largest importance above 1: near an optimum the terms' rounding is left
Evaluate = Callable[[tt.Problem, Any, Any], tuple[Any, Any, Any]]


class Miss(NamedTuple):
    """Errors of one case as shares of what is allowed: below 1 is kept, above 1 is a broken promise."""

    loss: float
    gradient: float
    case: Case


def problem_of(case: Case) -> tt.Problem:
    """Return the library's problem for a case."""
    activation: str | PiecewiseLinear = case.activation
    if case.activation == "leaky":
        activation = tt.LeakyReLU(slope=case.parameter)
    elif case.activation == "clipped":
        activation = tt.ClippedReLU(upper=case.parameter)
    m, n = case.weights.shape
    return tt.Problem(n_features=n, n_hidden=m, density=case.density, importance=case.importance, activation=activation)


def exact_answer(case: Case) -> tuple[Fraction, list[Fraction]]:
    """Return the exact loss and gradient, weights first, C order."""
    law = exact.independent(case.density)
    loss, d_weights, d_bias = exact.loss_and_grad(law, case.importance, case.pieces, case.weights, case.bias)
    return loss, [x for row in d_weights for x in row] + d_bias


def allowed_loss_error(case: Case, loss: float) -> float:
    """Return the promised bound on the error of a loss."""
    return LOSS_DEMAND * max(loss, LOSS_FLOOR * case.null_loss)


def loss_miss(case: Case) -> float:
    """Compare only the losses: quick enough for ten features."""
    loss = exact.loss(exact.independent(case.density), case.importance, case.pieces, case.weights, case.bias)
    value = float(tt.loss(problem_of(case), case.weights, case.bias))
    return share(distance(value, loss), allowed_loss_error(case, float(loss)))


def miss(case: Case, evaluate: Evaluate | None = None) -> Miss:
    """Compare the kernel, or another way to evaluate, with exact fractions on one case."""
    loss, gradient = exact_answer(case)
    value, d_weights, d_bias = (evaluate or tt.loss_and_grad)(problem_of(case), case.weights, case.bias)
    found = np.concatenate([d_weights.ravel(), d_bias])
    loss_error = distance(float(value), loss)
    error = [distance(float(x), y) for x, y in zip(found, gradient, strict=True)]
    norm = float(np.linalg.norm([float(y) for y in gradient]))
    floor = GRADIENT_FLOOR * max(1.0, *case.importance)
    return Miss(
        share(loss_error, allowed_loss_error(case, float(loss))),
        share(float(np.linalg.norm(error)), GRADIENT_DEMAND * max(norm, floor)),
        case,
    )


def distance(found: float, wanted: Fraction) -> float:
    """|found − wanted| without rounding; infinite where nothing finite was found."""
    return float(abs(Fraction(found) - wanted)) if isfinite(found) else inf


def share(error: float, allowed: float) -> float:
    """error / allowed, 0 where there is no error, infinite where nothing is allowed."""
    if error == 0.0:
        return 0.0
    return error / allowed if allowed > 0.0 else inf


def worst(cases: Iterable[Case]) -> tuple[Miss, Miss]:
    """Return the cases of the largest loss error and of the largest gradient error."""
    misses = [miss(case) for case in cases]
    return max(misses, key=lambda x: x.loss), max(misses, key=lambda x: x.gradient)


def describe(miss: Miss) -> str:
    """Write a case so that it can be pasted."""
    numbers = {"weights": miss.case.weights.tolist(), "bias": miss.case.bias.tolist()}
    fields = {key: value for key, value in miss.case._asdict().items() if key not in numbers} | numbers
    return f"loss {miss.loss:.3g}, gradient {miss.gradient:.3g} of the allowed error: {fields}"


def main(count: int) -> None:
    """Print the worst shares, a line an activation and number of features."""
    print(f"{'activation':10} {'n':>2} {'loss':>9} {'gradient':>9}   (largest error / allowed error, {count} draws)")
    for activation in draws.ACTIVATIONS:
        for n in range(1, 6):
            loss, gradient = worst(draws.cases(0, count, activation, n))
            print(f"{activation:10} {n:2} {loss.loss:9.2e} {gradient.gradient:9.2e}", flush=True)
            for bad in (loss, gradient):
                if max(bad.loss, bad.gradient) > 1.0:
                    print("  ", describe(bad))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 70)
