"""Certificates: proved minima and boundaries of (2,1), a minimum of (3,2), a diagram; and enclosures in balls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import toytoy as tt
from toytoy.analytic.certificate import certificate
from toytoy.analytic.certified_boundary import boundary_of_pair
from toytoy.analytic.certified_diagram import certified_diagram
from toytoy.analytic.proof.onset_bound import onset_bound

from tests.benchmarks import enclosures
from tests.benchmarks.clock import median
from tests.benchmarks.rows import Effort, Row

POINTS = ((1, 1), (0.9, 0.95), (0.7, 1), (0.5, 1), (0.5, 0.53), (0.3, 0.8), (0.1, 0.3), (0.01, 1), (0.01, 0.004))
WIDTH = 1e-9
DENSITIES = (0.01, 0.1, 0.5, 0.52, 0.6, 0.75, 0.85, 0.95, 1.0)
TRIPLE = (0.03, 1.0, 1e-4)  # density, importance and width asked of the minimum of (3,2)
REPEATS = 5


def anew(function: Callable[[], Any]) -> Callable[[], Any]:
    """Let the lemma about the onset be proved again at each call."""

    def call() -> Any:
        onset_bound.cache_clear()
        return function()

    return call


def points(repeats: int) -> Iterator[Row]:
    """Certify single points of the (2,1) diagram."""
    for p, r in POINTS:
        problem = tt.Problem.toy(2, importance=r, density=p)
        found = certificate(problem, WIDTH)
        reached = float(2 * found.enclosure.radius / found.enclosure.upper)
        taken = median(anew(partial(certificate, problem, WIDTH)), repeats)
        note = f"relative width {reached:.0e}, {found.n_boxes:,} boxes"
        yield Row(f"proved minimum (2,1), p = {p:g}, r = {r:g}", 1e3 * taken, "ms", note=note)


def boundaries(repeats: int) -> Iterator[Row]:
    """Certify the boundary of "not represented"."""
    for p in DENSITIES:
        found = boundary_of_pair(p)
        taken = median(anew(partial(boundary_of_pair, p)), repeats)
        note = f"relative width {float(1 - found.lower / found.upper):.0e}, {found.n_boxes:,} boxes"
        yield Row(f"proved boundary (2,1), p = {p:g}", 1e3 * taken, "ms", note=note)


def rows(effort: Effort) -> Iterator[Row]:
    """Measure, a line at a time."""
    repeats = 1 if effort.quick else REPEATS
    certificate(tt.Problem.toy(2, importance=1, density=0.5))  # compiles
    yield from points(repeats)
    yield from boundaries(repeats)
    if not effort.quick:
        found: list[Any] = []
        taken = median(anew(lambda: found.append(certified_diagram())), 1)
        yield Row("proved diagram (2,1), 100 strips", taken, "s", note=f"{100 * found[0].undecided:.2g} % undecided")
    yield from enclosures.rows(repeats)
