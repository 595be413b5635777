"""Gradients: slopes of fractions are exact, tolerances are those promised, and corners of the loss are left out."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.crosschecks import gradients as module
from toytoy.compare.crosschecks.drawn import Model, drawn_models
from toytoy.compare.crosschecks.evidence import Evidence
from toytoy.compare.plans import Plan

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
    assert module.line_error(plain, 1.0) == module.LINE_ERROR
    for hard in (
        plain._replace(weights=np.array([[0.9, -1e-5]])),
        plain._replace(bias=np.array([0.0, 0.2])),
        plain._replace(bias=np.array([-0.81, 0.2])),
    ):
        assert module.line_error(hard, 1.0) == module.HARD_ERROR * TOY.null_loss


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
