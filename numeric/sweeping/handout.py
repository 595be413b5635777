"""How many cells are handed to a worker at once: few at first, then as many as take a worthwhile time."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Iterable, Sequence

LEAST_SECONDS, LAST_SECONDS = 0.5, 0.05  # a portion costs some 5 ms to hand out and to bring to the disk
MOST_SECONDS = 60.0
SHARE = 0.01  # of the time spent so far: what a kill may cost, and what bounds the number of files
GROWTH = 4  # at most, from one portion to the next: first calls may be slow or quick by chance
PORTIONS = 3  # at the least that each worker still gets of what is left, so that all end at about the same time


class Handout:
    """Parts runs of cells into portions.

    Parameters
    ----------
    runs : iterable of (start, stop)
        Cells that are to be computed.
    width : int
        Number of workers.
    size : int, optional
        Cells a portion; adapted to the time they take if left out.
    again : iterable of sequences of int
        Portions that are handed out first, as they are.
    """

    def __init__(
        self, runs: Iterable[tuple[int, int]], width: int, size: int | None, again: Iterable[Sequence[int]] = ()
    ) -> None:
        self._again = deque(again)
        self._runs = deque(runs)
        self._width, self._fixed = width, size
        self._size, self._each = 1.0, math.inf
        self._begin = time.monotonic()

    def __bool__(self) -> bool:
        return bool(self._again or self._runs)

    def take(self) -> Sequence[int]:
        """Return the next portion."""
        if self._again:
            return self._again.popleft()
        start, stop = self._runs.popleft()
        left = stop - start + sum(b - a for a, b in self._runs)
        fair = max(-(-left // (PORTIONS * self._width)), int(LAST_SECONDS / self._each))
        end = min(stop, start + (self._fixed or max(1, min(int(self._size), fair))))
        if end < stop:
            self._runs.appendleft((end, stop))
        return range(start, end)

    def learn(self, cells: int, seconds: float) -> None:
        """Adapt the size of the next portions to how long one took."""
        worthwhile = min(MOST_SECONDS, max(LEAST_SECONDS, SHARE * (time.monotonic() - self._begin)))
        self._each = max(seconds, 1e-9) / cells
        self._size = max(1.0, min(worthwhile / self._each, GROWTH * max(cells, self._size)))
