"""Evidence in which nothing is wrong, and faults to plant into copies of it, for tests of the cross-checks."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.crosschecks import evidence, gradients
from toytoy.compare.crosschecks.declared import CrossCheck
from toytoy.compare.crosschecks.drawn import drawn_models
from toytoy.compare.crosschecks.evidence import Evidence
from toytoy.compare.curves import BoundaryCurve
from toytoy.compare.lines import PhaseLines
from toytoy.compare.notation import Range
from toytoy.compare.plans import Plan
from toytoy.compare.tracing import jump_line

from tests.traced_lines import LOW, found

TRAINED = tt.Trained(steps=600, batch=128, lr=0.01, n_instances=2)
Patch = pytest.MonkeyPatch
Fault = Callable[[Evidence, Patch], None]
N_MODELS = 10  # each of five kinds twice, of every size
TRACED = ("bisected boundaries, against the traced lines", "solved boundaries, against the traced lines")


@cache
def made(n: int) -> Evidence:
    """Compute everything that a small plan needs, once; faults are planted into copies."""
    plan = Plan(n, n - 1, Range(0.05, 1.0, 5), Range(0.1, 10.0, 6), trained_grid=4, trained=TRAINED)
    whole = Evidence(plan)
    for name in evidence.MAPS:
        whole.map(name)
        whole.exact(name)
    return whole


@cache
def traced() -> Evidence:
    """Take maps and lines of the (2,1) toy where a line has been traced."""
    grid: dict[str, Any] = {"density": np.linspace(0.31, 0.49, 4), "importance": np.geomspace(0.2, 1.0, 5)}
    optimum = tt.phase_diagram(2, 1, **grid, method="optimum")
    lines = tuple(jump_line(segment) for segment in found(LOW).segments)
    whole = Evidence(Plan(2, 1), maps={"optimum": optimum, "optimum_fine": optimum})
    whole.__dict__["lines"] = PhaseLines(2, 1, LOW.density, LOW.importance, lines, ())
    whole.exact("optimum")
    whole.exact("optimum_fine")
    return whole


def sound(check: CrossCheck, n: int) -> Evidence:
    """Give evidence of its own, in which nothing is wrong."""
    whole = traced() if check.name in TRACED else made(n)
    copy = Evidence(whole.plan, maps=dict(whole.maps), curves=dict(whole.curves))
    copy.__dict__ |= {"lines": whole.lines, "models": drawn_models(0, N_MODELS)}
    return copy


def of_map(name: str, change: Callable[[Any], Any]) -> Fault:
    """Plant a fault into a map's data."""

    def plant(whole: Evidence, _: Patch) -> None:
        whole.maps[name] = tt.PhaseDiagram(change(whole.maps[name].data.copy(deep=True)))

    return plant


def times(variable: str, factor: float) -> Callable[[Any], Any]:
    """Multiply a variable of a map."""
    return lambda data: data.assign({variable: data[variable] * factor})


def one_cell(variable: str, factor: float) -> Callable[[Any], Any]:
    """Multiply a variable of a map in one cell."""

    def change(data: Any) -> Any:
        data[variable][1, 2] *= factor
        return data

    return change


def rolled(*names: str) -> Callable[[Any], Any]:
    """Take labels, or models, of another row: they are stale."""
    return lambda data: data.assign({name: data[name].roll(density=1) for name in names})


def of_curves(names: tuple[str, ...], change: Callable[[BoundaryCurve], BoundaryCurve | None]) -> Fault:
    """Plant a fault into the optimum's boundaries."""

    def plant(whole: Evidence, _: Patch) -> None:
        for name in names:
            whole.curves[name] = tuple(c for curve in whole.curves[name] if (c := change(curve)) is not None)

    return plant


def displaced(tolerances: float = 2.0, least: float = 2e-9) -> Callable[[BoundaryCurve], BoundaryCurve]:
    """Move a boundary by some of its tolerances: the bracket's, half of 1e-9, may be the larger part of it."""

    def move(curve: BoundaryCurve) -> BoundaryCurve:
        step = tolerances * np.maximum(curve.error, least * curve.importance)
        return dataclasses.replace(curve, importance=curve.importance + step)

    return move


def no_number(curve: BoundaryCurve) -> BoundaryCurve:
    return dataclasses.replace(curve, importance=curve.importance * np.nan)


