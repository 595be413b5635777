"""The exact loss in torch: the library's numbers, torch's rules about gradients, dtypes and broadcasting."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
import toytoy as tt
from torch import Tensor
from torch.autograd import gradcheck
from toytoy.numeric.autograd import population_loss
from toytoy.numeric.models import ToyModel

ACTIVATIONS = ["linear", "relu", "abs", tt.LeakyReLU(slope=0.1), tt.ClippedReLU(upper=0.6), "gelu", "softplus"]
SUPPORTS = [tt.Independent(), tt.OneHot(), tt.CorrelatedGroups((2, 1)), tt.AnticorrelatedGroups((1, 2))]
PROBLEM = tt.Problem(n_features=3, n_hidden=2, density=(0.9, 0.5, 0.1), importance=(1.0, 0.5, 2.0))
EPS = float(np.finfo(float).eps)


def model(*lead: int, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Draw weights and biases that require gradients; no hinge is near a corner of the cube."""
    generator = torch.Generator().manual_seed(seed)
    sizes = (*lead, 2, 3), (*lead, 3)
    weights, bias = (torch.randn(size, generator=generator, dtype=torch.float64) / 2 for size in sizes)
    return weights.requires_grad_(), bias.requires_grad_()


def fit(problem: tt.Problem, *model: Tensor) -> tuple[Tensor, ...]:
    population_loss(problem, *model).sum().backward()
    return tuple(t.grad for t in model if t.grad is not None)


@pytest.mark.parametrize("support", SUPPORTS, ids=str)
@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
def test_gradcheck(activation: Any, support: Any) -> None:
    density = None if support == tt.OneHot() else 0.4
    problem = PROBLEM.replace(activation=activation, support=support, density=density)
    assert gradcheck(lambda w, b: population_loss(problem, w, b), model(2))


@pytest.mark.parametrize("lead", [(), (0,), (4,), (2, 3)])
def test_values_and_gradients_are_the_library_s(lead: tuple[int, ...]) -> None:
    weights, bias = model(*lead)
    losses = population_loss(PROBLEM, weights, bias)
    outer = torch.arange(1.0, losses.numel() + 1, dtype=torch.float64).reshape(losses.shape)
    losses.backward(outer)
    expected, d_weights, d_bias = map(np.asarray, tt.loss_and_grad(PROBLEM, weights, bias))
    assert losses.shape == lead
    np.testing.assert_array_equal(losses.detach(), expected)
    assert weights.grad is not None
    assert bias.grad is not None
    np.testing.assert_array_equal(weights.grad, outer.numpy()[..., None, None] * d_weights)
    np.testing.assert_array_equal(bias.grad, outer.numpy()[..., None] * d_bias)


@pytest.mark.parametrize(("of_weights", "of_bias"), [((), (4,)), ((4,), ()), ((5, 1), (1, 4)), ((1,), (2, 3))])
def test_a_broadcast_input_gets_the_sum_of_gradients(of_weights: tuple[int, ...], of_bias: tuple[int, ...]) -> None:
    weights, bias = model(*of_weights)[0], model(*of_bias, seed=1)[1]
    lead = np.broadcast_shapes(of_weights, of_bias)
    spread = [t.detach().expand(*lead, *own).clone().requires_grad_() for t, own in ((weights, (2, 3)), (bias, (3,)))]
    for ours, full in zip(fit(PROBLEM, weights, bias), fit(PROBLEM, *spread), strict=True):
        summed = full.sum_to_size(ours.shape)
        torch.testing.assert_close(ours, summed, rtol=0, atol=20 * EPS)  # sums of up to twenty terms of order one
    assert gradcheck(lambda w, b: population_loss(PROBLEM, w, b), (weights, bias))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_results_have_the_dtype_given_and_are_computed_in_double(dtype: torch.dtype) -> None:
    weights, bias = (t.detach().to(dtype).requires_grad_() for t in model(3))
    losses = population_loss(PROBLEM, weights, bias)
    losses.sum().backward()
    exact = tt.loss_and_grad(PROBLEM, weights.detach().double(), bias.detach().double())
    for ours, expected in zip((losses.detach(), weights.grad, bias.grad), exact, strict=True):
        assert ours is not None
        torch.testing.assert_close(ours, torch.as_tensor(expected).to(dtype), rtol=0, atol=0)


def test_mixed_dtypes_promote_and_each_gradient_keeps_its_own() -> None:
    weights, bias = model()
    weights = weights.detach().float().requires_grad_()
    assert population_loss(PROBLEM, weights, bias).dtype == torch.float64
    assert [g.dtype for g in fit(PROBLEM, weights, bias)] == [torch.float32, torch.float64]


@pytest.mark.parametrize(("first", "second"), [(True, False), (False, True), (False, False)])
def test_only_what_requires_a_gradient_gets_one(first: bool, second: bool) -> None:
    weights, bias = model()
    losses = population_loss(PROBLEM, weights.requires_grad_(first), bias.requires_grad_(second))
    assert losses.requires_grad == (first or second)
    if losses.requires_grad:
        losses.backward()
    assert [weights.grad is not None, bias.grad is not None] == [first, second]


def test_without_grad_mode_there_is_no_graph() -> None:
    with torch.no_grad():
        assert not population_loss(PROBLEM, *model()).requires_grad


