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
from toytoy.analytic.support import Support

from tests.reference import draws, exact, laws
from tests.reference.draws import Case

LOSS_DEMAND = 1e-12  # the promise of `toytoy.loss`, relative to the larger of the loss and …
LOSS_FLOOR = 1e-3  # … this share of the loss of answering 0
GRADIENT_DEMAND = 1e-10  # relative to the larger of the gradient's norm and …
GRADIENT_FLOOR = 1e-5  # … this, times the largest importance above 1: near an optimum the terms' rounding is left
Evaluate = Callable[[tt.Problem, Any, Any], tuple[Any, Any, Any]]


class Miss(NamedTuple):
    """Errors of one case as shares of what is allowed: below 1 is kept, above 1 is a broken promise.

    `claim` is the loss's error as a share of what `loss_estimate` claims.
    """

    loss: float
    gradient: float
    claim: float
    case: Case


def problem_of(case: Case) -> tt.Problem:
    """Return the library's problem for a case."""
    activation: str | PiecewiseLinear = case.activation
    if case.activation == "leaky":
        activation = tt.LeakyReLU(slope=case.parameter)
    elif case.activation == "clipped":
        activation = tt.ClippedReLU(upper=case.parameter)
    supports: dict[str, Support] = {"independent": tt.Independent(), "one_hot": tt.OneHot()}
    if case.support in ("correlated", "anticorrelated"):
        groups = tt.CorrelatedGroups if case.support == "correlated" else tt.AnticorrelatedGroups
        supports[case.support] = groups(case.sizes)
    m, n = case.weights.shape
    return tt.Problem(
        n_features=n,
        n_hidden=m,
        density=case.density,
        importance=case.importance,
        activation=activation,
        support=supports[case.support],
    )


def exact_answer(case: Case) -> tuple[Fraction, list[Fraction]]:
    """Return the exact loss and gradient, weights first, C order."""
    law = laws.law_of(case)
    loss, d_weights, d_bias = exact.loss_and_grad(law, case.importance, case.pieces, case.weights, case.bias)
    return loss, [x for row in d_weights for x in row] + d_bias


def allowed_loss_error(case: Case, loss: float) -> float:
    """Return the promised bound on the error of a loss."""
    return LOSS_DEMAND * max(loss, LOSS_FLOOR * case.null_loss)


def loss_misses(case: Case) -> tuple[float, float]:
    """Compare only the losses, with the promise and with the claim: quick enough for ten features."""
    loss = exact.loss(laws.law_of(case), case.importance, case.pieces, case.weights, case.bias)
    estimate = tt.loss_estimate(problem_of(case), case.weights, case.bias)
    error = distance(estimate.value, loss)
    return share(error, allowed_loss_error(case, float(loss))), share(error, estimate.error)


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
        share(loss_error, tt.loss_estimate(problem_of(case), case.weights, case.bias).error),
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


def worst(cases: Iterable[Case]) -> tuple[Miss, Miss, Miss]:
    """Return the cases of the largest loss error, of the largest gradient error, and of the boldest claim."""
    misses = [miss(case) for case in cases]
    largest = [max(misses, key=lambda x: x[k]) for k in range(3)]
    return largest[0], largest[1], largest[2]


def describe(miss: Miss) -> str:
    """Write a case so that it can be pasted."""
    numbers = {"weights": miss.case.weights.tolist(), "bias": miss.case.bias.tolist()}
    fields = {key: value for key, value in miss.case._asdict().items() if key not in numbers} | numbers
    shares = f"loss {miss.loss:.3g}, gradient {miss.gradient:.3g} of the allowed error, {miss.claim:.3g} of the claim"
    return f"{shares}: {fields}"


def main(count: int) -> None:
    """Print the worst shares, a line an activation, number of features and family of support laws."""
    print(f"largest error / allowed error, {count} draws")
    print(f"{'activation':10} {'n':>2} {'support':11} {'loss':>9} {'gradient':>9} {'claim':>9}")
    for activation in draws.ACTIVATIONS:
        for n in range(1, 6):
            for support, drawn in (("independent", draws.cases), ("groups", draws.grouped_cases)):
                found = worst(drawn(0, count, activation, n))
                shares = " ".join(f"{miss[k]:9.2e}" for k, miss in enumerate(found))
                print(f"{activation:10} {n:2} {support:11} {shares}", flush=True)
                for bad in found:
                    if max(bad[:3]) > 1.0:
                        print("  ", describe(bad))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 70)
