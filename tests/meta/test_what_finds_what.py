"""The table of docs/testing.md, row by row: each mistake is found by what is named, and missed by those named last."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import hypothesis
import numpy as np
import pytest
import toytoy as tt
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from toytoy.compare import strategies

from tests.meta.test_planted_toy_code import PAGE

Loss = Callable[..., float]
EXAMPLES, FEW = 200, 50  # the page's; what is missed is missed always
SEEDS = range(3)
ROWS = re.findall(
    r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", PAGE.read_text("utf8").partition("## What finds what")[2], re.M
)
TABLE = {mistake: (found, missed) for mistake, found, missed in ROWS[1:]}


def exact(problem: tt.Problem, weights: Any, bias: Any) -> float:
    return float(tt.loss(problem, weights, bias))


def one_mask(problem: tt.Problem, *model: Any) -> float:
    """Take every feature on together where they have one density, which is what one draw for all does."""
    alike = len(set(problem.densities)) == 1
    law = tt.CorrelatedGroups((problem.n_features,)) if alike else tt.Independent()
    return exact(problem.replace(support=law), *model)


def mean_for_sum(problem: tt.Problem, *model: Any) -> float:
    return exact(problem, *model) / problem.n_features


def on_another_feature(problem: tt.Problem, *model: Any) -> float:
    return exact(problem.replace(importance=problem.importances[::-1]), *model)


def averaged(problem: tt.Problem, *model: Any) -> float:
    mean = float(np.mean([float(importance) for importance in problem.importances]))
    return mean * exact(problem.replace(importance=1.0), *model)


def forgotten(problem: tt.Problem, *model: Any) -> float:
    return exact(problem.replace(importance=1.0), *model)


def sparsity(problem: tt.Problem, *model: Any) -> float:
    return exact(problem.replace(density=tuple(max(1e-9, 1.0 - float(p)) for p in problem.densities)), *model)


def bias_forgotten(problem: tt.Problem, weights: Any, bias: Any) -> float:
    return exact(problem, weights, 0 * bias)


def off_by(mistaken: Callable[..., Any], spread: float = 0.0) -> Loss:
    """Add to the exact loss what other outputs, or inputs, change on a batch: no chance is left in it."""

    def loss(problem: tt.Problem, weights: Any, bias: Any) -> float:
        x = tt.sample(problem, 500, seed=0)
        wrong = x * np.random.default_rng(0).choice([1.0, -1.0], x.shape) if spread else x
        sound = (x - problem.sigma(x @ weights.T @ weights + bias)) ** 2
        found = (wrong - mistaken(problem, wrong, weights, bias)) ** 2
        importance = np.array(problem.importances, dtype=float)
        return exact(problem, weights, bias) + float(((found - sound) @ importance).mean())

    return loss


def untied(problem: tt.Problem, x: Any, weights: Any, bias: Any) -> Any:
    return problem.sigma(x @ np.abs(weights).T @ weights + bias)


def early_relu(problem: tt.Problem, x: Any, weights: Any, bias: Any) -> Any:
    return problem.sigma(x @ weights.T @ weights) + bias


def sound(problem: tt.Problem, x: Any, weights: Any, bias: Any) -> Any:
    return problem.sigma(x @ weights.T @ weights + bias)


MISTAKES: dict[str, Loss] = {
    "one mask for all features": one_mask,
    "mean for sum": mean_for_sum,
    "importance on another feature": on_another_feature,
    "importance on the wrong axis (its mean)": averaged,
    "importance forgotten": forgotten,
    "bias forgotten": bias_forgotten,
    "ReLU before the bias": off_by(early_relu),
    "a decoder that is not the encoder's transpose": off_by(untied),
    "sparsity for density": sparsity,
    "inputs on [-1, 1]": off_by(sound, spread=1.0),
}


def drawn(name: str) -> st.SearchStrategy[Any]:
    """Give the strategy that the page calls so: `cases`, or a relation in quotes."""
    if name == "`cases`":
        return strategies.cases(strategies.problems(3, ["relu"]))
    if name == "`toy_problems`":
        return strategies.cases(strategies.toy_problems())
    one = None if name == "`related`" else [name.strip('"')]
    return strategies.related(one, max_features=3, activations=["relu"])


def found(name: str, loss: Loss, seed: int, examples: int = EXAMPLES) -> bool:
    """Whether a strategy finds a mistake in so many examples."""

    @hypothesis.seed(seed)
    @settings(deadline=None, database=None, derandomize=False, max_examples=examples, phases=(Phase.generate,))
    @given(drawn(name))
    def holds(one: Any) -> None:
        if isinstance(one, strategies.Related):
            one.check(loss)
        else:
            assert abs(loss(*one) - exact(*one)) <= one.rounding()

    try:
        holds()
    except AssertionError:
        return True
    return False


def named(cell: str) -> list[str]:
    return re.findall(r'`\w+`|"[^"]+"', cell)


def directions(weights: Any) -> Any:
    """Divide each column by its length: somebody's code, without care for columns of 0."""
    with np.errstate(invalid="ignore"):
        return weights / np.linalg.norm(weights, axis=0)


def test_a_division_by_zero_is_met_in_degenerate_weights() -> None:
    drawn = strategies.degenerate_weights(tt.Problem.toy(3, density=0.5))
    one = hypothesis.find(drawn, lambda weights: not np.isfinite(directions(weights)).all())
    assert not one.any(axis=0).all()
    assert np.isfinite(directions(np.random.default_rng(0).normal(size=(2, 10_000)))).all()


def test_every_row_is_tested() -> None:
    assert set(TABLE) == set(MISTAKES)
    assert all(named(found) and named(missed) for found, missed in TABLE.values())


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_found_by_what_the_page_names(mistake: str) -> None:
    for name in named(TABLE[mistake][0]):
        assert [found(name, MISTAKES[mistake], seed) for seed in SEEDS] == [True] * len(SEEDS), name


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_missed_by_what_the_page_says(mistake: str) -> None:
    for name in named(TABLE[mistake][1]):
        assert not found(name, MISTAKES[mistake], 0, FEW), name
