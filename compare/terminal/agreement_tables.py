"""Agreements as tables for a terminal: shares, kappa, losses, regimes and boundaries, with their intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TextIO

import numpy as np

from ..agreement import Agreement
from ..findings import EXCESS_QUANTILES, Reached
from ..statuses import AGREES, NOT_REACHED, STATUSES
from .tables import table

if TYPE_CHECKING:
    from rich.console import Group

HEADS = ("agrees", "not\nreached", "dis-\nagree")
QUANTILES = {0.5: "median", 0.9: "90 %", 1.0: "largest"}
AGAINST = "against the optimum"
NONE = "-"


def pairs(agreements: Mapping[str, Agreement], stream: TextIO) -> Group:
    """Lay out the shares of cells by status, and quantiles of the relative excess loss."""
    columns = [AGAINST, "cells", *HEADS, *(f"{QUANTILES[q]}\nexcess" for q in QUANTILES)]
    rows = [
        [
            name,
            str(agreement.cells.size),
            *(f"{agreement.share(status):.1%}" for status in STATUSES),
            *(f"{float(agreement.loss_gap.sel(quantile=q)):.1e}" for q in QUANTILES),
        ]
        for name, agreement in agreements.items()
    ]
    return table("Maps, cell by cell, and their excess loss relative to the optimum's", columns, rows, stream)


def intervals(agreements: Mapping[str, Agreement], stream: TextIO) -> Group:
    """Lay out the 95 % intervals of shares and kappa, and what is lost where a regime is not reached."""
    columns = [AGAINST, "agrees\n95 %", "not reached\n95 %", "kappa", "kappa\n95 %", "median of\nmargins", "largest"]
    rows = [
        [
            name,
            *(percents(*_ends(agreement, status)) for status in (AGREES, NOT_REACHED)),
            *_kappa(agreement),
            *_margins(agreement),
        ]
        for name, agreement in agreements.items()
    ]
    title = "Wilson's intervals, cells taken for a sample of the window; excess of cells not reached, in margins"
    return table(title, columns, rows, stream)


def _ends(agreement: Agreement, status: str) -> tuple[float, float]:
    row = agreement.shares.sel(status=status)
    return row.low.item(), row.high.item()


def _kappa(agreement: Agreement) -> list[str]:
    value, low, high = agreement.kappa
    return [NONE, NONE] if np.isnan(value) else [f"{value:.3f}", f"{low:.3f} … {high:.3f}"]


def _margins(agreement: Agreement) -> list[str]:
    """Write the median and the largest excess over the margin, where a regime is not reached; - if none is."""
    found = agreement.margin_gaps.value.sel(of=NOT_REACHED, quantile=[0.5, 1.0]).values
    return [f"{value:.2f}" if np.isfinite(value) else NONE for value in found]


def confusions(agreements: Mapping[str, Agreement], stream: TextIO) -> Group:
    """Lay out which regime stands where the optimum has which: shares of each row, with their 95 % intervals."""
    regimes = [str(name) for name in next(iter(agreements.values())).confusion.other.values]
    rows = []
    for name, agreement in agreements.items():
        for regime in regimes:
            row = agreement.confusion_shares.sel(optimum=regime)
            total = int(row.cells.sum())
            ends = zip(row.share.values, row.low.values, row.high.values, strict=True)
            said = [f"{share:.1%} ({percents(low, high)})" if total else NONE for share, low, high in ends]
            rows.append([f"{name}: {regime}", str(total), *said])
    title = "Regimes where the optimum has the one named first: shares of its cells, and 95 % intervals"
    return table(title, ["optimum's regime", "cells", *regimes], rows, stream)


def instances(rows: tuple[Reached, ...], stream: TextIO) -> Group:
    """Lay out what one trained model reaches, and the best of several."""
    columns = ["models", *HEADS, "agrees\n95 %", *(f"{name}\nexcess" for name in QUANTILES.values())]
    cells = []
    for r in rows:
        excess = dict(zip(EXCESS_QUANTILES, r.excess, strict=True))
        statuses = [f"{share:.1%}" for share in (r.same_regime, r.not_reached, r.disagreement)]
        numbers = [f"{excess[q]:.1e}" for q in QUANTILES]
        cells.append([r.models, *statuses, percents(*r.intervals[0]), *numbers])
    return table("Trained models", columns, cells, stream)


def distances(agreements: Mapping[str, Agreement], stream: TextIO) -> Group:
    """Lay out how far boundaries lie apart, and at how many densities both errors cover that."""
    rows = [
        [
            f"{name}: {' | '.join(d.between)}",
            *_numbers(d.median, d.largest, d.error),
            f"{d.n_shared}",
            f"{d.n_within}",
            f"{d.n_unmatched}",
        ]
        for name, agreement in agreements.items()
        for d in agreement.boundary_distance
    ]
    columns = ["boundary", "median", "largest", "error", "densities\nshared", "within\nerrors", "not\nshared"]
    return table("Distance from the optimum's boundaries, in decades of importance", columns, rows, stream)


def percents(low: float, high: float) -> str:
    """Write an interval of a share."""
    return f"{100 * low:.1f} … {100 * high:.1f}"


def _numbers(*values: float) -> list[str]:
    return [f"{value:.2e}" if np.isfinite(value) else NONE for value in values]
