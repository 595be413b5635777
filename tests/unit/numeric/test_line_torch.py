"""The line integral in torch beside the compiled one, and beside the closed form; torch's rules are kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
import toytoy as tt
from numpy.typing import NDArray
from torch import Tensor
from torch.autograd import gradcheck
from toytoy.numeric import line_torch
from toytoy.numeric.line_sums import Lines, line_sums
from toytoy.numeric.line_torch import line_loss

Array = NDArray[np.float64]
ACTIVATIONS = ["linear", "relu", "abs", tt.LeakyReLU(slope=0.1), tt.ClippedReLU(upper=0.6)]
PROBLEM = tt.Problem(n_features=12, n_hidden=3, density=0.3, importance=tuple(0.9**i for i in range(12)))
LOSS, GRADIENT = 1e-12, 1e-11  # of the loss, of the gradient's norm


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Keep torch's threads from waiting for each other: the tables are small."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def model(n: int, m: int, *lead: int, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Draw columns of length about one, the first model's second one zero, and small biases."""
    rng = np.random.default_rng(seed)
    weights, bias = rng.normal(size=(*lead, m, n)) / np.sqrt(m), 0.2 * rng.normal(size=(*lead, n))
    weights.reshape(-1, m, n)[0, :, 1] = 0.0
    return torch.tensor(weights, requires_grad=True), torch.tensor(bias, requires_grad=True)


def distance(ours: tuple[Array, ...], theirs: tuple[Array, ...]) -> Array:
    """Give the norm of what the gradients of several models differ by, each as a share of its norm."""
    differ = sum(((x - y) ** 2).reshape(len(x), -1).sum(1) for x, y in zip(ours, theirs, strict=True))
    norm = sum((y**2).reshape(len(y), -1).sum(1) for y in theirs)
    return np.asarray(np.sqrt(differ / norm))


def check(problem: tt.Problem, weights: Tensor, bias: Tensor) -> None:
    losses = line_loss(problem, weights, bias)
    losses.sum().backward()
    assert weights.grad is not None
    assert bias.grad is not None
    expected, *gradients = tt.loss_and_grad(problem, weights.detach(), bias.detach(), method="line")
    np.testing.assert_allclose(losses.detach(), expected, rtol=LOSS)
    assert distance((weights.grad.numpy(), bias.grad.numpy()), tuple(gradients)).max() < GRADIENT


@pytest.mark.equation("line-hinge")
@pytest.mark.parametrize("density", [1.0, 0.3, 0.01, None], ids=str)
@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
@pytest.mark.parametrize(("n", "m"), [(3, 2), (8, 3), (20, 5)])
def test_equal_to_the_compiled_sum(n: int, m: int, activation: Any, density: float | None) -> None:
    each = tuple(np.random.default_rng(1).uniform(0.02, 1.0, n)) if density is None else density
    importance = tuple(0.9**i for i in range(n))
    problem = tt.Problem(n_features=n, n_hidden=m, density=each, importance=importance, activation=activation)
    check(problem, *model(n, m, 5))


@pytest.mark.parametrize("activation", ["relu", tt.ClippedReLU(upper=0.6)], ids=str)
def test_equal_to_the_compiled_sum_at_eighty_features(activation: Any) -> None:
    check(tt.Problem(n_features=80, n_hidden=20, density=0.1, activation=activation), *model(80, 20, 2))


@pytest.mark.parametrize("scale", [1e-3, 1e-5, 1e-12])
def test_small_features_and_faint_ones_have_the_compiled_sum_s_treatment(scale: float) -> None:
    weights, bias = model(12, 3, 3)
    with torch.no_grad():
        weights[:, :, 4:9] *= scale
        bias[:, :6] = 0.0
    check(PROBLEM, weights, bias)
    check(PROBLEM.replace(density=1.0), *(t.detach().requires_grad_() for t in (weights, bias)))


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
def test_equal_to_the_closed_form_within_the_claimed_error(activation: Any) -> None:
    problem = PROBLEM.replace(activation=activation, n_features=7, importance=1.0, density=0.4)
    weights, bias = (t.detach() for t in model(7, 3, 4))
    exact = tt.loss(problem, weights, bias, method="cube")
    for ours, expected, w, b in zip(line_loss(problem, weights, bias), exact, weights, bias, strict=True):
        assert abs(ours - expected) <= tt.loss_estimate(problem, w, b, method="line").error + 1e-13 * expected


def test_the_gradient_is_the_losses_slope() -> None:
    weights, bias = model(6, 2, 2)
    problem = PROBLEM.replace(n_features=6, n_hidden=2, importance=1.0)
    assert gradcheck(lambda w, b: line_loss(problem, w, b), (weights, bias), eps=1e-5)


@pytest.mark.parametrize("memory", [1, 10**5, 10**9])
def test_the_size_of_tables_changes_roundings_only(memory: int) -> None:
    weights, bias = (t.detach() for t in model(3, 2))
    problem = PROBLEM.replace(n_features=3, n_hidden=2, importance=1.0)
    whole = line_loss(problem, weights, bias)
    torch.testing.assert_close(line_loss(problem, weights, bias, memory=memory), whole, rtol=LOSS, atol=0)


