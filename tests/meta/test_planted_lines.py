"""Faults planted into lines and boundaries: `verify` contradicts each, and not the sound ones."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.checks import judge
from toytoy.compare.crosschecks.boundaries import on_lines
from toytoy.compare.crosschecks.evidence import Evidence
from toytoy.compare.crosschecks.running import run_checks
from toytoy.compare.curves import BoundaryCurve
from toytoy.compare.line_curves import traced_curves, window_of
from toytoy.compare.lines import Line, PhaseLines
from toytoy.compare.tracing import jump_line

from tests.cross.small_job import small_job
from tests.traced_lines import LOW, found

SHIFT = 1e-3  # in log r
Curves = tuple[BoundaryCurve, ...]


def shifted(curves: Curves) -> Curves:
    return tuple(dataclasses.replace(curve, importance=curve.importance * np.exp(SHIFT)) for curve in curves)


def one_point_shifted(curves: Curves) -> Curves:
    first, *others = curves
    moved = first.importance.copy()
    moved[-1] *= np.exp(SHIFT)
    return dataclasses.replace(first, importance=moved), *others


def of_other_densities(curves: Curves) -> Curves:
    return tuple(dataclasses.replace(curve, density=curve.density * (1 + 1e-9)) for curve in curves)


def mirrored(curves: Curves) -> Curves:
    return tuple(dataclasses.replace(curve, importance=1 / curve.importance) for curve in curves)


def missing(curves: Curves) -> Curves:
    return curves[:-1]


def not_a_number(curves: Curves) -> Curves:
    return tuple(dataclasses.replace(curve, importance=curve.importance * np.nan) for curve in curves)


FAULTS = [shifted, one_point_shifted, of_other_densities, mirrored, missing, not_a_number]


def broken(exact: dict[str, Curves]) -> list[str]:
    job = small_job()
    checks, _ = run_checks(Evidence(job.plan, maps=dict(job.diagrams), curves=exact), ["boundaries"])
    return [check.name for check in checks if not check.agrees]


def test_sound_lines_pass() -> None:
    assert broken(dict(small_job().exact)) == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_fault_in_the_lines_is_contradicted(fault: Callable[[Curves], Curves]) -> None:
    exact = small_job().exact
    assert broken(exact | {"optimum": fault(exact["optimum"])}) == ["bisected boundaries, against their equations"]


def traced_line(change: Callable[[Line], Line]) -> PhaseLines:
    lines = tuple(change(jump_line(segment)) for segment in found(LOW).segments)
    return PhaseLines(2, 1, LOW.density, LOW.importance, lines, ())


def test_a_traced_line_that_is_shifted_is_contradicted() -> None:
    optimum = tt.phase_diagram(
        2, 1, density=np.linspace(0.31, 0.49, 7), importance=np.geomspace(0.2, 1.0, 8), method="optimum"
    )

    def check(change: Callable[[Line], Line]) -> bool:
        traced = traced_curves(traced_line(change), optimum.densities.tolist(), window_of(optimum))
        return judge("lines", on_lines((2, 1), optimum.boundaries(), traced), "both errors").agrees

    assert check(lambda line: line)
    for sign in (1, -1):
        factor = np.exp(sign * SHIFT)
        # what a plot would show: the points without their models
        assert not check(lambda line: dataclasses.replace(line, importance=line.importance * factor, crossings=()))  # noqa: B023
