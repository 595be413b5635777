"""Descent nears Saxe's closed form with the first power of its step, and the corrected flow with the second."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from toytoy.analytic import linear
from toytoy.compare.training.saxe import SaxePaths, corrected_flow, power, saxe
from toytoy.numeric.descent_path import descent_path

SIZES = (0.4, 0.2, 0.1, 0.05)


@pytest.fixture(scope="module")
def found() -> SaxePaths:
    return saxe(SIZES, n_features=3)


def test_the_orders_are_one_and_two(found: SaxePaths) -> None:
    assert abs(found.order.value - 1) < found.order.error < 1e-3
    assert abs(found.corrected_order.value - 2) < found.corrected_order.error < 0.01
    halved = found.gaps[:-1] / found.gaps[1:]
    assert (np.abs(halved - 2) < 0.02).all()
    assert (np.diff(np.abs(halved - 2)) < 0).all()


def test_a_free_bias_follows_another_flow(found: SaxePaths) -> None:
    assert found.free_gaps[-1] > 0.9 * found.free_gaps[-2] > 10 * found.gaps[-1]


def test_strengths_are_logistic(found: SaxePaths) -> None:
    v = 0.5 / 3 - 0.25 / 4
    for i in range(3):
        wanted = 0.01 / (0.01 + 0.99 * np.exp(-8 * 0.7**i * v * found.times))
        np.testing.assert_allclose(found.strengths[:, i], wanted, rtol=1e-12)
    growing = (found.strengths < 0.5) & (found.times > 0)[:, None]
    assert (found.descent_strengths < found.strengths)[growing].all()  # steps fall behind while the slope grows


def test_the_gap_is_that_of_the_paths(found: SaxePaths) -> None:
    problem = found.problem
    path = descent_path(problem, 0.1 * np.eye(3), lr=0.1, steps=4 * (len(found.times) - 1), every=4)
    np.testing.assert_allclose(path.times, found.times)
    closed = linear.trajectory(problem, 0.1 * np.eye(3), found.times)
    assert found.gaps[2] == pytest.approx(np.sqrt(((path.weights - closed.weights) ** 2).mean()), rel=1e-12)


def test_without_a_step_the_corrected_flow_is_the_closed_form(found: SaxePaths) -> None:
    closed = linear.trajectory(found.problem, 0.1 * np.eye(3), found.times)
    flow = corrected_flow(found.problem, 0.1, found.times, 0.0)
    np.testing.assert_allclose(flow, closed.weights, rtol=0, atol=1e-10)  # the integrator's tolerance, over 50 units


def test_a_power_is_found_in_spite_of_next_orders() -> None:
    sizes = np.array(SIZES)
    for exponent in (1.0, 1.5, 2.0):
        estimate = power(sizes, 0.3 * sizes**exponent * (1 + 0.5 * sizes))
        assert abs(estimate.value - exponent) < estimate.error < 0.05


def test_plain_data_and_sentences(found: SaxePaths) -> None:
    data = json.loads(json.dumps(found.to_dict()))
    assert data["order"]["value"] == found.order.value
    assert data["step_sizes"] == list(SIZES)
    assert "power 1.0000" in found.sentences()[0]
    assert len(found.sentences()) == 3


def test_progress_counts_step_sizes() -> None:
    counted: list[tuple[int, int]] = []
    saxe(SIZES, n_features=1, progress=lambda done, total: counted.append((done, total)))
    assert counted[-1] == (4, 4)


@pytest.mark.parametrize(
    "sizes",
    [
        (0.4, 0.2, 0.1),
        (0.4, 0.3, 0.2, 0.1),
        (0.4, 0.2, 0.1, 0.0),
        (0.4, 0.4, 0.2, 0.1),
        (np.nan, 0.4, 0.2, 0.1),
        (np.inf, 0.4, 0.2, 0.1),
        0.4,
        "abcd",
    ],
)
def test_sizes_that_do_not_nest_are_refused(sizes: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="halve one"):
        saxe(sizes)


@pytest.mark.parametrize("change", [{"n_features": 0}, {"n_features": 1.5}, {"decay": 0.0}, {"decay": np.nan}])
def test_numbers_out_of_range_are_refused_by_their_names(change: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError), match=next(iter(change))):
        saxe(SIZES, **change)


@pytest.mark.parametrize("scale", [0.0, -0.1, 1.0, np.nan])
def test_a_start_from_which_nothing_is_learned_is_refused(scale: float) -> None:
    with pytest.raises(ValueError, match="scale"):
        saxe(SIZES, scale=scale)
