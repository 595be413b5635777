"""Where tiles land: in memory or in a store, checked against each other, counted; and what is still to be done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from .grid import Grid
from .merge import dimensions
from .store import Store
from .tile import Schema, Tile, check_alike, joined, without

Progress = Callable[[int, int], None]


class Landing:
    """Takes tiles in any order.

    Parameters
    ----------
    grid : Grid
    store : Store or None
        Its tiles have landed already.
    progress : function (done, total) or None
        Called with numbers of cells.
    again : bool
        Whether cells of the store that failed are to be computed again.
    """

    def __init__(self, grid: Grid, store: Store | None, progress: Progress | None, again: bool = False) -> None:
        self._grid, self._store, self._progress = grid, store, progress
        self._tiles: dict[int, Tile] = {}  # by first cell: all of them in memory, or those of a store to be completed
        self._homes: dict[int, int] = {}  # of cells computed again: the first cell of their tile
        self._runs: list[tuple[int, int]] = []
        self._first: tuple[int, Schema] | None = None
        self._counted: set[int] = set()
        self.again: list[Sequence[int]] = []
        self.done = 0
        for tile in store.tiles() if store else ():
            self._check(tile)
            self._runs.append((tile.cells[0], tile.cells[-1] + 1))
            self.done += len(tile.cells)
            if again and tile.failures:
                self._tiles[tile.cells[0]] = tile
                self.again.append(sorted(tile.failures))
                self._homes |= dict.fromkeys(tile.failures, tile.cells[0])
                self.done -= len(tile.failures)

    def report(self) -> None:
        """Tell how far it is."""
        if self._progress:
            self._progress(self.done, self._grid.size)

    def missing(self) -> Iterable[tuple[int, int]]:
        """Yield the runs (start, stop) of cells that had not landed before."""
        last = 0
        for start, stop in [*self._runs, (self._grid.size, self._grid.size)]:
            if last < start:
                yield last, start
            last = stop

    def land(self, tile: Tile) -> None:
        """Keep a tile, or put the cells of a second try in the place of the first."""
        self._check(tile)
        home = self._tiles[self._homes[tile.cells[0]]] if tile.cells[0] in self._homes else None
        whole = tile if home is None else joined(self._grid, [without(home, tile.cells), tile])
        if self._store:
            self._store.land(whole)
        if self._store is None or home is not None:
            self._tiles[whole.cells[0]] = whole
        if tile.cells[0] not in self._counted:  # an interrupt while it lands makes it land twice
            self._counted.add(tile.cells[0])
            self.done += len(tile.cells)
        self.report()

    def tiles(self) -> Iterable[Tile]:
        """Return all that landed."""
        return self._store.tiles() if self._store else self._tiles.values()

    def note(self) -> str:
        """Say what is kept of a sweep that ends early, and how to go on."""
        if self._store is None:
            return "nothing is kept: with store=FOLDER what is computed is, and the same call goes on from there"
        how_far = f"{self.done} of {self._grid.size} cells are kept in {self._store.folder}"
        return f"{how_far}; repeat it with the same store to go on from there"

    def _check(self, tile: Tile) -> None:
        """Refuse a tile whose cells returned something else than the others."""
        if not tile.values:
            return
        here = (tile.good[0], tile.schema)
        if self._first is None:
            dimensions(self._grid, tile.schema)
            self._first = here
        check_alike(self._grid, self._first, here)
