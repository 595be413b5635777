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

from tests.unit.compare.crosschecks.test_closer import differ

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


def test_what_is_turned_is_rounded_by_no_more_than_half_a_step() -> None:
    for model in MODELS:
        whole = np.abs(model.weights) <= 4.0  # larger ones are cut, or products would not fit in a double
        if pair := module.turned(model):
            assert np.abs(pair[0].weights - model.weights)[whole].max() <= 2.5 * 2.0**-20
        if pair := module.flipped(model):
            assert np.abs(pair[0].weights - model.weights)[whole].max() <= 0.5 * 2.0**-20
            assert np.abs(pair[0].bias - model.bias).max() <= 0.5 * 2.0**-40


def test_large_weights_are_cut_so_that_products_fit() -> None:
    model = Model("", tt.Problem(n_features=3, n_hidden=2, density=0.5), np.full((2, 3), 1e9), np.zeros(3))
    turned, flipped = module.turned(model), module.flipped(model)
    assert turned is not None
    assert flipped is not None
    assert (turned[0].weights == 20.0).all()
    assert (flipped[0].weights == 4.0).all()


def test_a_rotation_leaves_the_third_axis() -> None:
    """Lengths and angles are kept; the first two axes go to (-4 a + 3 b, 3 a + 4 b) / 5."""
    rng = np.random.default_rng(0)
    model = Model("", tt.Problem(n_features=4, n_hidden=3, density=0.5), rng.normal(size=(3, 4)), np.zeros(4))
    pair = module.turned(model)
    assert pair is not None
    (a, b, c), after = pair[0].weights, pair[1].weights
    assert np.array_equal(after[2], c)
    assert after[:2] == pytest.approx(np.array([(3 * b - 4 * a) / 5, (3 * a + 4 * b) / 5]), abs=1e-15)


def test_a_flip_turns_the_last_column_alone() -> None:
    for model in MODELS:
        if pair := module.flipped(model):
            before, after = pair
            assert np.array_equal(after.weights[:, :-1], before.weights[:, :-1])
            assert np.array_equal(after.weights[:, -1], -before.weights[:, -1])


@pytest.mark.parametrize("factor", [1.0, 4.0])
def test_twins_may_differ_by_both_errors(factor: float) -> None:
    model, other = MODELS[0], MODELS[5]._replace(name="other")
    a, b = (tt.loss_estimate(each.problem, each.weights, each.bias) for each in (model, other))
    (entry,) = module.twins([None, (model, other)], factor)
    assert entry.value == abs(factor * a.value - b.value)
    assert entry.tolerance == factor * a.error + b.error
    assert entry.where == model.name
    assert differ(entry) == pytest.approx(entry.value, rel=1e-12)
    (same,) = module.twins([(model, model)])
    assert same.value == 0.0


def test_every_law_holds_for_every_model_that_it_is_of() -> None:
    whole = Evidence(Plan(3, 2))
    whole.__dict__["models"] = tuple(MODELS)
    free = sum(isinstance(model.problem.support, tt.Independent) for model in MODELS)
    deep = sum(model.problem.n_hidden > 1 for model in MODELS)
    laws = {module.rotation: deep, module.relabeling: free, module.flips: free, module.importance_scale: len(MODELS)}
    for law, count in laws.items():
        entries = law(whole)
        assert len(entries) == count
        assert judge("a law", entries, "why").agrees
        assert max(entry.tolerance for entry in entries) < 1e-9


def test_tolerances_of_two_searches_are_both_errors() -> None:
    grid = {"density": [0.2], "importance": [0.5, 3.0]}
    optimum, there = tt.phase_diagram(2, 1, **grid), tt.phase_diagram(2, 1, density=[0.2], importance=[1 / 3, 2.0])  # type: ignore[arg-type]
    entries = module.mirrored(Evidence(Plan(2, 1), maps={"optimum": optimum}))
    for j, (r, entry) in enumerate(zip((0.5, 3.0), entries, strict=True)):
        loss, errors = (there.data[name].values[0, 1 - j] * r for name in ("loss", "loss_error"))
        both = errors + optimum.data.loss_error.values[0, j] + np.finfo(float).eps * loss
        assert entry.tolerance == pytest.approx(both, rel=1e-6)
        assert differ(entry) == pytest.approx(entry.value, abs=1e-15)
    larger = tt.phase_diagram(3, 2, **grid)  # type: ignore[arg-type]
    entries = module.smaller_toy(Evidence(Plan(3, 2), maps={"optimum": larger}))
    for j, entry in enumerate(entries):
        errors = larger.data.loss_error.values[0, j] + optimum.data.loss_error.values[0, j]
        assert entry.tolerance == pytest.approx(errors, rel=1e-9)
        assert entry.value == larger.data.loss.values[0, j] - optimum.data.loss.values[0, j]
        assert differ(entry) == pytest.approx(entry.value, abs=1e-15)


def test_laws_of_one_toy_are_of_that_toy() -> None:
    toys = {check.run: check.toys for check in module.SYMMETRIES}
    assert (toys[module.mirrored], toys[module.smaller_toy], toys[module.rotation]) == ((2,), (3,), (2, 3))
