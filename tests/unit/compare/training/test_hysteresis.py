"""Hysteresis: the jumps tend to the spinodals, by the law of each, and not to where the losses cross."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import numpy as np
import pytest
from toytoy.compare.training.hysteresis import Hysteresis, hysteresis


@cache
def found() -> Hysteresis:
    rates = tuple(10.0 ** -(k / 2) for k in range(6, 13))
    return hysteresis(rates=rates, loops=(1e-3,), sampled_rates=(3e-3,), ladder=(0.2,), instances=3, batch=256)


@pytest.mark.equation("sweep-fold")
def test_the_pair_is_lost_at_the_fold_late_by_the_derivatives_there() -> None:
    up = found().up
    assert (np.diff(up.delays) < 0).all()
    assert abs(up.limit - up.spinodal) < 3 * up.limit_error < 1e-4
    assert abs(up.limit - found().crossing) > 0.02  # where the optimum jumps is not where training does
    ratio = up.delays / (up.predicted * up.rates ** (2 / 3))
    assert (np.diff(1 - ratio) < 0).all()
    cube_root = up.rates ** (1 / 3)
    slow = np.polyfit(cube_root[-4:], ratio[-4:], 2)[-1]  # extrapolated to rate 0: no parameter is free
    assert slow == pytest.approx(1, abs=0.02)


@pytest.mark.equation("sweep-threshold")
def test_the_extra_is_found_below_the_threshold_late_by_a_square_root() -> None:
    down = found().down
    delays = down.delays[np.isfinite(down.delays)]
    assert (np.diff(delays) < 0).all()
    assert abs(down.limit - down.spinodal) < 3 * down.limit_error < 5e-3
    slopes = np.diff(np.log(delays)) / np.diff(np.log(down.rates[np.isfinite(down.delays)]))
    np.testing.assert_allclose(slopes[-3:], 1 / 2, atol=0.05)
    assert slopes[-3] < slopes[-2] < slopes[-1] < 1 / 2  # and nearer, the slower


def test_a_loop_is_one() -> None:
    (loop,) = found().loops
    between = (loop.density > found().down.spinodal) & (loop.density < found().up.spinodal)
    assert between.any()
    assert (loop.up[between] > 0.4).all()
    assert (loop.down[between] < 0.1).all()


def test_samples_jump_late_as_well() -> None:
    up = found().up
    exact = np.interp(np.log(3e-3), np.log(up.rates[::-1]), up.exact[::-1])  # a bound: faster than the fastest
    assert up.sampled[0] > exact
    assert 0 < up.sampled_error[0] < 0.02
    assert up.sampled_missed.tolist() == [0]


def test_sweeps_that_do_not_jump_are_counted_and_told() -> None:
    down = found().down
    assert np.isnan(down.sampled[0])  # too fast a sweep ends before the extra has grown
    assert 1 <= down.sampled_missed[0] <= 3
    assert any(f"{down.sampled_missed[0]} sweeps at rate 3e-03 did not jump" in line for line in found().sentences())


def test_slow_jumps_are_near_the_spinodals_of_every_importance() -> None:
    ((importance, fold, threshold, up, down),) = found().ladder
    assert importance == 0.2
    assert fold < up < fold + 0.01
    assert threshold - 0.02 < down < threshold


def test_everything_can_be_told() -> None:
    data = json.loads(json.dumps(found().to_dict(), allow_nan=True))
    assert data["ladder"][0]["importance"] == 0.2
    assert len(found().sentences()) >= 4
    counted: list[tuple[int, int]] = []
    rates = (1e-3, 3e-4, 1e-4, 3e-5, 1e-5)
    hysteresis(rates=rates, loops=(), sampled_rates=(), ladder=(), progress=lambda *done: counted.append(done))
    assert counted[-1] == (10, 10)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"importance": 0.05}, "by a jump"),
        ({"importance": "0.3"}, "importance"),
        ({"rates": ()}, "rates must hold at least 5"),
        ({"rates": (-1e-3,) * 5}, "rates must lie in"),
        ({"loops": (0.0,)}, "loops must lie in"),
        ({"sampled_rates": (-1.0,)}, "sampled_rates must lie in"),
        ({"sampled_rates": (1e-2,), "instances": 1}, "instances must be"),
        ({"ladder": (0.9,)}, "by a jump"),
        ({"batch": 0}, "batch"),
    ],
)
def test_numbers_out_of_range_are_refused_before_any_sweep(change: dict[str, Any], said: str) -> None:
    counted: list[tuple[int, int]] = []
    with pytest.raises((TypeError, ValueError), match=said):
        hysteresis(progress=lambda *done: counted.append(done), **change)
    assert not counted
