"""What must hold of drawn inputs and samples: possible under the law, and zero at the right rate."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from scipy import stats
from toytoy.analytic.problem import Problem
from toytoy.compare import strategies
from toytoy.numeric.models import ToyModel

from tests.fuzz.number_laws import EPS, Law
from tests.fuzz.weight_laws import PROBLEMS

Drawn = Any
CHANCE = 1e-13  # of a false alarm, each time: in 20 000 examples of four features less than one in ten million
ROWS = 300


def possible(problem: Problem, x: Any) -> None:
    """Every row is an active set of the law, filled with numbers in [0, 1]."""
    assert x.ndim == 2
    assert x.shape[1] == problem.n_features
    assert ((x >= 0) & (x <= 1)).all()
    assert not np.signbit(x).any()
    active = [set(members) for members, _ in problem.active_sets()]
    for row in np.unique(x > 0, axis=0):
        on = set(np.flatnonzero(row).tolist())
        assert any(on <= members for members in active), f"features {on} are on together"


@st.composite
def batches(draw: DrawFn) -> Drawn:
    """Draw a case, and a batch of inputs for it."""
    case = draw(strategies.cases(PROBLEMS))
    most = draw(st.integers(1, 4))
    return case, most, draw(strategies.inputs(case.problem, most))


def inputs_hold(drawn: Drawn) -> None:
    """They are possible, and a torch module answers them as the model's formula does."""
    case, most, x = drawn
    problem, weights, bias = case
    possible(problem, x)
    assert 1 <= len(x) <= most
    answers = problem.sigma(x @ weights.T @ weights + bias)
    by_torch = module(problem, weights, bias)(x)
    reach = 1.0 + np.abs(case.gram).sum() + np.abs(bias).sum()
    assert np.abs(answers - by_torch).max() <= 64 * EPS * reach * max(1.0, problem.sigma.steepest)


def module(problem: Problem, weights: Any, bias: Any) -> Any:
    """Make a function of inputs from a torch module with these weights."""
    import torch

    model = ToyModel(problem, dtype=torch.float64)
    model.load_state_dict({"weights": torch.tensor(weights)[None], "bias": torch.tensor(bias)[None]}, strict=False)

    def answer(x: Any) -> Any:
        with torch.no_grad():
            return model(torch.tensor(x)[None])[0].numpy()

    return answer


@st.composite
def sampled(draw: DrawFn) -> Drawn:
    """Draw a problem and a sample of it."""
    problem, size = draw(PROBLEMS), draw(st.integers(1, ROWS))
    return problem, size, draw(strategies.samples(problem, size))


def samples_hold(drawn: Drawn) -> None:
    """They are possible; how often each feature is on, and the mean of its values, are what chance allows."""
    problem, size, x = drawn
    possible(problem, x)
    assert len(x) == size
    for column, p in zip(x.T, problem.densities, strict=True):
        on = int((column > 0).sum())  # a uniform number is 0 once in 2^53
        few, many = stats.binom.cdf(on, size, float(p)), stats.binom.sf(on - 1, size, float(p))
        assert min(few, many) > CHANCE, f"{on} of {size} are on at density {p}"
        if on:
            allowed = math.sqrt(math.log(2 / CHANCE) / (2 * on))  # Hoeffding's bound
            assert abs(column[column > 0].mean() - 0.5) <= allowed


INPUT_LAWS = {"inputs": Law(batches(), inputs_hold), "samples": Law(sampled(), samples_hold)}
