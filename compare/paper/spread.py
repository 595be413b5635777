"""Long searches shared out among processes; what is found does not depend on how many there are."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

from ...analytic.domain import Domain
from .settings import Progress

Map = Callable[..., Iterable[Any]]
PROCESSES = Domain("processes", 1, integer=True, hint="give the number of processes that share the work")


@contextmanager
def spread(processes: int) -> Iterator[Map]:
    """Give a `map` that shares its tasks out among so many processes, and the cores with them.

    One process is this one itself. Functions and tasks must be such that pickle takes them. Processes start afresh: a
    script that asks for more than one needs ``if __name__ == "__main__":`` around what it runs.

    Examples
    --------
    >>> from toytoy.compare.paper.spread import spread
    >>> with spread(1) as each:
    ...     list(each(abs, (-1, 2)))
    [1, 2]
    """
    PROCESSES.check(processes)
    if processes == 1:
        yield map
        return
    with ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=_share, initargs=(processes,)
    ) as pool:
        yield pool.map


def counted(results: Iterable[Any], total: int, progress: Progress | None) -> Iterator[Any]:
    """Pass results on as they come, and count them."""
    for done, result in enumerate(results, 1):
        if progress:
            progress(done, total)
        yield result


def _share(processes: int) -> None:
    """Leave the line integral the threads that fall to one process."""
    os.environ["NUMBA_NUM_THREADS"] = str(max(1, (os.cpu_count() or 1) // processes))
