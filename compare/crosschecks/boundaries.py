"""Boundaries by independent routes: closed form, equations, traced lines, bisection on a grid, trained models."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import NamedTuple

import numpy as np

from ...analytic.loss import EPS, loss
from ..boundary import boundary
from ..checks import Entry
from ..curves import BoundaryCurve
from ..line_curves import traced_curves, window_of
from ..statuses import AGREES
from .closer import command
from .declared import CrossCheck
from .evidence import Evidence, cell_name
from .whole_maps import KEPT_LABELS

BISECTED = "half the last bracket, how late a label comes, and the line's error"
MISSING = np.inf  # distance from a line that is not there
# found by two independent solvers: (what, argument of boundary, number given, number known, half its last digit)
KNOWN = {
    2: (("not_represented", "antipodal"), {"density": 0.5}, 0.53573876406532962, 1e-16),
    3: (("triangle", "antipodal_others"), {"importance": 1.0}, 0.52183765907142, 1e-14),
}


class _Point(NamedTuple):
    pair: frozenset[str]
    density: float
    log_r: float
    error: float  # of log r


def closed_form(evidence: Evidence) -> list[Entry]:
    """Compare boundaries bisected on the ansatz map with their closed forms; nothing if no boundary crosses it."""
    diagram, found = evidence.map("ansatz_fine"), []
    for curve in diagram.boundaries():
        for p, r, error, exact in zip(curve.density, curve.importance, curve.error, curve.ansatz, strict=True):
            if np.isfinite(exact):
                allowed = float(error + 10 * EPS * exact)  # the closed form itself rounds a few times
                look = partial(_look_row, evidence, diagram.importances, "ansatz", float(p), float(r), float(exact))
                found.append(Entry(abs(float(r - exact)), allowed, _place(curve, p, r), look))
    return found


def _look_row(
    evidence: Evidence,
    grid: np.ndarray[tuple[int], np.dtype[np.float64]],
    method: str,
    p: float,
    r: float,
    other: float,
) -> str:
    """Bisect again between the two cells of a map, and show what was found there beside what it should be."""
    k = int(np.clip(np.searchsorted(grid, r), 1, len(grid) - 1))
    ends = [float(grid[k - 1]), float(grid[k])]
    n, m = evidence.size
    row = f'd = tt.phase_diagram({n}, {m}, density=[{p!r}], importance={ends}, method="{method}")'
    again = "[c.importance.tolist() for c in d.boundaries()]"
    return command(
        row, f'x, y = {r!r}, {other!r}; print("bisected", x, "again", {again}, "other", y, "differ by", abs(x - y))'
    )


def on_lines(size: tuple[int, int], curves: Iterable[BoundaryCurve], lines: Iterable[BoundaryCurve]) -> list[Entry]:
    """Give how far each point of some curves lies from the lines of the same regimes, in log r.

    The size is the toy's. Infinite where there is no line; the tolerance is the sum of both errors.
    """
    known, found = _points(lines), []
    for point in _points(curves):
        other = _nearest(point, known)
        gap = abs(point.log_r - other.log_r) if other else MISSING
        allowed = point.error + (other.error if other else 0.0)
        where = f"density={point.density:.6g}, importance={np.exp(point.log_r):.10g} ({' | '.join(sorted(point.pair))})"
        look = partial(_look_point, size, point, other)
        found.append(Entry(gap, allowed, where, look))
    return found


def _look_point(size: tuple[int, int], point: _Point, other: _Point | None) -> str:
    """Solve for the boundaries at a density again, and show them beside the two places that were compared."""
    n, m = size
    solved = f"b = tt.boundary({n}, {m}, density={point.density!r}, near={float(np.exp(point.log_r))!r})"
    x, y = repr(point.log_r), repr(other.log_r) if other else "np.inf"
    shown = "[(e.phases, float(np.log(e.importance.value))) for e in (b, *b.others)]"
    return command(
        "import numpy as np",
        solved,
        f'x, y = {x}, {y}; print("log r", x, "other", y, "solved", {shown}, "differ by", abs(x - y))',
    )


def bisected_on_equations(evidence: Evidence) -> list[Entry]:
    """Compare boundaries bisected on the smaller optimum map with those that the equations give."""
    return on_lines(evidence.size, evidence.map("optimum").boundaries(), evidence.exact("optimum"))


def bisected_on_traced(evidence: Evidence) -> list[Entry]:
    """Compare boundaries bisected on the fine optimum map with the traced lines, if any are traced."""
    if evidence.lines is None:
        return []
    return on_lines(evidence.size, evidence.map("optimum_fine").boundaries(), evidence.exact("optimum_fine"))


def solved_on_traced(evidence: Evidence) -> list[Entry]:
    """Compare boundaries that the equations give with the traced lines, if any are traced."""
    lines = evidence.lines
    if lines is None:
        return []
    coarse = evidence.map("optimum")
    same = traced_curves(lines, coarse.densities.tolist(), window_of(coarse))
    return on_lines(evidence.size, evidence.exact("optimum"), same)


def known(evidence: Evidence) -> list[Entry]:
    """Compare a boundary that is solved for with digits that are known: in (3,2) the onset of the triangle."""
    n, m = evidence.size
    between, given, digits, digit = KNOWN[n]
    density, importance = given.get("density"), given.get("importance")
    found = boundary(n, m, between=between, density=density, importance=importance)
    free, name = (found.importance, "importance") if "density" in given else (found.density, "density")
    said = ", ".join(f"{key}={value}" for key, value in given.items())
    code = f"x, y = tt.boundary({n}, {m}, between={between}, {said}).{name}.value, {digits!r}"
    look = partial(command, code, 'print(x, "known", y, "differ by", abs(x - y))')
    return [Entry(abs(free.value - digits), free.error + digit, f"{' | '.join(between)}, {said}", look)]


def trained_by_loss(evidence: Evidence) -> list[Entry]:
    """Compare the importance at which the losses of two trained models cross with the optimum's line between them.

    The two are neighbors along the importance, and both reached the optimum's regimes, which differ. A model's loss is
    linear in the importance, so the crossing needs no search. Two tangents of a concave function, which the least
    loss is, cross between the points at which they touch; so do both models if they are perfect. What they lose
    beyond the optimum may move the crossing further, by that loss over the difference of slopes.
    """
    trained, optimum, status = evidence.map("trained"), evidence.map("optimum"), evidence.agreement("trained").cells
    regimes, lines, found = optimum.data.regime.values, _points(evidence.exact("trained")), []
    for i, p in enumerate(trained.densities):
        for j, r in enumerate(trained.importances[:-1]):
            pair = frozenset(str(name) for name in regimes[i, j : j + 2])
            same = [line for line in lines if line.pair == pair and line.density == p]
            reached = (status.values[i, j : j + 2] == AGREES).all()
            if len(pair) < 2 or not same or not reached:
                continue
            ends = float(r), float(trained.importances[j + 1])
            crossing, moved = _crossing(evidence, i, j, ends)
            if np.isinf(moved):
                continue  # both have the extra's loss: they cross nowhere, and tell nothing
            line = min(same, key=lambda other: abs(other.log_r - crossing))
            allowed = float(np.log(ends[1] / ends[0])) / 2 + line.error + moved
            where = f"{' | '.join(sorted(pair))}, {cell_name(float(p), ends[0])} to {ends[1]:.4g}"
            look = partial(_look_crossing, evidence, i, j, ends, line.log_r)
            found.append(Entry(abs(crossing - line.log_r), allowed, where, look))
    return found


def _crossing(evidence: Evidence, i: int, j: int, ends: tuple[float, float]) -> tuple[float, float]:
    """Give log r at which two neighbors' losses are equal, and how far their excess loss may move it."""
    trained, optimum = evidence.map("trained"), evidence.map("optimum")
    problems = [trained.problem(trained.densities[i], r) for r in ends]
    models = [(trained.data.weights.values[i, k], trained.data.bias.values[i, k]) for k in (j, j + 1)]
    gap = [float(loss(problem, *models[0]) - loss(problem, *models[1])) for problem in problems]
    slope = (gap[1] - gap[0]) / (ends[1] - ends[0])
    crossing = ends[0] - gap[0] / slope if slope else np.nan
    excess = (trained.data.loss - optimum.data.loss).values[i, j : j + 2].clip(min=0).sum()
    log_r = float(np.log(crossing)) if crossing > 0 else np.inf
    return log_r, float(excess / abs(slope) / ends[0]) if slope else np.inf


