"""The torch module computes the model, with tied weights, and can be saved."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
import toytoy as tt
from toytoy.numeric.models.toy import ToyModel

ACTIVATIONS = ["linear", "relu", "abs", tt.LeakyReLU(slope=0.1), tt.LeakyReLU(slope=0), tt.ClippedReLU(upper=0.5)]
PROBLEM = tt.Problem(n_features=3, n_hidden=2, density=(0.9, 0.5, 0.1), importance=(1.0, 0.5, 2.0))
ROUNDING = 100 * np.finfo(float).eps  # a few dozen operations on numbers of order one


def double(problem: tt.Problem, n_instances: int = 1, seed: int = 0) -> ToyModel:
    model = ToyModel(problem, n_instances, seed, dtype=torch.float64)
    with torch.no_grad():
        model.bias.copy_(torch.linspace(-0.2, 0.3, model.bias.numel()).reshape(model.bias.shape))
    return model


def inputs(size: int, seed: int = 0) -> torch.Tensor:
    return torch.from_numpy(tt.sample(PROBLEM, size, seed))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_forward_is_the_formula(activation: Any) -> None:
    problem = PROBLEM.replace(activation=activation)
    model, x = double(problem, n_instances=4), inputs(10)
    out = model(x).detach().numpy()
    for k in range(4):
        w, b = model.weights[k].detach().numpy(), model.bias[k].detach().numpy()
        for row, expected in zip(x.numpy(), out[k], strict=True):
            np.testing.assert_allclose(problem.sigma(w.T @ w @ row + b), expected, rtol=0, atol=ROUNDING)


@pytest.mark.parametrize("shape", [(3,), (5, 3), (1, 5, 3), (2, 4, 5, 3)])
def test_one_instance_keeps_the_shape_of_its_input(shape: tuple[int, ...]) -> None:
    assert ToyModel(PROBLEM)(torch.zeros(shape)).shape == shape


@pytest.mark.parametrize("shape", [(5, 3), (4, 5, 3)])
def test_several_instances_have_a_leading_axis(shape: tuple[int, ...]) -> None:
    model = ToyModel(PROBLEM, n_instances=4)
    assert model(torch.zeros(shape)).shape == (4, 5, 3)
    assert model.loss(torch.zeros(shape)).shape == (4,)


def test_several_instances_see_their_own_samples() -> None:
    model, x = double(PROBLEM, n_instances=2), torch.stack([inputs(6, seed=0), inputs(6, seed=1)])
    for k in range(2):
        alone = double(PROBLEM)
        alone.load_state_dict({"weights": model.weights[k : k + 1], "bias": model.bias[k : k + 1]})
        torch.testing.assert_close(model(x)[k], alone(x[k]), rtol=0, atol=ROUNDING)


@pytest.mark.parametrize(("n_instances", "shape"), [(1, (5, 2)), (1, ()), (4, (3,)), (4, (3, 5, 3)), (4, (1, 4, 5, 3))])
def test_other_shapes_are_refused(n_instances: int, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="x must have shape"):
        ToyModel(PROBLEM, n_instances=n_instances)(torch.zeros(shape))


def test_weights_are_tied() -> None:
    model = ToyModel(PROBLEM, n_instances=2)
    assert {name: tuple(p.shape) for name, p in model.named_parameters()} == {"weights": (2, 2, 3), "bias": (2, 3)}


@pytest.mark.parametrize("n_instances", [1, 2])
def test_gradients_pass_through_both_uses_of_the_weights(n_instances: int) -> None:
    model, x = double(PROBLEM, n_instances), inputs(5)
    parameters = tuple(model.parameters())
    assert torch.autograd.gradcheck(lambda *_: model.loss(x), parameters)


def test_state_dict_round_trip(tmp_path: Any) -> None:
    model, other = double(PROBLEM, seed=0), double(PROBLEM, seed=1)
    assert set(model.state_dict()) == {"weights", "bias"}
    torch.save(model.state_dict(), tmp_path / "model.pt")
    assert (model(inputs(4)) != other(inputs(4))).any()
    other.load_state_dict(torch.load(tmp_path / "model.pt"))
    torch.testing.assert_close(model(inputs(4)), other(inputs(4)), rtol=0, atol=0)


def test_loss_is_the_sum_over_features() -> None:
    model, size = double(PROBLEM), 20_000
    w, b = model.weights[0], model.bias[0]
    expected = tt.monte_carlo(PROBLEM, w, b, size, seed=0)
    rounding = size * np.finfo(float).eps  # of a mean of so many terms of one sign, relative
    assert model.loss(inputs(size)).item() == pytest.approx(expected.value, rel=rounding)
    assert expected.agrees(tt.loss_estimate(PROBLEM, w, b))


def test_device_and_dtype() -> None:
    model = ToyModel(PROBLEM, device="meta", dtype=torch.float16)
    assert {(p.device.type, p.dtype) for p in (*model.parameters(), model.importance)} == {("meta", torch.float16)}


def test_seeds_bind_and_the_global_generator_is_left_alone() -> None:
    before = torch.get_rng_state()
    same = [ToyModel(PROBLEM, seed=5).weights for _ in range(2)]
    torch.testing.assert_close(*same, rtol=0, atol=0)
    assert (same[0] != ToyModel(PROBLEM, seed=6).weights).all()
    assert (before == torch.get_rng_state()).all()


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"n_instances": 0}, ValueError, "n_instances=0"),
        ({"seed": -1}, ValueError, "seed=-1"),
        ({"init": "xavier_norma"}, ValueError, "did you mean 'xavier_normal'"),
        ({"instances": 2}, TypeError, "instances"),
    ],
)
def test_bad_input_is_refused(options: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        ToyModel(PROBLEM, **options)
