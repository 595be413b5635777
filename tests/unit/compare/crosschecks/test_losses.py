"""Routes of a loss: each in the other's errors, samples only where they tell something, code that says the same."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.crosschecks import losses as module
from toytoy.compare.crosschecks.drawn import drawn_models, smooth_models
from toytoy.compare.crosschecks.evidence import Evidence
from toytoy.compare.plans import Plan

from tests.unit.compare.crosschecks.test_closer import differ

MODELS = drawn_models(11, 12)
EXACT = [module.FRACTION, module.LINE, module.PARTS, module.TORCH_LINE, module.TORCH_EXACT]


@pytest.mark.parametrize("route", EXACT, ids=lambda route: route.code[:24])
def test_exact_routes_agree_tightly(route: module.Route) -> None:
    models = module.independent(MODELS)
    for entry in module.compared(models, module.CLOSED, route):
        assert entry.value <= entry.tolerance < 1e-9


def test_a_route_that_is_off_by_more_than_both_errors_is_seen() -> None:
    off = module.Route(lambda model: tt.Estimate(module.closed_form(model).value + 1e-12, 0.0, "rounding"), "")
    assert all(entry.value > entry.tolerance for entry in module.compared(MODELS[:1], module.CLOSED, off))


def test_errors_are_weighed_by_their_kind() -> None:
    one = module.Route(lambda model: tt.Estimate(0.0, 0.1, "standard_error"), "", sigmas=5.0)
    (entry,) = module.compared(MODELS[:1], one, module.Route(lambda model: tt.Estimate(0.0, 0.25, "rounding"), ""))
    assert entry.tolerance == pytest.approx(0.75)


def test_models_too_sparse_to_sample_are_left_out() -> None:
    assert module.dense(MODELS, 10**6) == list(MODELS)
    kept = module.dense(MODELS, 10_000)  # at density 0.02 these are 200 active samples
    assert 0 < len(kept) < len(MODELS)
    assert min(float(p) for model in kept for p in model.problem.densities) >= 0.1


def test_torch_draws_other_samples_than_monte_carlo() -> None:
    monte_carlo, torch = module.by_samples(7), module.by_torch_samples(7)
    assert "seed=7" in monte_carlo.code
    assert "seed=8" in torch.code
    assert monte_carlo.estimate(MODELS[0]).value != torch.estimate(MODELS[0]).value


def test_quadrature_takes_few_of_three_features_and_the_smooth_ones() -> None:
    whole = Evidence(Plan(2, 1))
    whole.__dict__["models"] = drawn_models(0, 48)
    names = [entry.where for entry in module.against_quadrature(whole)]
    assert len(names) == 12 + 2 + module.CUBIC
    assert any("gelu" in name for name in names)


def test_lines_say_what_was_compared() -> None:
    whole = Evidence(Plan(2, 1))
    whole.__dict__["models"] = MODELS[:1]
    routes = (module.against_fractions, module.against_line, module.against_parts, module.against_torch_exact)
    for route in (*routes, module.against_torch_line, module.against_samples, module.against_torch_samples):
        (entry,) = route(whole)
        assert entry.value <= entry.tolerance
        assert differ(entry) == pytest.approx(entry.value, abs=1e-15)


def test_parts_round_once_each_and_feature() -> None:
    found, model = module.parts(MODELS[0]), MODELS[0]
    assert found.error == 5 * model.problem.n_features * np.finfo(float).eps * found.value


def test_a_model_with_just_enough_active_samples_is_kept() -> None:
    model = MODELS[0]._replace(problem=tt.Problem.toy(2, density=0.125))
    assert module.dense([model], 8000) == [model]
    assert module.dense([model], 7999) == []


def test_torch_takes_a_fourth_of_the_samples() -> None:
    assert module.TORCH_SAMPLES * 4 == module.N_SAMPLES
    assert module.STANDARD_ERRORS == 5.0
    assert module.CLOSED.sigmas == 1.0
    assert module.torch_exact(MODELS[0]).error == 0.0


def test_smooth_activations_and_groups_have_no_line() -> None:
    kept = module.independent([*MODELS, *smooth_models(0)])
    assert kept == [m for m in MODELS if isinstance(m.problem.support, tt.Independent)]
    assert 0 < len(kept) < len(MODELS)