def _look_crossing(evidence: Evidence, i: int, j: int, ends: tuple[float, float], line: float) -> str:
    trained = evidence.map("trained")
    models = [(trained.data.weights.values[i, k].tolist(), trained.data.bias.values[i, k].tolist()) for k in (j, j + 1)]
    n, p = evidence.plan.n_features, float(trained.densities[i])
    return command(
        "import numpy as np",
        f"r, (A, a), (B, b) = {ends}, {models[0]}, {models[1]}",
        f"p = lambda r: tt.Problem.toy({n}, density={p!r}, importance=r)",
        "f = lambda r: tt.loss(p(r), A, a) - tt.loss(p(r), B, b)",
        "x, y = np.log(r[0] - f(r[0]) * (r[1] - r[0]) / (f(r[1]) - f(r[0]))), " + repr(line),
        'print("log r of the crossing", x, "line", y, "differ by", abs(x - y))',
    )


def _place(curve: BoundaryCurve, p: float, r: float) -> str:
    return f"{' | '.join(curve.between)}, {cell_name(float(p), float(r))}"


def _points(curves: Iterable[BoundaryCurve]) -> list[_Point]:
    return [
        _Point(frozenset(curve.between), float(p), float(np.log(r)), float(error / r))
        for curve in curves
        for p, r, error in zip(curve.density, curve.importance, curve.error, strict=True)
    ]


