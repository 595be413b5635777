"""Any function over a grid: by local processes or a cluster, resumable, the same bytes whoever computes what."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from numpy.typing import ArrayLike

from .._version import __version__
from ..analytic.domain import N_WORKERS, SEED, TILE_SIZE, short
from .sweeping.calling import takes_seed
from .sweeping.grid import grid_of
from .sweeping.handout import Handout
from .sweeping.landing import Landing, Progress
from .sweeping.merge import merged
from .sweeping.pools import workers_of
from .sweeping.running import Run
from .sweeping.settings import name_of, settings_of
from .sweeping.shelter import pipes_may_break, shielded
from .sweeping.store import Store
from .sweeping.worker import Task

if TYPE_CHECKING:
    import xarray as xr


def sweep(
    function: Callable[..., Any],
    grid: Mapping[str, ArrayLike],
    executor: Any = None,
    store: str | os.PathLike[str] | None = None,
    *,
    seed: int = 0,
    n_workers: int | None = None,
    tile_size: int | None = None,
    retry_failed: bool = False,
    progress: Progress | None = None,
) -> xr.Dataset:
    """Call a function for every cell of a grid, and lay the results out along its axes.

    The result does not depend on who computes it, in which order or portions, or how often it was interrupted.

    Parameters
    ----------
    function : callable
        Called with one keyword argument an axis: plain numbers, strings or booleans. It returns a number, a string, an
        array of one shape, or a dict of these. Other processes import it: it is defined by ``def`` in a module or
        script, or cloudpickle is installed and sends it by value. If it has an argument ``seed`` without a default (or
        None), each cell gets its own.
    grid : mapping, name -> one-dimensional values
        Numbers, strings or booleans; no NaN, no repeats. The last axis runs fastest.
    executor : concurrent.futures.Executor or dask Client, optional
        Default: `n_workers` fresh processes, each with one thread.
    store : folder, optional
        Results land there as they finish. A sweep that was stopped, by whatever, goes on from there when it is called
        again, and the whole is written to ``result.nc`` in it. A store of another sweep, or one that was tampered
        with, is refused.
    seed : int
        From which cells' seeds are derived, by their values alone.
    n_workers : int, optional
        Processes to start, or portions that a given executor works on at a time; default all cores.
    tile_size : int, optional
        Cells a portion of work; by default adapted to the time they take.
    retry_failed : bool
        Whether cells of the store that failed are computed again.
    progress : callable (done, total), optional

    Returns
    -------
    xarray.Dataset
        One variable for each name returned (``value`` if there is none), of 64-bit numbers or strings, with the grid's
        dims, then ``value_0``, ``value_1``, … of arrays. Cells whose call raised hold NaN or ''; ``error`` and
        ``traceback`` say why, and are '' elsewhere.

    Raises
    ------
    TypeError, ValueError
        If an argument is out of range, the function can't be called so or can't be sent to workers, cells return
        different shapes, or the store is not this sweep's.
    OSError
        If the store can't be written.
    RuntimeError
        If every cell failed, or the executor broke.
    KeyboardInterrupt
        On Ctrl-C, after workers are stopped and what they finished is stored; its note says how to go on.

    Notes
    -----
    Two sweeps are the same when the function's name, code, bound arguments and what it reads in its own module, the
    grid, the seed, and the versions of toytoy and Python are. A worker that dies (a crash, lack of memory) costs the
    cell that killed it, which is recorded as failed. See the manual's page on sweeps.

    Examples
    --------
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> import toytoy as tt
    >>> def antipodal(density, importance):
    ...     problem = tt.Problem.toy(2, density=density, importance=importance)
    ...     return tt.loss(problem, [[1.0, -1.0]], [0.0, 0.0])
    >>> grid = {"density": [0.1, 0.5], "importance": [0.5, 1.0, 2.0]}
    >>> found = tt.sweep(antipodal, grid, ThreadPoolExecutor(1))
    >>> dict(found.value.sizes)
    {'density': 2, 'importance': 3}
    >>> bool(found.value.sel(density=0.1, importance=1.0) == antipodal(0.1, 1.0))
    True
    """
    _leave_if_started_by_a_worker()
    axes = grid_of(grid)
    asks = takes_seed(function, axes)
    SEED.check(seed)
    for domain, value in ((N_WORKERS, n_workers), (TILE_SIZE, tile_size)):
        if value is not None:
            domain.check(value)
    if progress is not None and not callable(progress):
        raise TypeError(f"progress must be a function (done, total), got {short(progress)}; leave it out for none")
    task = Task(function, axes, seed if asks else None)
    kept = None if store is None else Store(store, axes, settings_of(function, axes, task.seed))
    try:
        landing = Landing(axes, kept, progress, retry_failed)
        try:
            _compute(task, landing, executor, n_workers, tile_size)
            about = {"function": name_of(function), "seed": seed if asks else "none", "version": __version__}
            found = merged(axes, landing.tiles(), about)
            if kept is not None:
                kept.keep_result(found)
        except BaseException as error:
            if landing.done or isinstance(error, KeyboardInterrupt):
                error.add_note(landing.note())
            raise
        return found
    finally:
        if kept is not None:
            kept.close()


def _compute(task: Task, landing: Landing, executor: Any, n_workers: int | None, tile_size: int | None) -> None:
    """Compute what has not landed."""
    landing.report()
    missing = list(landing.missing())
    if not missing and not landing.again:
        return
    workers = workers_of(executor, n_workers, task.grid.size)
    finished = False
    with pipes_may_break():
        try:
            run = Run(workers, workers.prepare(task), landing.land)
            run.finish(Handout(missing, workers.width, tile_size, landing.again))
            finished = True
        finally:
            with shielded():
                workers.stop(kill=not finished)


def _leave_if_started_by_a_worker() -> None:
    """End a worker that reads a script without a guard: its parent says what to do, once."""
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        raise SystemExit(1)
