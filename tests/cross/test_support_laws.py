"""Every support law through every route: loss, gradient and parts in fractions, samples, training."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.support import Support

from tests.reference import exact
from tests.reference.draws import pieces

LAWS: list[tuple[Support, Any]] = [
    (tt.OneHot(), None),
    (tt.CorrelatedGroups((2, 2)), Fraction(1, 4)),
    (tt.CorrelatedGroups((3, 1)), (Fraction(1, 2), Fraction(1, 3))),
    (tt.AnticorrelatedGroups((2, 2)), (Fraction(1, 4), Fraction(3, 8))),
    (tt.AnticorrelatedGroups((4,)), Fraction(1, 4)),
    (tt.AnticorrelatedGroups((3, 1)), (Fraction(1, 8), Fraction(1))),
]
EVERY_LAW = pytest.mark.parametrize(("law", "density"), LAWS, ids=lambda x: repr(x) if isinstance(x, Support) else "")
ACTIVATIONS = {
    "linear": "linear",
    "relu": "relu",
    "abs": "abs",
    "leaky": tt.LeakyReLU(0.25),
    "clipped": tt.ClippedReLU(0.5),
}
IMPORTANCE = (Fraction(1), Fraction(1, 2), Fraction(2), Fraction(1, 3))
LOSS_DEMAND, GRADIENT_DEMAND = 1e-12, 1e-10  # what `loss` and `loss_and_grad` promise, of loss and gradient
STANDARD_ERRORS = 4.5  # once in 150 000 by chance, and the seed is fixed


def problem(law: Support, density: Any, activation: str = "relu") -> tt.Problem:
    """Return four features in two dimensions."""
    return tt.Problem(
        n_features=4,
        n_hidden=2,
        density=density,
        importance=IMPORTANCE,
        activation=ACTIVATIONS[activation],  # type: ignore[arg-type]
        support=law,
    )


def model(seed: int) -> tuple[Any, Any]:
    """Draw a model."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(2, 4)), rng.normal(size=4) / 4


def enumerated(question: tt.Problem) -> list[tuple[tuple[int, ...], Fraction]]:
    """List active sets with exact probabilities."""
    law = [(active, Fraction(chance)) for active, chance in question.active_sets()]
    assert sum(chance for _, chance in law) == 1
    return law


@EVERY_LAW
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_loss_and_gradient_are_exact(law: Support, density: Any, activation: str) -> None:
    question = problem(law, density, activation)
    sigma = pieces(activation, {"leaky": 0.25, "clipped": 0.5}.get(activation, 0.0))
    for seed in range(3):
        weights, bias = model(seed)
        value, d_weights, d_bias = tt.loss_and_grad(question, weights, bias)
        loss, by_weights, by_bias = exact.loss_and_grad(enumerated(question), IMPORTANCE, sigma, weights, bias)
        gradient = np.array([float(x) for row in by_weights for x in row] + [float(x) for x in by_bias])
        assert abs(Fraction(float(value)) - loss) <= LOSS_DEMAND * max(float(loss), 1e-3 * question.null_loss)
        error = np.concatenate([d_weights.ravel(), d_bias]) - gradient
        assert np.linalg.norm(error) <= GRADIENT_DEMAND * np.linalg.norm(gradient)


@EVERY_LAW
def test_parts_are_exact(law: Support, density: Any) -> None:
    question = problem(law, density)
    weights, bias = model(0)
    parts = tt.decompose(question, weights, bias)
    expected = exact.decompose(enumerated(question), IMPORTANCE, pieces("relu"), weights, bias)
    for name, values in parts.parts().items():
        assert values == pytest.approx([float(x) for x in expected[name]], rel=LOSS_DEMAND, abs=LOSS_DEMAND)
    assert parts.total == pytest.approx(tt.loss(question, weights, bias), rel=LOSS_DEMAND)


@EVERY_LAW
def test_samples_agree(law: Support, density: Any) -> None:
    question = problem(law, density)
    for seed in range(3):
        weights, bias = model(seed)
        estimate = tt.monte_carlo(question, weights, bias, size=200_000, seed=seed)
        assert abs(float(estimate) - tt.loss(question, weights, bias)) <= STANDARD_ERRORS * estimate.error


@EVERY_LAW
def test_training_goes_towards_the_optimum(law: Support, density: Any) -> None:
    question = problem(law, density)
    optimum = tt.minimize(question, tt.Multistart(n_starts=16, seed=0))
    trained = tt.minimize(question, tt.Trained(steps=600, batch=256, lr=1e-2, seed=0, n_instances=3))
    start = question.null_loss
    assert float(trained.loss) >= float(optimum.loss) - optimum.loss.error - trained.loss.error
    assert float(trained.loss) - float(optimum.loss) < 0.1 * (start - float(optimum.loss))  # most of the way


def test_anticorrelated_pairs_become_antipodal_and_correlated_ones_do_not() -> None:
    """The paper's observation: features that never meet share a line at no cost, those that always meet do not."""
    fields: dict[str, Any] = {"n_features": 4, "n_hidden": 2, "density": 0.2}
    apart = tt.minimize(tt.Problem(**fields, support=tt.AnticorrelatedGroups((2, 2))), tt.Multistart(seed=0))
    assert str(apart.structure) == "antipodal[0,1] + antipodal[2,3]"
    assert float(apart.loss) < 1e-25  # nothing is lost: only rounding is left
    together = tt.minimize(tt.Problem(**fields, support=tt.CorrelatedGroups((2, 2))), tt.Multistart(seed=0))
    assert "antipodal[0,1]" not in str(together.structure)
    assert float(together.loss) > 1e-3
