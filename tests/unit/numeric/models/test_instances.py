"""What every model has: instances that do not depend on each other, fresh inputs, state and refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
import toytoy as tt
from toytoy.numeric.models import AbsModel, HiddenReLUModel, ToyModel
from toytoy.numeric.streams import DATA, streams

from tests.reference.moments import mismatches

PROBLEM = tt.Problem(n_features=3, n_hidden=2, density=(0.9, 0.5, 0.1), importance=(1.0, 0.5, 2.0))
MODELS = [ToyModel, HiddenReLUModel, AbsModel]


@pytest.mark.parametrize("make", MODELS)
def test_an_instance_does_not_depend_on_how_many_there_are(make: Any) -> None:
    few, many = make(PROBLEM, 2, seed=3), make(PROBLEM, 5, seed=3)
    for one, other in zip(few.parameters(), many.parameters(), strict=True):
        torch.testing.assert_close(one, other[:2], rtol=0, atol=0)
    short, long = (m.draw(streams(PROBLEM, 0, m.n_instances, DATA), 4) for m in (few, many))
    torch.testing.assert_close(short, long[:2], rtol=0, atol=0)


@pytest.mark.parametrize("make", MODELS)
def test_losses_of_instances_are_those_of_lone_models(make: Any) -> None:
    many = make(PROBLEM, 3, dtype=torch.float64)
    x = many.draw(streams(PROBLEM, 0, 3, DATA), 50)
    assert (many.loss(x) != many.loss(x.roll(1, 0))).all()
    for k in range(3):
        lone = make(PROBLEM, 1, dtype=torch.float64)
        lone.load_state_dict({name: value[k : k + 1] for name, value in many.state_dict().items()})
        torch.testing.assert_close(lone.loss(x[k])[0], many.loss(x)[k], rtol=0, atol=1e-13)


@pytest.mark.parametrize("make", [ToyModel, HiddenReLUModel])
def test_drawn_inputs_follow_the_law(make: Any) -> None:
    model = make(PROBLEM, 2, dtype=torch.float64)
    x = model.draw(streams(PROBLEM, 0, 2, DATA), 100_000)
    assert x.shape == (2, 100_000, 3)
    side_by_side = x.permute(1, 0, 2).reshape(-1, 6).numpy()
    assert mismatches(side_by_side, [float(p) for p in PROBLEM.densities] * 2) == []


@pytest.mark.parametrize("make", MODELS)
def test_state_dict_round_trip(make: Any, tmp_path: Any) -> None:
    model, other = make(PROBLEM, 2, seed=0), make(PROBLEM, 2, seed=1)
    x = model.draw(streams(PROBLEM, 0, 2, DATA), 20)
    torch.save(model.state_dict(), tmp_path / "model.pt")
    assert (model.loss(x) != other.loss(x)).all()
    other.load_state_dict(torch.load(tmp_path / "model.pt"))
    torch.testing.assert_close(model(x), other(x), rtol=0, atol=0)


@pytest.mark.parametrize("make", MODELS)
def test_made_anew_it_is_as_it_was(make: Any) -> None:
    model = make(PROBLEM, 2, seed=4, init="notebook", dtype=torch.float64)
    expected = {name: value.clone() for name, value in model.state_dict().items()}
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += 1
    again = model.anew().state_dict()
    assert all(torch.equal(again[name], value) for name, value in expected.items())
    assert AbsModel(PROBLEM, n_hidden=7).anew().encoder.shape == (1, 7, 3)


@pytest.mark.parametrize("make", MODELS)
@pytest.mark.parametrize(("device", "dtype"), [("cpu", torch.float64), ("meta", torch.float16)])
def test_device_and_dtype(make: Any, device: str, dtype: torch.dtype) -> None:
    model = make(PROBLEM, 2, device=device, dtype=dtype)
    assert {(p.device.type, p.dtype) for p in (*model.parameters(), model.importance)} == {(device, dtype)}


@pytest.mark.parametrize("make", MODELS)
@pytest.mark.parametrize("shape", [(2,), (5, 2), (3, 5, 3), (2, 2, 5, 3), (3,)])
def test_inputs_of_another_shape_are_refused(make: Any, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="x must have shape"):
        make(PROBLEM, 2)(torch.zeros(shape))


@pytest.mark.parametrize("make", MODELS)
@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"n_instances": 0}, ValueError, "n_instances=0"),
        ({"seed": -1}, ValueError, "seed=-1"),
        ({"init": "notebok"}, ValueError, "did you mean 'notebook'"),
        ({"init": ["notebook"]}, ValueError, "init must be one of"),
        ({"device": "gpu"}, ValueError, r"device must be one that torch can use here, got device='gpu' \(Expected"),
        ({"device": "cuda:99"}, ValueError, "device must be one that torch can use here, got device='cuda:99'"),
        ({"dtype": "float64"}, TypeError, "dtype must be a torch.dtype of real numbers, .*got dtype='float64'"),
        ({"dtype": torch.int64}, TypeError, "got dtype=torch.int64; use torch.float32"),
        ({"dtype": torch.complex64}, TypeError, "got dtype=torch.complex64"),
    ],
)
def test_bad_input_is_refused(make: Any, options: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words) as caught:
        make(PROBLEM, **options)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("make", MODELS)
@pytest.mark.parametrize(
    ("x", "error", "words"),
    [
        (np.zeros((4, 3)), TypeError, "x must be a torch tensor, got a ndarray; torch.as_tensor makes one"),
        ([[0.0, 0.0, 0.0]], TypeError, "x must be a torch tensor, got a list"),
        (torch.zeros(4, 3, dtype=torch.float64), TypeError, "x must be torch.float32, as the model is, got.*float64"),
        (torch.zeros(4, 3, dtype=torch.int64), TypeError, "got torch.int64; x.to"),
        (torch.zeros(4, 3, device="meta"), ValueError, "x must be on the model's device, cpu, got one on meta; x.to"),
    ],
)
def test_inputs_of_another_kind_are_refused(make: Any, x: Any, error: type[Exception], words: str) -> None:
    model = make(PROBLEM, 2)
    for use in (model, model.loss):
        with pytest.raises(error, match=words):
            use(x)


@pytest.mark.parametrize("make", MODELS)
def test_a_loss_needs_a_sample(make: Any) -> None:
    with pytest.raises(ValueError, match=r"x must hold one sample or more, got shape \(0, 3\)"):
        make(PROBLEM, 2).loss(torch.zeros(0, 3))


def test_what_is_no_problem_and_too_few_generators_are_refused() -> None:
    anything: Any = 3
    with pytest.raises(TypeError, match="problem must be a Problem"):
        ToyModel(anything)
    with pytest.raises(ValueError, match="one an instance, got 1 for 2"):
        ToyModel(PROBLEM, 2).draw([np.random.default_rng(0)], 4)
    wrongs: tuple[Any, ...] = (anything, [3], np.random.default_rng(0))
    for wrong in wrongs:
        with pytest.raises(TypeError, match="generators must be a sequence of numpy Generators, got generators="):
            ToyModel(PROBLEM).draw(wrong, 4)


@pytest.mark.parametrize("make", [HiddenReLUModel, AbsModel])
def test_another_activation_is_refused(make: Any) -> None:
    with pytest.raises(ValueError, match="has ReLU at both its layers, got activation='abs'"):
        make(PROBLEM.replace(activation="abs"))
