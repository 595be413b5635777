"""Confusion matrices as figures: every number stands in its cell, axes named the right way round."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.figures.confusion_matrix import NOTHING, confusion_matrix

from tests.small_maps import agreement, render


@pytest.mark.parametrize("kind", ["ansatz", "trained"])
def test_every_cell_says_its_share_interval_and_count(kind: str) -> None:
    found = agreement(kind)
    ax: Any = confusion_matrix(found)
    render(ax.figure)
    shares = found.confusion_shares
    texts = {text.get_position(): text.get_text() for text in ax.texts}
    for i in range(3):
        for j in range(3):
            entry = shares.isel(optimum=i, other=j)
            low, high = (f"{entry[name].item():.1%}" for name in ("low", "high"))
            wanted = f"{entry.share.item():.1%}\n({low} … {high})\n{int(entry.cells)} cells"
            assert texts[(j, i)] == wanted  # x is the other's regime, y the optimum's
    assert ax.get_ylabel() == "regime in the optimum"
    assert kind in ax.get_xlabel()
    assert f"{found.kappa.value:.3f}" in ax.get_title()
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["not represented", "dedicated", "superposed"]
    assert np.array_equal(ax.images[0].get_array(), shares.share)


def test_rows_without_a_cell_say_so() -> None:
    grid: dict[str, Any] = {"density": [0.5, 0.9], "importance": [0.1, 0.2]}
    maps = [tt.phase_diagram(2, 1, **grid, method=kind) for kind in ("optimum", "optimum")]
    ax: Any = confusion_matrix(tt.agreement(*maps))
    render(ax.figure)
    assert [text.get_text() for text in ax.texts].count(NOTHING) == 2
    assert "kappa is undefined" in ax.get_title()
    assert "other optimum" in ax.get_xlabel()


def test_axes_and_title_given_are_used() -> None:
    ax: Any = confusion_matrix(agreement("ansatz"))
    assert confusion_matrix(agreement("ansatz"), ax=ax, title="mine") is ax
    assert ax.get_title() == "mine"


@pytest.mark.parametrize("wrong", [None, 3, "ansatz"])
def test_wrong_types_are_refused(wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"^agreement must be an Agreement, got agreement of type .*$"):
        confusion_matrix(wrong)
