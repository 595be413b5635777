"""Support laws: of every kind and grouping, and only of those asked for."""

from __future__ import annotations

from typing import Any

import pytest
import toytoy as tt
from hypothesis import find, given
from hypothesis import strategies as st
from toytoy.compare import strategies


@given(st.data(), st.integers(1, 5))
def test_groups_hold_all_features(data: st.DataObject, n: int) -> None:
    support = data.draw(strategies.supports(n))
    assert sum(getattr(support, "sizes", (n,))) == n


@pytest.mark.parametrize("law", strategies.LAWS)
def test_every_law_is_drawn_and_one_alone_if_asked(law: Any) -> None:
    find(strategies.supports(3), lambda support: type(support) is law)
    assert type(find(strategies.supports(3, [law]), lambda support: True)) is law


@pytest.mark.parametrize("sizes", [(3,), (1, 2), (2, 1), (1, 1, 1)])
def test_every_grouping_is_drawn(sizes: tuple[int, ...]) -> None:
    find(strategies.supports(3, [tt.CorrelatedGroups]), lambda support: support == tt.CorrelatedGroups(sizes))


@pytest.mark.parametrize(
    ("laws", "error"),
    [([], ValueError), ("Independent", TypeError), (["OneHot"], TypeError), (tt.OneHot, TypeError), ([int], TypeError)],
)
def test_other_laws_are_refused(laws: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="support laws must be"):
        strategies.supports(3, laws)


@pytest.mark.parametrize("n", [0, 1.5, None])
def test_other_sizes_are_refused(n: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="n_features"):
        strategies.supports(n)
