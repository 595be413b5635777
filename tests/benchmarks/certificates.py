"""Time and width of certificates, one core, after compilation: python -m tests.benchmarks.certificates [--quick]."""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NamedTuple

import toytoy as tt
from toytoy.analytic.certificate import certificate
from toytoy.analytic.certified_boundary import boundary_of_pair
from toytoy.analytic.certified_diagram import certified_diagram
from toytoy.analytic.proof.onset_bound import onset_bound

POINTS = ((1, 1), (0.9, 0.95), (0.7, 1), (0.5, 1), (0.5, 0.53), (0.3, 0.8), (0.1, 0.3), (0.01, 1), (0.01, 0.004))
DENSITIES = (0.01, 0.1, 0.5, 0.515, 0.52, 0.6, 0.75, 0.83, 0.85, 0.95, 1.0)
REPEATS = 5


class Row(NamedTuple):
    """What was certified, the relative width reached, seconds of processor time, boxes."""

    what: str
    width: float
    seconds: float
    boxes: int


def seconds(function: Callable[[], Any], repeats: int) -> float:
    """Median processor time of a call; the lemma is proved anew each time."""
    times = []
    for _ in range(repeats):
        onset_bound.cache_clear()
        start = time.process_time()
        function()
        times.append(time.process_time() - start)
    return statistics.median(times)


def points(repeats: int = REPEATS) -> Iterable[Row]:
    """Certify single points of the (2,1) diagram."""
    for p, r in POINTS:
        problem = tt.Problem.toy(2, importance=r, density=p)
        for width in (1e-6, 1e-9):
            found = certificate(problem, width)
            reached = float(2 * found.enclosure.radius / found.enclosure.upper)
            spent = seconds(partial(certificate, problem, width), repeats)
            yield Row(f"minimum at p = {p:g}, r = {r:g}, {width:g} asked", reached, spent, found.n_boxes)


def boundaries(repeats: int = REPEATS) -> Iterable[Row]:
    """Certify the boundary of "not represented"."""
    for p in DENSITIES:
        found = boundary_of_pair(p)
        spent = seconds(partial(boundary_of_pair, p), repeats)
        yield Row(f"boundary at p = {p:g}", 1 - found.lower / found.upper, spent, found.n_boxes)


def table(quick: bool) -> Iterable[Row]:
    """Measure, a line at a time; the diagram's width is its undecided share."""
    repeats = 1 if quick else REPEATS
    yield from points(repeats)
    yield from boundaries(repeats)
    if not quick:
        onset_bound.cache_clear()
        start = time.process_time()
        diagram = certified_diagram()
        yield Row("diagram, 100 strips", diagram.undecided, time.process_time() - start, 0)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one repeat, no diagram")
    certificate(tt.Problem.toy(2, importance=1, density=0.5))  # compiles
    for row in table(parser.parse_args().quick):
        print(f"{row.what:<44} {row.width:9.1e} {1e3 * row.seconds:10.1f} ms {row.boxes:8d} boxes")


if __name__ == "__main__":
    main()
