"""Matrices of pairs: every number in its cell, with its interval or error."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.agreements import Agreements, agreements
from toytoy.compare.figures.pair_matrix import TITLES, pair_label, pair_matrix

from tests.small_maps import agreement, diagram, render

KINDS = ("ansatz", "optimum", "trained")


def three() -> Agreements:
    return agreements({kind: diagram(kind) for kind in KINDS})


@pytest.mark.parametrize("of", TITLES)
def test_every_pair_has_its_number(of: str) -> None:
    found = three()
    ax: Any = pair_matrix(found, of)
    render(ax.figure)
    texts = {text.get_position(): text.get_text() for text in ax.texts}
    wanted = {(j, i): pair_label(found.pairs.isel(first=i, second=j), of) for i, j in np.ndindex(3, 3) if i != j}
    assert texts == wanted
    shown = ax.images[0].get_array()
    assert np.array_equal(np.ma.getmaskarray(shown), np.eye(3, dtype=bool))
    assert ax.get_title() == TITLES[of]
    assert [tick.get_text() for tick in ax.get_xticklabels()] == [*KINDS]


def test_labels_say_value_and_interval() -> None:
    row = three().pairs.sel(first="ansatz", second="optimum")
    share = agreement("ansatz").shares.sel(status="agrees")
    low, high = (f"{share[name].item():.1%}" for name in ("low", "high"))
    assert pair_label(row, "share") == f"{share.share.item():.1%}\n({low} … {high})"
    assert f"{row.kappa_low.item():.3f}" in pair_label(row, "kappa")
    assert pair_label(row, "boundary_largest").endswith(f"± {row.boundary_error.item():.0e}")
    assert pair_label(row, "gap_largest").endswith(f"± {row.gap_error.item():.0e}")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("of", "said"), [("kappa", "undefined"), ("boundary_largest", "none in both")])
def test_what_is_no_number_is_said(of: str, said: str) -> None:
    lone = tt.phase_diagram(2, 1, density=[0.5], importance=[1.0], method="ansatz")
    ax: Any = pair_matrix(agreements([lone, lone]), of)
    assert {text.get_text() for text in ax.texts} == {said}
    render(ax.figure)
    render(pair_matrix(agreements([lone, lone]), "gap_largest").figure)  # all are zero


def test_wrong_arguments_are_refused() -> None:
    wrong: Any = agreement("ansatz")
    with pytest.raises(TypeError, match=r"^found must be Agreements, got found of type Agreement; .*$"):
        pair_matrix(wrong)
    with pytest.raises(ValueError, match=r"^of must be one of .* did you mean 'kappa'"):
        pair_matrix(three(), "kapa")
