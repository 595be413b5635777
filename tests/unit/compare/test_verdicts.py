"""Verdicts, tolerances and worst cells follow from the cells of a comparison."""

from __future__ import annotations

import numpy as np
import pytest
from toytoy.compare.ruling import compared
from toytoy.compare.verdicts import N_WORST, tolerances_of, verdict_of, worst_of

from tests.small_maps import diagram


def test_the_verdict_counts() -> None:
    data = compared(diagram("optimum"), diagram("ansatz"), 0.01)
    agrees, lost = (int((data.status == name).sum()) for name in ("agrees", "not_reached"))
    said = f"{agrees} of {data.status.size} cells have its regime, {lost} do not reach it, 0 contradict it"
    assert verdict_of(data) == f"ansatz agrees with the optimum: {said}"
    data["status"] = data.status.where(data.status != "not_reached", "disagreement")
    assert verdict_of(data).startswith("ansatz contradicts the optimum")
    assert verdict_of(data).endswith(f"0 do not reach it, {lost} contradict it")


def test_one_is_no_plural() -> None:
    data = compared(diagram("optimum"), diagram("ansatz"), 0.01).isel(density=[0, 1, 2], importance=[3])
    data["status"][:, 0] = ["agrees", "not_reached", "disagreement"]
    assert verdict_of(data).endswith("1 of 3 cells has its regime, 1 does not reach it, 1 contradicts it")
    said = "agrees with the optimum: 1 of 1 cell has its regime, 0 do not reach it, 0 contradict it"
    assert verdict_of(data.isel(density=[0])) == f"ansatz {said}"


def test_tolerances_are_the_largest_of_the_cells() -> None:
    data = compared(diagram("optimum"), diagram("ansatz"), 0.02)
    found = tolerances_of(data)
    assert found["regime"].value == 0.02
    assert found["loss"].value == float(data.excess_error.max())
    assert found["margin"].value == float(data.margin_error.max())


def test_disagreements_come_first_then_the_largest_losses() -> None:
    data = compared(diagram("optimum"), diagram("ansatz"), 0.01)
    data["status"][3, 2] = "disagreement"
    found = worst_of(data)
    assert len(found) == N_WORST
    assert (found[0].status, found[0].density, found[0].importance) == (
        "disagreement",
        data.density.values[3],
        data.importance.values[2],
    )
    rest = [cell.excess for cell in found[1:]]
    assert rest == sorted(rest, reverse=True)
    assert rest[0] == pytest.approx(float(np.delete(data.excess.values.ravel(), 3 * 7 + 2).max()), rel=0)
    assert found[1].margin == float(data.margin.sel(density=found[1].density, importance=found[1].importance))


def test_ten_cells_are_listed() -> None:
    assert len(worst_of(compared(diagram("optimum"), diagram("ansatz"), 0.01))) == 10
