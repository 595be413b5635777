"""Laws of the loss, its gradient and its parts: change the problem, predict the change."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
import toytoy as tt
from hypothesis import given, settings
from hypothesis import strategies as st
from toytoy.analytic.activation import PiecewiseLinear
from toytoy.compare import strategies

EPS = float(np.finfo(float).eps)
law = settings(max_examples=60, deadline=None)
Array = Any
densities = strategies.densities()


class Model(NamedTuple):
    """A problem with weights (m, n) and bias (n,)."""

    problem: tt.Problem
    weights: Array
    bias: Array


@st.composite
def models(draw: Any, max_features: int = 4) -> Model:
    """Draw a problem with a model for it."""
    problem = draw(strategies.problems(max_features))
    return Model(problem, *draw(strategies.models(problem)))


def reach(model: Model) -> float:
    """Return the largest |x_j − σ(z_j)| that an input can cause, or more: losses are at most I times its square."""
    gram = np.abs(model.weights.T @ model.weights)
    return 1.0 + float((gram.sum(axis=1) + np.abs(model.bias)).max())


def rounding(model: Model) -> float:
    """Bound what a few roundings of the weights (a rotation, another order of sums) change in loss and gradient."""
    steepest = max(1.0, float(np.abs(model.weights).max()))
    return 1e3 * EPS * max(1.0, *map(float, model.problem.importances)) * reach(model) ** 2 * steepest


def fields(problem: tt.Problem) -> dict[str, list[Any]]:
    return {"density": list(problem.densities), "importance": list(problem.importances)}


@law
@given(models())
def test_parts_add_up_to_the_loss(model: Model) -> None:
    parts, loss = tt.decompose(*model), tt.loss(*model)
    terms = 5 * model.problem.n_features
    assert abs(parts.total - loss) <= terms * EPS * max(float(loss), rounding(model))
    for part in parts.parts().values():
        assert (part >= -rounding(model)).all()


@law
@given(models())
def test_loss_is_not_negative(model: Model) -> None:
    assert tt.loss(*model) >= -tt.loss_estimate(*model).error


@law
@given(models(), st.randoms(use_true_random=False))
def test_relabeled_features_relabel_the_answer(model: Model, random: Any) -> None:
    order = list(range(model.problem.n_features))
    random.shuffle(order)
    given_ = fields(model.problem)
    relabeled = model.problem.replace(**{key: tuple(values[i] for i in order) for key, values in given_.items()})
    loss, d_weights, d_bias = tt.loss_and_grad(*model)
    found = tt.loss_and_grad(relabeled, model.weights[:, order], model.bias[order])
    for value, wanted in zip(found, (loss, d_weights[:, order], d_bias[order]), strict=True):
        assert np.abs(value - wanted).max() <= rounding(model)
    before, after = tt.decompose(*model), tt.decompose(relabeled, model.weights[:, order], model.bias[order])
    for name, part in before.parts().items():
        assert np.abs(getattr(after, name) - part[order]).max() <= rounding(model)


@law
@given(models())
def test_the_gradient_has_no_part_along_rotations(model: Model) -> None:
    _, d_weights, _ = tt.loss_and_grad(*model)
    torque = d_weights @ model.weights.T  # L(e^A W) is stationary for every antisymmetric A
    largest = max(1.0, float(np.abs(model.weights).max()))
    assert np.abs(torque - torque.T).max() <= rounding(model) * largest


@law
@given(models(), st.integers(-3, 3))
def test_scaled_importance_scales_everything(model: Model, power: int) -> None:
    factor = 2.0**power  # exactly: no rounding is involved, unless numbers underflow
    problem = model.problem.replace(importance=tuple(factor * i for i in fields(model.problem)["importance"]))
    underflow = 1e-300
    for value, wanted in zip(tt.loss_and_grad(problem, *model[1:]), tt.loss_and_grad(*model), strict=True):
        assert np.abs(value - factor * wanted).max() <= underflow


@law
@given(models())
def test_the_loss_is_a_sum_over_outputs(model: Model) -> None:
    importances = fields(model.problem)["importance"]
    total = 0.0
    for j, value in enumerate(importances):
        alone = [0.0] * j + [value] + [0.0] * (len(importances) - j - 1)
        total += float(tt.loss(model.problem.replace(importance=tuple(alone)), *model[1:]))
    assert abs(total - tt.loss(*model)) <= len(importances) * EPS * total + 1e-300


@law
@given(models(), densities, densities)
def test_the_loss_is_affine_in_each_density(model: Model, other: float, between: float) -> None:
    first, *rest = fields(model.problem)["density"]
    at = {p: float(tt.loss(model.problem.replace(density=(p, *rest)), *model[1:])) for p in (first, other, between)}
    chord = (between - other) * at[first] + (first - between) * at[other]
    assert abs(chord - (first - other) * at[between]) <= rounding(model)


@law
@given(models(), st.integers(1, 4))
def test_a_batch_equals_its_loop(model: Model, size: int) -> None:
    rng = np.random.default_rng(size)
    weights = model.weights + rng.normal(size=(size, *model.weights.shape))
    bias = model.bias + rng.normal(size=(size, *model.bias.shape))
    batch = tt.loss_and_grad(model.problem, weights, bias)
    for k in range(size):
        for batched, single in zip(batch, tt.loss_and_grad(model.problem, weights[k], bias[k]), strict=True):
            assert np.array_equal(batched[k], single)


@settings(law, max_examples=300)
@given(strategies.related(laws=strategies.LAWS))
def test_the_loss_obeys_every_relation(pair: strategies.Related) -> None:
    """Relabeled, rotated, reflected, scaled, flipped at density 1, widened, renamed."""
    pair.check(tt.loss)


SAME: list[tuple[str | PiecewiseLinear, str | PiecewiseLinear]] = [
    (tt.LeakyReLU(slope=1.0), "linear"),
    (tt.LeakyReLU(slope=0.0), "relu"),
    (tt.LeakyReLU(slope=-1.0), "abs"),
    (tt.ClippedReLU(upper=1e3), "relu"),  # above all that an input can reach
]


@pytest.mark.parametrize(("one", "other"), SAME, ids=str)
@law
@given(models())
def test_activations_that_coincide(one: Any, other: Any, model: Model) -> None:
    first, second = (
        tt.loss_and_grad(model.problem.replace(activation=activation), *model[1:]) for activation in (one, other)
    )
    for value, wanted in zip(first, second, strict=True):
        assert np.abs(value - wanted).max() <= rounding(model)


@given(models())
@settings(max_examples=1, deadline=None)
def test_the_rounding_bound_is_small(model: Model) -> None:
    """A bound that allows everything would test nothing: entries are at most 2, so it stays below 1e-7."""
    widest = Model(model.problem.replace(importance=10.0), np.full_like(model.weights, 2), np.full_like(model.bias, 2))
    assert rounding(widest) < 1e-7
