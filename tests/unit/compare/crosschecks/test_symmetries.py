"""Symmetries: the other model is what the law says, exactly, and losses are told apart where it is not kept."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.checks import judge
from toytoy.compare.crosschecks import symmetries as module
from toytoy.compare.crosschecks.drawn import Model, drawn_models
from toytoy.compare.crosschecks.evidence import Evidence
from toytoy.compare.plans import Plan

MODELS = [model for seed in (1, 2) for model in drawn_models(seed)]
GRID = {"density": [0.05, 0.2, 0.9], "importance": [0.2, 1.0, 3.0]}


def exact_loss(model: Model) -> object:
    return tt.loss(model.problem, model.weights, model.bias, method="fraction")


def test_a_rotation_keeps_the_gram_matrix_to_the_last_bit() -> None:
    pairs = [pair for model in MODELS if (pair := module.turned(model))]
    assert len(pairs) >= 20
    for before, after in pairs:
        assert np.array_equal(before.weights.T @ before.weights, after.weights.T @ after.weights)
        assert before.problem.n_hidden > 1


def test_a_rotation_moves_the_weights() -> None:
    pairs = [pair for model in MODELS if (pair := module.turned(model))]
    assert sum(not np.array_equal(before.weights, after.weights) for before, after in pairs) == len(pairs)


@pytest.mark.parametrize("model", MODELS[:12], ids=lambda model: model.name)
def test_flips_are_exact_in_fractions(model: Model) -> None:
    pair = module.flipped(model)
    if pair is None:
        assert not isinstance(model.problem.support, tt.Independent)
        return
    before, after = pair
    assert before.problem.densities == (1.0,) * model.problem.n_features
    assert exact_loss(before) == exact_loss(after)


def test_relabeling_moves_everything_together() -> None:
    model = next(m for m in MODELS if isinstance(m.problem.density, tuple) and m.problem.n_features == 3)
    other = module.relabeled(model)
    assert other is not None
    assert other.problem.importances == (*model.problem.importances[1:], model.problem.importances[0])
    assert exact_loss(other) == exact_loss(model)
    assert module.relabeled(model._replace(problem=tt.Problem(n_features=3, n_hidden=2, support=tt.OneHot()))) is None


def test_importances_scale_losses() -> None:
    assert exact_loss(module.scaled(MODELS[0])) == 4 * exact_loss(MODELS[0])  # type: ignore[operator]


def test_a_law_that_is_not_kept_is_told_by_the_model() -> None:
    model = MODELS[0]
    (entry,) = module.twins([(model, model._replace(bias=model.bias + 1e-9))])
    assert entry.value > entry.tolerance
    assert entry.where == model.name


def test_a_missed_optimum_breaks_the_mirror() -> None:
    optimum = tt.phase_diagram(2, 1, **GRID)  # type: ignore[arg-type]
    assert judge("a law", module.mirrored(Evidence(Plan(2, 1), maps={"optimum": optimum})), "why").agrees
    data = optimum.data.copy(deep=True)
    data["loss"][1, 2] *= 1 + 1e-9
    broken = module.mirrored(Evidence(Plan(2, 1), maps={"optimum": tt.PhaseDiagram(data)}))
    assert judge("a law", broken, "why").failures == ("density=0.2, importance=3",)


def test_a_missed_optimum_of_three_features_is_above_the_smaller_toy() -> None:
    data = tt.phase_diagram(3, 2, **GRID).data.copy(deep=True)  # type: ignore[arg-type]
    assert judge(
        "a law", module.smaller_toy(Evidence(Plan(3, 2), maps={"optimum": tt.PhaseDiagram(data)})), "why"
    ).agrees
    data["loss"][0, 0] *= 1.001  # at low density both toys have the same optimum
    broken = module.smaller_toy(Evidence(Plan(3, 2), maps={"optimum": tt.PhaseDiagram(data)}))
    assert judge("a law", broken, "why").failures == ("density=0.05, importance=0.2",)
