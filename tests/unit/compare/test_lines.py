"""Lines and points as data: what they hold, how they are asked for, and what JSON gets."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import numpy as np
import pytest
from toytoy.analytic.estimate import Estimate
from toytoy.compare.lines import Boundary, Line, Order, PhaseLines, SpecialPoint, Status

AT = Estimate(0.5, 0.0, "rounding"), Estimate(0.25, 1e-12, "rounding")


def line(between: tuple[str, str], error: float = 1e-12) -> Line:
    r, fill = np.array([0.2, 0.3, 0.4]), np.full(3, 0.25)
    errors = np.array([error, 1e-12, 1e-12])
    shapes = ("one", "other")
    narrow = np.array([False, True, False])
    return Line(between, Order.JUMP, Status.CONVERGED, r / 2, r, errors, errors, fill, -fill, fill, shapes, narrow)


def lines() -> PhaseLines:
    pairs = (("not_represented", "antipodal"), ("antipodal_small", "antipodal_large"), ("antipodal", "dedicated"))
    point = SpecialPoint("a point", "triple", *AT, float("nan"), ("a", "b", "c"), Status.UNRESOLVED, "a note")
    return PhaseLines(2, 1, (0.1, 1.0), (0.1, 10.0), tuple(map(line, pairs)), (point,), (line(pairs[0], np.inf),))


def strict(data: Any) -> Any:
    return json.loads(json.dumps(data, allow_nan=False))


def test_a_line_has_as_many_points_as_arrays_have_entries() -> None:
    one = line(("a", "b"))
    assert len(one) == 3
    data = strict(one.to_dict())
    assert {len(value) for value in data.values() if isinstance(value, list) and len(value) != 2} == {3}
    assert data["between"] == ["a", "b"]
    assert (data["order"], data["status"], data["narrow"]) == ("jump", "converged", True)
    assert data["importance"] == [0.2, 0.3, 0.4]
    assert data["capacity_jump"] == [-0.25] * 3


@pytest.mark.parametrize("asked", [("not_represented", "antipodal"), ("antipodal", "not_represented")])
def test_between_takes_either_order(asked: tuple[str, str]) -> None:
    (found,) = lines().between(*asked)
    assert found.between == ("not_represented", "antipodal")


def test_between_one_phase_and_none() -> None:
    assert [found.between[0] for found in lines().between("antipodal")] == ["not_represented", "antipodal"]
    assert lines().between("not_represented", "dedicated") == ()
    assert len(list(lines())) == 3


def test_what_json_has_no_number_for_is_null() -> None:
    data = strict(lines().to_dict())
    assert data["points"][0]["residual"] is None
    assert data["points"][0]["error"] == 1e-12
    assert data["ansatz"][0]["error"] == [None, 1e-12, 1e-12]
    assert [len(data[name]) for name in ("lines", "points", "ansatz", "spinodals")] == [3, 1, 1, 0]


def test_a_boundary_of_an_ansatz_has_no_jump() -> None:
    nan = float("nan")
    one = Boundary(*AT, Order.JUMP, nan, nan, nan, ("a", "b"))
    data = strict(one.to_dict())
    assert [data[name] for name in ("jump", "capacity_jump", "loss")] == [None] * 3
    assert (data["density"], data["importance"], data["error"], data["kind"]) == (0.5, 0.25, 1e-12, "rounding")
    assert strict(dataclasses.replace(one, jump=-0.5, others=(one,)).to_dict())["jump"] == -0.5


def test_the_error_is_that_of_the_number_not_given() -> None:
    one = Boundary(AT[1], AT[0], Order.CONTINUOUS, 0.0, 0.0, 0.1, ("a", "b"), (False, True), Status.GUESS)
    data = strict(one.to_dict())
    assert (data["error"], data["order"], data["optimal"], data["status"]) == (
        1e-12,
        "continuous",
        [False, True],
        "guess",
    )
