"""The handout: every cell once, a few at first, then worthwhile portions, small ones again at the end."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toytoy.numeric.sweeping.handout import GROWTH, LAST_SECONDS, LEAST_SECONDS, Handout


def drain(handout: Handout, each: float) -> list[int]:
    """Take all portions, each cell taking so many seconds; return their sizes."""
    sizes = []
    while handout:
        cells = handout.take()
        handout.learn(len(cells), each * len(cells))
        sizes.append(len(cells))
    return sizes


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 9)), max_size=5), st.integers(1, 8), st.floats(1e-6, 10))
def test_every_cell_is_handed_out_once(runs: list[tuple[int, int]], width: int, each: float) -> None:
    asked, place = [], 0
    for count, gap in runs:
        asked.append((place, place + count))
        place += count + gap
    handout = Handout(asked, width, None, [[1000, 1002]])
    taken: list[int] = []
    while handout:
        cells = handout.take()
        assert len(cells) > 0
        handout.learn(len(cells), each * len(cells))
        taken += cells
    assert taken == [1000, 1002, *(cell for a, b in asked for cell in range(a, b))]


def test_slow_cells_go_one_by_one() -> None:
    assert drain(Handout([(0, 20)], 2, None), each=10.0) == [1] * 20


@pytest.mark.parametrize("each", [1e-6, 1e-4, 1e-3])
def test_quick_cells_go_in_worthwhile_portions(each: float) -> None:
    count = int(60 / each)
    sizes = drain(Handout([(0, count)], 2, None), each)
    assert sizes[0] == 1
    assert all(later <= GROWTH * earlier for earlier, later in itertools.pairwise(sizes))
    assert max(sizes) * each == pytest.approx(LEAST_SECONDS, rel=0.01)  # a whole number of cells
    worth = [size for size in sizes if size * each >= LAST_SECONDS * 0.99]
    assert len(sizes) - len(worth) <= 12  # the first, which grow, and the last
    assert len(sizes) < 200


def test_the_last_portions_are_shared() -> None:
    sizes = drain(Handout([(0, 1000)], 4, None), each=0.005)
    assert sizes[-2] * 0.005 < 2 * LAST_SECONDS


def test_a_given_size_is_kept() -> None:
    assert drain(Handout([(0, 10), (20, 21)], 2, 4), each=1e-6) == [4, 4, 2, 1]


def test_portions_grow_with_the_time_spent(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a sweep of days does not leave millions of files."""
    handout = Handout([(0, 10**9)], 1, None)
    now = 0.0
    monkeypatch.setattr("time.monotonic", lambda: handout._begin + now)
    most = 0
    for _portion in range(3000):
        cells = handout.take()
        now += len(cells) * 1e-3
        handout.learn(len(cells), len(cells) * 1e-3)
        most = max(most, len(cells))
    assert now > 24 * 3600
    assert most == 60_000
