"""What the plan says: closed forms where no hinge matters, and no nodes where z does not reach past a hinge."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from numpy.typing import NDArray
from toytoy.analytic.line_levels import BLOCKS, DIRECTION, STEP, THETA, C
from toytoy.analytic.tables import activation_table
from toytoy.numeric.line_plan import Plan, plan

Array = NDArray[np.float64]
WEIGHTS = np.random.default_rng(0).normal(size=(2, 6)) / 2


def planned(bias: float, activation: str = "relu", weights: Array = WEIGHTS, density: float = 0.4) -> Plan:
    table = activation_table(tt.Problem(n_features=6, n_hidden=2, density=density, activation=activation).sigma)
    return plan((weights.T @ weights)[None], np.full((1, 6), bias), np.full(6, density), table)


def test_a_linear_output_is_exact_and_has_no_lines() -> None:
    found = planned(0.1, "linear")
    problem = tt.Problem(n_features=6, n_hidden=2, density=0.4, activation="linear")
    loss, _, d_bias = tt.loss_and_grad(problem, WEIGHTS, np.full(6, 0.1))
    assert found.lines.size == 0
    assert found.exact.sum() == pytest.approx(loss, rel=1e-14)
    np.testing.assert_allclose(found.slopes[0, :, 0], d_bias, rtol=1e-12)


@pytest.mark.parametrize("bias", [-50.0, 50.0])
def test_no_nodes_where_the_hinge_is_out_of_reach(bias: float) -> None:
    assert not planned(bias).lines[..., BLOCKS].any()
    problem = tt.Problem(n_features=6, n_hidden=2, density=0.4)
    expected = tt.loss(problem, WEIGHTS, np.full(6, bias), method="cube")
    assert planned(bias).exact.sum() == pytest.approx(expected, rel=1e-13)


def test_lines_lie_to_the_right_and_start_at_the_hinge_s_distance() -> None:
    lines = planned(-0.2).lines[0, :, 0]
    lines = lines[lines[:, BLOCKS] > 0]
    assert len(lines)
    assert (lines[:, [C, STEP]] > 0).all()
    np.testing.assert_array_equal(lines[:, THETA], -0.2 * lines[:, DIRECTION])


def test_features_that_do_not_overlap_do_not_count() -> None:
    weights = WEIGHTS.copy()
    weights[:, 3] = 0.0
    found = planned(0.1, weights=weights)
    assert not found.counts[0, :, 3].any()
    assert not found.densities[0, :, :, 3].any()
    assert found.counts[0].sum() == 5 * 4
