"""Training without noise: plain torch on the exact loss, from sampled training's starts, to the basin's minimum."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
import toytoy as tt
from numpy.typing import NDArray
from toytoy.numeric.autograd import population_loss
from toytoy.numeric.models import ToyModel
from toytoy.numeric.noise_free import exact_gradients, side_by_side
from toytoy.numeric.polish import polish
from toytoy.numeric.schedules import SCHEDULES
from toytoy.numeric.trained import train_many
from toytoy.numeric.training import backward, forward

Array = NDArray[np.float64]
ACTIVATIONS = ["linear", "relu", "abs", tt.LeakyReLU(slope=0.1), tt.ClippedReLU(upper=0.5), "gelu", "softplus"]
PROBLEM = tt.Problem(n_features=3, n_hidden=2, density=(0.9, 0.5, 0.1), importance=(1.0, 0.5, 2.0))
MIXED = [  # of one size; an active set of some has probability 0 in others
    PROBLEM,
    PROBLEM.replace(density=1.0, importance=3.0),
    PROBLEM.replace(density=(0.2, 1.0, 0.3), importance=(0.0, 1.0, 1.0)),
]
GROUPED = [PROBLEM.replace(support=tt.AnticorrelatedGroups((2, 1)), density=p) for p in ((0.5, 0.3), (0.2, 1.0))]
SHORT = tt.Trained(steps=40, n_instances=2, history_every=1, seed=7, noise_free=True)
EPS = float(np.finfo(float).eps)
REACHED = 1e-6  # loss above the basin's minimum, itself of order 0.1, after a cosine schedule of 3000 steps


def start(problem: tt.Problem, n_instances: int, seed: int = 0) -> ToyModel:
    return ToyModel(problem, n_instances, seed, dtype=torch.float64)


def first_gradients(problems: list[tt.Problem], weights: Array, bias: Array) -> tuple[Array, ...]:
    settings = tt.Trained(steps=1, n_instances=len(bias) // len(problems), noise_free=True)
    (parts,) = exact_gradients(problems, settings, torch.from_numpy(weights), torch.from_numpy(bias))
    return tuple(part.numpy() for part in parts if part is not None)


def exact(problems: list[tt.Problem], weights: Array, bias: Array) -> tuple[Array, ...]:
    """Evaluate model by model, through the library's own front."""
    k = len(bias) // len(problems)
    results = [tt.loss_and_grad(problems[i // k], w, b) for i, (w, b) in enumerate(zip(weights, bias, strict=True))]
    return tuple(np.array(part) for part in zip(*results, strict=True))


def random_models(count: int) -> tuple[Array, Array]:
    rng = np.random.default_rng(3)
    return rng.normal(scale=0.7, size=(count, 2, 3)), rng.uniform(-0.3, 0.4, size=(count, 3))


@pytest.mark.parametrize("problems", [MIXED, GROUPED], ids=["independent", "groups"])
@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
def test_each_model_gets_loss_and_gradient_of_its_own_problem(activation: Any, problems: list[tt.Problem]) -> None:
    problems = [problem.replace(activation=activation) for problem in problems]
    models = random_models(2 * len(problems))
    for ours, expected in zip(first_gradients(problems, *models), exact(problems, *models), strict=True):
        np.testing.assert_array_equal(ours, expected)


def test_a_forgotten_importance_would_be_seen() -> None:
    models, forgetful = random_models(2 * len(MIXED)), [problem.replace(importance=1.0) for problem in MIXED]
    for ours, expected in zip(first_gradients(forgetful, *models), exact(MIXED, *models), strict=True):
        assert (ours != expected).reshape(len(expected), -1).any(axis=1).all()


def test_probabilities_of_missing_active_sets_are_zero() -> None:
    laid_out = side_by_side(MIXED, 2)
    assert laid_out.masks.tolist() == list(range(8))
    assert laid_out.probabilities.shape == (6, 8)
    assert laid_out.probabilities[2].tolist() == laid_out.probabilities[3].tolist() == [0.0] * 7 + [1.0]
    assert np.abs(laid_out.probabilities.sum(axis=1) - 1).max() <= 8 * EPS
    assert laid_out.importance[4].tolist() == [0.0, 1.0, 1.0]


def by_plain_torch(problem: tt.Problem, settings: tt.Trained, make_optimizer: Any) -> tuple[Any, Any, Any]:
    """Train as a reader of torch's tutorial would, on the loss that autograd differentiates."""
    model, history = start(problem, settings.n_instances, settings.seed), []
    model.weights.data *= settings.init_scale
    optimizer = make_optimizer(model.parameters(), lr=settings.lr)
    for step in range(settings.steps):
        losses = population_loss(problem, model.weights, model.bias)
        optimizer.zero_grad()
        losses.sum().backward()
        optimizer.param_groups[0]["lr"] = settings.lr * SCHEDULES[settings.schedule](step, settings.steps)
        optimizer.step()
        history.append(losses.detach().numpy())
    return model.weights.detach().numpy(), model.bias.detach().numpy(), np.array(history).T


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
@pytest.mark.parametrize(
    ("changes", "optimizer"),
    [
        ({}, torch.optim.Adam),
        ({"schedule": "cosine", "lr": 0.01}, torch.optim.Adam),
        ({"weight_decay": 0.1}, partial(torch.optim.AdamW, weight_decay=0.1)),
        ({"optimizer": "adamw", "weight_decay": 0.1}, partial(torch.optim.AdamW, weight_decay=0.1)),
        ({"optimizer": "sgd", "lr": 0.1}, torch.optim.SGD),
        ({"optimizer": "sgd", "weight_decay": 0.1}, partial(torch.optim.SGD, weight_decay=0.1)),
        ({"init_scale": 3.0}, torch.optim.Adam),
    ],
)
def test_every_step_is_plain_torch_s(activation: Any, changes: Any, optimizer: Any) -> None:
    problem = PROBLEM.replace(activation=activation)
    settings = tt.Trained(steps=40, n_instances=2, history_every=1, seed=7, noise_free=True, **changes)
    expected = by_plain_torch(problem, settings, optimizer)
    for ours, theirs in zip(train_many([problem], settings), expected, strict=True):
        # gradients are the same bytes, steps the same formula: a few roundings of numbers of order one a step
        np.testing.assert_allclose(ours[0], theirs, rtol=0, atol=settings.steps * 8 * EPS)


def test_it_starts_where_sampled_training_starts() -> None:
    exact_first, sampled_first = (
        train_many([PROBLEM], tt.Trained(steps=1, lr=1e-30, batch=8, n_instances=2, seed=5, noise_free=noise_free))
        for noise_free in (True, False)
    )
    np.testing.assert_array_equal(exact_first.weights[0], start(PROBLEM, 2, 5).weights.detach())
    np.testing.assert_array_equal(exact_first.weights.astype(np.float32), sampled_first.weights)


def test_sampled_gradients_have_this_mean() -> None:
    weights, bias = random_models(1)
    model = torch.from_numpy(weights), torch.from_numpy(bias)
    importance = torch.tensor([PROBLEM.importance], dtype=torch.float64)
    drawn = []
    for seed in range(100):
        x = torch.from_numpy(tt.sample(PROBLEM, 1000, seed)).mT[None]
        drawn.append(
            np.concatenate(
                [
                    g.ravel()
                    for g in backward(PROBLEM.sigma, model[0], importance, x, *forward(PROBLEM.sigma, *model, x))
                ]
            )
        )
    mean, error = np.mean(drawn, axis=0), np.std(drawn, axis=0, ddof=1) / len(drawn) ** 0.5
    _, d_weights, d_bias = first_gradients([PROBLEM], weights, bias)
    expected = np.concatenate([d_weights.ravel(), d_bias.ravel()])
    assert (np.abs(mean - expected) < 5 * error).all()
    assert (error < 0.02 * np.abs(expected).max()).all()  # so that a factor of 2 can't hide


def test_small_steps_go_down_all_the_way() -> None:
    history = tt.minimize(PROBLEM, tt.Trained(steps=3000, n_instances=3, noise_free=True)).runs.histories
    assert history is not None
    assert history.shape == (3, 30)
    assert (np.diff(history, axis=1) < 0).all()


def test_one_step_of_gradient_descent_is_the_formula() -> None:
    lr, decay = 0.3, 0.05
    settings = tt.Trained(
        steps=1, lr=lr, weight_decay=decay, n_instances=2, seed=7, noise_free=True, optimizer="sgd", init_scale=2.5
    )
    found, start_weights = train_many([PROBLEM], settings), 2.5 * start(PROBLEM, 2, 7).weights.detach().numpy()
    _, d_weights, d_bias = exact([PROBLEM], start_weights, np.zeros((2, 3)))
    expected = start_weights - lr * (d_weights + decay * start_weights)
    np.testing.assert_allclose(found.weights[0], expected, rtol=0, atol=8 * EPS)
    np.testing.assert_allclose(found.bias[0], -lr * d_bias, rtol=0, atol=8 * EPS)


def test_it_ends_in_the_minimum_of_its_basin() -> None:
    settings = tt.Trained(steps=3000, lr=5e-3, n_instances=4, schedule="cosine", noise_free=True)
    solution = tt.minimize(PROBLEM, settings)
    _, _, bottom = polish(PROBLEM, solution.runs.weights, solution.runs.bias)
    assert np.abs(solution.runs.losses - bottom[:, 0]).max() < REACHED
    optimum = tt.minimize(PROBLEM, tt.Multistart(n_starts=16))
    assert abs(float(solution.loss) - float(optimum.loss)) < REACHED
    assert str(solution.structure) == str(optimum.structure)


def test_the_history_is_the_exact_loss_before_each_step() -> None:
    history = train_many([PROBLEM], SHORT).history[0]
    np.testing.assert_array_equal(history[:, 0], tt.loss(PROBLEM, start(PROBLEM, 2, 7).weights, np.zeros((2, 3))))
    shorter = train_many([PROBLEM], tt.Trained(steps=9, n_instances=2, seed=7, noise_free=True))
    np.testing.assert_array_equal(history[:, 9], tt.loss(PROBLEM, shorter.weights[0], shorter.bias[0]))


def test_the_same_seed_gives_the_same_bytes_alone_or_beside_others() -> None:
    together = train_many(MIXED, SHORT)
    for i, problem in enumerate(MIXED):
        for ours, among in zip(train_many([problem], SHORT), together, strict=True):
            np.testing.assert_array_equal(ours[0], among[i])


@pytest.mark.parametrize("planted", [1e160, np.inf, np.nan])
def test_a_model_that_diverged_is_seen_and_its_neighbor_goes_on(planted: float) -> None:
    weights, bias = random_models(2)
    alone = first_gradients([PROBLEM], weights[1:].copy(), bias[1:].copy())
    weights[0, 1, 2] = planted
    for both, right in zip(first_gradients([PROBLEM], weights, bias), alone, strict=True):
        assert not np.isfinite(both[0]).all()
        np.testing.assert_array_equal(both[1:], right)


def test_a_map_of_noise_free_models() -> None:
    density, importance = np.array([0.3, 0.8]), np.array([0.5, 1.0, 2.0])
    settings = tt.Trained(steps=20, n_instances=2, seed=1, noise_free=True)
    data = tt.phase_diagram(2, 1, density=density, importance=importance, method=settings).data
    assert (data.attrs["kind"], data.attrs["method"]) == ("trained", repr(settings))
    for i, j in ((0, 0), (1, 2)):
        problem = tt.Problem.toy(2, density=density[i], importance=importance[j])
        np.testing.assert_array_equal(data.weights[i, j], tt.minimize(problem, settings).weights)
