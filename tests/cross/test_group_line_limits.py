"""Lines of groups: errors, small features and the most nodes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic import group_line
from toytoy.analytic.group_law import group_law
from toytoy.analytic.group_line import Hinge, psi_derivatives

from tests.unit.analytic.test_group_line import HINGES, ONE_OF, PAIRS, a_line, problem


def test_a_hinge_that_changes_nothing_is_done_at_once() -> None:
    """Of no change the sum and its error are 0: enough, even where no error is allowed."""
    line = group_line._Line(group_law(problem(PAIRS)), None, 0, np.ones(4), Hinge(0.1, 0.0, 0.0, 0.0), 2.0, 0.4, 0.1)
    assert line.integrate(0.0, 0.0).tolist() == [0.0, 0.0, 0.0, 0.0]
    assert len(line.nodes) == 256


def test_the_error_holds_what_images_cost_and_what_is_rounded() -> None:
    """Images are at least as far as R: each costs (|κ| + |D| (1 + |σ|)) R² e^-32 of the chance, R = 32 / c."""
    for hinge in HINGES:
        line = group_line._Line(group_law(problem(PAIRS)), None, 0, np.ones(4), hinge, 2.0, np.pi / 8, 0.1)
        error = line.integrate(1.0, 1.0)[3]
        values = line.silent + line.active
        images = (abs(hinge.kappa) + abs(hinge.change) * (1 + abs(hinge.level))) * (32 / 2.0) ** 2 * np.exp(-32) * 0.1
        rounding = 1e-14 / 8 * (np.abs(line.silent).sum() + np.abs(line.active).sum())
        assert images > 1e-14
        assert error == pytest.approx(line._error(values) + images + rounding, rel=1e-9)


def test_features_of_a_hundredth_of_the_largest_are_small() -> None:
    law = group_law(problem(ONE_OF))
    for share, count in ((0.01, 2), (0.0101, 1)):
        levels = group_line._levels(law, np.array([1.0, share, 0.5, -share]))
        assert len(levels) == count
        assert levels[-1][1] is None
        assert all(less is below for (_, less), (below, _) in pairwise(levels))
    assert len(group_line._levels(law, np.zeros(4))) == 1
    assert len(group_line._levels(law, np.array([1.0, 1e-2, 0.5, 1e-4]))) == 2
    assert len(group_line._levels(law, np.array([1.0, 1e-2, 0.5, 1e-5]))) == 2  # one alone needs no line


@pytest.mark.parametrize("share", [1.0, 0.5])
def test_nodes_stand_in_the_middle_of_their_cells(share: float) -> None:
    """So weights are symmetric about 85 % of the last cell's end."""
    n = 2000
    weights = a_line(n)._weights(share)
    ends = round(share * n)
    assert (weights[: round(0.7 * ends) - 1] == 1.0).all()
    assert (weights[ends:] == 0.0).all()
    fall = weights[round(0.7 * ends) : ends]
    assert fall + fall[::-1] == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize(("sizes", "nodes"), [((3,), 2**18), ((8,), 2**17)])
def test_a_quarter_of_a_million_nodes_or_a_million_values_are_the_most(sizes: tuple[int, ...], nodes: int) -> None:
    n = sum(sizes)
    support = tt.CorrelatedGroups(sizes)
    law = group_law(tt.Problem(n_features=n, n_hidden=1, density=(0.3,), support=support))
    line = group_line._Line(law, None, 0, np.ones(n), HINGES[0], 2.0, 0.4, 0.1)
    line.integrate(-1.0, 0.0)  # no error is small enough
    assert len(line.nodes) == nodes


def test_psi_divides_by_nothing_that_is_zero() -> None:
    """Near 0 its series is summed; what the other formula would divide by there is put aside."""
    with np.errstate(divide="raise", invalid="raise"):
        psi, xi, zeta = psi_derivatives(np.array([0.0, 1e-300, -1.0, 1.0, 3.0]))
    assert (psi[0], xi[0], zeta[0]) == (1.0, 0.5, pytest.approx(1 / 3, rel=1e-15))
    assert psi[-2] == pytest.approx(np.e - 1, rel=1e-15)
