"""Draws laid out alike whatever the size."""

from __future__ import annotations

from hypothesis import find, given
from hypothesis import strategies as st
from toytoy.compare.strategies.layout import column_of


@given(st.data(), st.integers(1, 9))
def test_the_size_is_as_asked(data: st.DataObject, size: int) -> None:
    assert len(data.draw(column_of(st.integers(), size))) == size


def test_a_failure_loses_what_it_does_not_need() -> None:
    """Drawn last, where the size shrinks: what is 0 goes."""
    sized = st.integers(1, 4).flatmap(lambda size: column_of(st.integers(0, 9), size))
    assert find(sized, lambda drawn: sum(value == 3 for value in drawn) >= 2) == [3, 3]
