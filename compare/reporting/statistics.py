"""The report's tables of agreement: verdicts, confusion, excess losses and boundaries, each with its intervals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from ...analytic.markup import Markup, percent
from ..agreement import Agreement
from ..distance import BoundaryDistance
from ..figures.colors import map_name, spoken
from ..statuses import AGREES, DISAGREEMENT, NOT_REACHED
from .page import table

ALIKE = 1.5  # of the two sides of an interval
INTERVALS = (
    "Intervals of shares are Wilson's, 95 %: of the part of the window, as if its cells had been drawn at random. "
    "They lie on a regular grid, which does better, and are like their neighbors: other windows are another matter. "
    "Kappa is 1 where all regimes are the same, and 0 where they are as often the same as their frequencies make them."
)


def verdicts(agreements: Mapping[str, Agreement]) -> Markup:
    """Give the verdict of every comparison, its shares of cells with their intervals, and kappa."""
    rows = []
    for name, found in agreements.items():
        shares = found.shares
        agrees = shares.sel(status=AGREES)
        kappa, low, high = found.kappa
        rows.append(
            (
                map_name(name),
                "agrees" if found.agrees else "contradicts",
                found.cells.size,
                percent(float(agrees.share)),
                _between(float(agrees.low), float(agrees.high)),
                percent(found.share(NOT_REACHED)),
                percent(found.share(DISAGREEMENT)),
                float(kappa),
                "–" if np.isnan(low) else f"{low:.3f} to {high:.3f}",
            )
        )
    header = (
        "compared with the optimum",
        "verdict",
        "cells",
        spoken(AGREES),
        "95 % interval",
        spoken(NOT_REACHED),
        DISAGREEMENT,
        "kappa",
        "95 % interval of kappa",
    )
    return table("Verdicts, and cells by what came of the comparison", header, rows)


def loss_gaps(agreements: Mapping[str, Agreement]) -> Markup:
    """Give the quantiles of the relative excess loss of every comparison."""
    quantiles = next(iter(agreements.values())).loss_gap["quantile"].values
    header = ("compared with the optimum", *(quantile_name(float(q)) for q in quantiles))
    rows = [(map_name(name), *map(float, found.loss_gap.values)) for name, found in agreements.items()]
    return table("Excess loss (L − L*) / L*, by share of cells", header, rows)


def margin_gaps(agreements: Mapping[str, Agreement]) -> Markup:
    """Give the excess loss in units of the margin, where the regime is another; errors and intervals beside it."""
    rows = []
    for name, found in agreements.items():
        gaps = found.margin_gaps.sel(of=NOT_REACHED)
        least, median, largest = (gaps.sel(quantile=q) for q in (0.0, 0.5, 1.0))
        rows.append(
            (
                map_name(name),
                int(median.cells),
                float(least.value),
                float(median.value),
                _interval(*(float(median[key]) for key in ("value", "low", "high"))),
                float(largest.value),
                int(median.unscaled),
            )
        )
    header = (
        "cells that are not reached",
        "with a margin",
        "least",
        "median",
        "error of the median",
        "largest",
        "at a margin of zero",
    )
    return table("Excess loss over the margin: 1 is what another regime costs at the least", header, rows)


def quantile_name(q: float) -> str:
    """Name a quantile."""
    return {0.0: "least", 0.5: "median", 1.0: "largest"}.get(q, f"{100 * q:g} %")


def confusion(name: str, found: Agreement) -> Markup:
    """Count cells by regime, the optimum's down, the other's across; with shares of the row and their intervals."""
    names = [spoken(label) for label in found.confusion["other"].values]
    shares = found.confusion_shares
    columns = (shares[key].values for key in ("cells", "share", "low", "high"))
    rows = [
        (f"optimum: {spoken(label)}", *(_counted(*cell) for cell in zip(*parts, strict=True)))
        for label, *parts in zip(found.confusion["optimum"].values, *columns, strict=True)
    ]
    header = ("cells, share of the row, interval", *(f"{map_name(name)}: {label}" for label in names))
    return table(f"Regime of the extra feature, optimum against {map_name(name)}", header, rows)


def _counted(cells: int, share: float, low: float, high: float) -> str:
    return "none" if np.isnan(share) else f"{int(cells)}: {percent(share)}, {_between(low, high)}"


def distances(name: str, found: Iterable[BoundaryDistance], of: str = "the optimum's boundaries") -> Markup:
    """Give the distances between boundaries, with their errors."""
    rows = [
        (
            " | ".join(map(spoken, d.between)),
            d.median,
            _interval(d.median, *d.median_interval),
            d.largest,
            f"± {d.error:.1e}" if np.isfinite(d.error) else "–",
            d.n_shared,
            d.n_within,
            d.n_unmatched,
            d.n_extra,
        )
        for d in found
    ]
    header = (
        "boundary, by rising r",
        "median",
        "error of the median",
        "largest",
        "error of the largest",
        "densities shared",
        "apart by no more than errors",
        "in one of the two only",
        "spare crossings",
    )
    return table(f"Distance to {of}, in decades of r: {map_name(name)}", header, rows)


def _between(low: float, high: float) -> str:
    return f"{percent(low).removesuffix(' %')} to {percent(high)}"


def _interval(value: float, low: float, high: float) -> str:
    """Write how far off a value may be: one number where both sides are about alike, or near, else both ends."""
    if np.isnan(low):
        return "–"
    below, above = value - low, high - value
    ends = f"{low:.3g}", f"{high:.3g}"
    if ends[0] == ends[1] or max(below, above) <= ALIKE * min(below, above):
        return f"± {max(below, above):.1e}"
    return " to ".join(ends)
