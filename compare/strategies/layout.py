"""Draws laid out alike whatever the size, so that a failure shrinks by losing a feature or a dimension.

Hypothesis shrinks the choices that were drawn, not the arrays made of them. If a matrix takes one choice an entry, a
smaller size gives every later choice another meaning, and the failure is lost. Here a few entries more than needed are
drawn, in steps of four; the *last* ones are used, the last one first. Hypothesis sorts like draws, simplest first: what
is 0 ends up among those that a smaller size drops.
"""

from __future__ import annotations

from typing import TypeVar

from hypothesis import strategies as st

T = TypeVar("T")
STEP = 4


@st.composite
def column_of(draw: st.DrawFn, items: st.SearchStrategy[T], size: int) -> list[T]:
    """Draw so many items, first those that a smaller size would drop."""
    drawn = [draw(items) for _ in range(-(-size // STEP) * STEP)]
    return drawn[::-1][:size]
