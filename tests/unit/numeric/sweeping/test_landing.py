"""Landing: counts cells, knows what is missing, and puts second tries in the place of the first."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from toytoy.numeric.sweeping.grid import grid_of
from toytoy.numeric.sweeping.landing import Landing
from toytoy.numeric.sweeping.outcome import Failure
from toytoy.numeric.sweeping.settings import settings_of
from toytoy.numeric.sweeping.store import Store
from toytoy.numeric.sweeping.tile import Disagree, Tile, tile_of

GRID = grid_of({"x": np.arange(10)})


def f(x: int) -> int:
    return x


def tile(cells: list[int], failed: tuple[int, ...] = (), shape: tuple[int, ...] = ()) -> Tile:
    return tile_of(GRID, [(c, Failure("no", "") if c in failed else {"value": np.full(shape, c)}) for c in cells])


def store(folder: Path) -> Store:
    return Store(folder, GRID, settings_of(f, GRID, None))


def test_missing_runs_lie_between_what_landed(tmp_path: Path) -> None:
    assert list(Landing(GRID, None, None).missing()) == [(0, 10)]
    kept = store(tmp_path)
    for cells in ([1, 2], [3], [6, 7]):
        kept.land(tile(cells))
    landing = Landing(GRID, kept, None)
    assert list(landing.missing()) == [(0, 1), (4, 6), (8, 10)]
    assert landing.done == 5
    kept.close()


@pytest.mark.parametrize("stored", [False, True])
def test_tiles_are_counted_once_and_told(tmp_path: Path, stored: bool) -> None:
    kept, seen = store(tmp_path) if stored else None, []
    landing = Landing(GRID, kept, lambda done, total: seen.append((done, total)))
    for cells in ([4, 5], [0], [0]):
        landing.land(tile(cells))
    assert seen == [(2, 10), (3, 10), (3, 10)]
    assert [t.cells for t in sorted(landing.tiles(), key=lambda t: t.cells)] == [(0,), (4, 5)]
    if kept:
        kept.close()


class Cells(tuple[int, ...]):
    """Counts how often it is searched."""

    searched = 0

    def __contains__(self, cell: object) -> bool:
        Cells.searched += 1
        return super().__contains__(cell)


def test_the_work_for_a_tile_does_not_grow_with_those_before() -> None:
    landing = Landing(GRID, None, None)
    for cell in range(10):
        landing.land(Tile(Cells((cell,)), {}, tile([cell]).values))
    assert Cells.searched <= 10
    assert landing.done == 10


def test_second_tries_replace_failures_piece_by_piece(tmp_path: Path) -> None:
    kept = store(tmp_path)
    kept.land(tile([0, 1, 2, 3], failed=(1, 3)))
    landing = Landing(GRID, kept, None, again=True)
    assert landing.again == [[1, 3]]
    assert landing.done == 2
    for _ in range(2):  # an interrupt may make it land twice
        landing.land(tile([1]))
        landing.land(tile([3], failed=(3,)))
    assert landing.done == 4
    (found,) = landing.tiles()
    assert (found.cells, found.good) == ((0, 1, 2, 3), (0, 1, 2))
    assert found.values["value"].tolist() == [0, 1, 2]
    kept.close()


def test_tiles_that_disagree_are_refused_even_if_one_is_stored(tmp_path: Path) -> None:
    kept = store(tmp_path)
    landing = Landing(GRID, kept, None)
    landing.land(tile([5], failed=(5,)))
    landing.land(tile([4], shape=(2,)))
    with pytest.raises(Disagree, match="at x=1, and value as numbers of shape"):
        landing.land(tile([1]))
    with pytest.raises(Disagree):
        Landing(GRID, kept, None).land(tile([1]))
    kept.close()


def test_the_note_says_how_to_go_on(tmp_path: Path) -> None:
    assert "store=FOLDER" in Landing(GRID, None, None).note()
    kept = store(tmp_path)
    kept.land(tile([0, 1]))
    assert Landing(GRID, kept, None).note().startswith(f"2 of 10 cells are kept in {tmp_path}; repeat it")
    kept.close()