def test_it_is_one_link_of_a_chain() -> None:
    direction = torch.tensor([[0.8, -0.7, 0.2]], dtype=torch.float64, requires_grad=True)

    def of_scale(scale: Tensor, direction: Tensor) -> Tensor:
        return population_loss(PROBLEM, torch.cat([direction, scale * direction.flip(-1)]), scale.expand(3)).log()

    assert gradcheck(of_scale, (torch.tensor(0.3, dtype=torch.float64, requires_grad=True), direction))


def test_an_optimizer_trains_a_module_on_it() -> None:
    module = ToyModel(PROBLEM, n_instances=2, dtype=torch.float64)
    before = population_loss(PROBLEM, module.weights, module.bias).detach()
    optimizer = torch.optim.LBFGS(module.parameters(), max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> float:
        optimizer.zero_grad()
        total = population_loss(PROBLEM, module.weights, module.bias).sum()
        total.backward()
        return total.item()

    optimizer.step(closure)
    assert (population_loss(PROBLEM, module.weights, module.bias) < before).all()
    assert module.weights.grad is not None
    assert module.weights.grad.abs().max() < 1e-4 * PROBLEM.null_loss  # LBFGS stops at changes of 1e-9


def by_autograd(weights: Tensor, bias: Tensor) -> Tensor:
    (gradient,) = torch.autograd.grad(population_loss(PROBLEM, weights, bias), weights, create_graph=True)
    return gradient.square().sum()


def test_a_functional_gradient() -> None:
    weights, bias = (t.detach() for t in model())
    ours = torch.func.grad(lambda w: population_loss(PROBLEM, w, bias))(weights)
    np.testing.assert_array_equal(ours, tt.loss_and_grad(PROBLEM, weights, bias)[1])


@pytest.mark.parametrize("of", [0, 1])
def test_second_derivatives_are_refused_not_taken_for_zero(of: int) -> None:
    given = model()
    with pytest.raises(NotImplementedError, match="only once") as caught:
        torch.autograd.grad(by_autograd(*given), given[of], allow_unused=True)
    assert "\n" not in str(caught.value)
    weights, bias = (t.detach() for t in given)
    with pytest.raises(NotImplementedError, match="only once"):
        torch.func.jacrev(torch.func.jacrev(lambda w: population_loss(PROBLEM, w, bias)))(weights)


WEIGHTS, BIAS = (t.detach() for t in model())


@pytest.mark.parametrize(
    ("weights", "bias", "error", "words"),
    [
        (WEIGHTS.numpy(), BIAS, TypeError, "W must be a torch tensor, got a ndarray"),
        (WEIGHTS, BIAS.tolist(), TypeError, "b must be a torch tensor, got a list"),
        (WEIGHTS.int(), BIAS, TypeError, r"W must be .* floats, got torch.int32; use W.double"),
        (WEIGHTS, BIAS.to(torch.complex64), TypeError, r"b must be .* floats, got torch.complex64"),
        (WEIGHTS.mT, BIAS, ValueError, "transpose it"),
        (WEIGHTS, BIAS[:2], ValueError, "bias must have shape"),
        (WEIGHTS.expand(2, 2, 3), BIAS.expand(4, 3), ValueError, "broadcast"),
        (WEIGHTS * torch.inf, BIAS, ValueError, "weights must be finite"),
    ],
)
def test_bad_input_is_refused_in_one_line(weights: Any, bias: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words) as caught:
        population_loss(PROBLEM, weights, bias)
    assert "\n" not in str(caught.value)


def test_what_has_no_exact_loss_is_refused() -> None:
    large = tt.Problem(n_features=11, n_hidden=2, density=0.5, activation="gelu")
    with pytest.raises(ValueError, match="n_features"):
        population_loss(large, torch.zeros(2, 11), torch.zeros(11))
    with pytest.raises(TypeError, match="problem must be a Problem"):
        population_loss("toy", WEIGHTS, BIAS)  # type: ignore[arg-type]


def test_twenty_features_have_their_gradient() -> None:
    """Along a random direction, against a central difference of fourth order of the exact loss."""
    problem = tt.Problem(n_features=20, n_hidden=5, density=0.1, importance=tuple(0.7**i for i in range(20)))
    rng = np.random.default_rng(0)
    weights, bias = rng.normal(size=(5, 20)) / 3, rng.normal(size=20) / 10
    along = rng.normal(size=(5, 20)), rng.normal(size=20)
    tensors = torch.tensor(weights, requires_grad=True), torch.tensor(bias, requires_grad=True)
    value = population_loss(problem, *tensors)
    assert value.item() == tt.loss(problem, weights, bias)
    value.backward()
    slope = sum(float((t.grad.numpy() * a).sum()) for t, a in zip(tensors, along, strict=True) if t.grad is not None)
    step = 1e-3
    ahead = {
        k: float(tt.loss(problem, weights + k * step * along[0], bias + k * step * along[1])) for k in (-2, -1, 1, 2)
    }
    difference = (8 * (ahead[1] - ahead[-1]) - (ahead[2] - ahead[-2])) / (12 * step)
    assert slope == pytest.approx(difference, abs=1e-7 * problem.null_loss, rel=1e-7)
