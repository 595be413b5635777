"""Drawn models repeat, do not depend on their number, and are of every kind that breaks formulas."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.crosschecks.drawn import KINDS, N_DRAWN, PIECEWISE, SIZES, drawn_models, smooth_models


def test_a_seed_repeats_and_the_count_only_adds() -> None:
    few, many = drawn_models(7, 5), drawn_models(7, 9)
    for a, b in zip(few, many, strict=False):
        assert (a.name, a.problem) == (b.name, b.problem)
        assert np.array_equal(a.weights, b.weights)
        assert np.array_equal(a.bias, b.bias)
    assert not np.array_equal(drawn_models(8, 1)[0].weights, few[0].weights)


def test_all_kinds_sizes_activations_and_laws_are_there() -> None:
    models = drawn_models(0)
    assert len(models) == N_DRAWN
    assert {model.name.split("(")[1].rstrip(")") for model in models} == {kind.__name__ for kind in KINDS}
    assert {(m.problem.n_features, m.problem.n_hidden) for m in models} == set(SIZES)
    assert {str(m.problem.activation) for m in models} == {str(activation) for activation in PIECEWISE}
    laws = {type(m.problem.support) for m in models}
    assert laws == {tt.Independent, tt.CorrelatedGroups, tt.AnticorrelatedGroups}


def test_models_fit_their_problems_and_have_names_of_their_own() -> None:
    models = [*drawn_models(1), *smooth_models(1)]
    assert len({model.name for model in models}) == len(models)
    for model in models:
        assert np.isfinite(tt.loss(model.problem, model.weights, model.bias))


def test_touching_models_sit_on_corners_exactly() -> None:
    touching = [model for model in drawn_models(2) if "touching" in model.name]
    assert touching
    for model in touching:
        gram, n = model.weights.T @ model.weights, model.problem.n_features
        corners = gram @ np.array(np.meshgrid(*[[0, 1]] * n)).reshape(n, -1) + model.bias[:, None]
        assert (corners == 0).any(axis=1).all()


@pytest.mark.parametrize("seed", [-1, 0.5, "one"])
def test_a_seed_is_a_whole_number(seed: object) -> None:
    for draw in (drawn_models, smooth_models):
        with pytest.raises((TypeError, ValueError), match="seed"):
            draw(seed)  # type: ignore[arg-type]