def of_bisection(name: str, change: Callable[[BoundaryCurve], BoundaryCurve]) -> Fault:
    """Plant a fault into the boundaries that were bisected on a map."""

    def plant(whole: Evidence, _: Patch) -> None:
        diagram = tt.PhaseDiagram(whole.maps[name].data)
        diagram._traced["regime"] = tuple(change(curve) for curve in whole.maps[name].boundaries())
        whole.maps[name] = diagram

    return plant


def patched(module: Any, name: str, change: Callable[[Callable[..., Any]], Callable[..., Any]]) -> Fault:
    """Plant a fault into a function of the library."""
    return lambda _, patch: patch.setattr(module, name, change(getattr(module, name)))


def known(module: Any, shift: float) -> Fault:
    """Plant another digit into what is known."""

    def plant(whole: Evidence, patch: Patch) -> None:
        table = {n: tuple(x + shift if k == 2 else x for k, x in enumerate(row)) for n, row in module.KNOWN.items()}
        patch.setattr(module, "KNOWN", table)

    return plant


def mean_for_sum(function: Callable[..., Any]) -> Callable[..., Any]:
    def loss(problem: tt.Problem, *model: Any, **how: Any) -> tt.Estimate:
        exact = function(problem, *model, **how)
        return exact if how else tt.Estimate(exact.value / problem.n_features, exact.error, exact.kind)

    return loss


def wrong_sign(function: Callable[..., Any]) -> Callable[..., Any]:
    """Flip the sign of a Gram entry."""

    def loss(problem: tt.Problem, weights: Any, bias: Any, **how: Any) -> Any:
        signs = np.append(np.ones(problem.n_features - 1), -1.0)
        return function(problem, weights if how else np.asarray(weights) * signs, bias, **how)

    return loss


def shared_mask(function: Callable[..., Any]) -> Callable[..., Any]:
    """Draw one mask for all features."""

    def loss(problem: tt.Problem, weights: Any, bias: Any, **how: Any) -> Any:
        if not how and isinstance(problem.support, tt.Independent):
            p = float(problem.densities[0])
            problem = problem.replace(density=p, support=tt.CorrelatedGroups((problem.n_features,)))
        return function(problem, weights, bias, **how)

    return loss


def not_a_number(function: Callable[..., Any]) -> Callable[..., Any]:
    def loss(problem: tt.Problem, *model: Any, **how: Any) -> tt.Estimate:
        exact = function(problem, *model, **how)
        return exact if how else tt.Estimate(math.nan, exact.error, exact.kind)

    return loss


def of_gradient(change: Callable[[Any, Any], tuple[Any, Any]]) -> Fault:
    """Plant a fault into the closed form's gradient, but not into the line's."""

    def wrap(function: Callable[..., Any]) -> Callable[..., Any]:
        def loss_and_grad(*model: Any, method: str = "auto") -> Any:
            value, *gradient = function(*model, method=method)
            return (value, *(gradient if method == "line" else change(*gradient)))

        return loss_and_grad

    return patched(gradients, "loss_and_grad", wrap)


def of_search(factor: float) -> Fault:
    """Plant a search that claims less than it found, or a proof of less."""

    def plant(whole: Evidence, patch: Patch) -> None:
        for name in ("optimum", "optimum_fine"):
            of_map(name, times("loss", factor))(whole, patch)

    return plant


def swapped(function: Callable[..., Any]) -> Callable[..., Any]:
    """Take the free ansatz for the frozen one, and back."""
    return lambda name, problem, free=False: function(name, problem, free=not free)


def by_first_dimension(function: Callable[..., Any]) -> Callable[..., Any]:
    """Put a nonlinearity on the hidden layer: the loss then knows its axes."""
    return lambda problem, weights, bias: function(problem, np.maximum(weights, 0.0), bias)


def swapped_losses(function: Callable[..., Any]) -> Callable[..., Any]:
    """Weigh features by importances in the wrong order."""
    return lambda p, w, b: function(p.replace(importance=tuple(sorted(map(float, p.importances)))), w, b)


def squared_importance(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda p, w, b: function(p.replace(importance=tuple(float(i) ** 2 for i in p.importances)), w, b)


def no_bias(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda problem, weights, bias: function(problem, weights, 0 * np.asarray(bias))
