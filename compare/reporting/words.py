"""A comparison in words: what was asked, what is best, where theory and training depart from it, and by how much."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ...analytic.markup import percent
from ...analytic.regime import Regime
from ..agreement import Agreement
from ..checks import Check
from ..curves import BoundaryCurve
from ..diagram import PhaseDiagram
from ..distance import BoundaryDistance
from ..figures.colors import FINE, map_name, spoken
from ..findings import mismatches, reached
from ..gaps import ALL
from ..proportions import wilson
from ..statuses import DISAGREEMENT, NOT_REACHED

HIGHER, LOWER, SAME = "higher", "lower", "the same within rounding"
UNKNOWN = "unknown (a loss is not a number)"
ROUNDING = 1e-12  # of losses relative to each other, where their errors are not at hand
BECOMES = {
    Regime.SUPERPOSED: "shares its direction with another",
    Regime.DEDICATED: "has a dimension of its own",
    Regime.NOT_REPRESENTED: "is not represented",
}


def asked(optimum: PhaseDiagram) -> str:
    """Say what the question was."""
    toy, p, r = optimum.template, optimum.densities, optimum.importances
    others = "that of the other" if toy.n_features == 2 else "that of the others"
    return (
        f"{toy.n_features} features are stored in {toy.n_hidden} {'dimension' if toy.n_hidden == 1 else 'dimensions'}"
        f" (σ = {toy.activation}). What becomes of the last, the extra feature, when its importance is "
        f"{_range(r)} times {others}, and each feature is active with probability {_range(p)}?"
    )


def best(optimum: PhaseDiagram, curves: Sequence[BoundaryCurve]) -> str:
    """Say what the optimum does, and where, with errors."""
    labels = optimum.data.regime.values
    shares = {regime: float((labels == str(regime)).mean()) for regime in BECOMES}
    first, *rest = (k for k, share in shares.items() if share > 0)
    if not rest:
        did = BECOMES[first] if labels.size == 1 else f"{BECOMES[first]} in {_all(labels.size)}"
    else:
        parts = [f"{BECOMES[first]} in {percent(shares[first])} of the {labels.size} cells"]
        did = _listed(parts + [f"{BECOMES[k]} in {percent(shares[k])}" for k in rest])
    said = f"At the optimum, the least exact loss over all weights and biases, it {did}."
    return f"{said} {_crossings(curves, alike=not rest)}"


def _crossings(curves: Sequence[BoundaryCurve], alike: bool) -> str:
    """Tell what changes with r at one density: the middle one of those with the most crossings."""
    found: dict[float, list[tuple[float, float, tuple[str, str]]]] = {}
    for curve in curves:
        for p, r, error in zip(curve.density, curve.importance, curve.error, strict=True):
            found.setdefault(float(p), []).append((float(r), float(error), curve.between))
    if not found:
        return (
            "No boundary crosses the window." if alike else "No boundary is crossed along r at any density of its map."
        )
    most = max(map(len, found.values()))
    rich = sorted(p for p, crossings in found.items() if len(crossings) == most)
    density = rich[len(rich) // 2]
    steps = [
        f"from {spoken(below)} to {spoken(above)} at r = {_digits(r, error)} ± {error:.1g}"
        for r, error, (below, above) in sorted(found[density])
    ]
    return f"At p = {density:.3g}, for example, it passes {_listed(steps)}."


def theory(name: str, ansatz: PhaseDiagram, optimum: PhaseDiagram, found: Agreement) -> str:
    """Say how far the published ansatz is off."""
    regime, phase = mismatches(ansatz, optimum)
    said = "The published ansatz, the best of the frozen matrices, gives the extra feature "
    if not regime.cells:
        said += f"the optimum's regime in {_all(found.cells.size)}, at a loss that is {_gaps(found)}."
    else:
        there = [(x, x, x) for x in (regime.median_excess, regime.largest_excess)]
        one = regime.cells == 1
        said += (
            f"another regime in {_of(regime.cells, found.cells.size)}, "
            f"{'' if one else 'all '}at p {'=' if one else '≥'} {_no_more(regime.lowest_density)}. Its loss is "
            f"{_gaps(found)}; in the {'cell' if one else 'cells'} of another regime it is {_higher(there, one)}."
        )
    if phase.cells != regime.cells:
        said += f" Its phase is another in {_of(phase.cells, found.cells.size, interval=False)}."
    return f"{said} {_off(found.boundary_distance)}".strip()


def training(trained: PhaseDiagram, optimum: PhaseDiagram, found: Agreement) -> str:
    """Say what training reached."""
    same = int((found.data.regime.values == found.data.optimum_regime.values).sum())
    several = trained.data.sizes.get("instance", 1)
    best_of = f", the best of {several} runs in each cell," if several > 1 else ""
    said = f"Training{best_of} ends in the optimum's regime in {_of(same, found.cells.size)}"
    if several > 1 and "instance_loss" in trained.data:
        said += f", one run alone in {percent(reached(trained, optimum)[0].same_regime)}"
    said += f", at a loss that is {_gaps(found)}."
    if left := found.count(NOT_REACHED):
        cells = "1 cell of another regime" if left == 1 else f"{left} cells of another regime"
        said += f" In the {cells} its loss is higher by at least what that regime costs: the optimum was not reached."
    return f"{said} {_off(found.boundary_distance)}".strip()


def conclusion(agreements: Mapping[str, Agreement], checks: Sequence[Check], skipped: int = 0) -> str:
    """Say whether the answers agree, and why; and how many checks had nothing to compare."""
    idle = f" {_checks(skipped)} had nothing to compare." if skipped else ""
    return _ruling(agreements, checks) + idle


def _ruling(agreements: Mapping[str, Agreement], checks: Sequence[Check]) -> str:
    broken = [check for check in checks if not check.agrees]
    against = {name: found for name, found in agreements.items() if not found.agrees}
    if not agreements and not checks:
        return "Nothing was compared with the optimum."
    if not against and not broken:
        reasons = []
        if agreements:
            error = max(found.tolerances["loss"].value for found in agreements.values())
            parted = any(found.count(NOT_REACHED) for found in agreements.values())
            margin = "where regimes differ the loss is higher by the margin that parts them or more (within errors)"
            reasons += [
                f"no loss lies below the optimum's by more than the errors ({error:.1g} at most)",
                margin if parted else "all regimes are the optimum's",
            ]
        reasons += [f"all {len(checks)} checks hold" if len(checks) > 1 else "the check holds"] if checks else []
        return f"They agree: {_listed(reasons)}."
    reasons = [_contradicted(name, found) for name, found in against.items()]
    if broken:
        do = "does" if len(broken) == 1 else "do"
        reasons.append(
            f"{len(broken)} of {len(checks)} checks {do} not hold: {_listed([check.name for check in broken])}"
        )
    return f"They do not agree: {'; '.join(reasons)}."


def _contradicted(name: str, found: Agreement) -> str:
    cell, cells = found.worst[0], found.count(DISAGREEMENT)
    what = f"{cells} {'cell contradicts' if cells == 1 else 'cells contradict'} the optimum in the map “"
    return f"{what}{map_name(name)}”, first of all p = {cell.density:.4g}, r = {cell.importance:.4g}"


def summary(
    diagrams: Mapping[str, PhaseDiagram],
    curves: Mapping[str, Sequence[BoundaryCurve]],
    agreements: Mapping[str, Agreement],
    checks: Sequence[Check],
    skipped: int = 0,
) -> list[str]:
    """Write the paragraphs: question and optimum, theory, training, conclusion; of two grids the finer one.

    Parameters
    ----------
    diagrams, curves, agreements : mappings of name
        As for `write_report`; the curves of the maps that are shown.
    checks : sequence of Check
    skipped : int
        Checks that had nothing to compare.
    """
    names = {
        kind: f"{kind}{FINE}" if f"{kind}{FINE}" in diagrams else kind for kind in ("ansatz", "optimum", "trained")
    }
    optimum = diagrams[names["optimum"]]
    found = [f"{asked(optimum)} {best(optimum, curves.get(names['optimum'], ()))}"]
    if (ansatz := names["ansatz"]) in agreements:
        grid = f"optimum{FINE}" if ansatz.endswith(FINE) else "optimum"
        found.append(theory(ansatz, diagrams[ansatz], diagrams[grid], agreements[ansatz]))
    if "trained" in agreements:
        found.append(training(diagrams["trained"], diagrams["optimum"], agreements["trained"]))
    return [*found, conclusion(agreements, checks, skipped)]


def _off(distances: Sequence[BoundaryDistance]) -> str:
    """Say how far boundaries are off, over all that both maps have."""
    shared = [each for each in distances if each.n_shared]
    if not shared:
        return ""
    far = max(shared, key=lambda each: each.largest)
    density = [p for each in shared for p in each.density]
    shift, errors = [x for each in shared for x in each.shift], [e for each in shared for e in each.errors]
    both = BoundaryDistance.of(("", ""), density, shift, errors)
    low, high = both.median_interval
    unknown = max(high - both.median, both.median - low)
    return (
        f"Where both maps have a boundary, they draw it {both.median:.2g} ± {unknown:.1g} decades of r apart in the "
        f"median, and {far.largest:.2g} ± {far.error:.1g} at most."
    )


def _gaps(found: Agreement) -> str:
    """Say how much higher the losses are: the median and the largest relative excess, each within its errors."""
    rows = [found.loss_gaps.sel(of=ALL, quantile=q) for q in (0.5, 1.0)]
    return _higher([(float(row.value), float(row.low), float(row.high)) for row in rows], found.cells.size == 1)


def _higher(gaps: Sequence[tuple[float, float, float]], one: bool) -> str:
    """Say by how much a loss is higher, in the median and at most; by what errors hide it is not."""
    median, largest = (_by(*gap) for gap in gaps)
    if one or (median == largest and median in (SAME, UNKNOWN)):
        return largest
    end = "at the least" if largest.startswith(LOWER) else "at most"
    word = median.partition(" by ")[0]
    return f"{median} in the median and {largest.removeprefix(f'{word} by ')} {end}"


def _by(value: float, low: float, high: float) -> str:
    if math.isnan(value):
        return UNKNOWN
    if low <= 0 <= high or abs(value) <= ROUNDING:
        return SAME
    return f"{HIGHER if value > 0 else LOWER} by {_times(abs(value))}"


def _of(cells: int, total: int, interval: bool = True) -> str:
    """Count cells out of all, in percent, with Wilson's interval unless it was said already."""
    low, high = wilson(cells, total)
    said = f"; 95 % interval {percent(float(low))} to {percent(float(high))}" if interval else ""
    return f"{cells} of {total} {'cell' if total == 1 else 'cells'} ({percent(cells / total)}{said})"


def _all(cells: int) -> str:
    return "the one cell" if cells == 1 else f"all {cells} cells"


def _checks(number: int) -> str:
    return "One check" if number == 1 else f"{number} checks"


def _no_more(value: float) -> str:
    """Write a number to three digits, or to as many as do not round it up."""
    return next(text for n in range(3, 18) if float(text := f"{value:.{n}g}") <= value)


def _times(excess: float) -> str:
    """Write a relative excess: in percent, or as a factor where it is large."""
    return f"{100 * excess:.2g} %" if excess < 1 else f"{excess:.2g} times the optimum's"


def _digits(value: float, error: float) -> str:
    """Write a number to the digits that its error leaves, ten at most."""
    known = math.ceil(math.log10(value / error)) if 0 < error < value else 10 if error == 0 else 1
    return f"{value:.{min(max(known, 2), 10)}g}"


def _range(grid: NDArray[np.float64]) -> str:
    return f"{grid[0]:.3g}" if len(grid) == 1 else f"{grid[0]:.3g} to {grid[-1]:.3g}"


def _listed(parts: Sequence[str]) -> str:
    """Join parts as a sentence does."""
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last
