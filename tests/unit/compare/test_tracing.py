"""Traced states as lines: exact where the law is known, whole from end to end, and of one size in all arrays."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from toytoy.compare import tracing
from toytoy.compare.lines import Line
from toytoy.numeric.boundaries.continuation import End

from tests.traced_lines import HALF, HIGH, LOW, MIDDLE, found, onsets

Array = NDArray[np.float64]


def low_line() -> Line:
    (segment,) = found(LOW).segments
    return tracing.jump_line(segment)


def r_s(p: Array) -> Array:
    """Where "not represented" loses local stability: min over β of c / v, a quadratic's root."""
    v, s = p / 3 - p * p / 4, 1 - p
    quadratic, linear, constant = p * s, p / 2 + 2 * s * s, -p * p / 4
    beta = (-linear + np.sqrt(linear**2 - 4 * quadratic * constant)) / (2 * quadratic)
    return np.asarray(p + (p * (beta - p / 2) ** 2 / 4 + (s * beta) ** 2 + p * s * beta**3 / 3) / v)


def test_a_jump_line_has_the_loss_of_the_dropped_extra_and_ends_on_the_border() -> None:
    line = low_line()
    p, r = line.density, line.importance
    assert line.loss == pytest.approx(r * (p / 3 - p * p / 4), rel=1e-13)
    assert sorted(p[[0, -1]]) == pytest.approx([0.3, 0.5], abs=1e-15)
    top = int(np.argmax(p))
    assert abs(r[top] - HALF) <= line.error[top] <= 1e-11
    assert line.between == ("not_represented", "antipodal")
    assert (line.order, line.status) == ("jump", "converged")
    assert line.shapes == ("extra dropped", "pair with a small extra")


def test_sizes_and_signs_of_a_jump_line() -> None:
    line = low_line()
    arrays = ("importance", "error", "density_error", "jump", "capacity_jump", "loss", "narrow")
    assert {len(getattr(line, name)) for name in arrays} == {len(line)} == {len(line.crossings)}
    assert (line.jump > 0.5).all()
    assert (line.capacity_jump > 0).all()
    assert not line.narrow.any()
    assert max(line.error.max(), line.density_error.max()) < 1e-11
    steps = np.hypot(np.diff(np.log(line.importance)), np.diff(line.density))
    assert steps.max() < 0.2  # smooth to the eye
    assert (np.diff(line.density) * np.diff(line.density)[0] > 0).all()


def test_a_line_ends_exactly_where_three_models_meet_and_does_not_pass_it() -> None:
    network = found(MIDDLE)
    junctions = [junction for junction in network.junctions() if junction.reason is None]
    assert junctions
    for segment in network.segments:
        line = tracing.jump_line(segment)
        places = np.stack([np.log(line.importance), line.density], axis=1)
        for k, end in enumerate(segment.ends):
            if end.reason is None:
                assert np.abs(places[-k] - end.place).max() < 1e-7
                inward = places[::-1] if k else places
                reach = np.linalg.norm(inward - inward[0], axis=1)
                assert (np.diff(reach[:4]) > 0).all()


def test_what_a_third_model_beats_is_metastable() -> None:
    found_lines = {segment.stable: tracing.jump_line(segment) for segment in found(MIDDLE).segments}
    assert {stable: str(line.status) for stable, line in found_lines.items()} == {
        True: "converged",
        False: "metastable",
    }


def test_continuous_lines_are_the_loss_of_stability_and_their_tails_hold_the_jump() -> None:
    network = found(HIGH)
    jump = next(line for line in map(tracing.jump_line, network.segments) if line.between[0] == "not_represented")
    (onset,) = (each for each in onsets(HIGH) if tracing.continuous_lines(each)[0].between[0] == "not_represented")
    line, *tails = tracing.continuous_lines(onset)
    assert (line.order, line.status) == ("continuous", "converged")
    assert line.importance == pytest.approx(r_s(line.density), rel=1e-14)
    assert line.loss == pytest.approx(line.importance * (line.density / 3 - line.density**2 / 4), rel=1e-13)
    assert line.density.max() == pytest.approx(0.8373195801350339, abs=1e-15)  # tricritical
    assert (line.jump == 0).all()
    (tail,) = tails
    assert (tail.order, tail.status) == ("jump", "unresolved")
    end = int(np.argmax(tail.density))
    first = int(np.argmin(jump.density))
    assert tail.density[end] == pytest.approx(jump.density[first], abs=1e-9)
    assert abs(tail.importance[end] - jump.importance[first]) <= tail.error[end] + jump.error[first]
    assert tail.error[end] < 1e-5


def test_the_mirrored_onset_has_the_inverse_importance() -> None:
    one, other = (tracing.continuous_lines(each)[0] for each in onsets(HIGH))
    assert one.density == pytest.approx(other.density, abs=1e-15)
    assert one.importance * other.importance == pytest.approx(1.0, abs=1e-14)
    assert {one.between, other.between} == {("not_represented", "antipodal"), ("antipodal", "dedicated")}


def test_ends_by_reason() -> None:
    (segment,) = found(LOW).segments
    assert [k for k, _ in tracing.is_end(segment, End.WINDOW)] == [0, -1]
    assert tracing.is_end(segment, End.MERGED) == []


def test_turning_back_is_a_change_of_sign_across() -> None:
    def at(by_log_r: float, by_p: float) -> Any:
        return SimpleNamespace(gradient=np.array([by_log_r, by_p]))

    line = [at(1.0, 1.0), at(1.0, -1.0), at(-1.0, -1.0), at(-1.0, -2.0)]
    assert tracing.turning(line, 0) == [(line[0], line[1])]  # the slope in p vanishes: log r is extreme
    assert tracing.turning(line, 1) == [(line[1], line[2])]
    level = [at(1.0, 1e-12), at(1.0, -1e-12)]
    assert tracing.turning(level, 0) == []  # along an axis: rounding


def test_lines_are_json() -> None:
    data = json.loads(json.dumps(low_line().to_dict(), allow_nan=False))
    assert "crossings" not in data
    assert len(data["density"]) == len(low_line())
