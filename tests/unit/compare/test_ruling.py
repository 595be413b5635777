"""How a cell is judged: every border of the rule, and numbers that can't be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.ruling import (
    check_comparable,
    compared,
    contradicts,
    judged,
    looser_tolerance,
    roles,
    sound,
    statuses,
)
from toytoy.compare.statuses import AGREES, DISAGREEMENT, NOT_REACHED

from tests.small_maps import diagram

NAN = float("nan")


def status(same: bool, excess: float, error: float = 0.25, margin: float = 1.0, margin_error: float = 0.125) -> str:
    """Judge one cell; all numbers are exact in binary."""
    numbers = (np.array([each]) for each in (excess, error, margin, margin_error))
    flags = np.array([same])
    return str(judged(flags, contradicts(flags, *numbers))[0])


@pytest.mark.parametrize(
    ("same", "excess", "wanted"),
    [
        (True, 0.0, AGREES),
        (True, 100.0, AGREES),
        (True, -0.25, AGREES),
        (True, -0.2500001, DISAGREEMENT),
        (False, 0.625, NOT_REACHED),  # margin - its error - both losses' errors
        (False, 0.6249999, DISAGREEMENT),
        (False, 5.0, NOT_REACHED),
        (False, -1.0, DISAGREEMENT),
        (True, NAN, DISAGREEMENT),
        (False, np.inf, NOT_REACHED),
    ],
)
def test_borders_of_the_rule(same: bool, excess: float, wanted: str) -> None:
    assert status(same, excess) == wanted


@pytest.mark.parametrize("same", [True, False])
@pytest.mark.parametrize(
    "field",
    [
        {"error": NAN},
        {"margin": NAN},
        {"margin_error": NAN},
        {"error": -1e-9},
        {"margin": -1e-9},
        {"margin_error": -1e-9},
    ],
)
def test_what_can_not_be_is_a_disagreement(same: bool, field: dict[str, float]) -> None:
    assert status(same, 3.0) in (AGREES, NOT_REACHED)
    assert status(same, 3.0, **field) == DISAGREEMENT


def test_a_margin_of_zero_allows_either_regime() -> None:
    assert status(False, 0.0, margin=0.0) == NOT_REACHED


def test_cells_follow_from_both_diagrams() -> None:
    ansatz, optimum = diagram("ansatz"), diagram("optimum")
    data = compared(optimum, ansatz, 0.01)
    assert np.array_equal(data.excess, ansatz.data.loss.values - optimum.data.loss.values)
    assert np.array_equal(data.optimum_regime, optimum.regime_at(0.01).astype(str))
    assert np.array_equal(data.regime, ansatz.regime_at(0.01).astype(str))
    assert np.array_equal(data.excess_error, (ansatz.data.loss_error + optimum.data.loss_error).values)
    assert data.sound.all()
    assert np.array_equal(statuses(data), data.status.values)
    assert (data.attrs["kind"], data.attrs["optimum_method"]) == ("ansatz", "optimum")


def test_losses_and_labels_that_do_not_follow_from_weights_are_unsound() -> None:
    data = diagram("ansatz").data.copy(deep=True)
    data["loss"][1, 2] *= 1 + 1e-9
    data["regime"] = data.regime.astype("<U15")
    data["regime"][3, 4] = "dedicated" if data.regime[3, 4] != "dedicated" else "superposed"
    expected = np.ones(data.loss.shape, dtype=bool)
    expected[1, 2] = expected[3, 4] = False
    assert np.array_equal(sound(tt.PhaseDiagram(data)), expected)


def test_of_two_optima_the_first_that_carries_its_margin_judges() -> None:
    whole = diagram("optimum")
    bare = tt.PhaseDiagram(whole.data.drop_vars("margin_error"))
    again = tt.PhaseDiagram(whole.data.copy())
    for pair, wanted in (((bare, whole), whole), ((whole, bare), whole), ((whole, again), whole)):
        assert roles(*pair)[0] is wanted
        assert {*map(id, roles(*pair))} == {*map(id, pair)}
    with pytest.raises(ValueError, match="carry its margin"):
        roles(bare, diagram("ansatz"))


def test_the_loosest_tolerance_counts() -> None:
    loose = tt.PhaseDiagram(diagram("ansatz").data.copy())
    loose.data.attrs = loose.data.attrs | {"tolerance": 0.05}
    assert looser_tolerance(diagram("optimum")) == 0.01
    assert looser_tolerance(diagram("optimum"), loose) == 0.05


@pytest.mark.parametrize("wrong", [None, "optimum", diagram("optimum").data])
def test_what_is_no_diagram_is_refused(wrong: Any) -> None:
    with pytest.raises(TypeError, match="compares two PhaseDiagrams, got a"):
        check_comparable(diagram("optimum"), wrong)


def test_numbers_without_an_error_are_judged_too() -> None:
    assert status(True, 0.0, error=0.0, margin_error=0.0) == AGREES
    assert status(False, 1.0, error=0.0, margin_error=0.0) == NOT_REACHED
    assert status(False, np.nextafter(1.0, 0.0), error=0.0, margin_error=0.0) == DISAGREEMENT
    assert status(True, -5e-324, error=0.0) == DISAGREEMENT


def test_a_square_map_turned_over_is_refused() -> None:
    """Its losses have the shape of the other's, but cell (i, j) is another one."""
    grid: dict[str, Any] = {"density": [0.1, 0.5], "importance": [0.1, 0.5]}
    plain = tt.phase_diagram(2, 1, **grid, method="ansatz")
    turned = tt.PhaseDiagram(plain.data.transpose("importance", "density", ...))
    for pair in ((plain, turned), (turned, plain), (turned, turned)):
        with pytest.raises(ValueError, match=r"must have dims .* transpose the data") as caught:
            check_comparable(*pair)
        assert "\n" not in str(caught.value)
    assert check_comparable(plain, plain) == (plain, plain)


@pytest.mark.parametrize(("doubts", "kept"), [(1.9, True), (2.1, False)])
def test_a_loss_may_be_off_by_two_rounding_errors(doubts: float, kept: bool) -> None:
    data = diagram("ansatz").data.copy(deep=True)
    before = float(data["loss"][1, 2])
    data["loss"][1, 2] = before * (1 + 1e-6)
    data["loss_error"][1, 2] = (float(data["loss"][1, 2]) - before) / doubts
    assert bool(sound(tt.PhaseDiagram(data))[1, 2]) is kept
