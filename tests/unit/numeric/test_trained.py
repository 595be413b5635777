"""Trained models: a Solution like any other, reproducible, never better than the optimum."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
import torch
import toytoy as tt
from toytoy.numeric import trained as module
from toytoy.numeric.trained import TRAINED_TOLERANCE, train_many

PROBLEM = tt.Problem.toy(2, importance=1.0, density=0.5)
OPTIMUM = 0.0762824469895635733818  # (2,1), p = 0.5, r = 1: the global minimum, by two independent solvers
SHORT = tt.Trained(steps=30, batch=64, n_instances=2, history_every=10)


def test_a_long_training_nears_the_optimum_and_never_beats_it() -> None:
    solution = tt.minimize(PROBLEM, tt.Trained(steps=2000, batch=256, lr=5e-3, n_instances=4, schedule="cosine"))
    assert all(run.loss >= OPTIMUM - solution.loss.error for run in solution.runs)
    assert float(solution.loss) < 1.02 * OPTIMUM  # 2 %: half of what parts the symmetric pair from the next minimum
    assert str(solution.structure) == "antipodal[0,1]"


def test_the_solution_says_what_was_done() -> None:
    solution = tt.minimize(PROBLEM, SHORT)
    assert (solution.kind, solution.seed, solution.n_evaluations) == ("trained", 0, 60)
    assert solution.status == "stopped after 30 steps"
    assert solution.method == repr(SHORT)
    assert solution.tolerance == TRAINED_TOLERANCE == 0.01
    assert solution.loss.kind == "rounding"
    assert float(solution.loss) == solution.runs.losses.min()
    np.testing.assert_array_equal(solution.runs.losses, tt.loss(PROBLEM, solution.runs.weights, solution.runs.bias))
    _, d_weights, d_bias = tt.loss_and_grad(PROBLEM, solution.weights, solution.bias)
    assert solution.gradient_norm == max(np.abs(d_weights).max(), np.abs(d_bias).max())


def test_the_history_starts_at_the_initial_loss_and_falls() -> None:
    settings = tt.Trained(steps=1001, batch=512, lr=5e-3, history_every=100)
    from toytoy.numeric.models import ToyModel

    initial = ToyModel(PROBLEM)
    run = tt.minimize(PROBLEM, settings).runs[0]
    assert run.history is not None
    assert run.history.shape == (11,)
    error = tt.monte_carlo(PROBLEM, initial.weights[0], initial.bias[0], 512, seed=0).error
    assert abs(run.history[0] - tt.loss(PROBLEM, initial.weights[0], initial.bias[0])) < 5 * error
    assert run.history[-1] < run.history[0]
    assert abs(run.history[-1] - run.loss) < 5 * tt.monte_carlo(PROBLEM, run.weights, run.bias, 512, seed=0).error


def test_the_same_seed_gives_the_same_bytes() -> None:
    one, two, other = (train_many([PROBLEM], dataclasses.replace(SHORT, seed=s)) for s in (3, 3, 4))
    for ours, theirs, another in zip(one, two, other, strict=True):
        np.testing.assert_array_equal(ours, theirs)
        assert (ours != another).all()


def test_nothing_global_is_used_or_changed() -> None:
    first = train_many([PROBLEM], SHORT)
    torch.manual_seed(1)
    before = torch.get_rng_state(), torch.get_num_threads()
    second = train_many([PROBLEM], SHORT)
    np.testing.assert_array_equal(first.weights, second.weights)
    assert (before[0] == torch.get_rng_state()).all()
    assert before[1] == torch.get_num_threads()


def test_noise_free_training_is_said_and_draws_no_batch() -> None:
    settings = dataclasses.replace(SHORT, noise_free=True)
    solution = tt.minimize(PROBLEM, settings)
    assert solution.method == repr(settings)
    assert solution.method.endswith("noise_free=True, optimizer='adam', init_scale=1.0)")
    assert (solution.kind, solution.status, solution.n_evaluations) == ("trained", "stopped after 30 steps", 60)
    other = tt.minimize(PROBLEM, dataclasses.replace(settings, batch=1))
    np.testing.assert_array_equal(solution.runs.weights, other.runs.weights)


def test_a_problem_does_not_depend_on_what_is_trained_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    problems = [tt.Problem.toy(2, importance=r, density=p) for r in (0.3, 1.0, 3.0) for p in (0.1, 0.5, 1.0)]
    together = train_many(problems, SHORT)
    monkeypatch.setattr(module, "GROUP", 2 * 2 * 2 * 64)  # two problems at a time
    grouped = train_many(problems, SHORT)
    # single-precision rounding, through steps of size lr: a thousandth of a step each
    rounding = SHORT.steps * 1e-3 * SHORT.lr
    for i, problem in enumerate(problems):
        alone = train_many([problem], SHORT)
        for ours, group, map_ in zip(alone, grouped, together, strict=True):
            np.testing.assert_allclose(ours[0], map_[i], rtol=0, atol=rounding)
            np.testing.assert_allclose(group[i], map_[i], rtol=0, atol=rounding)


def test_an_instance_does_not_depend_on_how_many_there_are() -> None:
    few, many = (train_many([PROBLEM], dataclasses.replace(SHORT, n_instances=k)) for k in (1, 4))
    np.testing.assert_allclose(few.weights[:, 0], many.weights[:, 0], rtol=0, atol=SHORT.steps * 1e-3 * SHORT.lr)


def test_progress_ends_at_the_total() -> None:
    calls: list[tuple[int, int]] = []
    train_many([PROBLEM], SHORT, progress=lambda done, total: calls.append((done, total)))
    assert calls[-1] == (30, 30)
    assert calls == sorted(set(calls))


@pytest.mark.parametrize(
    ("fields", "error", "words"),
    [
        ({"steps": 0}, ValueError, "steps=0"),
        ({"steps": 1e4}, TypeError, "steps=10000.0"),
        ({"batch": -1}, ValueError, "batch=-1"),
        ({"lr": 0}, ValueError, "lr=0"),
        ({"lr": float("nan")}, ValueError, "lr=nan"),
        ({"seed": -1}, ValueError, "seed=-1"),
        ({"n_instances": 0}, ValueError, "n_instances=0"),
        ({"weight_decay": -0.1}, ValueError, "weight_decay=-0.1"),
        ({"history_every": 0}, ValueError, "history_every=0"),
        ({"schedule": "cosin"}, ValueError, "did you mean 'cosine'"),
        ({"init": "notebok"}, ValueError, "did you mean 'notebook'"),
        ({"optimizer": "sdg"}, ValueError, "did you mean 'sgd'"),
        ({"init_scale": 0}, ValueError, "init_scale=0"),
        ({"device": 3}, TypeError, "device=3"),
        ({"noise_free": 1}, TypeError, "noise_free must be True or False, got noise_free=1"),
        ({"step": 10}, TypeError, "step"),
    ],
)
def test_bad_fields_are_refused_in_one_line(fields: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words) as caught:
        tt.Trained(**fields)
    assert "\n" not in str(caught.value)


def test_a_device_that_is_not_there_is_refused_in_one_line() -> None:
    with pytest.raises(ValueError, match="device='gpu'") as caught:
        tt.minimize(PROBLEM, tt.Trained(steps=1, device="gpu"))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("noise_free", "lr"), [(False, 1e30), (True, 1e200)])
def test_divergence_is_said(noise_free: bool, lr: float) -> None:
    with pytest.raises(ValueError, match=re.escape(f"lr={lr!r}")):
        tt.minimize(tt.Problem.toy(3, density=0.5), tt.Trained(steps=5, batch=8, lr=lr, noise_free=noise_free))


def test_what_has_no_exact_loss_is_refused_before_training(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "train_many", lambda *_: pytest.fail("trained"))
    with pytest.raises(ValueError, match="n_features"):
        tt.minimize(tt.Problem(n_features=11, n_hidden=2, density=0.5, activation="gelu"), tt.Trained())


@pytest.mark.parametrize("other", [PROBLEM.replace(activation="abs"), tt.Problem.toy(3, density=0.5)])
def test_problems_must_be_alike(other: tt.Problem) -> None:
    with pytest.raises(ValueError, match="density and importance only"):
        train_many([PROBLEM, other], SHORT)


def test_no_problem_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        train_many([], SHORT)


def test_without_torch_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    settings = tt.Trained()
    with pytest.raises(ImportError, match=r'pip install "toytoy\[torch\]"'):
        tt.minimize(PROBLEM, settings)


def test_making_the_solver_does_not_load_torch() -> None:
    code = "import sys, toytoy as tt; tt.Trained(); tt.sample; tt.monte_carlo; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
