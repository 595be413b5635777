"""Gradients: slopes of fractions are exact, tolerances are those promised, and corners of the loss are left out."""

from __future__ import annotations

import math

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.crosschecks import gradients as module
from toytoy.compare.crosschecks.drawn import Model, drawn_models
from toytoy.compare.crosschecks.evidence import Evidence
from toytoy.compare.plans import Plan

from tests.unit.compare.crosschecks.test_closer import differ

MODELS = drawn_models(5, 10)
TOY = tt.Problem.toy(2, density=0.5)


def test_a_slope_of_fractions_is_that_of_the_formula() -> None:
    """A dropped output costs p/3 - p b + b², whose slope is 2 b - p."""
    slope = module.slope_of_fractions(TOY, [[1.0, 0.0]], [0.0, 0.75], ([[0.0, 0.0]], [0.0, 1.0]))
    assert slope == 1.0


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_slopes_add_up_over_the_parts_of_a_direction(model: Model) -> None:
    whole = module.directed(model)
    parts = [(whole[0], 0 * whole[1]), (0 * whole[0], whole[1])]
    found = [module.slope_of_fractions(model.problem, model.weights, model.bias, each) for each in (*parts, whole)]
    assert found[0] + found[1] == pytest.approx(found[2], rel=1e-12, abs=1e-15)


def test_a_direction_leaves_nothing_out() -> None:
    for model in MODELS:
        assert all((np.abs(part) >= 0.25).all() for part in module.directed(model))


def test_the_corner_of_the_loss_is_left_out_and_nothing_else() -> None:
    there = Model("", TOY, np.array([[1.0, 0.0]]), np.zeros(2))
    beside = there._replace(bias=np.array([0.0, 0.25]))
    assert module.smooth_there([there, beside]) == [beside]


def test_the_line_is_trusted_less_at_corners_and_over_several_scales() -> None:
    plain = Model("", TOY, np.array([[0.9, -0.7]]), np.array([0.1, 0.2]))
    assert module.line_error(plain, 1.0) == pytest.approx(module.LINE_ERROR * math.sqrt(1.3))  # |W|
    assert module.line_error(plain._replace(weights=plain.weights / 2), 1.0) == module.LINE_ERROR
    for hard in (
        plain._replace(weights=np.array([[0.9, -1e-5]])),
        plain._replace(bias=np.array([0.0, 0.2])),
        plain._replace(bias=np.array([-0.81, 0.2])),
    ):
        size = max(1.0, float(np.linalg.norm(hard.weights)))
        assert module.line_error(hard, 1.0) == pytest.approx(module.HARD_ERROR * TOY.null_loss * size)
        assert module.line_error(hard, 1e6) == pytest.approx(0.3 * size)  # never less than beside the corner


def test_the_line_holds_at_a_corner_of_a_large_slope() -> None:
    """As `make fuzz` found: |z| far below 0, so that slopes are large beside the null loss."""
    problem = tt.Problem(n_features=4, n_hidden=1, density=0.001, activation="abs")
    model = Model("", problem, np.array([[1.0, 0.0, 1.0, 1.3]]), np.array([-1.3, 1.0, 0.0, 0.0]))
    closed = module.gradient(model)
    apart = float(np.linalg.norm(closed - module.gradient(model, "line")))
    allowed = module.line_error(model, float(np.linalg.norm(closed)))
    assert 0.1 * allowed < apart < allowed


def test_every_route_holds_on_drawn_models() -> None:
    whole = Evidence(Plan(2, 1))
    whole.__dict__["models"] = MODELS
    for route in (
        module.against_line,
        module.against_torch_line,
        module.against_torch_exact,
        module.against_differences,
    ):
        for entry in route(whole):
            assert entry.value <= entry.tolerance, entry


def test_bounds_are_those_that_the_reasons_say() -> None:
    assert module.PROMISED.startswith(f"{module.CLOSED_ERROR:.0e} of the norm")
    assert "3e-7 by the line; 3e-4 of the null loss" in module.BY_LINE
    assert (module.LINE_ERROR, module.HARD_ERROR) == (3e-7, 3e-4)


