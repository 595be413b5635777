"""A line of the table: a task, what it costs here, what it costs by another route, and how many times better we are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple


class Effort(NamedTuple):
    """How much is measured, and with what beside it: a folder with kernel.py, a folder with occhio, torch's device."""

    quick: bool = False
    baseline: Path | None = None
    occhio: Path | None = None
    device: str = "cpu"


class Row(NamedTuple):
    """A figure and its rival, in one unit; `ratio` is above 1 where ours is the better one.

    `size` places a row on a curve of rows of the same task: so many cells, features or steps. `note` says in words how
    the rival's figure was found, and what neither figure tells.
    """

    task: str
    ours: float
    unit: str
    rival: str = ""
    theirs: float | None = None
    ratio: float | None = None
    note: str = ""
    size: float | None = None


Group = Callable[[Effort], Iterator[Row]]


def cost(task: str, ours: float, unit: str, rival: str, theirs: float, note: str = "") -> Row:
    """Set costs side by side: the ratio is theirs / ours."""
    return Row(task, ours, unit, rival, theirs, theirs / ours, note)


def rate(task: str, ours: float, unit: str, rival: str, theirs: float, note: str = "") -> Row:
    """Set rates side by side, of which more is better: the ratio is ours / theirs."""
    return Row(task, ours, unit, rival, theirs, ours / theirs, note)
