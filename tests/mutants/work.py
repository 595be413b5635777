"""A seeded, stratified order of all mutants, and workers that judge from its front until the time is up."""

from __future__ import annotations

import os
import random
import signal
import time
import traceback
from collections import defaultdict
from collections.abc import Iterable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from tests.mutants.clones import clone
from tests.mutants.judge import preload
from tests.mutants.mutations import Mutant
from tests.mutants.verdict import Place, Verdict, judge

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


def stratified(mutants: Iterable[Mutant], seed: int) -> list[Mutant]:
    """Order mutants so that any front part holds of each module its share, chosen at random among its mutants."""
    modules = defaultdict(list)
    for mutant in mutants:
        modules[mutant.module].append(mutant)
    placed = []
    for module, own in sorted(modules.items()):
        choice = random.Random(f"{seed} {module}")  # of its own: a module's order does not depend on the others
        choice.shuffle(own)
        start = choice.random()
        placed += [((index + start) / len(own), mutant) for index, mutant in enumerate(own)]
    return [mutant for _, mutant in sorted(placed)]


def verdicts(
    root: Path, order: list[Mutant], until: float, workers: int, folder: Path, more: float
) -> Iterator[Verdict]:
    """Judge in turn, each worker in a clone of its own; yield verdicts as they come."""
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    preload()
    context = get_context("fork")
    counter = context.Value("i", 0)
    (folder / "unmutated").mkdir(parents=True, exist_ok=True)
    pool, readers = [], []
    for number in range(min(workers, len(order))):
        own = folder / f"worker-{number}"
        place = Place(clone(root, own), own, folder / "unmutated", more)
        reader, writer = context.Pipe(duplex=False)
        pool.append(context.Process(target=_work, args=(order, counter, writer, until, place)))
        pool[-1].start()
        writer.close()  # the worker has the only other end: it closes when the worker ends, however that happens
        readers.append(reader)
    try:
        yield from _received(readers)
    finally:
        for worker in pool:
            worker.terminate()
            worker.join()


def _received(readers: list[Any]) -> Iterator[Verdict]:
    """Yield what workers send until each has said that it is done."""
    while readers:
        some: list[Any] = wait(readers)
        for ready in some:
            try:
                found = ready.recv()
            except EOFError:
                raise RuntimeError("a worker ended in the middle of a mutant; look at its log") from None
            if found is None:
                readers.remove(ready)
            elif isinstance(found, str):
                raise RuntimeError(found)
            else:
                yield found


def _work(order: list[Mutant], counter: Any, results: Any, until: float, place: Place) -> None:
    os.nice(5)
    index = -1
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # an exception, so that what it runs is ended too
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends the workers
    try:
        while time.time() < until:
            with counter.get_lock():
                index = counter.value
                counter.value += 1
            if index >= len(order):
                break
            results.send(judge(order[index], place))
        results.send(None)
    except KeyboardInterrupt:
        pass
    except Exception:
        results.send(f"a worker stopped at mutant {index}:\n{traceback.format_exc()}")