@pytest.mark.parametrize(("importance", "least"), [((0.5, 0.25), 1e-5), ((0.5, 8.0), 8e-5)])
def test_the_closed_form_is_trusted_in_proportion_to_the_norm(importance: tuple[float, ...], least: float) -> None:
    model = Model(
        "", tt.Problem(n_features=2, n_hidden=1, density=0.5, importance=importance), np.ones((1, 2)), np.ones(2)
    )
    assert module.closed_error(model, 2.0) == pytest.approx(2e-10)
    assert module.closed_error(model, 0.0) == pytest.approx(1e-10 * least)


def test_the_line_is_trusted_at_just_the_distance_from_corners() -> None:
    plain = Model("", TOY, np.array([[0.9, 0.0]]), np.array([0.1, 0.2]))  # a zero is no other scale
    assert module.line_error(plain, 1.0) == module.LINE_ERROR
    assert module.line_error(plain, 0.0) == pytest.approx(module.LINE_ERROR * 3 * TOY.null_loss / 2)
    assert module.line_error(plain._replace(bias=np.array([module.NEAR, 0.2])), 1.0) == module.LINE_ERROR
    hard = module.HARD_ERROR * TOY.null_loss
    assert module.line_error(plain._replace(bias=np.array([0.999 * module.NEAR, 0.2])), 1.0) == hard
    clipped = tt.Problem.toy(2, density=0.5, activation=tt.ClippedReLU(upper=1.0))
    at_one = Model("", clipped, np.array([[0.9, 0.5]]), np.array([0.19, 0.2]))  # 0.81 + 0.19 is the upper hinge
    assert module.line_error(at_one, 1.0) == pytest.approx(module.HARD_ERROR * clipped.null_loss * math.sqrt(1.06))
    assert module.NEAR == 1e-3


def test_a_direction_is_of_quarters_of_both_signs() -> None:
    along = module.directed(Model("", TOY, np.zeros((10, 20)), np.zeros(20)))
    assert {*np.concatenate([along[0].ravel(), along[1]])} == {k / 4 for k in range(-4, 5) if k}


def test_differences_of_gradients_are_told_by_their_length() -> None:
    model, off = MODELS[0], np.array([3.0, 0.0, -4.0, 0.0])
    norm = float(np.linalg.norm(module.gradient(model)))
    (entry,) = module.compared([model], lambda m: module.gradient(m) + off, lambda m, n: 0.5 * n, "np.zeros(4)")
    assert entry.value == pytest.approx(5.0)
    assert entry.tolerance == pytest.approx(module.closed_error(model, norm) + 0.5 * norm)
    assert differ(entry) == pytest.approx(norm)


def test_differences_of_slopes_are_weighed_by_their_errors() -> None:
    model = MODELS[0]
    direction = np.concatenate([part.ravel() for part in module.directed(model)])
    slope, norm = float(module.gradient(model) @ direction), float(np.linalg.norm(module.gradient(model)))
    (entry,) = module.slopes([model], lambda m, d: tt.Estimate(slope + 0.75, 0.125, "rounding"), 3.0, "0.0")
    assert entry.value == pytest.approx(0.75)
    assert entry.tolerance == pytest.approx(module.closed_error(model, norm) * np.linalg.norm(direction) + 3 * 0.125)
    assert differ(entry) == pytest.approx(abs(slope))


def test_lines_say_what_was_compared() -> None:
    """Every route's line computes the same difference again; what is exact has a tight tolerance."""
    whole = Evidence(Plan(2, 1, seed=4))
    whole.__dict__["models"] = MODELS[:1]
    norm = float(np.linalg.norm(module.gradient(MODELS[0])))
    for route in (
        module.against_line,
        module.against_torch_line,
        module.against_torch_exact,
        module.against_differences,
    ):
        (entry,) = route(whole)
        assert differ(entry) == pytest.approx(entry.value, abs=1e-15)
        if route in (module.against_torch_exact, module.against_differences):
            assert entry.tolerance < 1e-8 * norm
    (entry,) = module.against_torch_samples(whole)
    assert differ(entry) == pytest.approx(entry.value, rel=1e-9)
    assert "seed=6" in (entry.look() if entry.look else "")  # other samples than those of the losses