@pytest.mark.parametrize("lead", [(), (0,), (2, 3)])
def test_leading_axes_are_models(lead: tuple[int, ...]) -> None:
    weights, bias = (t.detach().requires_grad_() for t in (torch.randn(*lead, 3, 12).double(), torch.zeros(12)))
    losses = line_loss(PROBLEM, weights, bias)
    losses.sum().backward()
    assert losses.shape == lead
    assert bias.grad is not None
    _, _, d_bias = tt.loss_and_grad(PROBLEM, weights.detach(), bias.detach(), method="line")
    np.testing.assert_allclose(bias.grad, np.sum(d_bias, axis=tuple(range(len(lead)))), rtol=1e-6)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32])
def test_results_have_the_dtype_given_and_are_computed_in_double(dtype: torch.dtype) -> None:
    weights, bias = (t.detach().to(dtype).requires_grad_() for t in model(12, 3, 2))
    losses = line_loss(PROBLEM, weights, bias)
    losses.sum().backward()
    exact = tt.loss_and_grad(PROBLEM, weights.detach().double(), bias.detach().double(), method="line")
    for ours, expected in zip((losses.detach(), weights.grad, bias.grad), exact, strict=True):
        assert ours is not None
        assert ours.dtype == dtype
        # a double that is close to halfway between two numbers may be rounded either way
        torch.testing.assert_close(ours.double(), torch.as_tensor(expected), rtol=torch.finfo(dtype).eps, atol=1e-12)


def test_without_gradients_there_is_no_graph_and_the_same_loss() -> None:
    weights, bias = model(12, 3, 2)
    with torch.no_grad():
        plain = line_loss(PROBLEM, weights, bias)
    assert not plain.requires_grad
    torch.testing.assert_close(plain, line_loss(PROBLEM, weights, bias).detach(), rtol=0, atol=0)


def test_a_device_is_an_argument() -> None:
    weights, bias = (t.detach() for t in model(12, 3))
    for device in ("cpu", torch.device("cpu"), None):
        assert line_loss(PROBLEM, weights, bias, device=device).device.type == "cpu"


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_equal_on_a_gpu() -> None:  # pragma: no cover
    weights, bias = (t.detach() for t in model(20, 5, 5))
    problem = PROBLEM.replace(n_features=20, n_hidden=5, importance=1.0)
    here, there = (line_loss(problem, weights, bias, device=device) for device in ("cpu", "cuda"))
    torch.testing.assert_close(here, there, rtol=LOSS, atol=0)


WEIGHTS, BIAS = (t.detach() for t in model(12, 3))


@pytest.mark.parametrize(
    ("weights", "bias", "extra", "error", "words"),
    [
        (WEIGHTS.numpy(), BIAS, {}, TypeError, "W must be a torch tensor, got a ndarray"),
        (WEIGHTS, BIAS.int(), {}, TypeError, r"b must be .* floats, got torch.int32; use b.double"),
        (WEIGHTS.mT, BIAS, {}, ValueError, "transpose it"),
        (WEIGHTS, BIAS[:2], {}, ValueError, "bias must have shape"),
        (WEIGHTS.expand(2, 3, 12), BIAS.expand(4, 12), {}, ValueError, "broadcast"),
        (WEIGHTS * torch.inf, BIAS, {}, ValueError, "weights must be finite"),
        (WEIGHTS * 1e200, BIAS, {}, ValueError, "small enough for a finite loss"),
        (WEIGHTS, BIAS, {"memory": 0}, ValueError, "memory must be a whole number in .*, got memory=0; give bytes"),
        (WEIGHTS, BIAS, {"memory": "1"}, TypeError, "memory must be"),
        (WEIGHTS, BIAS, {"memory": 2.5}, TypeError, "memory must be"),
        (WEIGHTS, BIAS, {"device": "meta"}, ValueError, "device must be .* got device='meta'.*; device=\"cpu\""),
        (WEIGHTS, BIAS, {"device": "teapot"}, ValueError, "device must be .* got device='teapot'"),
    ],
)
def test_bad_input_is_refused_in_one_line(
    weights: Any, bias: Any, extra: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words) as caught:
        line_loss(PROBLEM, weights, bias, **extra)
    assert "\n" not in str(caught.value)


def test_what_has_no_line_is_refused() -> None:
    with pytest.raises(ValueError, match="piecewise-linear"):
        line_loss(PROBLEM.replace(activation="gelu"), WEIGHTS, BIAS)
    with pytest.raises(ValueError, match=r"independent features, .*OneHot.*; population_loss takes"):
        line_loss(PROBLEM.replace(support=tt.OneHot()), WEIGHTS, BIAS)
    with pytest.raises(TypeError, match="problem must be a Problem"):
        line_loss("toy", WEIGHTS, BIAS)  # type: ignore[arg-type]


def test_second_derivatives_are_refused() -> None:
    weights, bias = model(12, 3)
    (gradient,) = torch.autograd.grad(line_loss(PROBLEM, weights, bias), weights, create_graph=True)
    with pytest.raises(NotImplementedError, match="line_loss can be differentiated by torch only once"):
        gradient.sum().backward()


def test_tables_are_as_large_as_the_device_s_default(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def noted(lines: Lines, gradient: bool, memory: int) -> Tensor:
        seen.append(memory)
        return line_sums(lines, gradient, memory)

    monkeypatch.setattr(line_torch, "line_sums", noted)
    line_loss(PROBLEM, WEIGHTS, BIAS)
    line_loss(PROBLEM, WEIGHTS, BIAS, memory=12345)
    assert seen == [line_torch.MEMORY_OF_CPU, 12345]
