"""Fitting is plain torch on each model's own inputs, and its history says all it needs to be made again."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
import torch
import toytoy as tt
import xarray as xr
from toytoy.numeric.fit import fit
from toytoy.numeric.models import AbsModel, HiddenReLUModel, ToyModel
from toytoy.numeric.schedules import SCHEDULES
from toytoy.numeric.streams import DATA, streams
from toytoy.numeric.trained import train_many

PROBLEM = tt.Problem(n_features=3, n_hidden=2, density=(0.9, 0.5, 0.1), importance=(1.0, 0.5, 2.0))
MODELS = [ToyModel, HiddenReLUModel, AbsModel]
SHORT: dict[str, Any] = {"steps": 40, "batch": 64, "record_every": 10, "lr": 0.01, "seed": 3}
OPTIMIZERS = [
    ({}, torch.optim.Adam, {}),
    ({"optimizer": "adamw", "weight_decay": 0.1, "schedule": "cosine"}, torch.optim.AdamW, {"weight_decay": 0.1}),
    ({"optimizer": "sgd", "weight_decay": 0.1}, torch.optim.SGD, {"weight_decay": 0.1}),
]


def by_plain_torch(model: Any, make_optimizer: Any, settings: dict[str, Any], **options: Any) -> list[Any]:
    """Train as a reader of torch's tutorial would, drawing by the model's own `draw`, and return the losses."""
    generators = streams(model.problem, settings["seed"], model.n_instances, DATA)
    optimizer, losses = make_optimizer(model.parameters(), lr=settings["lr"], **options), []
    for step in range(settings["steps"] + 1):
        loss = model.loss(model.draw(generators, settings["batch"]))
        losses.append(loss.detach().numpy())
        if step < settings["steps"]:
            optimizer.zero_grad()
            loss.sum().backward()
            rate = SCHEDULES[settings.get("schedule", "constant")]
            optimizer.param_groups[0]["lr"] = settings["lr"] * rate(step, settings["steps"])
            optimizer.step()
    return losses


@pytest.mark.parametrize("make", MODELS)
@pytest.mark.parametrize(("changes", "optimizer", "options"), OPTIMIZERS)
def test_fitting_is_plain_torch_s(make: Any, changes: Any, optimizer: Any, options: Any) -> None:
    # In double precision: a weight of Adam moves by lr where a gradient that is 0 but for rounding has either sign
    ours, theirs = (make(PROBLEM, 2, seed=5, dtype=torch.float64) for _ in range(2))
    history = fit(ours, **SHORT, **changes)
    losses = by_plain_torch(theirs, optimizer, {**SHORT, **changes}, **options)
    rounding = SHORT["steps"] * 1000 * np.finfo(float).eps  # sums of 64 terms of order one, forty times
    np.testing.assert_allclose(history.loss, losses[::10], rtol=0, atol=rounding)
    for mine, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(mine.detach(), other.detach(), rtol=0, atol=rounding)


def test_a_model_made_from_one_of_ours_trains_by_what_it_computes() -> None:
    class Doubled(HiddenReLUModel):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return 2 * super().forward(x)

    ours, theirs = (Doubled(PROBLEM, 2, seed=5, dtype=torch.float64) for _ in range(2))
    fit(ours, **SHORT)
    by_plain_torch(theirs, torch.optim.Adam, SHORT)
    rounding = SHORT["steps"] * 1000 * np.finfo(float).eps
    np.testing.assert_allclose(ours.weights.detach(), theirs.weights.detach(), rtol=0, atol=rounding)


@pytest.mark.parametrize("make", MODELS)
def test_divergence_is_told_of_every_model(make: Any) -> None:
    with pytest.raises(ValueError, match="lr=1e"):
        fit(make(PROBLEM, 2), **{**SHORT, "lr": 1e30})


@pytest.mark.parametrize("activation", ["linear", "relu", "abs", "gelu", tt.ClippedReLU(upper=0.5)])
@pytest.mark.parametrize("support", [tt.Independent(), tt.AnticorrelatedGroups((2, 1))])
def test_a_toy_model_gets_what_trained_gives(activation: Any, support: Any) -> None:
    density = (0.6, 0.3, 0.2) if support == tt.Independent() else 0.3
    problem = PROBLEM.replace(activation=activation, support=support, density=density)
    settings = tt.Trained(steps=40, batch=64, lr=1e-3, n_instances=3, seed=4, history_every=10, weight_decay=0.01)
    model = ToyModel(problem, 3, seed=4)
    history = fit(model, steps=40, batch=64, seed=4, record_every=10, weight_decay=0.01)
    expected = train_many([problem], settings)
    rounding = settings.steps * 1e-3 * settings.lr  # as in test_trained: a thousandth of a step, forty times
    np.testing.assert_allclose(model.weights.detach(), expected.weights[0], rtol=0, atol=rounding)
    np.testing.assert_allclose(model.bias.detach(), expected.bias[0], rtol=0, atol=rounding)
    single = 1000 * float(np.finfo(np.float32).eps)
    np.testing.assert_allclose(history.loss[:-1].T, expected.history[0], rtol=0, atol=single)


@pytest.mark.parametrize("make", MODELS)
def test_history_has_named_axes_from_the_start_to_the_end(make: Any) -> None:
    model, start = make(PROBLEM, 2, seed=5), make(PROBLEM, 2, seed=5)
    names = tuple(name for name, _ in model.named_parameters())
    history = fit(model, **{**SHORT, "steps": 35}, record=("loss", "capacity", *names))
    assert history.step.values.tolist() == [0, 10, 20, 30, 35]
    assert history.instance.values.tolist() == [0, 1]
    assert history.loss.dims == ("step", "instance")
    assert set(history.data_vars) == {"loss", "capacity", *names}
    for name in names:
        np.testing.assert_array_equal(history[name].sel(step=0), start.state_dict()[name])
        np.testing.assert_array_equal(history[name].sel(step=35), model.state_dict()[name])
    np.testing.assert_array_equal(history.capacity, tt.capacity(history[model.shown]))
    assert history[model.shown].dims == ("step", "instance", "hidden", "feature")


@pytest.mark.parametrize("make", MODELS)
def test_attributes_make_it_again(make: Any, tmp_path: Any) -> None:
    model = make(PROBLEM, 2, seed=5, init="notebook")
    history = fit(model, **SHORT, optimizer="sgd", weight_decay=0.1, schedule="linear")
    history.to_netcdf(tmp_path / "history.nc", engine="h5netcdf")
    read = xr.load_dataset(tmp_path / "history.nc", engine="h5netcdf")
    said = read.attrs
    problem = eval(said["problem"], dict(vars(tt)))  # written by ourselves
    kind = {cls.__name__: cls for cls in MODELS}[said["model"]]
    other = kind(problem, int(said["n_instances"]), int(said["init_seed"]), said["init"])
    names = ("steps", "batch", "lr", "optimizer", "weight_decay", "schedule", "seed", "record_every")
    settings = {name: said[name].item() if hasattr(said[name], "item") else said[name] for name in names}
    again = fit(other, **settings)
    xr.testing.assert_identical(again.drop_attrs(), read.drop_attrs())
    assert again.attrs.keys() == said.keys()


def test_a_start_that_was_given_is_said() -> None:
    model = AbsModel(PROBLEM, 2, n_hidden=5)
    first, second = fit(model, **SHORT), fit(model, **SHORT)
    assert (first.attrs["init_seed"], first.attrs["n_hidden"]) == (0, 5)
    assert (second.attrs["init"], second.attrs["init_seed"]) == ("given", "given")


@pytest.mark.parametrize("make", MODELS)
def test_an_instance_does_not_depend_on_how_many_there_are(make: Any) -> None:
    few, many = (make(PROBLEM, k, dtype=torch.float64) for k in (1, 4))
    one, four = (fit(model, **SHORT, record=("loss", few.shown)) for model in (few, many))
    rounding = SHORT["steps"] * 1000 * np.finfo(float).eps
    for name in one.data_vars:
        np.testing.assert_allclose(one[name][:, 0], four[name][:, 0], rtol=0, atol=rounding)


def test_the_same_seed_gives_the_same_bytes_and_nothing_global_changes() -> None:
    before = torch.get_rng_state(), torch.get_num_threads()
    first, second, other = (fit(HiddenReLUModel(PROBLEM, 2), **{**SHORT, "seed": seed}) for seed in (3, 3, 4))
    xr.testing.assert_identical(first, second)
    assert (first.loss != other.loss).all()
    assert (before[0] == torch.get_rng_state()).all()
    assert before[1] == torch.get_num_threads()


def test_each_model_learns() -> None:
    problem = tt.Problem(n_features=3, n_hidden=3, density=0.5)
    for model in (ToyModel(problem, 4), HiddenReLUModel(problem, 4), AbsModel(problem, 4, n_hidden=12)):
        history = fit(model, steps=1500, batch=256, lr=0.01, schedule="cosine")
        nothing = 3 * 0.5 / 3  # the loss of a model that answers 0: the sum of p E x²
        assert history.loss.isel(step=-1).min() < 0.02 * nothing


def test_progress_ends_at_the_total() -> None:
    calls: list[tuple[int, int]] = []
    fit(ToyModel(PROBLEM), **SHORT, progress=lambda done, total: calls.append((done, total)))
    assert calls[-1] == (40, 40)
    assert calls == sorted(set(calls))


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"steps": 0}, ValueError, "steps=0"),
        ({"batch": 1.5}, TypeError, "batch=1.5"),
        ({"lr": -1}, ValueError, "lr=-1"),
        ({"optimizer": "adma"}, ValueError, "did you mean 'adam'"),
        ({"schedule": "cosin"}, ValueError, "did you mean 'cosine'"),
        ({"weight_decay": -1}, ValueError, "weight_decay=-1"),
        ({"seed": -1}, ValueError, "seed=-1"),
        ({"record_every": 0}, ValueError, "record_every=0"),
        ({"record": ("lss",)}, ValueError, "did you mean 'loss'"),
        ({"record": ("encoder",)}, ValueError, "record must be one of loss, capacity, weights, bias"),
        ({"record": "loss"}, TypeError, "record must be a sequence of names"),
        ({"record": 3}, TypeError, "record must be a sequence of names, got record=3"),
        ({"record": ("loss", "capacity"), "lr": 1e30}, ValueError, "lr=1e"),
    ],
)
def test_bad_settings_are_refused_in_one_line(options: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words) as caught:
        fit(ToyModel(PROBLEM, 2), **{**SHORT, **options})
    assert "\n" not in str(caught.value)


def test_what_is_no_model_of_ours_is_refused() -> None:
    anything: Any = torch.nn.Linear(2, 2)
    with pytest.raises(TypeError, match="model must be"):
        fit(anything)


def test_a_model_without_numbers_is_refused() -> None:
    for make in MODELS:
        with pytest.raises(ValueError, match=r"^model must have numbers, got one on device='meta'; make it on 'cpu'$"):
            fit(make(PROBLEM, device="meta"), **SHORT)
    wrongs: list[Any] = [(3,), (None,), ("loss", ())]
    for record in wrongs:
        with pytest.raises(ValueError, match="record must be one of loss, capacity, weights, bias; got record="):
            fit(ToyModel(PROBLEM), **SHORT, record=record)


def test_a_start_that_is_not_finite_is_not_blamed_on_the_rate() -> None:
    model = ToyModel(PROBLEM)
    model.bias.data[0, 1] = torch.nan
    with pytest.raises(ValueError, match="model must start from finite parameters, got bias with nan or inf"):
        fit(model, **SHORT)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU that torch can use")
@pytest.mark.parametrize("make", MODELS)
def test_a_gpu_computes_the_same(make: Any) -> None:
    options = {"dtype": torch.float64}
    near, far = make(PROBLEM, 3, seed=5, **options), make(PROBLEM, 3, seed=5, device="cuda", **options)
    here, there = fit(near, **SHORT), fit(far, **SHORT)
    assert there.attrs["device"] == "cuda"
    rounding = SHORT["steps"] * 1000 * np.finfo(float).eps
    np.testing.assert_allclose(here.loss, there.loss, rtol=0, atol=rounding)
    if make is ToyModel:  # the path of its own, in single precision
        settings = tt.Trained(steps=40, batch=64, n_instances=3)
        cpu, gpu = (train_many([PROBLEM], dataclasses.replace(settings, device=d)) for d in ("cpu", "cuda"))
        np.testing.assert_allclose(cpu.weights, gpu.weights, rtol=0, atol=settings.steps * 1e-3 * settings.lr)