def _nearest(point: _Point, known: list[_Point]) -> _Point | None:
    """Find the line that comes closest to holding a point: distance less the sum of both errors."""
    there = [other for other in known if other.pair == point.pair and other.density == point.density]
    return min(there, key=lambda other: abs(point.log_r - other.log_r) - other.error, default=None)


BOUNDARIES: tuple[CrossCheck, ...] = (
    CrossCheck(
        "ansatz boundaries in closed form",
        "boundaries",
        "importances of boundaries between published models",
        ("bisection on the fine ansatz map", "published formula"),
        "half the last bracket, and roundings of the closed form",
        closed_form,
        absent="no boundary of the ansatz crosses the map",
    ),
    CrossCheck(
        "boundary at a known point",
        "boundaries",
        "one boundary of the optimum",
        ("equations of two equal losses", "digits by two independent solvers"),
        "its error, and the last known digit's",
        known,
    ),
    CrossCheck(
        "bisected boundaries, against their equations",
        "boundaries",
        "logarithms of importances at the densities of the smaller map",
        ("bisection on the optimum map", "equations of two equal losses, or of an onset"),
        BISECTED,
        bisected_on_equations,
        absent="no boundary of the optimum crosses the map",
    ),
    CrossCheck(
        "bisected boundaries, against the traced lines",
        "boundaries",
        "logarithms of importances at the densities of the fine map",
        ("bisection on the optimum map", "continuation along the line"),
        BISECTED,
        bisected_on_traced,
        absent="no lines are traced beside so small a grid, or none crosses it",
    ),
    CrossCheck(
        "solved boundaries, against the traced lines",
        "boundaries",
        "logarithms of importances at the densities of the smaller map",
        ("equations of two equal losses, or of an onset", "continuation along the line"),
        "errors of both, and of the line between its points",
        solved_on_traced,
        absent="no lines are traced beside so small a grid, or none crosses it",
    ),
    CrossCheck(
        "trained boundaries, by loss",
        "boundaries",
        "logarithms of importances at which losses of neighboring trained models cross, where both reached the optimum",
        ("trained models", "equations of two equal losses, or of an onset"),
        "half a cell, what excess losses move, and the line's error: perfect models are off by a third of it at most",
        trained_by_loss,
        absent="training reached the optimum's regimes on both sides of no boundary",
    ),
    KEPT_LABELS,
)
