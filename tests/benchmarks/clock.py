"""How time is taken: by the processor, in turns, medians; and by the clock where that is the question."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple


class Spent(NamedTuple):
    """Seconds of the processor, all threads together, and of the clock."""

    processor: float
    clock: float


def spent(function: Callable[[], Any]) -> Spent:
    """Take the time of one call."""
    clock, processor = time.perf_counter(), time.process_time()
    function()
    return Spent(time.process_time() - processor, time.perf_counter() - clock)


def seconds(function: Callable[[], Any]) -> float:
    """Processor time of one call."""
    return spent(function).processor


def median(function: Callable[[], Any], repeats: int) -> float:
    """Median processor time of a call."""
    return statistics.median(seconds(function) for _ in range(repeats))


def in_turns(functions: Sequence[Callable[[], Any]], rounds: int) -> list[Spent]:
    """Median times of functions that are called in turns, so that a machine that slows down slows all of them."""
    taken = [[spent(function) for function in functions] for _ in range(rounds)]
    return [Spent(*map(statistics.median, zip(*column, strict=True))) for column in zip(*taken, strict=True)]
