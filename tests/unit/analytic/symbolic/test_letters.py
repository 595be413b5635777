"""Letters: one symbol for one name, real, indices checked."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from toytoy.analytic import symbolic
from toytoy.analytic.symbolic.letters import Family


def test_indices_make_names() -> None:
    assert str(symbolic.W[1, 2]) == "W_12"
    assert str(symbolic.I[3]) == "I_3"
    assert symbolic.b[1] is symbolic.b[1]
    assert symbolic.W[1, 2] != symbolic.W[2, 1]


def test_the_gram_matrix_is_symmetric() -> None:
    assert symbolic.G[3, 1] is symbolic.G[1, 3]
    assert Family("G", symmetric=False)[3, 1] != Family("G", symmetric=True)[3, 1]


def test_assumptions() -> None:
    assert symbolic.p.is_positive
    assert symbolic.r.is_positive
    assert symbolic.upper.is_positive
    assert all(letter.is_real for letter in (symbolic.slope, symbolic.b[1], symbolic.G[1, 2], symbolic.W[1, 1]))


@pytest.mark.parametrize("index", [0, -1, True, 1.5, (1, 0)])
def test_indices_start_at_one(index: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=r"index must be a whole number in \[1, inf\).*from 1 here"):
        symbolic.G[index]


def test_a_family_is_a_value() -> None:
    family = Family("b")
    with pytest.raises(dataclasses.FrozenInstanceError):
        family.letter = "c"  # type: ignore[misc]
    assert family == symbolic.b
    assert hash(family) == hash(symbolic.b)
    assert not family.symmetric
