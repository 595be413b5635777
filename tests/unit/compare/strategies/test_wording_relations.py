"""Relations of words: other names for the same, and two conventions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt
from hypothesis import given, settings
from toytoy.compare import strategies
from toytoy.compare.strategies import Related

law = settings(deadline=None, max_examples=30)


@law
@given(strategies.related(["renamed activation"]))
def test_renamed_activations_answer_alike(pair: Related) -> None:
    z = np.linspace(-1.0, 1.0, 5)  # below any ceiling
    assert np.array_equal(pair.first.problem.sigma(z), pair.second.problem.sigma(z))


@law
@given(strategies.related(["renamed support"], laws=strategies.LAWS))
def test_renamed_laws_have_the_same_active_sets(pair: Related) -> None:
    one, two = ({s: float(c) for s, c in case.problem.active_sets()} for case in (pair.first, pair.second))
    assert one == pytest.approx(two, abs=1e-12)


def mean(problem: tt.Problem, *model: Any) -> Any:
    return tt.loss(problem, *model) / problem.n_features


def of_sparsity(problem: tt.Problem, *model: Any) -> Any:
    return tt.loss(problem.replace(density=tuple(1.0 - float(s) for s in problem.densities)), *model)


@law
@given(strategies.related(["mean for sum"]))
def test_a_mean_is_linked_to_the_sum(pair: Related) -> None:
    pair.check(tt.loss, mean)


@law
@given(strategies.related(["sparsity for density"], laws=strategies.LAWS))
def test_a_loss_of_a_sparsity_is_linked_to_one_of_a_density(pair: Related) -> None:
    pair.check(tt.loss, of_sparsity)
